#!/usr/bin/env bash
# inkstone serve as clients meet it: a job from its submission to its picture, and every bad input with its status and its one sentence.
source "$SOURCE/tests/e2e/server_case.sh"
export INKSTONE_HOME=$scratch/home
start_server

# health, documents, page
answers 200 ok /healthz
answers 200 ready /readyz
answers 200 inkstone_jobs /metrics
answers 200 '"openapi":"3.1.0"' /v1/openapi.json
answers 200 '"name":"paint"' /v1/capabilities
tag=$(sed -n 's/^ETag: \(.*\)\r/\1/pI' headers)
[ "$(ask /v1/capabilities -H "If-None-Match: $tag")" = 304 ] || fail "capabilities are sent again though they are known"
answers 200 '<title>Inkstone' / --compressed
grep -qi "^content-security-policy: default-src 'self'" headers || fail "the page has no policy"
answers 200 procedural/mountains /v1/models
answers 200 '"example": "home.webp"' /v1/recipes
answers 200 '^RIFF' /v1/recipes/pictures/home.webp
answers 404 'no such picture' /v1/recipes/pictures/none.webp
answers 200 datasets /v1/datasets
answers 200 '"needed":false' /v1/session

# a job, its events, its picture
painting='{"task":"paint","request":{"model":"procedural/mountains","width":64,"height":48,"seed":3}}'
job=$(submit "$painting")
grep -qi "^location: /v1/jobs/$job" headers || fail "no Location of the new job"
ends "$job" done
picture=$(sed -n 's/.*"pictures":\[{"id":"\([0-9a-f]*\)".*/\1/p' body)
answers 200 . "/v1/pictures/$picture"
[ "$(sha256sum <body | cut -d' ' -f1)" = "$picture" ] || fail "the picture is not what its id says"
grep -qi '^cache-control: .*immutable' headers || fail "pictures may be cached for ever"
"$INKSTONE" metadata body | grep -q mountains || fail "the picture has no recipe"
cp body whole
answers 206 . "/v1/pictures/$picture" -H 'Range: bytes=0-99'
cmp -n 100 body whole || fail "the range is not the beginning"
[ "$(wc -c <body)" = 100 ] || fail "the range is not 100 bytes"
[ "$(ask "/v1/pictures/$picture" -H 'Range: bytes=99999999-')" = 416 ] || fail "a range beyond the end"
[ "$(ask "/v1/pictures/$picture" -H "If-None-Match: \"$picture\"")" = 304 ] || fail "the picture is sent again"
[ "$(ask "/v1/pictures/$picture" -I)" = 200 ] || fail "HEAD of a picture"
answers 200 . "/v1/pictures/$picture/thumbnail?size=32"
answers 200 mountains "/v1/pictures/$picture/recipe"
answers 200 . "/v1/pictures/$picture?download=1&recipe=0"
grep -qi '^content-disposition: attachment' headers || fail "a download is no attachment"
if "$INKSTONE" replay body -o again.png -q 2>/dev/null; then fail "the bare picture has a recipe"; fi
answers 200 "$job" '/v1/jobs?state=done&task=paint&q=mountains&limit=5'
answers 200 'event: state' "/v1/jobs/$job/events"
has body '"state":"done"'
answers 200 'event: ' '/v1/events?after=0' -m 2 || true
has body "$job"

# the same, painted over by a network that its name tells
styled=$(submit '{"task":"paint","request":{"model":"procedural/mountains","width":64,"height":48,"seed":3,"style-model":"starry-night"}}')
ends "$styled" done
answers 200 'Style model: starry-night' "/v1/pictures/$(sed -n 's/.*"pictures":\[{"id":"\([0-9a-f]*\)".*/\1/p' body)/recipe"

# pictures that are sent, as a body and as parts of a form
answers 201 '"width":' /v1/pictures --data-binary "@$home" -H 'Content-Type: image/jpeg' -H "Content-Disposition: attachment; filename*=UTF-8''..%2F..%2Fetc%2Fpasswd.jpg"
has body '"name":"passwd.jpg"'
sent=$(id_of)
job=$(submit "{\"task\":\"post\",\"request\":{\"input\":\"$sent\",\"chain\":\"pencil\"}}")
ends "$job" done
job=$(submit "{\"task\":\"restore\",\"request\":{\"picture\":\"$picture\",\"task\":\"erase\",\"mask\":\"$picture\",\"model\":\"fast-marching\"}}")
ends "$job" done
answers 201 '"id"' /v1/jobs -F 'job={"task":"post","request":{"input":"part:photo","chain":"grain"}};type=application/json' -F "photo=@$home"
ends "$(id_of)" done
answers 422 "part 'other'" /v1/jobs -F 'job={"task":"post","request":{"input":"part:other"}};type=application/json' -F "photo=@$home"
answers 422 "part 'job'" /v1/jobs -F "photo=@$home"

# bad input: the right status and one sentence
problem() { answers "$@"; has headers 'application/problem+json'; [ "$(grep -o '"detail"' body | wc -l)" = 1 ] || fail "no single detail: $(cat body)"; }
order() { problem "$1" "$2" /v1/jobs "${json[@]}" --data-binary "$3"; }
order 400 'no JSON' '{"task":'
order 400 'must be a JSON object' '[1]'
order 400 'twice' '{"task":"paint","task":"post"}'
order 400 nested "$(printf '[%.0s' $(seq 100))"
printf '{"task":"\xff\xfe"}' >bytes; order 400 'no JSON' @bytes
order 422 "must have 'task'" '{}'
order 422 "'task' must be text" '{"task":5}'
order 422 "unknown key 'taks'; did you mean 'task'" '{"taks":"paint"}'
order 422 paint '{"task":"piant"}'
order 422 seed '{"task":"paint","request":{"sede":1}}'
order 422 'whole number' '{"task":"paint","request":{"model":"procedural/mountains","seed":"x"}}'
order 422 width '{"task":"paint","request":{"model":"procedural/mountains","width":1e9}}'
order 422 "'request' must be" '{"task":"paint","request":[]}'
order 422 'priority' '{"task":"paint","priority":5000}'
order 422 '.' '{"task":"paint","request":{"model":"no-such-model"}}'
order 422 "did you mean 'starry-night'" '{"task":"paint","request":{"model":"procedural/mountains","style-model":"stary-night"}}'
order 422 "output" '{"task":"paint","request":{"model":"procedural/mountains","output":"/tmp/x.png"}}'
problem 415 application/json /v1/jobs -H 'Content-Type: text/plain' -d "$painting"
problem 415 compressed /v1/jobs "${json[@]}" -H 'Content-Encoding: gzip' -d "$painting"
problem 404 'no job' /v1/jobs/01ARZ3NDEKTSV4RRFFQ69G5FAV
problem 404 . /v1/jobs/nonsense
problem 404 '64 hex' /v1/pictures/nonsense
problem 404 . "/v1/pictures/$(printf '0%.0s' $(seq 64))"
problem 404 'there is no /v1/nothing' /v1/nothing
problem 405 'takes POST, GET' /v1/jobs -X PUT
problem 422 limit '/v1/jobs?limit=0'
problem 422 limit '/v1/jobs?limit=9999999999999999999999'
problem 422 state '/v1/jobs?state=eaten'
problem 422 size "/v1/pictures/$picture/thumbnail?size=100000"
problem 400 malformed '/v1/jobs/%ff'
problem 400 malformed '/v1/jobs/..%2f..%2fetc'
problem 400 malformed '/../../etc/passwd'
problem 400 malformed '/v1/jobs?q=%00'

# the files that the page's hand tracker is made of: by the names of the catalogue, once all of them are here
problem 404 'no such file' /v1/hand-tracker/catalogue.toml
problem 404 'no such file' /v1/hand-tracker/package
problem 404 'not here' /v1/hand-tracker/hands.js
tracker=$INKSTONE_HOME/models/hand-tracker
mkdir -p "$tracker"
"$INKSTONE" models info hand-tracker --json >tracker.json
while read -r name bytes; do truncate -s "$bytes" "$tracker/$name"; done < <(
  python3 -c 'import json; [print(f["path"], f["bytes"]) for f in json.load(open("tracker.json"))[0]["files"]]')
answers 200 '' /v1/hand-tracker/hands.js
grep -qi '^content-type: text/javascript' headers || fail "a script is not said to be one"
tag=$(sed -n 's/^ETag: \(.*\)\r/\1/pI' headers)
[ "$(ask /v1/hand-tracker/hands.js -H "If-None-Match: $tag")" = 304 ] || fail "the tracker is sent again though it is known"
answers 200 '' /v1/hand-tracker/hands_solution_simd_wasm_bin.wasm
grep -qi '^content-type: application/wasm' headers || fail "WebAssembly is not said to be it"
touch "$tracker/secret"
problem 404 'no such file' /v1/hand-tracker/secret
problem 400 malformed '/v1/hand-tracker/..%2f..%2fcatalogue.toml'

# paths in every field that is text: none reaches the disk
answers 200 properties /v1/capabilities
for field in $(grep -o '"[a-z-]*":{"type":"string"' body | cut -d'"' -f2 | sort -u); do
  for value in /etc/passwd ../../../../etc/passwd 'file:../../etc/passwd' 'run:../../etc' 'procedural/../../etc'; do
    got=$(ask /v1/jobs "${json[@]}" -d "{\"task\":\"stylize\",\"request\":{\"content\":\"$sent\",\"style\":[\"$sent\"],\"$field\":\"$value\"}}")
    case $got in 201 | 400 | 404 | 422 | 429) ;; *) fail "$field=$value: $got" ;; esac
    if [ "$got" = 201 ]; then answers 200 . "/v1/jobs/$(id_of)/cancel" -X POST; fi
    if grep -q 'root:' body; then fail "$field=$value shows a file"; fi
  done
done

# pictures that are none, bombs, and too much
problem 422 . /v1/pictures --data-binary @"$SOURCE/README.md" -H 'Content-Type: image/png'
printf 'PK\x03\x04\x14\x00\x00\x00\x08\x00' >bomb.zip
[ "$(ask /v1/pictures --data-binary @bomb.zip)" -ge 400 ] || fail "a zip is no picture"
printf '%b' "$(cat "$SOURCE/tests/e2e/bomb.png.txt")" >bomb.png
got=$(ask /v1/pictures --data-binary @bomb.png); case $got in 413 | 422) ;; *) fail "a picture of 3.6 billion pixels: $got" ;; esac
problem 413 '64 megabytes' /v1/pictures -H 'Content-Length: 1073741824' -H 'Expect:' -d x
got=$(head -c 1073741824 /dev/zero | ask /v1/pictures -X POST -H 'Expect:' -T - -m 60) || true; [ "$got" = 413 ] || fail "a body of 1 GB: $got"
[ "$(ask /v1/jobs -H "X-Long: $(printf 'x%.0s' $(seq 20000))")" = 431 ] || fail "a head of 20 kB"

# cancelled twice is cancelled once; what is over stays as it is
job=$(submit "{\"task\":\"stylize\",\"request\":{\"content\":\"$sent\",\"style\":[\"$sent\"],\"iterations\":100000}}")
answers 200 . "/v1/jobs/$job/cancel" -X POST
answers 200 . "/v1/jobs/$job/cancel" -X POST
ends "$job" cancelled
problem 409 . "/v1/jobs/$job/pause" -X POST
answers 204 '' "/v1/jobs/$job" -X DELETE
problem 404 . "/v1/jobs/$job"

# names and pages that are not ours
problem 421 Host /v1/jobs -H 'Host: evil.example'
problem 403 'other servers' /v1/jobs -H 'Origin: http://evil.example' "${json[@]}" -d "$painting"
problem 403 'other servers' /v1/jobs -H 'Sec-Fetch-Site: cross-site'
answers 200 jobs /v1/jobs -H "Origin: $url"

# slow clients are not waited for; the server answers others meanwhile
exec 3<>"/dev/tcp/127.0.0.1/${url##*:}"
printf 'GET /healthz HT' >&3
answers 200 ok /healthz
started=$(date +%s)
timeout 20 cat <&3 >slow || true
exec 3>&-
[ $(($(date +%s) - started)) -lt 15 ] || fail "a client that sends half a head is kept"
[ ! -s slow ] || fail "half a head was answered: $(cat slow)"

# garbage
exec 3<>"/dev/tcp/127.0.0.1/${url##*:}"
printf '\x16\x03\x01\x02\x00\r\n\r\n' >&3
timeout 15 cat <&3 >slow || true
exec 3>&-
has slow '400 Bad Request'
answers 200 ok /healthz

# erasure, and an orderly end
answers 200 '"jobs":' /v1/me -X DELETE
answers 200 '"jobs":\[\]' /v1/jobs
problem 404 . "/v1/pictures/$picture"
grep -q '"method":"DELETE","path":"/v1/me"' studio/audit.log || fail "the audit log does not know of the erasure"
[ "$(stat -c %a studio/audit.log)" = 600 ] || fail "the audit log is not its owner's alone"
stop_server

# ended in the middle of a job, it gives the job back, and begins it again when it is started
start_server --drain 1
answers 201 '"width":' /v1/pictures --data-binary "@$home"
sent=$(id_of)
job=$(submit "{\"task\":\"stylize\",\"request\":{\"content\":\"$sent\",\"style\":[\"$sent\"],\"iterations\":100000}}")
for _ in $(seq 100); do answers 200 state "/v1/jobs/$job"; if grep -q '"state":"running"' body; then break; fi; sleep 0.1; done
stop_server
start_server
answers 200 '"state":"\(queued\|running\)"' "/v1/jobs/$job"
answers 200 . "/v1/jobs/$job/cancel" -X POST
ends "$job" cancelled
stop_server
echo "the server answers as it should"
