# What the program says of itself: help, the committed reference page, the manual page, completion.
source "$SOURCE/tests/e2e/case.sh"
"$INKSTONE" >said; for command in stylize post metadata replay models version; do has said "$command"; done
"$INKSTONE" stylize --help >said; has said "--style-blend-weights"; has said "32 to 4096"
"$INKSTONE" --version >said; has said "inkstone [0-9]"
"$INKSTONE" docs reference >reference.md
diff "$SOURCE/docs/reference.md" reference.md || fail "docs/reference.md is old: inkstone docs reference > docs/reference.md"

# finds_nothing TOOL OPTIONS...: the tool complains of nothing; where it is not installed, that is said.
finds_nothing() {
  if ! command -v "$1" >/dev/null; then echo "left out, for want of $1: $*"; return; fi
  "$@" >/dev/null 2>stderr && [ ! -s stderr ] || fail "$*: $(head stderr)"
}
"$INKSTONE" docs man >inkstone.1; has inkstone.1 "^.TH INKSTONE 1"
LC_ALL=C.UTF-8 finds_nothing man --warnings -l ./inkstone.1
"$INKSTONE" completion bash >completion; bash -n completion; has completion "--tv-weight"
for shell in zsh fish; do
  "$INKSTONE" completion $shell >completion; has completion "tv-weight"
  finds_nothing $shell -n completion
done
refuses 2 "bash, zsh and fish" completion tcsh
"$INKSTONE" docs schema >schema; has schema '"additionalProperties": false'
