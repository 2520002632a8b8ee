# shellcheck shell=bash
# Shared by the scripts of this folder; sourced, never run.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
BUILD="$ROOT/build"
BIN="$BUILD/bin"

if [[ -t 2 && -z ${NO_COLOR:-} ]]; then
  BOLD=$'\e[1m' DIM=$'\e[2m' RED=$'\e[31m' YELLOW=$'\e[33m' GREEN=$'\e[32m' PLAIN=$'\e[0m'
else
  BOLD='' DIM='' RED='' YELLOW='' GREEN='' PLAIN=''
fi
export BOLD DIM RED YELLOW GREEN PLAIN BIN

# Progress goes to standard error: standard output belongs to results.
say() { printf '%s\n' "${DIM}[${0##*/}]${PLAIN} $*" >&2; }
warn() { printf '%s\n' "${YELLOW}[${0##*/}] $*${PLAIN}" >&2; }
die() {
  printf '%s\n' "${RED}[${0##*/}] $*${PLAIN}" >&2
  exit 1
}

# A command that fails where nothing expects it must not end a script in silence.
set -E
trap 'printf "%s\n" "${RED}[${0##*/}] failed at line $LINENO of ${BASH_SOURCE[0]##*/}: $BASH_COMMAND${PLAIN}" >&2' ERR

have() { command -v "$1" >/dev/null 2>&1; }

# True when one of the given paths (globs already expanded) exists.
any_file() {
  local path
  for path in "$@"; do [[ -e $path ]] && return 0; done
  return 1
}

# Seconds with one decimal since the given $EPOCHREALTIME.
seconds_since() {
  local start=${1/[.,]/} now=${EPOCHREALTIME/[.,]/} tenths
  tenths=$(((now - start + 50000) / 100000))
  printf '%d.%d s' $((tenths / 10)) $((tenths % 10))
}

# The .NET SDK, wherever it was unpacked. Its own language data (ICU) is not needed by anything here.
find_dotnet() {
  local folder
  if ! have dotnet; then
    for folder in "${DOTNET_ROOT:-}" "$HOME/.dotnet" /usr/share/dotnet /usr/lib/dotnet /usr/local/share/dotnet /opt/dotnet; do
      [[ -n $folder && -x $folder/dotnet ]] && PATH="$folder:$PATH" && break
    done
  fi
  have dotnet || die "the .NET 10 SDK is not on this machine: https://dotnet.microsoft.com/download/dotnet/10.0"
  DOTNET_ROOT=$(dirname "$(readlink -f "$(command -v dotnet)")")
  export PATH DOTNET_ROOT
  export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
  export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT="${DOTNET_SYSTEM_GLOBALIZATION_INVARIANT:-1}"
}

# A C compiler that can link native code on this machine: what Native AOT uses. Prints its name.
find_linker() {
  local name
  any_file /usr/lib/*/Scrt1.o /usr/lib/Scrt1.o /usr/lib64/Scrt1.o || return 1
  have ld.bfd || return 1
  have objcopy || have llvm-objcopy || return 1
  for name in clang clang-{25..14} gcc; do
    have "$name" && printf '%s' "$name" && return 0
  done
  return 1
}

# Runtime identifier of this machine, as .NET spells it.
machine_rid() {
  case "$(uname -s)-$(uname -m)" in
    Linux-x86_64) printf linux-x64 ;;
    Linux-aarch64) printf linux-arm64 ;;
    *) die "no build for $(uname -s) on $(uname -m): MiniFaas runs on Linux, x64 or arm64" ;;
  esac
}

# Publishes for one runtime identifier ($RID) and logs to $LOG. A lock (9) is not handed to what the SDK starts, and nothing it starts stays behind.
# Artifacts apart from the projects' own obj folders: restoring for one runtime identifier must not disturb them.
publish() { # project, destination, options...
  local project=$1 destination=$2
  shift 2
  dotnet publish "$ROOT/src/$project" -c Release -r "$RID" --nologo -v quiet \
    -o "$destination" -nodeReuse:false -p:UseSharedCompilation=false -p:ArtifactsPath="$BUILD/artifacts" "$@" >"$LOG" 2>&1 9>&-
}

show_log_and_die() {
  grep -E 'error|warning' "$LOG" | sort -u | head -40 >&2 || tail -40 "$LOG" >&2
  die "$1 (whole log: $LOG)"
}
