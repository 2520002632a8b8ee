#!/bin/sh
# Bundles the dashboard into the folder given: installs its packages as package-lock.json says, when that has changed, then
# runs build.mjs. Called by the build of Faas.Supervisor when a file of this folder is newer than the last bundle.
#
# Without npm, or without network at the first time, it says so in one line and succeeds: the program then has no dashboard.
set -eu
out=$1
cd "$(dirname "$0")"

leave_out() {
  rm -rf "$out" # no page is better than one that belongs to an older program
  mkdir -p "$out"
  printf '%s\n' "$1" >"$out/left-out.txt" # the program tells it to whoever looks for the page
  echo "dashboard: left out of this build: $1" >&2
  exit 0
}

if ! command -v node >/dev/null 2>&1 || ! command -v npm >/dev/null 2>&1; then
  leave_out 'Node.js with npm is not on this machine: run scripts/setup, then scripts/build'
fi
[ "$(node -p 'process.versions.node.split(".")[0]')" -ge 18 ] || leave_out "Node.js 18 or later is needed, this is $(node --version)"

stamp=node_modules/.bundle-stamp
wanted=$(cksum <package-lock.json)
if [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ]; then
  # No package's own install script is needed or run.
  said="$(npm ci --ignore-scripts --no-audit --no-fund --prefer-offline --fetch-retries=1 --loglevel=error 2>&1)" || leave_out "npm ci failed: $(printf '%s\n' "$said" | grep -v '^npm warn' | head -1)"
  printf '%s\n' "$wanted" >"$stamp"
fi

node build.mjs "$out"
