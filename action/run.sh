#!/usr/bin/env bash
# What the action does: finds or installs kubectl-lifecycle, then lints.
#
# Everything comes in through the environment. No input is ever part of a script, and the only lists
# are split at line ends, so a path may hold blanks. A path cannot pass for an option: it stands
# behind `--`.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

# A message for the log and for the pull request; its text can hold an input.
complain() { # level, message
  local text=$2
  text=${text//'%'/%25}
  text=${text//$'\r'/%0D}
  text=${text//$'\n'/%0A}
  printf '::%s::%s\n' "$1" "$text"
}

fail() {
  complain error "kubectl lifecycle: $1"
  set_output exit-code 2
  exit 2
}

set_output() { # name, value
  # A value with a line end could set other outputs.
  case $2 in *[$'\r\n']*) complain warning "the output $1 holds a line end and was not set" && return ;; esac
  printf '%s=%s\n' "$1" "$2" >>"${GITHUB_OUTPUT:-/dev/null}"
}

# The lines of a list, without empty ones, in the array `lines`.
read_lines() {
  local line
  lines=()
  while IFS= read -r line || [[ -n $line ]]; do
    line=${line%$'\r'}
    if [[ -n $line ]]; then lines+=("$line"); fi
  done <<<"$1"
}

# true or false, and nothing else.
is_on() { # name, value, default
  case ${2:-$3} in
    true) return 0 ;;
    false) return 1 ;;
    *) fail "the input $1 is \`$2\`; write true or false" ;;
  esac
}

executable=
if [[ -n ${INPUT_EXECUTABLE:-} ]]; then
  executable=$(type -P -- "$INPUT_EXECUTABLE") || fail "the input executable names no program: $INPUT_EXECUTABLE"
  # The lint may run in another directory.
  [[ $executable == /* || $executable == [A-Za-z]:* ]] || executable=$PWD/$executable
else
  # shellcheck source=action/install.sh
  source "$here/install.sh"
  install_kubectl_lifecycle
fi

working_directory=${INPUT_WORKING_DIRECTORY:-.}
cd -- "${GITHUB_WORKSPACE:-.}" || fail "the workspace cannot be entered"
# Prefixed, so that neither an option nor `-` can be meant.
case $working_directory in /* | [A-Za-z]:*) ;; *) working_directory=./$working_directory ;; esac
cd -- "$working_directory" || fail "the input working-directory cannot be entered: $INPUT_WORKING_DIRECTORY"

# With `=`, so that a value with a leading hyphen stays a value.
arguments=()
option() { # flag, value
  if [[ -n $2 ]]; then arguments+=("$1=$2"); fi
}

option --changed-since "${INPUT_CHANGED_SINCE:-}"
option --fail-on "${INPUT_FAIL_ON:-}"
option --config "${INPUT_CONFIG:-}"
option --baseline "${INPUT_BASELINE:-}"
option --kubernetes-version "${INPUT_KUBERNETES_VERSION:-}"

if is_on annotations "${INPUT_ANNOTATIONS:-}" true; then
  arguments+=(--output=github)
else
  arguments+=(--output=human)
fi
if [[ -n ${GITHUB_STEP_SUMMARY:-} ]] && is_on summary "${INPUT_SUMMARY:-}" true; then
  arguments+=(--output="markdown=$GITHUB_STEP_SUMMARY")
fi
if [[ -n ${INPUT_SARIF_FILE:-} ]]; then
  arguments+=(--output="sarif=$INPUT_SARIF_FILE")
fi

read_lines "${INPUT_ARGS:-}"
arguments+=(${lines[@]+"${lines[@]}"})

read_lines "${INPUT_PATHS:-}"
for path in ${lines[@]+"${lines[@]}"}; do
  if [[ $path == - ]]; then fail "the input paths holds \`-\`: an action has no standard input"; fi
done
arguments+=(-- ${lines[@]+"${lines[@]}"})

status=0
"$executable" lint "${arguments[@]}" || status=$?

set_output exit-code "$status"
if [[ -n ${INPUT_SARIF_FILE:-} && -f $INPUT_SARIF_FILE ]]; then
  # upload-sarif looks from the workspace, and not from the working directory.
  case $INPUT_SARIF_FILE in
    /* | [A-Za-z]:*) set_output sarif-file "$INPUT_SARIF_FILE" ;;
    *) set_output sarif-file "$PWD/$INPUT_SARIF_FILE" ;;
  esac
fi
exit "$status"
