# Enlarging and restoring from the command line, with what travels with the program alone.
source "$SOURCE/tests/e2e/case.sh"
export INKSTONE_HOME=$scratch/models

"$INKSTONE" post "$home" --chain exposure:0 -q -o large.png >/dev/null
size_of() { "$INKSTONE" metadata "$1" | sed -n 's/^picture *[A-Z]*, \([0-9x]*\),.*/\1/p'; }
"$INKSTONE" upscale "$home" --size 48 -q -o small.png >said
[ "$(cat said)" = small.png ] || fail "stdout is not the name of the picture"

# The network's own scale, any scale, any size; tiles and orientations.
"$INKSTONE" upscale small.png -q -o twice.png >/dev/null
width=$(size_of small.png); width=${width%x*}
[ "$(size_of twice.png | cut -dx -f1)" = $((2 * width)) ] || fail "not twice as wide: $(size_of twice.png)"
"$INKSTONE" upscale small.png --scale 3 --tta -q -o three.png >/dev/null
[ "$(size_of three.png | cut -dx -f1)" = $((3 * width)) ] || fail "not three times as wide: $(size_of three.png)"
"$INKSTONE" upscale small.png --width 77 --height 31 -q -o exact.png >/dev/null
[ "$(size_of exact.png)" = 77x31 ] || fail "not 77x31: $(size_of exact.png)"
"$INKSTONE" upscale small.png --type f32 -q -o whole.png >/dev/null
"$INKSTONE" upscale small.png --type f32 --tile 36 -q -o tiled.png >/dev/null
"$INKSTONE" metadata twice.png >said; has said '"task": "upscale"'; has said trainedAlgorithmicMedia

# 16 bits stay 16 bits, where the format has them.
"$INKSTONE" upscale small.png --bits 16 -q -o deep.png >/dev/null
"$INKSTONE" metadata deep.png >said; has said '16 bits'
"$INKSTONE" upscale deep.png -q -o deeper.png >/dev/null
"$INKSTONE" metadata deeper.png >said; has said '16 bits'
"$INKSTONE" upscale deep.png -q -o shallow.jpg >/dev/null

# Again from the recipe.
"$INKSTONE" replay three.png --search . -q -o again.png >/dev/null
cmp -s three.png again.png || fail "replay painted another picture"

# One pixel, grey, black, a transparent picture.
printf 'P6 1 1 255\nabc' >one.ppm
"$INKSTONE" upscale one.ppm -q -o one.png >/dev/null
[ "$(size_of one.png)" = 2x2 ] || fail "one pixel became $(size_of one.png)"
{ printf 'P5 20 10 255\n'; head -c 200 /dev/zero; } >black.pgm
"$INKSTONE" upscale black.pgm -q -o black.png >/dev/null

# The restorer that travels with the program brings a photograph nearer to what it was, whatever was done to it.
mkdir photographs; "$INKSTONE" post "$home" --chain exposure:0 -q -o photographs/home.png >/dev/null
for degradation in 'plain --noise 25' 'jpeg --quality 20' 'real --strength 0.6'; do
  "$INKSTONE" bench quality photographs -m restorer --degradation $degradation -q >said
  awk -v least=0.1 '$1 == "mean" { found = $2 > $4 + least } END { exit !found }' said || fail "$degradation is not restored: $(cat said)"
done
"$INKSTONE" restore small.png -q -o restored.png >/dev/null
[ "$(size_of restored.png)" = "$(size_of small.png)" ] || fail "restored to another size"
cmp -s small.png restored.png && fail "nothing was restored"

# Filters that mend without a network say so; strength 0 is the picture itself.
"$INKSTONE" restore small.png --task fading -q -o unfaded.png >/dev/null
"$INKSTONE" metadata unfaded.png >said; has said '"task": "restore"'
! grep -q trainedAlgorithmicMedia said || fail "no network mended this"

# What a network gains on pictures made bad in other ways than by scaling.
mkdir good; "$INKSTONE" post "$home" --chain "" -q -o good/home.png >/dev/null
for harm in plain "jpeg --quality 20" "real --strength 0.6"; do
  "$INKSTONE" bench quality good --degradation $harm -q >table
  awk '$1 == "mean" && $2 > 15 && $4 > 15 { found = 1 } END { exit !found }' table || fail "no figures: $(cat table)"
done
has table 'real 0.6'

# A folder.
mkdir in; cp small.png one.png in
"$INKSTONE" upscale in -q -o out >said
[ "$(ls out | wc -l)" = 2 ] || fail "not two pictures: $(ls out)"
refuses 2 'results would replace' upscale in -o in
refuses 2 'with -o FOLDER' upscale in

refuses 2 'give one of them' upscale small.png --scale 2 --size 100
refuses 2 '0 to 64' upscale small.png --scale 65
refuses 2 'starry-night paints in a style; use inkstone stylize -m starry-night' upscale small.png -m starry-night
refuses 2 'starry-night paints in a style; use inkstone stylize -m starry-night' restore small.png -m starry-night
refuses 2 'fills no holes' restore small.png --task erase --mask small.png -m starry-night
refuses 3 'models pull esrgan-medium/x2' upscale small.png -m esrgan-medium/x2
# An old photograph: a scratch on even grey is found and filled without a trace, by a mask too; nothing found, nothing changed.
export LC_ALL=C
bytes() { local text; printf -v text "%*s" "$2" ''; printf '%s' "${text// /$1}"; }
grey_picture() { printf 'P6\n240 160\n255\n'; for _ in $(seq 160); do bytes $'\x50' 360; bytes "$1" 6; bytes $'\x50' 354; done; }
grey_picture $'\xf8' >scratched.ppm
grey_picture $'\x50' >clean.ppm
"$INKSTONE" restore scratched.ppm --task scratches -m fast-marching --save-mask mask.ppm -o mended.ppm 2>said >/dev/null
has said '1 scratches and 0 spots'
cmp mended.ppm clean.ppm || fail "the scratch is still there"
"$INKSTONE" restore scratched.ppm --task scratches -m fast-marching --mask mask.ppm -q -o mended2.ppm >/dev/null
cmp mended2.ppm clean.ppm || fail "the mask that was saved is another"
"$INKSTONE" restore clean.ppm --task scratches -o untouched.ppm 2>said >/dev/null
has said 'no scratches'
cmp untouched.ppm clean.ppm || fail "a picture without scratches was changed"
"$INKSTONE" restore small.png --task old-photo -q -o renewed.png >/dev/null
"$INKSTONE" replay renewed.png --search . -q -o renewed-again.png >/dev/null
"$INKSTONE" post renewed.png --chain "" -q -o a.ppm >/dev/null; "$INKSTONE" post renewed-again.png --chain "" -q -o b.ppm >/dev/null
cmp a.ppm b.ppm || fail "replay restores another picture"

# Colours by strokes.
{ head -c 15 clean.ppm; bytes $'\x50' 3600; for _ in $(seq 20); do printf '\x90\x40\x30'; done; tail -c +3676 clean.ppm; } >strokes.ppm
"$INKSTONE" restore clean.ppm --task colourise --hints strokes.ppm -q -o coloured.ppm >/dev/null
cmp -s coloured.ppm clean.ppm && fail "nothing was coloured"
refuses 2 'of one size' restore small.png --task colourise --hints strokes.ppm
refuses 2 'no colour in it' restore clean.ppm --task colourise --hints clean.ppm
refuses 2 'means nothing' restore clean.ppm --task denoise --hints strokes.ppm
refuses 2 'exclude' restore clean.ppm --task colourise --hints strokes.ppm -m x.onnx
refuses 5 '--hints FILE' restore clean.ppm --task colourise
refuses 2 'means nothing' restore clean.ppm --task erase --mask mask.ppm --save-mask x.ppm
refuses 2 'not for a folder' restore . --task scratches --save-mask x.ppm

refuses 3 'models pull dncnn' restore small.png --task denoise
refuses 2 'needs --mask' restore small.png --task erase
refuses 2 'means nothing' restore small.png --task denoise --mask small.png
refuses 2 'upscale -m' restore small.png -m super-resolution-x2
refuses 3 'not a regular file\|no such\|there is no\|cannot' upscale nowhere.png
