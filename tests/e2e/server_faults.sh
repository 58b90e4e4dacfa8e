#!/usr/bin/env bash
# server_faults.sh CASE: inkstone serve under faults: what serves killed at random while jobs run, out of memory in one job, a model that
# is broken, a clock that jumps, a disk that is full. What was taken is painted once; what cannot be is told in one sentence; everything
# else goes on. Ends with 77 (skipped) where a case lacks what it needs.
source "$SOURCE/tests/e2e/server_case.sh"
workers=() full=
trap 'kill -9 $(jobs -p) 2>/dev/null || true; wait 2>/dev/null || true
  if [ -n "${postgres:-}" ]; then drop_postgres; fi
  if [ -n "$full" ]; then umount "$full" || true; fi; rm -rf "$scratch"' EXIT

skip() { echo "skipped: $*"; exit 77; }
rule() { printf '{"task":"paint","request":{"model":"procedural/julia","width":%d,"seed":%d}}' "$1" "$2"; }
count_of() { grep -o "$1" "${2:-body}" | sort -u | wc -l; }
value_of() { sed -n "s/^$1 //p" body; }
# through LINE: the next servers are started by a script with this line in it.
through() {
  printf '#!/bin/bash\n%s "%s" "$@"\n' "$1" "$INKSTONE" >launcher
  chmod +x launcher
  INKSTONE=$scratch/launcher
}

# In a folder of its own, and asking again wherever the server is now, until every job was taken.
order_all() {
  local k got
  mkdir customer && cd customer
  for k in $(seq "$jobs"); do
    while true; do
      url=$(cat ../address)
      got=$(ask /v1/jobs "${json[@]}" -H "Idempotency-Key: job-$k" -d "$(rule 64 "$k")")
      case $got in
        200 | 201) break ;;
        000 | 503) sleep 0.05 ;;  # nobody is there, or not for long
        *) fail "job $k: $got: $(cat body)" ;;
      esac
    done
    echo "$k" >../ordered.new
    mv ../ordered.new ../ordered
  done
}

# list_all FILE: a line for each job.
list_all() {
  local next=
  : >"$1"
  while true; do
    answers 200 '"jobs"' "/v1/jobs?limit=500${next:+&before=$next}"
    { cat body; echo; } | sed 's/{"id":"[0-9A-Z]\{26\}"/\n&/g' | sed -n '/^{"id":/p' >>"$1"
    next=$(sed -n 's/.*"next":"\([0-9A-Z]*\)".*/\1/p' body)
    [ -n "$next" ] || return 0
  done
}

work() { "$INKSTONE" serve --worker --folder "$scratch/studio" --threads 1 "${database[@]}" 2>>workers.log & workers[$1]=$!; }
serve() { start_server --max-requests-per-minute 0 --max-jobs-per-user 0 "${database[@]}"; echo "$url" >address; }
kill_hard() { kill -9 "$1"; wait "$1" 2>/dev/null || true; }

# killed WORKERS: FAULT_JOBS jobs are ordered while FAULT_KILLS times one of what serves them dies, the server as likely as any worker.
killed() {
  local kills=${FAULT_KILLS:-6} server_kills=0 victim k customer started=$SECONDS
  jobs=${FAULT_JOBS:-60} RANDOM=7
  serve
  for k in $(seq 0 $(($1 - 1))); do work "$k"; done
  echo 0 >ordered
  order_all & customer=$!
  for k in $(seq "$kills"); do
    until [ "$(cat ordered)" -ge $((k * jobs / (kills + 1))) ]; do
      kill -0 $customer 2>/dev/null || fail "the customer gave up"
      sleep 0.02
    done
    sleep "0.$((RANDOM % 5))"
    victim=$((RANDOM % ($1 + 1)))
    if [ "$victim" = "$1" ]; then
      kill_hard $server
      serve
      server_kills=$((server_kills + 1))
    else
      kill_hard "${workers[$victim]}"
      work "$victim"
    fi
  done
  wait $customer || fail "not every job was taken"
  for _ in $(seq $((100 + jobs * 2))); do
    answers 200 inkstone_jobs /metrics
    [ "$(value_of 'inkstone_jobs{state="done"}')" != "$jobs" ] || break
    sleep 0.1
  done
  list_all all
  echo "$jobs jobs, server killed $server_kills times, workers $((kills - server_kills)) times, $(grep -vc '"attempts":1,' all || true) jobs began more than once, $((SECONDS - started)) s"
  seq "$jobs" | sort >ordered_seeds
  sed -n 's/.*"seed":\([0-9]*\).*/\1/p' all | sort >kept_seeds
  diff ordered_seeds kept_seeds >difference || fail "jobs were lost (<) or came twice (>), by their seeds: $(grep '^[<>]' difference | tr '\n' ' ')"
  [ "$(grep -c '"state":"done"' all)" = "$jobs" ] || fail "not every job is done: $(grep -o '"state":"[a-z]*"' all | sort | uniq -c)"
  [ "$(count_of '"pictures":\[{"id":"[0-9a-f]*"' all)" = "$jobs" ] || fail "not a picture of its own for every job"
  [ "$(grep -o '"url":"/v1/pictures/[0-9a-f]*"' all | wc -l)" = "$jobs" ] || fail "a job has more than one picture"
  [ "$(find studio/blobs -name '*.png' | wc -l)" = "$jobs" ] || fail "$(find studio/blobs -name '*.png' | wc -l) files of $jobs pictures"
  stop_server
}

killed_on_sqlite() {
  database=()
  killed 0
}

killed_on_postgresql() {
  source "$SOURCE/tests/e2e/postgres_case.sh"
  database=(--database "$postgres_url")
  killed 2
}

out_of_memory() {
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
}

broken_model() {
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
}

clock_that_jumps() {
  clock=$(find /usr/lib -name libfaketimeMT.so.1 2>/dev/null | head -1)
  [ -n "$clock" ] || skip "libfaketime is not installed (apt-get install faketime)"
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
}

full_disk() {
  mkdir full
  mount -t tmpfs -o size=6m tmpfs full 2>/dev/null || skip "a small file system needs root"
  full=$scratch/full
  start_server --folder "$full/studio"
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
}

"$1"
