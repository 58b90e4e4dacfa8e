#!/usr/bin/env bash
# inkstone serve under faults: killed at random while jobs run, out of memory in one job, a model that is broken, a clock that
# jumps, a disk that is full. What was taken is painted once; what cannot be is told in one sentence; everything else goes on.
source "$SOURCE/tests/e2e/server_case.sh"
small=
program=$INKSTONE
trap 'if [ -n "$server" ]; then kill -9 $server 2>/dev/null || true; wait 2>/dev/null || true; fi
  if [ -n "$small" ]; then umount "$small" || true; fi; rm -rf "$scratch"' EXIT

# through LINE: the next servers are started by a script with this line in it.
through() {
  printf '#!/bin/bash\n%s "%s" "$@"\n' "$1" "$program" >launcher
  chmod +x launcher
  INKSTONE=$scratch/launcher
}
kill_server() { kill -9 $server; wait $server 2>/dev/null || true; server=; }
rule() { printf '{"task":"paint","request":{"model":"procedural/julia","width":%d,"seed":%d}}' "$1" "$2"; }
order() { ask /v1/jobs "${json[@]}" -H "Idempotency-Key: job-$1" -d "$(rule 64 "$1")"; }
count_of() { grep -o "$1" body | sort -u | wc -l; }
value_of() { sed -n "s/^$1 //p" body; }

echo "== killed at random"
jobs=${FAULT_JOBS:-60} kills=${FAULT_KILLS:-6} RANDOM=7
next=0
for _ in $(seq "$kills"); do
  start_server
  for _ in $(seq $((jobs / kills))); do
    got=$(order $next)
    [ "$got" = 201 ] || fail "job $next: $got: $(cat body)"
    next=$((next + 1))
  done
  (order 0 || true) >/dev/null 2>&1 &  # one that may be on its way when the server dies
  sleep "0.$((RANDOM % 8 + 1))"
  kill_server
done
start_server
for k in $(seq 0 $((jobs - 1))); do  # whoever heard nothing asks again
  got=$(order "$k")
  case $got in 200 | 201) ;; *) fail "job $k again: $got: $(cat body)" ;; esac
done
for _ in $(seq 300); do
  answers 200 '"jobs"' '/v1/jobs?limit=500'
  [ "$(grep -o '"state":"done"' body | wc -l)" -lt "$jobs" ] || break
  sleep 0.1
done
[ "$(grep -o '"state":"[a-z]*"' body | wc -l)" = "$jobs" ] || fail "$(grep -o '"state":"[a-z]*"' body | wc -l) jobs instead of $jobs"
[ "$(grep -o '"state":"done"' body | wc -l)" = "$jobs" ] || fail "not every job is done: $(grep -o '"state":"[a-z]*"' body | sort | uniq -c)"
[ "$(count_of '"pictures":\[{"id":"[0-9a-f]*"')" = "$jobs" ] || fail "not a picture of its own for every job"
[ "$(find studio/blobs -name '*.png' | wc -l)" = "$jobs" ] || fail "$(find studio/blobs -name '*.png' | wc -l) files of $jobs pictures"
stop_server

echo "== out of memory"
start_server
answers 201 '"width":' /v1/pictures --data-binary "@$home"
photograph=$(id_of)
before=$(submit "$(rule 96 1001)")
ends "$before" done
taken=$(sed -n 's/^VmSize:[^0-9]*\([0-9]*\).*/\1/p' /proc/$server/status)
prlimit --pid $server --as=$(((taken + ${FAULT_ROOM:-150000}) * 1024))
huge=$(submit "{\"task\":\"upscale\",\"request\":{\"picture\":\"$photograph\",\"size\":16000}}")  # told before it starts
greedy=$(submit '{"task":"paint","request":{"model":"procedural/julia","width":2400,"seed":1002}}')   # found out on the way
after=$(submit "$(rule 96 1003)")
ends "$huge" failed
has body 'out_of_memory'
has body 'needs about [0-9.]* GiB of memory and [0-9.]* are free'
ends "$greedy" failed
has body 'out_of_memory'
has body '"attempts":1'
ends "$after" done
answers 200 ready /readyz
stop_server

echo "== a broken model"
mkdir models
model=$SOURCE/assets/ddpm-mnist/ddpm-mnist.safetensors
head -c 200000 "$model" >models/half.safetensors
head -c 5000 /dev/urandom >models/noise.safetensors
start_server --models-dir models
digit() { printf '{"task":"paint","request":{"model":"file:%s.safetensors","steps":2,"seed":%d}}' "$1" "$2"; }
half=$(submit "$(digit half 1)") noise=$(submit "$(digit noise 1)") good=$(submit "$(rule 96 2001)")
for job in "$half" "$noise"; do
  ends "$job" failed
  has body 'urn:inkstone:problem:\(corrupt_file\|unsupported\)'
  if grep -q "$scratch" body; then fail "the sentence tells of places of the server"; fi
done
ends "$good" done
cp "$model" models/half.safetensors  # mended, it is read anew
answers 200 . "/v1/jobs/$half/retry" -X POST
ends "$half" done
again=$(submit "$(digit half 2)")
ends "$again" done
answers 200 inkstone_model /metrics
[ "$(value_of inkstone_model_hits_total)" = 1 ] || fail "the model was loaded again: $(grep ^inkstone_model body)"
touch -d '1 hour ago' models/half.safetensors
again=$(submit "$(digit half 3)")
ends "$again" done
answers 200 inkstone_model /metrics
[ "$(value_of inkstone_model_loads_total)" = 2 ] || fail "another file was not read: $(grep ^inkstone_model body)"
stop_server

echo "== a clock that jumps"
clock=$(find /usr/lib -name libfaketimeMT.so.1 2>/dev/null | head -1)
if [ -n "$clock" ]; then
  echo '+0' >offset
  through "export LD_PRELOAD=$clock FAKETIME_TIMESTAMP_FILE=$scratch/offset FAKETIME_NO_CACHE=1 DONT_FAKE_MONOTONIC=1; exec"
  start_server --lease 2
  long=$(submit '{"task":"paint","request":{"model":"procedural/mandelbrot","width":256,"batch":400,"seed":3001}}')
  for offset in '+3d' '-3d' '+400d' '+0'; do
    echo "$offset" >offset
    short=$(submit "$(rule 64 $((RANDOM + 4000)))")
    sleep 1
  done
  answers 200 '"attempts":1' "/v1/jobs/$long"
  answers 200 . "/v1/jobs/$long/cancel" -X POST
  ends "$long" cancelled
  has body '"attempts":1'
  ends "$short" done
  stop_server
  INKSTONE=$program
else
  echo "skipped: libfaketime is not installed (apt-get install faketime)"
fi

echo "== a full disk"
mkdir full
if mount -t tmpfs -o size=6m tmpfs full 2>/dev/null; then
  small=$scratch/full
  start_server --folder "$small/studio"
  long=$(submit '{"task":"paint","request":{"model":"procedural/julia","width":128,"batch":60,"seed":5001}}')
  dd if=/dev/zero of=full/ballast bs=64k 2>/dev/null || true
  for _ in $(seq 50); do
    got=$(ask /v1/pictures --data-binary "@$home")
    if [ "$got" = 503 ]; then break; fi
    [ "$got" = 201 ] || fail "a picture with a full disk: $got: $(cat body)"
  done
  [ "$got" = 503 ] || fail "a full disk was not told: $got"
  has headers 'application/problem+json'
  answers 200 ok /healthz
  rm full/ballast
  ends "$long" done
  [ "$(count_of '"url":"/v1/pictures/[0-9a-f]*"')" = 60 ] || fail "not all its pictures"
  stop_server
  umount "$small"
  small=
else
  echo "skipped: a small file system needs root"
fi
echo "the server bears its faults"
