# shellcheck shell=bash
# Finds a Debian cloud kernel's package, downloads it and unpacks it into the cache; nothing is installed.
# Sourced by kernels/run after common.sh.

# The known versions: the kernel's series and the Debian suite that has it.
KERNELS=(
  '5.10 bullseye'
  '6.1 bookworm'
  '6.12 trixie'
  'newest trixie-backports'
)

# Debian's signing keys, from the package debian-archive-keyring. Bookworm's has the keys of all suites above.
DEBIAN_KEYS=/usr/share/keyrings/debian-archive-keyring.gpg

# suite_of VERSION: a version that is in no stable suite can only be in the one that has the newest.
suite_of() {
  local line newest=''
  for line in "${KERNELS[@]}"; do
    if [[ ${line%% *} == "$1" ]]; then
      printf '%s\n' "${line#* }"
      return
    fi
    if [[ ${line%% *} == newest ]]; then newest=${line#* }; fi
  done
  printf '%s\n' "$newest"
}

# kernel_dir VERSION: the cache folder of a version; "newest" is a link to the folder of its series.
kernel_dir() {
  printf '%s/%s\n' "$(cache_dir)" "$1"
}

kernel_cached() {
  [[ -f $(kernel_dir "$1")/package ]]
}

# machine_mirror PATTERN: the first address in the machine's own apt sources whose suite matches the pattern.
machine_mirror() {
  # The format's $(…) are apt's.
  # shellcheck disable=SC2016
  apt-get indextargets --no-release-info --format '$(COMPONENT) $(RELEASE) $(REPO_URI)' 'Created-By: Packages' |
    awk -v pattern="$1" '$1 == "main" && $2 ~ pattern && !found { print $3; found = 1 }'
}

# private_apt FOLDER SUITE: writes an apt configuration whose sources and state are all in the folder.
private_apt() {
  local folder=$1 suite=$2 codename mirror security='' options
  # shellcheck disable=SC1091
  codename=$(. /etc/os-release && printf '%s' "${VERSION_CODENAME:-}")
  options="[arch=amd64 signed-by=$DEBIAN_KEYS]"
  mirror=${EBPF4J_MIRROR:-}
  if [[ -z $mirror ]]; then
    mirror=$(machine_mirror "^(${codename:-stable}|oldoldstable|oldstable|stable|testing|unstable|sid)\$")
    security=$(machine_mirror '^[a-z]+-security$')
  fi
  [[ -n $mirror ]] || die "this machine's apt sources name no Debian mirror; set EBPF4J_MIRROR to one's URI"
  [[ -f $DEBIAN_KEYS ]] || die 'missing keys; install them with: apt-get install debian-archive-keyring'

  mkdir -p "$folder"/lists/partial "$folder"/cache/archives/partial
  printf 'deb %s %s %s main\n' "$options" "$mirror" "$suite" >"$folder/sources.list"
  if [[ -n $security && $suite != *-* ]]; then
    printf 'deb %s %s %s-security main\n' "$options" "$security" "$suite" >>"$folder/sources.list"
  fi
  cat >"$folder/apt.conf" <<END
Dir::Etc::sourcelist "$folder/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Dir::Etc::trusted "/dev/null";
Dir::Etc::trustedparts "/dev/null";
Dir::State::lists "$folder/lists";
Dir::State::status "/dev/null";
Dir::Cache "$folder/cache";
APT::Sandbox::User "$(id -un)";
APT::Architecture "amd64";
APT::Get::AllowUnauthenticated "false";
Acquire::AllowInsecureRepositories "false";
Acquire::Languages "none";
Acquire::Retries "2";
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
END
}

# newest_package APT_CONF VERSION: prints "PACKAGE VERSION" of the newest concrete kernel of that series.
newest_package() {
  local conf=$1 series='[0-9]+\.[0-9]+' pattern name version best_name='' best=''
  if [[ $2 != newest ]]; then series=${2//./\\.}; fi
  # Only these names are image packages of one concrete build: the meta package has no number, and the
  # unsigned and debug ones have another word before or after.
  pattern="^linux-image-${series}\\.[0-9][^ ]*-cloud-amd64\$"
  while read -r name version; do
    if [[ -z $best ]] || dpkg --compare-versions "$version" gt "$best"; then
      best_name=$name best=$version
    fi
  done < <(apt-cache -c "$conf" search --names-only "$pattern" | cut -d' ' -f1 |
    xargs -r apt-cache -c "$conf" madison | awk -F'[| ]+' '{ sub(/^ +/, ""); print $1, $2 }')
  [[ -n $best ]] && printf '%s %s\n' "$best_name" "$best"
}

# all_packages APT_CONF PACKAGE VERSION: the image package and, where Debian splits it, those with the
# kernel and its modules, each as PACKAGE=VERSION.
all_packages() {
  apt-cache -c "$1" show "$2=$3" | awk -v package="$2" -v version="$3" '
    BEGIN { print package "=" version }
    /^Depends:/ {
      count = split(substr($0, 10), parts, /[,|]/)
      for (i = 1; i <= count; i++) {
        split(parts[i], words, " ")
        if (words[1] ~ /^linux-(base|binary|modules)-[0-9]/) print words[1] "=" version
      }
    }' | sort -u
}

# fetch_kernel VERSION: brings the newest package of that version into the cache, unless it is there already.
# Called with the lock held.
fetch_kernel() {
  local version=$1 suite folder name package_version series release status=0
  local packages image
  need_tools apt-get:apt dpkg-deb:dpkg depmod:kmod xz:xz-utils
  suite=$(suite_of "$version")
  clean_temporary
  folder=$(make_temporary)
  private_apt "$folder" "$suite"
  note "$version: looking in Debian's $suite"
  apt-get -c "$folder/apt.conf" -q update >"$folder/update.log" 2>&1 || status=$?
  if ((status)) || grep -q '^[WE]:' "$folder/update.log"; then
    grep '^[WE]:' "$folder/update.log" >&2 || true
  fi
  read -r name package_version < <(newest_package "$folder/apt.conf" "$version") ||
    die "$version: the mirror's $suite has no such cloud kernel (EBPF4J_MIRROR chooses another mirror)"

  series=$(sed -E 's/^linux-image-([0-9]+\.[0-9]+).*/\1/' <<<"$name")
  if [[ $(cat "$(kernel_dir "$series")/package" 2>/dev/null) != "$name $package_version" ]]; then
    note "$version: downloading $name $package_version"
    mapfile -t packages < <(all_packages "$folder/apt.conf" "$name" "$package_version")
    mkdir -p "$folder/debs" "$folder/root/usr/lib" "$folder/kernel"
    (cd "$folder/debs" && apt-get -c "$folder/apt.conf" -qq download "${packages[@]}") >&2 ||
      die "$version: the download of $name failed"

    # One folder "lib" whichever of lib and usr/lib the package uses.
    ln -s usr/lib "$folder/root/lib"
    local deb
    for deb in "$folder"/debs/*.deb; do
      dpkg-deb --fsys-tarfile "$deb" |
        tar -x -C "$folder/root" --keep-directory-symlink --no-same-owner --exclude='./usr/share'
    done
    image=$(find "$folder/root" -type f -name 'vmlinuz*' -print -quit)
    release=${name#linux-image-}
    [[ -n $image && -d $folder/root/lib/modules/$release/kernel ]] ||
      die "$version: $name holds no kernel or no modules"
    mv "$image" "$folder/kernel/vmlinuz"
    mkdir -p "$folder/kernel/root/lib/modules"
    mv "$folder/root/lib/modules/$release" "$folder/kernel/root/lib/modules/"
    depmod -b "$folder/kernel/root" "$release"
    printf '%s\n' "$release" >"$folder/kernel/release"
    printf '%s %s\n' "$name" "$package_version" >"$folder/kernel/package"
    rm -rf -- "$(kernel_dir "$series")"
    mv "$folder/kernel" "$(kernel_dir "$series")"
  fi
  if [[ $version == newest ]]; then
    ln -sfnT "$series" "$(kernel_dir newest)"
  fi
  rm -rf -- "$folder"
}

# Prints the table of versions.
list_kernels() {
  local line version state
  for line in "${KERNELS[@]}"; do
    version=${line%% *}
    state='not downloaded yet'
    if kernel_cached "$version"; then state=$(cat "$(kernel_dir "$version")/package"); fi
    printf '%-8s %-18s %s\n' "$version" "${line#* }" "$state"
  done
}
