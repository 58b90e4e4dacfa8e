# A picture of any painter painted over in a style in the same command, by a network or by the search, and again from its recipe.
source "$SOURCE/tests/e2e/case.sh"
pixels() { "$INKSTONE" post "$1" --chain "" -q -o "$1.ppm" >/dev/null; sed '1,/^255/d' "$1.ppm" | sha256sum; }
mountains=(paint -m procedural/mountains -W 96 -H 64 -s 3 -q)

"$INKSTONE" "${mountains[@]}" -o plain.png >/dev/null
"$INKSTONE" "${mountains[@]}" --style-model starry-night -o night.png >/dev/null
[ "$(pixels plain.png)" != "$(pixels night.png)" ] || fail "no style was painted"
"$INKSTONE" stylize plain.png --model starry-night --size 96 -q -o after.png >/dev/null
# painted to bytes in between: near, not the same
python3 - plain.png.ppm night.png.ppm <(:; "$INKSTONE" post after.png --chain "" -q -o after.ppm >/dev/null; cat after.ppm) <<'PY' || fail "paint --style-model is not what stylize makes of it"
import sys
plain, night, after = (open(name, 'rb').read()[-96 * 64 * 3:] for name in sys.argv[1:])
apart = lambda a, b: sum(abs(x - y) for x, y in zip(a, b)) / len(a)
sys.exit(not (apart(night, after) < 1 < 5 < apart(night, plain)))
PY
"$INKSTONE" "${mountains[@]}" --style-model starry-night --style-strength 0 -o none.png >/dev/null
[ "$(pixels none.png)" = "$(pixels plain.png)" ] || fail "a strength of 0 is no style"
"$INKSTONE" metadata night.png >report; has report "Style model: starry-night"; has report trainedAlgorithmicMedia
"$INKSTONE" replay night.png -q -o night-again.png >/dev/null
[ "$(pixels night-again.png)" = "$(pixels night.png)" ] || fail "the recipe paints another picture in a style"

# Every picture of a batch; filters after the style; the search, whose painting is a parent.
"$INKSTONE" "${mountains[@]}" -b 2 --style "$night" --style-strength 0.7 --post "grain:0.3,match-color:lab='$home'" -o two.png >/dev/null
[ "$(pixels two-0.png)" != "$(pixels two-1.png)" ] || fail "a batch of one picture"
"$INKSTONE" metadata two-1.png >report; has report starry_night.jpg; has report '"style-strength": 0.7'
refuses 3 'starry_night.jpg.*--search\|home.jpg.*--search' replay two-1.png --search "$scratch" -o x.png -q
"$INKSTONE" replay two-1.png --search "$SOURCE/examples" -q -o two-again.png >/dev/null
[ "$(pixels two-again.png)" = "$(pixels two-1.png)" ] || fail "the recipe searches for another picture"

# Words, by the painter in the sources.
words=(paint "a red heart" -m "$SOURCE/assets/words" -s 1 -q -t 1)
"$INKSTONE" "${words[@]}" -o heart.png >/dev/null
"$INKSTONE" "${words[@]}" --style-model great-wave -o wave.png >/dev/null
[ "$(pixels wave.png)" != "$(pixels heart.png)" ] || fail "words are painted without their style"
"$INKSTONE" replay wave.png --search "$SOURCE/assets/words" -q -t 1 -o wave-again.png >/dev/null
[ "$(pixels wave-again.png)" = "$(pixels wave.png)" ] || fail "the recipe of words paints another picture"
"$INKSTONE" explain wave.png -m "$SOURCE/assets/words" --steps 1 -o why.png -t 1 >/dev/null 2>log || fail "$(cat log)"
has log "before it was painted over in a style"

# A checkpoint of Stable Diffusion.
"$MAKE_CHECKPOINT" tiny folder f32
"$INKSTONE" paint "a fox" -m folder --steps 2 -W 64 -H 64 --type f32 --style-model the-scream -o fox.png -q >/dev/null
"$INKSTONE" replay fox.png --search . -q -o fox-again.png >/dev/null
[ "$(pixels fox-again.png)" = "$(pixels fox.png)" ] || fail "the recipe of a checkpoint paints another picture"

refuses 2 "goes with --style" "${mountains[@]}" --style-strength 0.5 -o x.png
refuses 2 "one style" "${mountains[@]}" --style-model starry-night --style "$night" -o x.png
refuses 3 "did you mean" "${mountains[@]}" --style-model stary-night -o x.png
refuses 3 "nowhere.jpg" "${mountains[@]}" --style nowhere.jpg -o x.png
refuses 2 "32 pixels a side" paint -q -m procedural/mountains -W 16 -H 16 --style-model starry-night -o x.png
refuses 2 "searched towards with --style" "${mountains[@]}" --style-model "$SOURCE/assets/perceptual/perceptual.safetensors" -o x.png
refuses 2 "-1 to 1" "${mountains[@]}" --style "$night" --style-strength 2 -o x.png
