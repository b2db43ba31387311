# shellcheck shell=bash
# Builds the guest's file system: cpio archives that the kernel unpacks one after the other into memory.
# Sourced by kernels/run after common.sh. The base archive (Java runtime and tools) and each kernel's modules
# are kept in the cache; what changes with every run (jars, examples, arguments) is packed anew.

# The Java modules in the guest. AssertJ wants java.sql; JUnit finds classes in jars with jdk.zipfs; the command line wants jdk.jfr
# and jdk.httpserver.
JAVA_MODULES=${EBPF4J_MODULES:-java.base,java.instrument,java.logging,java.management,java.sql,java.xml,jdk.httpserver,jdk.jfr,jdk.unsupported,jdk.zipfs}

# The kernel modules in the guest, each with those that it depends on. kernels/init loads the same ones.
KERNEL_MODULES=(veth netkit cls_bpf cls_matchall sch_ingress sch_prio act_bpf ifb dummy tun sch_fq nf_conntrack nf_defrag_ipv4 nf_defrag_ipv6 x_tables)

# Programs of this machine that the guest gets instead of busybox's smaller ones, where they are installed.
# The shells are among them because busybox's runs its own programs whatever PATH says.
GUEST_PROGRAMS=(dash bash ip tc bpftool setpriv unshare nsenter)

# Prints the home of a JDK 25 or later.
find_jdk() {
  local home
  if [[ -x $ROOT/bin/jdk25 ]]; then
    home=$("$ROOT/bin/jdk25") || exit 2
  else
    home=${JAVA_HOME:-}
  fi
  [[ -n $home && -x $home/bin/jlink ]] || die 'no JDK 25 with jlink; install one and set JAVA_HOME to it'
  printf '%s\n' "$home"
}

# pack FOLDER: writes the folder as a cpio archive on standard output, every file owned by root.
pack() {
  (cd "$1" && find . -mindepth 1 -print0 | sort -z | cpio -0 -o -H newc -R 0:0 --quiet)
}

# needed_libraries FILE…: the shared libraries and the loader that the files need, as absolute paths.
needed_libraries() {
  { ldd "$@" 2>/dev/null || true; } |
    awk '/=> \// { print $3; next } /^[ \t]+\// { print $1 }' | sort -u
}

# copy_in FOLDER FILE…: copies files of this machine to the same paths below the folder.
copy_in() {
  local folder=$1 file
  shift
  for file in "$@"; do
    mkdir -p "$folder$(dirname "$file")"
    cp -L --remove-destination "$file" "$folder$file"
  done
}

# build_jre JDK TARGET
build_jre() {
  note "making a Java runtime for the guest from $1"
  "$1/bin/jlink" --add-modules "$JAVA_MODULES" --output "$2" --strip-java-debug-attributes \
    --no-header-files --no-man-pages --compress=zip-0 --generate-cds-archive >/dev/null
}

# build_base JDK_FOLDER TARGET: everything of the guest that depends neither on the kernel nor on the tests.
build_base() {
  local folder=$1 root=$1/base target=$2 jdk=$3 program path applet
  local files=() libraries=()
  mkdir -p "$root"/{bin,sbin,usr/bin,usr/sbin,etc,proc,sys,dev,run,root,tmp,opt,ebpf4j}
  build_jre "$jdk" "$root/opt/jre"

  cp "$(command -v busybox)" "$root/bin/busybox"
  while read -r applet; do
    mkdir -p "$root/$(dirname "$applet")"
    [[ -e $root/$applet ]] || ln -s /bin/busybox "$root/$applet"
  done < <("$root/bin/busybox" --list-full)

  for program in "${GUEST_PROGRAMS[@]}"; do
    path=$(command -v "$program") || continue
    # PATH of the guest has /usr before /, so these come before busybox's of the same name.
    if [[ $path != /usr/* ]]; then path=/usr$path; fi
    mkdir -p "$root$(dirname "$path")"
    cp -L --remove-destination "$(command -v "$program")" "$root$path"
    files+=("$(command -v "$program")")
  done

  for program in dash bash; do
    if [[ -e $root/usr/bin/$program ]]; then
      ln -sfn "/usr/bin/$program" "$root/bin/sh"
      break
    fi
  done
  ln -sfn /usr/bin/bash "$root/bin/bash"
  if [[ -d /usr/lib/locale/C.utf8 ]]; then
    mkdir -p "$root/usr/lib/locale"
    cp -RL /usr/lib/locale/C.utf8 "$root/usr/lib/locale/"
  fi

  mapfile -t libraries < <(
    find "$root/opt/jre" -name '*.so' -exec bash -c 'LD_LIBRARY_PATH=$1/lib:$1/lib/server; export LD_LIBRARY_PATH
      shift; ldd "$@" 2>/dev/null' _ "$root/opt/jre" {} + |
      awk '/=> \// { print $3; next } /^[ \t]+\// { print $1 }' | grep -v "^$root/" | sort -u
    needed_libraries "$root/opt/jre/bin/java" "${files[@]}" | grep -v "^$root/"
  )
  copy_in "$root" "${libraries[@]}"

  printf 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n' >"$root/etc/passwd"
  printf 'root:x:0:\nnogroup:x:65534:\n' >"$root/etc/group"
  printf '127.0.0.1 localhost\n::1 localhost\n' >"$root/etc/hosts"
  printf 'ebpf4j\n' >"$root/etc/hostname"
  chmod 1777 "$root/tmp"

  pack "$root" >"$folder/base.cpio"
  mv "$folder/base.cpio" "$target"
}

# base_archive JDK: prints the path of the base archive, building it if this machine's parts have changed.
# Called with the lock held.
base_archive() {
  local jdk=$1 program paths=() key target folder
  for program in busybox "${GUEST_PROGRAMS[@]}"; do
    if path=$(command -v "$program"); then paths+=("$path"); fi
  done
  mapfile -t -O "${#paths[@]}" paths < <(needed_libraries "${paths[@]}" "$jdk/bin/java")
  key=$({
    printf '%s\n' "$JAVA_MODULES"
    cat "$jdk/release" "$ROOT/kernels/lib/guest.sh"
    stat -L -c '%n %s %Y' "${paths[@]}"
  } | sha256sum | cut -c1-16)
  target=$(cache_dir)/base-$key.cpio
  if [[ ! -f $target ]]; then
    clean_temporary
    folder=$(make_temporary)
    rm -f -- "$(cache_dir)"/base-*.cpio
    build_base "$folder" "$target" "$jdk"
    rm -rf -- "$folder"
  fi
  printf '%s\n' "$target"
}

# modules_archive KERNEL_DIR: prints the path of the archive with the kernel's modules that the guest needs,
# unpacked and with what modprobe needs to find them. Called with the lock held.
modules_archive() {
  local kernel=$1 release key target folder module file source
  release=$(cat "$kernel/release")
  key=$({
    printf '%s\n' "${KERNEL_MODULES[@]}"
    cat "$ROOT/kernels/lib/guest.sh"
  } | sha256sum | cut -c1-16)
  target=$kernel/modules-$key.cpio
  if [[ ! -f $target ]]; then
    clean_temporary
    folder=$(make_temporary)
    source=lib/modules/$release
    mkdir -p "$folder/root/$source"
    for module in "${KERNEL_MODULES[@]}"; do
      # A module that this kernel has built in, or has not at all, needs no file.
      modprobe -C /dev/null -d "$kernel/root" -S "$release" --show-depends "$module" 2>/dev/null || true
    done | awk '$1 == "insmod" { print $2 }' | sort -u >"$folder/list"
    while read -r file; do
      module=$folder/root/$source/$(basename "$file")
      case $file in
        *.xz) xz -dc "$file" >"${module%.xz}" ;;
        *.zst) zstd -qdc "$file" >"${module%.zst}" ;;
        *.gz) gzip -dc "$file" >"${module%.gz}" ;;
        *) cp "$file" "$module" ;;
      esac
    done <"$folder/list"
    cp "$kernel/root/$source"/modules.{builtin,builtin.modinfo,order} "$folder/root/$source/" 2>/dev/null || true
    depmod -b "$folder/root" "$release" 2>/dev/null
    pack "$folder/root" >"$folder/modules.cpio"
    rm -f -- "$kernel"/modules-*.cpio
    mv "$folder/modules.cpio" "$target"
    rm -rf -- "$folder"
  fi
  printf '%s\n' "$target"
}

# shell_word TEXT: the text as one word for any POSIX shell, whatever is in it.
shell_word() {
  local quote="'" escaped="'\\''"
  printf "'%s'" "${1//$quote/$escaped}"
}

# run_archive FOLDER: writes run.cpio into the folder; uses MODE, SERIES, GUEST_LIMIT, JARS and SELECTION.
run_archive() {
  local root=$1/run word
  mkdir -p "$root/ebpf4j/lib" "$root/ebpf4j/examples"
  install -m 755 "$ROOT/kernels/init" "$root/init"
  if ((${#JARS[@]})); then cp -L "${JARS[@]}" "$root/ebpf4j/lib/"; fi
  if [[ $MODE == script ]]; then
    mkdir -p "$root/ebpf4j/files"
    cp -RL "$(dirname "$SCRIPT")/." "$root/ebpf4j/files/"
    cp -L "$SCRIPT" "$root/ebpf4j/script"
  fi
  if [[ -d $ROOT/examples ]]; then cp -RL "$ROOT/examples/." "$root/ebpf4j/examples/"; fi
  {
    printf 'mode=%s\nkernel=%s\nlimit=%s\nmodules=%s\nset --' "$(shell_word "$MODE")" \
      "$(shell_word "$SERIES")" "$GUEST_LIMIT" "$(shell_word "${KERNEL_MODULES[*]}")"
    for word in "${SELECTION[@]}"; do printf ' %s' "$(shell_word "$word")"; done
    printf '\n'
  } >"$root/ebpf4j/run.conf"
  pack "$root" >"$1/run.cpio"
}
