# StyleGAN: a run taken up again is the uninterrupted one, with all that steers its augmentation; it paints with truncation; its discriminator goes
# on frozen; a pickle of NVIDIA's becomes a model.
source "$SOURCE/tests/e2e/case.sh"
cat >tiny.toml <<'TOML'
family = "stylegan"
data = "procedural:julia,ifs:size=16x24,count=32"
[model]
latent = 8
style-numbers = 8
channel-base = 64
channel-max = 8
conditional = true
augment = "bgc"
augment-start = 0.3
augment-images = 2000
[train]
steps = 40
batch = 8
learning-rate = 2e-3
beta1 = 0
ema = 0.99
checkpoint-every = 10
sample-every = 40
TOML
"$INKSTONE" train tiny.toml -o whole -q -t 1 >/dev/null 2>log || fail "$(cat log)"
"$INKSTONE" train tiny.toml -o parts --steps 17 -q -t 1 >/dev/null 2>log || fail "$(cat log)"
"$INKSTONE" train --resume -o parts --steps 40 -q -t 1 >/dev/null 2>log || fail "$(cat log)"
cmp whole/model.safetensors parts/model.safetensors || fail "taken up again, the run ends with other weights"
has whole/metrics.jsonl augment_p
has whole/metrics.jsonl path_length
[ -s whole/samples/step-000040.png ] || fail "no samples"

"$INKSTONE" paint -m whole -b 4 --grid --truncation 0.5 -s 3 -o near.png -q >/dev/null 2>log || fail "$(cat log)"
"$INKSTONE" paint -m whole -b 4 --grid --truncation 0 -s 3 --class ifs -o mean.png -q >/dev/null
"$INKSTONE" metadata near.png >report; has report '"truncation"'
cmp near.png mean.png >/dev/null && fail "truncation changes nothing"

"$INKSTONE" train tiny.toml --from whole/checkpoints/step-00000040.safetensors --frozen-layers 3 --steps 3 -o frozen -q -t 1 >/dev/null 2>log || fail "$(cat log)"
refuses 2 "doubled again and again" train tiny.toml --width 50 --height 50 -o x -q
refuses 2 "needs pictures of 22 pixels" train tiny.toml --augment bgcf -o x -q

"$INKSTONE" models convert "$SOURCE/tests/golden/data/stylegan.pkl" official.safetensors >/dev/null 2>log || fail "$(cat log)"
"$INKSTONE" paint -m official.safetensors -b 2 --class 1 -o official.png -q >/dev/null 2>log || fail "$(cat log)"
"$INKSTONE" paint -m official.safetensors -b 2 --class 1 --truncation 0.7 -o official.png -q >/dev/null 2>log || fail "$(cat log)"

# ---- styles: mixed, moved, found again ----
"$INKSTONE" paint -m whole --rows 3,5 --cols 7-9 --styles 0-2 --truncation 0.7 -o mixed.png -q >/dev/null 2>log || fail "$(cat log)"
"$INKSTONE" metadata mixed.png >report; has report '"mix-layers": "0-2"\|"mix-layers":"0-2"'
"$INKSTONE" replay mixed.png --search whole -o mixed-again.png -q >/dev/null
same() { cmp <("$INKSTONE" post "$1" --chain "" -o a.ppm -q >/dev/null 2>&1; tail -c 2000 a.ppm) <("$INKSTONE" post "$2" --chain "" -o b.ppm -q >/dev/null 2>&1; tail -c 2000 b.ppm); }
same mixed.png mixed-again.png || fail "replay mixes otherwise"
"$INKSTONE" models directions whole >found; has found pca0; has found whole/model.directions.safetensors
"$INKSTONE" paint -m whole --direction pca0=2,sefa1=-1:0-2 -o moved.png -q >/dev/null 2>log || fail "$(cat log)"
[ -s log ] && fail "the file of directions is not taken: $(cat log)"
"$INKSTONE" paint -m whole --direction-sheet 3 --scale 2 -o sheet.png -q >/dev/null
"$INKSTONE" dream project "$home" -m whole --steps 5 --distance embedded -o p.png -q >said 2>log || fail "$(cat log)"
has said p.projected_w.safetensors
"$INKSTONE" paint -m whole --latent p.png --direction pca1=1 -o p1.png -q >/dev/null
"$INKSTONE" paint -m whole --latent p.projected_w.safetensors --direction pca1=1 -o p2.png -q >/dev/null
same p1.png p2.png || fail "the latent's file paints another picture than its picture"
"$INKSTONE" dream project "$home" -m whole --steps 3 --space w+ --class ifs --distance embedded -o plus.png -q >/dev/null 2>log || fail "$(cat log)"
"$INKSTONE" paint -m whole --latent p.png --latent plus.png --interpolate 5 -o walk.gif -q >/dev/null 2>log || grep -q ffmpeg log || fail "$(cat log)"
"$INKSTONE" paint -m official.safetensors --latent p.png -o other.png >/dev/null 2>log || fail "$(cat log)"
has log "was found in another network"  # of the same shape; unit tests have one of another

refuses 2 "there are no layers 0-40" paint -m whole --mix-rows 1 --mix-columns 2 --mix-layers 0-40 -o x.png
refuses 2 "did you mean 'pca0'" paint -m whole --direction pcaO=1 -o x.png
refuses 2 "carries no style" paint -m whole --latent near.png -o x.png
refuses 2 "no StyleGAN" paint -m procedural/julia --direction pca0=1 -o x.png
refuses 2 "no network" dream project "$home"
refuses 2 "no class" dream project "$home" -m whole --class dog -o x.png
refuses 2 "has no meaning for .inkstone dream project." dream project "$home" -m whole --octaves 3 -o x.png
