# Completion of ebpf4j for bash: source <(ebpf4j completion bash)
_ebpf4j() {
  local line current=${COMP_WORDS[COMP_CWORD]}
  COMPREPLY=()
  [ "$current" = = ] && current=''
  while IFS= read -r line; do
    if [ "$line" = :files ]; then
      compopt -o filenames 2>/dev/null
      while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "$current")
    else
      COMPREPLY+=("${line%%$'\t'*}")
    fi
  done < <("${COMP_WORDS[0]}" complete "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _ebpf4j ebpf4j ./ebpf4j
