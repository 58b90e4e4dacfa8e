#!/usr/bin/env bash
# Several users of one server: tokens and their scopes, what each may see, TLS, the web UI's and OpenAI's routes by curl.
source "$SOURCE/tests/e2e/server_case.sh"
refuses 2 'token is needed' serve --listen-ip 0.0.0.0 --listen-port 0 --folder "$scratch/studio"
refuses 2 'go together' serve --listen-port 0 --tls-key x --folder "$scratch/other"
refuses 2 'needs the queue' serve --worker --folder "$scratch/other"
refuses 2 'unknown option' serve --listen-prot 1

token() { "$INKSTONE" token create "$@" --folder "$scratch/studio" 2>/dev/null; }
anna=$(token anna) ben=$(token ben) eve=$(token eve --scope read --owner anna) boss=$(token boss --scope admin)
[ "$(stat -c %a studio/tokens.json)" = 600 ] || fail "tokens are not their owner's alone"
if grep -q "${anna#ink_}" studio/tokens.json; then fail "a token is kept as it is"; fi
[ "$("$INKSTONE" token list --folder "$scratch/studio" | wc -l)" = 4 ] || fail "four tokens"
openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out certificate.pem -days 2 -subj /CN=localhost 2>/dev/null
start_server --tls-certificate certificate.pem --tls-key key.pem --allow-origin https://gallery.example
[ "${url%%:*}" = https ] || fail "no TLS: $url"
as() { printf 'Authorization: Bearer %s' "$1"; }

answers 200 ok /healthz
answers 401 token /v1/jobs
grep -qi '^www-authenticate: bearer' headers || fail "401 does not say how"
answers 401 token /v1/jobs -H "$(as ink_wrong)"
answers 200 jobs /v1/jobs -H "$(as "$anna")"
answers 200 jobs /v1/jobs -u "anna:$anna"
grep -qi '^strict-transport-security' headers || fail "TLS is not asked to stay"
painting='{"task":"paint","request":{"model":"procedural/city","width":32,"height":32}}'
answers 403 'scope write' /v1/jobs "${json[@]}" -H "$(as "$eve")" -d "$painting"
answers 201 '"owner":"anna"' /v1/jobs "${json[@]}" -H "$(as "$anna")" -d "$painting"
job=$(id_of)
for who in "$anna" "$eve" "$boss"; do answers 200 "$job" "/v1/jobs/$job" -H "$(as "$who")"; done
answers 404 'no job' "/v1/jobs/$job" -H "$(as "$ben")"
answers 404 'no job' "/v1/jobs/$job/events" -H "$(as "$ben")"
answers 404 'no job' "/v1/jobs/$job/cancel" -X POST -H "$(as "$ben")"
answers 404 'no job' "/v1/jobs/$job" -X DELETE -H "$(as "$ben")"
answers 200 '"jobs":\[\]' /v1/jobs -H "$(as "$ben")"
answers 422 admin /v1/jobs "${json[@]}" -H "$(as "$ben")" -d '{"task":"paint","priority":5,"request":{}}'
answers 403 admin /v1/models/vgg19/pull -X POST -H "$(as "$ben")"
for _ in $(seq 100); do answers 200 state "/v1/jobs/$job" -H "$(as "$anna")"; if grep -q '"state":"done"' body; then break; fi; sleep 0.1; done
picture=$(sed -n 's/.*"pictures":\[{"id":"\([0-9a-f]*\)".*/\1/p' body)
answers 200 . "/v1/pictures/$picture" -H "$(as "$eve")"
answers 404 . "/v1/pictures/$picture" -H "$(as "$ben")"

# the order of one's own jobs is one's own to change
long='{"task":"paint","request":{"model":"procedural/mandelbrot","width":256,"batch":400,"seed":1}}'
answers 201 '"id"' /v1/jobs "${json[@]}" -H "$(as "$ben")" -d "$long"
busy=$(id_of)
for _ in $(seq 100); do answers 200 state "/v1/jobs/$busy" -H "$(as "$ben")"; if grep -q '"state":"running"' body; then break; fi; sleep 0.1; done
waits() { answers 201 '"state":"queued"' /v1/jobs "${json[@]}" -H "$(as "$1")" -d "${painting/32,/32,\"seed\":$2,}"; id_of; }
first=$(waits "$anna" 1) others=$(waits "$ben" 2) second=$(waits "$anna" 3)
place() { answers 200 '"place"' "/v1/jobs/$1" -H "$(as "$boss")"; sed -n 's/.*"place":\([0-9]*\).*/\1/p' body; }
before="$(place "$first") $(place "$second") $(place "$others")"
change() { answers "$1" "$2" "/v1/jobs/$3" -X PATCH "${json[@]}" -H "$(as "$4")" -d "$5"; }
change 200 "\"place\":${before%% *}," "$second" "$anna" '{"move":"sooner"}'
[ "$(place "$second") $(place "$first") $(place "$others")" = "$before" ] || fail "the two did not exchange their places"
change 200 '"priority":0' "$second" "$anna" '{"move":"sooner"}'  # first already
change 422 'sooner or later' "$second" "$anna" '{"move":"up"}'
change 422 "must have 'move'" "$second" "$anna" '{}'
change 422 admin "$second" "$anna" '{"priority":1}'
change 200 '"priority":-1' "$second" "$anna" '{"priority":-1}'
change 403 'scope write' "$second" "$eve" '{"move":"later"}'
change 404 'no job' "$second" "$ben" '{"move":"later"}'
change 409 'cannot be moved' "$busy" "$ben" '{"move":"later"}'
for waiting in "$first" "$second" "$others" "$busy"; do answers 200 . "/v1/jobs/$waiting/cancel" -X POST -H "$(as "$boss")"; done

# the page's cookie
answers 401 unknown /v1/session "${json[@]}" -d '{"token":"ink_wrong"}'
answers 204 '' /v1/session "${json[@]}" -d "{\"token\":\"$anna\"}" -c jar
grep -qi '^set-cookie: .*HttpOnly; SameSite=Strict.*Secure' headers || fail "the cookie is not strict: $(cat headers)"
answers 200 "$job" /v1/jobs -b jar
answers 200 '"needed":false,"owner":"anna"' /v1/session -b jar
answers 403 'other servers' /v1/jobs -b jar -H 'Origin: https://evil.example' "${json[@]}" -d "$painting"
answers 204 '' /v1/jobs -X OPTIONS -H 'Origin: https://gallery.example'
grep -qi '^access-control-allow-origin: https://gallery.example' headers || fail "the page on the list may not call"
answers 204 '' /v1/jobs -X OPTIONS -H "Origin: $url"
if grep -qi '^access-control-allow-origin' headers; then fail "CORS for a page that needs none"; fi

# revoked is revoked, at once
"$INKSTONE" token revoke anna --folder "$scratch/studio"
answers 401 token /v1/jobs -H "$(as "$anna")"
answers 401 token /v1/jobs -b jar
grep -q '"status":401' studio/audit.log || fail "the audit log does not know who was turned away"
if grep -q "${anna#ink_}" studio/audit.log server.log; then fail "a token is in a log"; fi

# a token that has run out is none
brief=$(token carl --days 1)
answers 200 '"jobs":\[\]' /v1/jobs -H "$(as "$brief")"
sed -i 's/"expires": [1-9][0-9]*/"expires": '"$(date -d '1 minute ago' +%s000)"'/' studio/tokens.json
answers 401 token /v1/jobs -H "$(as "$brief")"
answers 200 jobs /v1/jobs -H "$(as "$ben")"

# tokens that others may read are used no more, and strangers do not learn where they lie
chmod 644 studio/tokens.json; touch studio/tokens.json
answers 503 'tokens of this server cannot be read; its log says why' /v1/jobs -H "$(as "$ben")"
grep -q 'others may read it' server.log || fail "the log does not say what is wrong with the tokens"
chmod 600 studio/tokens.json; touch studio/tokens.json
answers 200 jobs /v1/jobs -H "$(as "$ben")"

# what clients of other programs ask
me=(-H "$(as "$boss")")
answers 200 '"txt2img"' /sdapi/v1/scripts "${me[@]}"
for list in sd-models samplers schedulers upscalers loras sd-vae latent-upscale-modes; do answers 200 '^\[' /sdapi/v1/$list "${me[@]}"; done
for object in options embeddings memory progress cmd-flags; do answers 200 '^{' /sdapi/v1/$object "${me[@]}"; done
answers 200 '"name":"euler_a"' /sdapi/v1/samplers "${me[@]}"
answers 200 null /sdapi/v1/options "${me[@]}" "${json[@]}" -d '{"sd_model_checkpoint":"procedural/forest"}'
answers 404 'no model' /sdapi/v1/options "${me[@]}" "${json[@]}" -d '{"sd_model_checkpoint":"nothing"}'
answers 200 procedural/forest /sdapi/v1/options "${me[@]}"
answers 200 '"images":\["iVBOR' /sdapi/v1/txt2img "${me[@]}" "${json[@]}" -d '{"prompt":"a forest","width":64,"height":64,"steps":4,"seed":5}'
answers 422 restore_faces /sdapi/v1/txt2img "${me[@]}" "${json[@]}" -d '{"prompt":"x","restore_faces":true}'
answers 422 "base 64" /sdapi/v1/img2img "${me[@]}" "${json[@]}" -d '{"init_images":["file:///etc/passwd"]}'
answers 200 '"data":\[{"b64_json":"iVBOR' /v1/images/generations "${me[@]}" "${json[@]}" -d '{"prompt":"galaxies","model":"procedural/galaxies","size":"64x64"}'
answers 200 '"url":"https://' /v1/images/generations "${me[@]}" "${json[@]}" -d '{"prompt":"galaxies","model":"procedural/galaxies","size":"64x64","response_format":"url"}'
answers 422 '"error":{.*"message":' /v1/images/generations "${me[@]}" "${json[@]}" -d '{"prompt":"x","size":"1x1"}'
answers 404 '"error":{.*"message":' /v1/images/generations "${me[@]}" "${json[@]}" -d '{"prompt":"x","model":"nothing"}'
answers 200 '"data":\[{"b64_json":"iVBOR' /v1/images/generations "${me[@]}" "${json[@]}" -d '{"prompt":"three green apples","size":"64x64"}'  # by whoever paints here
answers 200 '"data":\[{"b64_json":"iVBOR' /v1/images/edits "${me[@]}" -F "prompt=a red fox" -F "image=@$home" -F size=64x64
answers 200 '"data":\[{"b64_json":"iVBOR' /v1/images/variations "${me[@]}" -F "image=@$home" -F size=64x64
answers 422 "'mask' has no transparent part" /v1/images/edits "${me[@]}" -F prompt=x -F "image=@$home" -F "mask=@$home"
txt2img() { answers "$1" "$2" /sdapi/v1/txt2img "${me[@]}" "${json[@]}" -d "{\"prompt\":\"x\",\"width\":64,\"height\":64,$3}"; }
for key in '"enable_hr":true' '"tiling":true' '"subseed_strength":0.5' '"s_churn":2' '"s_noise":1.1' '"override_settings":{"CLIP_stop_at_last_layers":2}' '"override_settings":{"sd_vae":"x"}'; do
  name=${key##*\{}; name=${name#\"}; name=${name%%\"*}
  txt2img 422 "'$name' means nothing" "$key"
done
txt2img 200 iVBOR '"seed":3,"steps":20,"cfg_scale":7,"sampler_name":"Euler a","scheduler":"Karras","enable_hr":false,"tiling":false,"subseed":-1,"subseed_strength":0,"s_noise":1,"eta":1'
answers 200 '"caption":"[a-z]' /sdapi/v1/interrogate "${me[@]}" "${json[@]}" -d "{\"image\":\"$(base64 -w0 "$SOURCE/examples/subject/1.png")\"}"
answers 404 'resnet50-imagenet' /sdapi/v1/interrogate "${me[@]}" "${json[@]}" -d "{\"model\":\"deepdanbooru\",\"image\":\"$(base64 -w0 "$SOURCE/examples/subject/1.png")\"}"
answers 422 "'model' must be clip" /sdapi/v1/interrogate "${me[@]}" "${json[@]}" -d "{\"model\":\"blip\",\"image\":\"$(base64 -w0 "$SOURCE/examples/subject/1.png")\"}"
answers 200 '"object":"list"' /v1/models "${me[@]}"
answers 200 '"object":"model"' /v1/models/procedural/city "${me[@]}"
answers 404 'no such model' /v1/models/nothing "${me[@]}"
stop_server

# who asks too often is told when to ask again, and is heard then; others are not held up
carol=$(token carol)
start_server --max-requests-per-minute 60
curl -s -o /dev/null -w '%{http_code}\n' -H "$(as "$carol")" "$url/v1/jobs?limit=[1-80]" >statuses
[ "$(sort -u statuses | tr '\n' ' ')" = "200 429 " ] || fail "80 requests at once: $(sort statuses | uniq -c)"
[ "$(grep -c 200 statuses)" -ge 50 ] || fail "fewer than 50 at once: $(sort statuses | uniq -c)"
answers 429 'too many requests' /v1/jobs -H "$(as "$carol")"
has headers 'application/problem+json'
wait=$(sed -n 's/^retry-after: \([0-9]*\).*/\1/pI' headers)
[ "${wait:-0}" -ge 1 ] && [ "$wait" -le 5 ] || fail "it does not say when to ask again: $(cat headers)"
answers 200 jobs /v1/jobs -H "$(as "$ben")"
sleep "$wait"
answers 200 jobs /v1/jobs -H "$(as "$carol")"
stop_server
echo "users are kept apart"
