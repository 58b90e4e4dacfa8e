# Sourced by every script here: a scratch folder, the example pictures, and two ways to run the program.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
home=$SOURCE/examples/home.jpg
night=$SOURCE/examples/starry_night.jpg
export TMPDIR=$scratch
small=(--size 64 --iterations 3 --pyramid 1 -q)  # a painting in no time

fail() { printf 'FAILED: %s\n' "$*" >&2; exit 1; }

# refuses CODE PATTERN ARGUMENTS...: exits with CODE, and stderr is one line that matches PATTERN.
refuses() {
  local code=$1 pattern=$2 got=0; shift 2
  "$INKSTONE" "$@" >stdout 2>stderr || got=$?
  [ "$got" = "$code" ] || fail "exit $got instead of $code: inkstone $*: $(cat stderr)"
  [ "$(wc -l <stderr)" = 1 ] || fail "not one line: inkstone $*: $(cat stderr)"
  grep -q -e "$pattern" stderr || fail "inkstone $*: '$(cat stderr)' does not say '$pattern'"
}

has() { grep -q -e "$2" "$1" || fail "$1 has no '$2': $(head -c 600 "$1")"; }
