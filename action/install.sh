# Installs kubectl-lifecycle for the action: the release that the action belongs to, with its
# checksum, or else its own source. Sets `executable`. Needs `complain` and `fail` of run.sh.
# shellcheck shell=bash disable=SC2034 # run.sh reads what is set here

releases=https://github.com/kubectl-lifecycle/kubectl-lifecycle/releases/download

# The version in Cargo.toml, which is that of the action's own commit.
own_version() {
  sed -n 's/^version = "\(.*\)"$/\1/p' "$action_path/Cargo.toml" | head -n 1
}

has_own_version() { # program
  [[ $("$1" --version 2>/dev/null) == "kubectl lifecycle $(own_version)" ]]
}

# The target of a release archive for this runner; fails where there is none.
target() {
  case ${RUNNER_OS:-}-${RUNNER_ARCH:-} in
    Linux-X64) echo x86_64-unknown-linux-musl ;;
    Linux-ARM64) echo aarch64-unknown-linux-musl ;;
    macOS-X64) echo x86_64-apple-darwin ;;
    macOS-ARM64) echo aarch64-apple-darwin ;;
    Windows-X64) echo x86_64-pc-windows-msvc ;;
    *) return 1 ;;
  esac
}

sha256() {
  if command -v sha256sum >/dev/null; then sha256sum -- "$1"; else shasum -a 256 -- "$1"; fi | cut -d ' ' -f 1
}

# Downloads and unpacks a release into a directory. Status 1: there is no such release.
download() { # version, directory
  local version=$1 into=$2 target archive want got
  target=$(target) || return 1
  archive=kubectl-lifecycle-v$version-$target.tar.gz
  if [[ $target == *windows* ]]; then archive=${archive%.tar.gz}.zip; fi
  local fetch=(curl --fail --silent --show-error --location --proto '=https' --tlsv1.2 --retry 2 --connect-timeout 15 --max-time 300)
  local url=${KUBECTL_LIFECYCLE_RELEASES:-$releases}/v$version
  # A test serves a release from a directory.
  if [[ $url == file://* ]]; then fetch=(curl --fail --silent --show-error); fi
  "${fetch[@]}" --output "$into/$archive" "$url/$archive" || return 1
  "${fetch[@]}" --output "$into/SHA256SUMS" "$url/SHA256SUMS" || fail "the release v$version has no checksums"
  want=$(awk -v name="$archive" '$2 == name || $2 == "*" name { print $1 }' "$into/SHA256SUMS")
  got=$(sha256 "$into/$archive")
  if [[ -z $want || $want != "$got" ]]; then
    fail "the checksum of $archive is ${got:-unknown}, and the release says ${want:-nothing}; it was not unpacked"
  fi
  if [[ $archive == *.zip ]]; then
    unzip -q -o "$into/$archive" -d "$into"
  else
    tar -xzf "$into/$archive" -C "$into"
  fi
}

# Builds the source that the action is part of.
build() { # root
  command -v cargo >/dev/null || fail "there is no release for this runner (${RUNNER_OS:-?} ${RUNNER_ARCH:-?}) and no cargo to build the source; use dtolnay/rust-toolchain first"
  cargo install --locked --quiet --path "$action_path" --root "$1" || fail "the source could not be built; cargo says why above"
}

install_kubectl_lifecycle() {
  action_path=${GITHUB_ACTION_PATH:-$here/..}
  local version=${INPUT_VERSION:-} directory
  # What the job put on PATH is as good as a download, if it is the same version.
  if [[ -z $version ]] && has_own_version kubectl-lifecycle; then
    executable=$(type -P kubectl-lifecycle)
    return
  fi
  directory=$(mktemp -d "${RUNNER_TEMP:-/tmp}/kubectl-lifecycle.XXXXXX")
  if [[ -n $version && $version != source ]]; then
    # It becomes part of an address and of a file's name.
    version=${version#v}
    [[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?$ ]] || fail "the input version is \`$INPUT_VERSION\`; write it like 0.1.0, or \`source\`"
    download "$version" "$directory" || fail "there is no release v$version for this runner (${RUNNER_OS:-?} ${RUNNER_ARCH:-?}); leave the input version empty to build the action's own source"
  elif [[ $version == source ]] || ! download "$(own_version)" "$directory" 2>/dev/null; then
    build "$directory"
    directory=$directory/bin
  fi
  executable=$(type -P "$directory/kubectl-lifecycle" || type -P "$directory/kubectl-lifecycle.exe") ||
    fail "the archive holds no kubectl-lifecycle"
}
