# Completion of ebpf4j for fish: ebpf4j completion fish | source
function __ebpf4j_complete
    set -l words (commandline -opc) (commandline -ct)
    for line in ($words[1] complete $words[2..-1] 2>/dev/null)
        if test "$line" = :files
            __fish_complete_path (commandline -ct)
        else
            echo $line
        end
    end
end
complete -c ebpf4j -f -a '(__ebpf4j_complete)'
