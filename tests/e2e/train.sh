# A run killed with SIGKILL at random moments, again and again, ends with the bytes of the uninterrupted one; SIGINT keeps what there is and
# names the command that goes on; what it made paints, and paints again.
source "$SOURCE/tests/e2e/case.sh"
cat >tiny.toml <<'TOML'
family = "gan"
data = "procedural:julia,ifs:size=16x16,count=64"
[model]
latent = 16
conditional = true
[train]
steps = 2400
batch = 16
learning-rate = 1e-3
schedule = "cosine"
ema = 0.99
checkpoint-every = 40
sample-every = 1000
log-every = 20
TOML
"$INKSTONE" train tiny.toml -o whole -q -t 1 >/dev/null
for file in model.safetensors config.toml metrics.jsonl report.html samples/step-001000.png; do [ -s "whole/$file" ] || fail "no whole/$file"; done

# The time it takes to start differs from the time of a step by far, so the clock runs from the moment that the run has been taken up again.
kills=0
while [ $kills -lt "${KILLS:-20}" ]; do
  touch mark
  arguments=(tiny.toml)
  if [ -e killed/config.toml ]; then arguments=(--resume); fi
  "$INKSTONE" train "${arguments[@]}" -o killed -q -t 1 >/dev/null 2>log &
  pid=$!
  while kill -0 $pid 2>/dev/null && ! [ killed/metrics.jsonl -nt mark ]; do sleep 0.05; done
  sleep "0.$((RANDOM % 4))$((RANDOM % 10))"
  kill -KILL $pid 2>/dev/null || break  # it came to its end
  wait $pid 2>/dev/null || true
  kills=$((kills + 1))
done
echo "killed $kills times"
"$INKSTONE" train --resume -o killed -q -t 1 >/dev/null 2>log || fail "$(cat log)"
cmp whole/model.safetensors killed/model.safetensors || fail "after $kills kills the run ends with other weights"
steps() { grep -o '"step":[0-9]*,"seconds"' "$1/metrics.jsonl" | sort | uniq -d | head -1; }
[ -z "$(steps killed)" ] || fail "a step is twice in metrics.jsonl: $(steps killed)"

# Ctrl-C
"$INKSTONE" train tiny.toml --steps 100000 -o stopped -t 1 >/dev/null 2>log &
pid=$!
for _ in $(seq 300); do [ -e stopped/samples/step-001000.png ] && break; sleep 0.1; done
kill -INT $pid
code=0; wait $pid || code=$?
[ $code = 130 ] || fail "exit $code: $(tail -3 log)"
[ -s stopped/model.safetensors ] || fail "nothing was kept"
has log "inkstone train --resume -o stopped"

# A run that goes on after an end and is killed paints with what it has learnt since, not with the model of that end.
trained() { head -c 100000 "$1/model.safetensors" | grep -a -o 'trained_steps":"[0-9]*'; }
before=$(trained stopped); mark=$(ls stopped/checkpoints)
"$INKSTONE" train --resume -o stopped -q -t 1 >/dev/null 2>&1 &
pid=$!
for _ in $(seq 300); do [ "$(trained stopped)" = "$before" ] || break; sleep 0.1; done
kill -KILL $pid; wait $pid 2>/dev/null || true
[ "$mark" != "$(ls stopped/checkpoints)" ] && [ "$(trained stopped)" != "$before" ] || fail "the model of an earlier end would paint: $before"

# Painting
"$INKSTONE" paint --model whole -b 6 --grid --class ifs -s 3 -o grid.png -q >/dev/null
"$INKSTONE" paint --model whole -b 2 --class julia,ifs -s 3 -o one.png -q >said
[ "$(wc -l <said)" = 2 ] || fail "two pictures were asked for: $(cat said)"
"$INKSTONE" replay one-1.png --search whole -o again.png -q >/dev/null
"$INKSTONE" post one-1.png --chain exposure -o a.png -q >/dev/null
"$INKSTONE" post again.png --chain exposure -o b.png -q >/dev/null
"$INKSTONE" metadata again.png >report; has report '"class"'
"$INKSTONE" paint --model procedural/mandelbrot --width 64 -o fractal.png -q >/dev/null
"$INKSTONE" train tiny.toml --from whole --steps 5 -o tuned -t 1 >/dev/null 2>log || fail "$(cat log)"
has log "started from whole"

# What is wrong is said in one line, and nothing is overwritten.
before=$(sha256sum whole/model.safetensors)
refuses 2 "already holds a run" train tiny.toml -o whole -q
refuses 2 "did you mean '--steps'" train tiny.toml --step 3 -o x -q
sed 's/^steps/stpes/' tiny.toml >typo.toml
refuses 2 "typo.toml, line 7: unknown option 'stpes'" train typo.toml -o x -q
refuses 3 "gan-mnits" train gan-mnits -o x -q
sed 's/"gan"/"vae"/; s/^latent.*//; s/^conditional.*//' tiny.toml >other.toml
refuses 2 "the checkpoint is of a gan" train other.toml --resume -o whole -q
refuses 3 "no data set" train tiny.toml --data nothere -o x -q
mkdir empty
refuses 2 "has no pictures" train tiny.toml --data ./empty -o x -q
refuses 2 "no class 'cat'" paint --model whole --class cat -o x.png -q
refuses 3 "there is no model" paint --model nothere -o x.png -q
RANK=2 WORLD_SIZE=2 MASTER_ADDR=127.0.0.1 refuses 2 "the rank must be" train tiny.toml -o x -q
WORLD_SIZE=3 RANK=0 MASTER_ADDR=127.0.0.1 refuses 2 "cannot be shared by 3 processes" train tiny.toml -o x -q
head -c 2000 whole/model.safetensors >torn.safetensors
refuses 4 "torn.safetensors" paint --model torn.safetensors -o x.png -q
[ "$before" = "$(sha256sum whole/model.safetensors)" ] || fail "a refused command changed the run"
