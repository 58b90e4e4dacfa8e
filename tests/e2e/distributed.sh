# Two processes with half a batch each follow the loss of one with the whole batch; a lost peer ends the other with one clear line and
# intact checkpoints; a run goes on with another number of processes.
source "$SOURCE/tests/e2e/case.sh"
cat >tiny.toml <<'TOML'
family = "ddpm"  # no batch normalisation
data = "procedural:julia:size=16x16,count=64"
[model]
base-width = 8
multipliers = [1, 2]
blocks = 1
attention-resolutions = [8]
dropout = 0.0
[train]
steps = 20
batch = 8
learning-rate = 1e-3
log-every = 1
checkpoint-every = 5
sample-every = 0
TOML
port=$((20000 + RANDOM % 20000))
pair() {  # pair RUN ARGUMENTS...
  local run=$1; shift
  WORLD_SIZE=2 RANK=1 MASTER_ADDR=127.0.0.1 MASTER_PORT=$port "$INKSTONE" train "$@" -o "$run" -q -t 1 >/dev/null 2>"$run.second" &
  second=$!
  WORLD_SIZE=2 RANK=0 MASTER_ADDR=127.0.0.1 MASTER_PORT=$port "$INKSTONE" train "$@" -o "$run" -q -t 1 >/dev/null 2>"$run.first" &
  first=$!
}
losses() { grep -o '"loss":[0-9.e+-]*' "$1/metrics.jsonl" | cut -d: -f2; }

"$INKSTONE" train tiny.toml -o alone -q -t 1 >/dev/null
pair both tiny.toml
wait $first || fail "$(cat both.first)"
wait $second || fail "$(cat both.second)"
[ ! -s both.first ] || fail "one of two processes says more than it must: $(cat both.first)"
[ "$(losses alone | wc -l)" = 20 ] || fail "no losses in metrics.jsonl"
paste <(losses alone) <(losses both) | awk '{d=$1-$2; if (d<0) d=-d; if (d > 1e-5*(1+$1)) exit 1}' || fail "another loss: $(paste <(losses alone) <(losses both))"

# one process goes on where two stopped
"$INKSTONE" train --resume -o both --steps 25 -q -t 1 >/dev/null

port=$((port + 1))
pair lost tiny.toml --steps 100000
for _ in $(seq 300); do [ -e lost/checkpoints/step-00000010.safetensors ] && break; sleep 0.1; done
kill -KILL $second
code=0; wait $first || code=$?
[ $code != 0 ] || fail "a lost process went unnoticed"
grep -q "another process of this run was lost" lost.first || fail "$(cat lost.first)"
[ "$(wc -l <lost.first)" = 1 ] || fail "not one line: $(cat lost.first)"
"$INKSTONE" paint --model lost -o x.png -q >/dev/null || fail "the checkpoint is not intact"
