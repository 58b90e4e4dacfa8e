# Private training: it says what it gives away, resumes exactly, stops at its budget, and is refused where clipping would not cover everything.
source "$SOURCE/tests/e2e/case.sh"
cat >private.toml <<'TOML'
family = "vae"
data = "procedural:julia,ifs:size=16x16,count=200"
[model]
latent = 4
features = 8
norm = "layer"
[train]
steps = 12
batch = 10
seed = 4711
dp-noise = 1.2
dp-clip = 1
checkpoint-every = 4
sample-every = 0
log-every = 1
TOML
"$INKSTONE" train private.toml -o whole -t 1 >/dev/null 2>log || fail "$(cat log)"
has log "private training: epsilon [0-9.]* at delta 1e-05 after 12 steps"
has whole/metrics.jsonl '"epsilon":'
grep -a -q 'inkstone.privacy' whole/model.safetensors || fail "the model does not say what it gave away"
"$INKSTONE" train private.toml -o parts --steps 7 -q -t 1 >/dev/null
"$INKSTONE" train private.toml --resume -o parts -q -t 1 >/dev/null
cmp whole/model.safetensors parts/model.safetensors || fail "a resumed private run ends with other weights"
"$INKSTONE" paint --model whole -b 2 --grid -o x.png -q >/dev/null

"$INKSTONE" train private.toml --steps 1000 --dp-epsilon 2 -o bounded -t 1 >/dev/null 2>log || fail "$(cat log)"
has log "private training: epsilon 1[.]9[0-9]* "
has log "stopped by its budget"

sed 's/^norm.*//' private.toml >batch.toml
refuses 2 "keeps statistics of the pictures ('encoder.1.running_mean')" train batch.toml -o x -q -t 1
refuses 2 "choose a --seed of your own" train private.toml --seed 0 -o x -q -t 1
refuses 2 "families of one network" train gan-mnist --data procedural:julia:size=16x16,count=50 --dp-noise 1 --seed 3 -o x -q -t 1
refuses 2 "begun with other dp-noise" train private.toml --resume --dp-noise 0.5 -o whole -q -t 1
