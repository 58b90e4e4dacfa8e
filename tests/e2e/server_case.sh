# Sourced by the scripts that need a running server: start it, ask it, hold its answers to what they should be.
source "$SOURCE/tests/e2e/case.sh"
server=
trap 'if [ -n "$server" ]; then kill -9 $server 2>/dev/null || true; wait 2>/dev/null || true; fi; rm -rf "$scratch"' EXIT

# start_server OPTIONS...: on a free port; url is where it listens.
start_server() {
  : >server.log
  "$INKSTONE" serve --listen-port 0 --folder "$scratch/studio" --threads 1 "$@" 2>>server.log &
  server=$!
  local tries
  for tries in $(seq 300); do
    url=$(sed -n 's/^Inkstone listens on \(.*\)\/$/\1/p' server.log)
    if [ -n "$url" ]; then return; fi
    kill -0 $server 2>/dev/null || fail "the server ended: $(cat server.log)"
    sleep 0.1
  done
  fail "the server did not start: $(cat server.log)"
}

stop_server() {
  kill -TERM $server
  local code=0; wait $server || code=$?
  [ $code = 0 ] || fail "the server ended with $code: $(tail -5 server.log)"
  server=
}

# ask PATH CURL-OPTIONS...: prints the status; the answer lies in body, its headers in headers.
ask() {
  local path=$1; shift
  curl -s -k --path-as-is -m 120 -o body -D headers -w '%{http_code}' "$@" "$url$path" || true
}

# answers STATUS PATTERN PATH CURL-OPTIONS...
answers() {
  local status=$1 pattern=$2 path=$3; shift 3
  : >body
  local got; got=$(ask "$path" "$@")
  [ "$got" = "$status" ] || fail "$path: $got instead of $status: $(head -c 400 body)"
  [ -z "$pattern" ] || grep -q -e "$pattern" body || fail "$path: '$(head -c 400 body)' does not say '$pattern'"
}

json=(-H 'Content-Type: application/json')
field() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" "${2:-body}" | head -1; }  # the last of that name on the line
id_of() { sed -n 's/^{"id":"\([^"]*\)".*/\1/p' "${1:-body}"; }

# submit JSON: the job's id.
submit() {
  answers 201 '"id"' /v1/jobs "${json[@]}" -d "$1"
  id_of
}

# ends ID STATE: waits until the job is in that state.
ends() {
  local tries
  for tries in $(seq 600); do
    answers 200 '"state"' "/v1/jobs/$1"
    if grep -q "\"state\":\"$2\"" body; then return; fi
    if grep -q '"state":"\(done\|failed\|cancelled\)"' body; then fail "job $1 is not $2: $(head -c 800 body)"; fi
    sleep 0.1
  done
  fail "job $1 did not end"
}
