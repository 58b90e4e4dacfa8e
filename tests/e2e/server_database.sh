#!/usr/bin/env bash
# PostgreSQL goes away under a running server, for DATABASE_GONE seconds (30): what is asked meanwhile is answered by a problem
# document, what runs goes on, and when the database is back so is everything. Then one process keeps the queue and two work on it,
# of which one is killed.
source "$SOURCE/tests/e2e/server_case.sh"
source "$SOURCE/tests/e2e/postgres_case.sh"
workers=()
trap 'kill -9 "${workers[@]}" 2>/dev/null || true
  if [ -n "$server" ]; then kill -9 $server 2>/dev/null || true; wait 2>/dev/null || true; fi
  drop_postgres; rm -rf "$scratch"' EXIT
database=(--database "$postgres_url" --lease 3)
start_server "${database[@]}"

rule() { printf '{"task":"paint","request":{"model":"procedural/julia","width":%d,"seed":%d}}' "$1" "$2"; }
running=$(submit '{"task":"paint","request":{"model":"procedural/mandelbrot","width":256,"batch":20,"seed":1}}')
queued=$(submit "$(rule 64 2)")
for _ in $(seq 100); do
  answers 200 '"state"' "/v1/jobs/$running"
  if grep -q '"state":"running"' body; then break; fi
  sleep 0.1
done
curl -s -N -m 600 "$url/v1/events" >events &

gone=${DATABASE_GONE:-30}
stop_postgres
stopped=$(date +%s)
sleep 1
for path in /v1/jobs "/v1/jobs/$running" /v1/models; do
  answers 503 '"detail"' "$path"
  has headers 'application/problem+json'
  grep -qi '^retry-after:' headers || fail "$path does not say when to ask again"
  if grep -q "$postgres" body; then fail "$path tells where the database lies: $(cat body)"; fi
done
answers 503 '"detail"' /v1/jobs "${json[@]}" -d "$(rule 64 3)"
answers 503 'database_answers":false' /readyz
answers 200 ok /healthz
answers 200 'inkstone_database_up 0' /metrics
answers 200 '<title>Inkstone' / --compressed
while [ $(($(date +%s) - stopped)) -lt "$gone" ]; do
  answers 503 '"detail"' /v1/jobs
  kill -0 $server || fail "the server went with its database: $(tail -5 server.log)"
  sleep 1
done
start_postgres
back=$(date +%s)
for _ in $(seq 100); do
  if [ "$(ask /readyz)" = 200 ]; then break; fi
  sleep 0.1
done
[ $(($(date +%s) - back)) -le 5 ] || fail "the server did not find its database within 5 s"
for job in "$running" "$queued"; do
  ends "$job" done
done
answers 200 . "/v1/jobs/$running"
[ "$(grep -o '"url":"/v1/pictures/[0-9a-f]*"' body | sort -u | wc -l)" = 20 ] || fail "not all its pictures"
late=$(submit "$(rule 64 4)")
ends "$late" done
answers 200 '"jobs"' '/v1/jobs?limit=500'
[ "$(grep -o '"state":"done"' body | wc -l)" = 3 ] || fail "jobs were lost or came twice: $(cat body)"
for _ in $(seq 50); do if grep -q "$late" events; then break; fi; sleep 0.1; done
has events "$late"  # who followed events follows them still
stop_server

echo "== a queue and two workers"
work() { "$INKSTONE" serve --worker --folder "$scratch/studio" --threads 1 "${database[@]}" 2>>workers.log & workers+=($!); }
states() { answers 200 '"jobs"' '/v1/jobs?limit=500'; grep -c . <(grep -o "\"state\":\"$1\"" body) || true; }
answers_before=3 jobs=16
start_server --queue-only "${database[@]}"
for k in $(seq $jobs); do submit "{\"task\":\"paint\",\"request\":{\"model\":\"procedural/mandelbrot\",\"width\":256,\"batch\":6,\"seed\":$((100 * k))}}" >/dev/null; done
sleep 1
[ "$(states queued)" = $jobs ] || fail "a server that keeps the queue alone has painted"
work; work
for _ in $(seq 200); do if [ "$(states running)" = 2 ]; then break; fi; sleep 0.1; done
[ "$(states running)" = 2 ] || fail "two workers do not work at the same time: $(cat workers.log)"
kill -9 "${workers[0]}"
[ "$(states done)" -lt $((jobs + answers_before)) ] || fail "all was done before a worker was killed"
for _ in $(seq 600); do if [ "$(states done)" = $((jobs + answers_before)) ]; then break; fi; sleep 0.1; done
[ "$(states done)" = $((jobs + answers_before)) ] || fail "not every job is done: $(tail -5 workers.log)"
answers 200 '"jobs"' '/v1/jobs?limit=500'
[ "$(grep -o '"url":"/v1/pictures/[0-9a-f]*"' body | sort -u | wc -l)" = $((6 * jobs + 22)) ] || fail "pictures were lost or came twice"
kill -TERM "${workers[1]}"
wait "${workers[1]}" || fail "the worker that was asked to end ended with $?"
workers=()
stop_server
echo "a database may go and come back, a worker may die"
