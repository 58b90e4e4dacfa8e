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
