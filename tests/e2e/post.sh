# Filters from the command line.
source "$SOURCE/tests/e2e/case.sh"
"$INKSTONE" post "$home" --chain "vignette" -q -o out.png >said
[ "$(cat said)" = out.png ] || fail "stdout is not the name of the picture"
"$INKSTONE" metadata out.png >said; has said '"task": "post"'
! grep -q trainedAlgorithmicMedia said || fail "no network painted this"
"$INKSTONE" post --list-filters >said; has said watercolour
