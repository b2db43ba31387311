# shellcheck shell=bash
# What all parts of kernels/run share: messages, the cache folder and the check for tools. Sourced, not run.

# Prints one line on standard error and ends with status 2: the machine lacks something or the call is wrong.
die() {
  printf 'kernels/run: %s\n' "$*" >&2
  exit 2
}

# Prints one line on standard error.
note() {
  printf 'kernels/run: %s\n' "$*" >&2
}

# The folder outside git in which everything downloaded or built once is kept.
cache_dir() {
  printf '%s\n' "${EBPF4J_KERNELS:-${XDG_CACHE_HOME:-$HOME/.cache}/ebpf4j/kernels}"
}

# Takes the one lock of the cache, waiting for another run that holds it.
lock_cache() {
  local cache
  cache=$(cache_dir)
  mkdir -p "$cache"
  exec {CACHE_LOCK}>"$cache/lock"
  if ! flock -n "$CACHE_LOCK"; then
    note "waiting for another run that fills $cache"
    flock "$CACHE_LOCK"
  fi
}

unlock_cache() {
  exec {CACHE_LOCK}>&-
}

# need_tools COMMAND:PACKAGE…: ends with one line that names the Debian packages of all missing commands.
need_tools() {
  local pair packages=()
  for pair in "$@"; do
    command -v "${pair%%:*}" >/dev/null || packages+=("${pair#*:}")
  done
  if ((${#packages[@]})); then
    die "missing tools; install them with: apt-get install $(printf '%s\n' "${packages[@]}" | sort -u | paste -sd' ')"
  fi
}

# Removes what an interrupted earlier run left behind; called with the lock held.
clean_temporary() {
  rm -rf -- "$(cache_dir)"/.tmp.*
}

# Makes a folder in the cache that is renamed into place once it is complete.
make_temporary() {
  mktemp -d "$(cache_dir)/.tmp.XXXXXX"
}
