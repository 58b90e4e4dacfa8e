# Where pictures go: names, intermediate pictures, metadata, and what happens when they cannot be written.
source "$SOURCE/tests/e2e/case.sh"
paint=(stylize "$home" --style "$night" "${small[@]}")

"$INKSTONE" "${paint[@]}" -o out.png --save-every 2 --preview 1
for file in out.png out-step2.png out.png.preview.png; do [ -s $file ] || fail "no $file"; done
"$INKSTONE" metadata out.png >said
has said "Steps: 3, Sampler: L-BFGS, Seed: 0, Size: 64x"
has said "trainedAlgorithmicMedia"
! grep -q "$SOURCE" said || fail "the recipe has a path of this machine"
"$INKSTONE" metadata --json out.png >said
has said '"task": "stylize"'

# a name that was not asked for overwrites nothing
"$INKSTONE" "${paint[@]}" >first; "$INKSTONE" "${paint[@]}" >second
[ "$(cat first)" = home-starry_night.png ] && [ "$(cat second)" = home-starry_night-2.png ] || fail "default names: $(cat first second)"

for extension in jpg webp; do
  "$INKSTONE" "${paint[@]}" -o out.$extension
  "$INKSTONE" metadata out.$extension >said; has said "Seed: 0"
done

# refused before the work
refuses 2 "regular file" "${paint[@]}" -o /dev/full
refuses 3 "no folder" "${paint[@]}" -o nowhere/out.png
refuses 2 "xyz" "${paint[@]}" -o out.xyz
if [ "$(id -u)" != 0 ]; then
  mkdir locked; chmod 555 locked
  refuses 8 "not allowed" "${paint[@]}" -o locked/out.png
fi

# the disk fills up while the picture is written: an error, and no half picture
code=0
(trap '' XFSZ; ulimit -f 2; exec "$INKSTONE" "${paint[@]}" -o full.png) 2>said || code=$?
[ "$code" = 8 ] || fail "full disk gives exit $code: $(cat said)"
[ ! -e full.png ] || fail "half a picture was left"
[ -z "$(find . -name '*.part')" ] || fail "a temporary file was left"
