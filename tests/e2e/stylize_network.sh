# Painting with networks that paint by themselves. Those that are published are used where they lie beside the source.
source "$SOURCE/tests/e2e/case.sh"
models=$SOURCE/../shared/models

refuses 3 'no model\|not.*known\|there is no' stylize "$home" --model no-such-network
refuses 2 'no style' stylize "$home"
# Known, but not here: which command fetches it.
for network in fast-style/wave fast-style-onnx/candy microast cartoongan/hayao animegan3; do
  INKSTONE_HOME=$scratch/empty refuses 3 "inkstone models pull $network" stylize "$home" --model $network -o x.png
  INKSTONE_HOME=$scratch/empty refuses 3 "inkstone models pull $network" paint -m procedural/mountains -W 64 --style-model $network -o x.png
done
# Of another kind: which command it is for.
refuses 2 'enlarges 2 times; use inkstone upscale -m super-resolution-x2' stylize "$home" --model super-resolution-x2 --size 64 -o x.png
refuses 2 'paints none; name the painting' stylize "$home" --model "$SOURCE/assets/perceptual/perceptual.safetensors" -o x.png
refuses 2 'inkstone upscale -m' paint -m procedural/mountains -W 64 --style-model super-resolution-x2 -o x.png
refuses 2 'color-mode match' stylize "$home" --model starry-night --original-colors --color-mode match --size 64 -o x.png
pixels() { "$INKSTONE" post "$1" --chain "" -q -o "$1.ppm" >/dev/null; sha256sum <"$1.ppm"; }
# A strength of 0 is the photograph.
"$INKSTONE" upscale "$home" --size 64 -q -o least.png >/dev/null
"$INKSTONE" stylize least.png --model starry-night --size 64 --style-strength 0 -q -o same.png
[ "$(pixels same.png)" = "$(pixels least.png)" ] || fail "a strength of 0 is not the photograph"
# --refine goes on by the search's own settings and with the dials.
refined() { "$INKSTONE" stylize least.png --model starry-night --size 64 --style "$night" --refine 2 -q "$@"; }
refined -o adam.png; "$INKSTONE" metadata adam.png >shown; has shown 'Sampler: Adam'
refined --optimizer lbfgs -o lbfgs.png; "$INKSTONE" metadata lbfgs.png >shown; has shown 'Sampler: L-BFGS'
refined --content-retention 1 -o held.png
[ "$(pixels held.png)" != "$(pixels adam.png)" ] || fail "--refine forgets the dials"
[ -d "$models" ] || { echo "skipped: published networks of style, none beside the source"; exit 0; }

# One style: any size, odd sides, dials, colours, alpha; the recipe paints it again.
wave=$models/fast-style/wave
"$INKSTONE" stylize "$home" --model "$wave" --size 97 -q -o wave.png
"$INKSTONE" metadata show wave.png >shown && has shown feed-forward
"$INKSTONE" replay wave.png --search "$SOURCE/examples" --search "$wave" -q -o replayed.png
"$INKSTONE" stylize "$home" --model "$wave/manifest.json" --size 97 -q -o again.png
[ "$(pixels replayed.png)" = "$(pixels wave.png)" ] || fail "the recipe painted another picture"
[ "$(pixels again.png)" = "$(pixels wave.png)" ] || fail "folder and manifest are two models"
"$INKSTONE" stylize "$home" --model "$wave" --size 64 --style-strength 0 -q -o photo.png
"$INKSTONE" stylize "$home" --model "$wave" --size 64 --style-strength 0.5 --content-retention 0.5 --original-colors -q -o half.png
"$INKSTONE" stylize "$home" --model "$wave" --size 64 --style "$night" --refine 2 -q -o refined.png
refuses 2 'one style' stylize "$home" --model "$wave" --style "$night" --size 64 -o x.png
refuses 2 'refine needs' stylize "$home" --model "$wave" --refine 2 --size 64 -o x.png

# Any style.
"$INKSTONE" stylize "$home" --model "$models/microast" --style "$night" --size 64 -q -o any.png
"$INKSTONE" stylize "$home" --model "$models/microast" --style "$night" --style "$home" --style-blend-weights 3 --style-blend-weights 1 --size 64 -q -o blend.png
"$INKSTONE" stylize "$home" --model "$models/microast" --style "$night" --style "$home" --style-masks half.png --style-masks photo.png --size 64 -q -o regions.png
# Where a mask is white its own style is, and that alone.
python3 - <<'PY'
for name, white in (('left', lambda x: x < 32), ('right', lambda x: x >= 32)):
    open(name + '.pgm', 'wb').write(b'P5 64 48 255\n' + bytes(255 * white(x) for y in range(48) for x in range(64)))
PY
"$INKSTONE" upscale "$home" --width 64 --height 48 -q -o even.png >/dev/null
micro=(stylize even.png --model "$models/microast" --size 64 --type f32 -q)
"$INKSTONE" "${micro[@]}" --style "$night" --style least.png --style-masks left.pgm --style-masks right.pgm -o halves.png
"$INKSTONE" "${micro[@]}" --style "$night" -o first.png
"$INKSTONE" "${micro[@]}" --style least.png -o second.png
for name in halves first second; do pixels $name.png >/dev/null; done
python3 - <<'PY' || fail "the halves of a picture are not in their styles"
import sys
halves, first, second = (open(name + '.png.ppm', 'rb').read()[-64 * 48 * 3:] for name in ('halves', 'first', 'second'))
def apart(a, b, columns):
    places = [(64 * y + x) * 3 + c for y in range(48) for x in columns for c in range(3)]
    return sum(abs(a[i] - b[i]) for i in places) / len(places)
left, right = range(30), range(34, 64)
far = min(apart(first, second, left), apart(first, second, right))
sys.exit(not (far > 5 and apart(halves, first, left) < far / 10 and apart(halves, second, right) < far / 10))
PY
refuses 2 'any style' stylize "$home" --model "$models/microast" --size 64 -o x.png
refuses 2 'one mask per style' stylize "$home" --model "$models/microast" --style "$night" --style-masks half.png --style-masks photo.png --size 64 -o x.png

# By the catalogue's names, found out of their files' own kind.
export INKSTONE_MIRROR=$models INKSTONE_HOME=$scratch/home
for name in fast-style/udnie fast-style-onnx/candy fast-style-onnx/mosaic animegan3; do
  "$INKSTONE" models pull "$name" >/dev/null 2>&1
  "$INKSTONE" stylize "$home" --model "$name" --size 64 -q -o named.png || fail "$name does not paint"
done

# Times.
"$INKSTONE" bench stylize --model "$wave" --size 64 --runs 2 >times && has times 'median ms' && has times 'peak MiB'
refuses 2 'no network' bench stylize

# A film: its sound, its frames; what is no film.
command -v ffmpeg >/dev/null || { echo "skipped: films, without ffmpeg"; exit 0; }
ffmpeg -v error -f lavfi -i testsrc=size=64x48:rate=10:duration=0.6 -f lavfi -i sine=duration=0.6 -shortest clip.mp4
"$INKSTONE" stylize clip.mp4 --model "$wave" --size 64 -o painted.mp4 2>said
has said '6 frames'
[ "$(ffprobe -v error -count_frames -select_streams v -show_entries stream=nb_read_frames -of csv=p=0 painted.mp4)" = 6 ] || fail "frames were lost"
ffprobe -v error -show_entries stream=codec_type -of csv=p=0 painted.mp4 | grep -q audio || fail "the sound was lost"
refuses 2 'no name for a film' stylize clip.mp4 --model "$wave" -o x.png
printf 'not a film' >broken.mp4
refuses 4 'no film' stylize broken.mp4 --model "$wave" -o x.mp4
ffmpeg -v error -f lavfi -i sine=duration=0.3 sound.mp4
refuses 4 'no pictures' stylize sound.mp4 --model "$wave" -o x.mp4
ffmpeg -v error -f lavfi -i testsrc=size=64x48 -f lavfi -i sine=duration=0.3 -frames:v 0 frameless.mp4
refuses 4 'no pictures' stylize frameless.mp4 --model "$wave" -o x.mp4
