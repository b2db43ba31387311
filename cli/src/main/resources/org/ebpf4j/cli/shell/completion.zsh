#compdef ebpf4j
# Completion of ebpf4j for zsh, as a file _ebpf4j in a directory of $fpath, or: source <(ebpf4j completion zsh)
_ebpf4j() {
  local line word text files=0
  local -a values
  while IFS= read -r line; do
    if [[ $line == :files ]]; then
      files=1
    else
      word=${line%%$'\t'*} text=
      [[ $line == *$'\t'* ]] && text=${line#*$'\t'}
      values+=("${word//:/\\:}${text:+:$text}")
    fi
  done < <("${words[1]}" complete "${(@)words[2,CURRENT]}" 2>/dev/null)
  (( ${#values} )) && _describe ebpf4j values
  (( files )) && _files
}
if [[ $funcstack[1] == _ebpf4j ]]; then _ebpf4j "$@"; else compdef _ebpf4j ebpf4j; fi
