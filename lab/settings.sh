# Where the lab lives and what it is made of. Sourced by the scripts beside it.
# shellcheck shell=bash disable=SC2034

# Everything that is built or written lies below this directory, nothing in the repository.
LAB=${LAB:-${XDG_CACHE_HOME:-$HOME/.cache}/kubectl-lifecycle-lab}
BIN=${LAB_BIN:-$LAB/bin}
RUN=$LAB/run
LOGS=$LAB/logs
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
export LAB

# Versions. The staging modules of Kubernetes v1.X.Y are v0.X.Y.
KUBERNETES=${KUBERNETES:-v1.36.3}
ETCD=${ETCD:-v3.6.16}
CONTAINERD=${CONTAINERD:-v2.4.2}
CNI=${CNI:-v1.10.0}

# How far the lab steps back behind other work of the machine.
NICE=${NICE:-5}

die() {
  printf '%s\n' "$*" >&2
  exit 1
}

# Is the process of this name there?
runs() {
  [ -s "$RUN/$1.pid" ] && kill -0 "$(cat "$RUN/$1.pid")" 2>/dev/null
}

# Becomes a command in the lab's namespaces.
enter() {
  # Without another process: `start` takes the first child for the program.
  local holder
  read -r holder <"$RUN/holder.pid" || [ -n "$holder" ]
  exec nsenter --target "$holder" --mount --net --pid --wdns="$PWD" -- \
    env "PATH=$BIN:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" \
    "KUBECONFIG=$RUN/admin.kubeconfig" "$@"
}

# Runs one there.
within() {
  (enter "$@")
}
