# Where pictures go: names, intermediate pictures, metadata, and what happens when they cannot be written.
source "$SOURCE/tests/e2e/case.sh"
paint=(stylize "$home" --style "$night" "${small[@]}")

"$INKSTONE" "${paint[@]}" -o out.png --save-every 2 --preview 1
for file in out.png out-step2.png out.png.preview.png; do [ -s $file ] || fail "no $file"; done
"$INKSTONE" metadata out.png >said
has said "Steps: 3, Sampler: Adam, Seed: 0, Size: 64x"
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

# what is shown on the way has the colours of the result, and the losses can be kept
"$INKSTONE" "${paint[@]}" --original-colors -o kept.png --save-every 3 --preview 1 --loss-log losses.csv
pixels() { "$INKSTONE" post "$1" --chain "" -q -o "$1.ppm" >/dev/null; sha256sum <"$1.ppm"; }
[ "$(pixels kept.png)" = "$(pixels kept.png.preview.png)" ] || fail "the preview of the last step is not the picture"
[ "$(pixels kept.png)" = "$(pixels kept-step3.png)" ] || fail "the picture saved at the last step is not the result"
[ "$(head -1 losses.csv)" = "step,stage,content,style,tv,total" ] || fail "losses.csv begins with $(head -1 losses.csv)"
[ "$(wc -l <losses.csv)" = 4 ] || fail "losses.csv: $(cat losses.csv)"
refuses 8 "losses" "${paint[@]}" -o x.png --loss-log nowhere/losses.csv

# two paintings, each where its mask is white: a flat red one left and a flat blue one right, then the other way round
flat() { printf 'P6\n1 1\n255\n'; printf "$1"; }
flat '\377\040\040' >red.ppm; flat '\040\040\377' >blue.ppm
mask() { printf 'P5\n8 1\n255\n'; printf "$1"; }
mask '\377\377\377\377\0\0\0\0' >left.pgm; mask '\0\0\0\0\377\377\377\377' >right.pgm
masked=(stylize "$home" --style red.ppm --style blue.ppm --size 64 --optimizer lbfgs --iterations 30 --pyramid 1 --content-retention 0.1 --style-strength 1 -q -t 1)
"$INKSTONE" "${masked[@]}" --style-masks left.pgm --style-masks right.pgm -o masked.png
"$INKSTONE" "${masked[@]}" --style-masks right.pgm --style-masks left.pgm -o swapped.png
# redness FILE HALF: mean of R - B over the left (0) or right (1) half of a picture 64 wide
redness() {
  "$INKSTONE" post "$1" --chain "" -q -o half.ppm >/dev/null
  tail -c "$((64 * 48 * 3))" half.ppm | od -An -v -tu1 -w3 | awk -v half="$2" '{ if (int(((NR - 1) % 64) / 32) == half) { sum += $1 - $3; n++ } } END { printf "%d", sum / n }'
}
[ "$(redness masked.png 0)" -gt "$(($(redness swapped.png 0) + 8))" ] || fail "left: $(redness masked.png 0) with red there, $(redness swapped.png 0) with blue"
[ "$(redness swapped.png 1)" -gt "$(($(redness masked.png 1) + 4))" ] || fail "right: $(redness swapped.png 1) with red there, $(redness masked.png 1) with blue"
refuses 2 "one mask per style" "${masked[@]}" --style-masks left.pgm -o x.png
