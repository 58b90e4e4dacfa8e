#!/usr/bin/env bash
# server_painters.sh shared_batches | defaults: how a server paints what it is asked: jobs that share a batch (--share-batch), and
# what its operator chose for checkpoints (--vae, --type, --lora-model-dir, --embd-dir).
source "$SOURCE/tests/e2e/server_case.sh"
export INKSTONE_HOME=$scratch/home
mkdir models
"$MAKE_CHECKPOINT" tiny models/tiny.safetensors f32 >/dev/null
pixels() { "$INKSTONE" post "$1" --chain "" -q -o "$1.ppm" >/dev/null; sha256sum <"$1.ppm"; }

# fetch ID FILE: the picture of a job that is done.
fetch() {
  ends "$1" done
  answers 200 . "/v1/pictures/$(sed -n 's/.*"pictures":\[{"id":"\([0-9a-f]*\)".*/\1/p' body)"
  cp body "$2"
}

decibels() {  # between two PPM files
  cmp -l "$1" "$2" | awk -v bytes="$(wc -c <"$1")" '
    function octal(digits, n, k) { for (k = 1; k <= length(digits); ++k) n = 8 * n + substr(digits, k, 1); return n }
    { d = octal($2) - octal($3); sum += d * d }
    END { printf "%d\n", sum ? 10 * log(255 * 255 * bytes / sum) / log(10) : 99 }'
}

shared_batches() {
  local seeds=(3 14 15 92) seed
  local words='"prompt":"a fox","model":"file:tiny.safetensors","width":96,"height":64,"steps":4,"sampler":"euler-a","type":"f32"'
  # paint_all SHARE FOLDER: all orders are there before anybody paints; FOLDER/batches says what became of them.
  paint_all() {
    local share=$1 folder=$2 ids=() k
    mkdir "$folder"
    rm -rf studio
    start_server --models-dir models --queue-only
    for seed in "${seeds[@]}"; do ids+=("$(submit "{\"task\":\"paint\",\"request\":{$words,\"seed\":$seed}}")"); done
    stop_server
    start_server --models-dir models --share-batch "$share"
    for k in "${!ids[@]}"; do
      fetch "${ids[k]}" "$folder/${seeds[k]}.png"
      "$INKSTONE" metadata "$folder/${seeds[k]}.png" >"$folder/${seeds[k]}.said"
    done
    curl -s -m 2 "$url/v1/events?after=0" >events || true
    grep -o 'painted in one batch of [0-9]* jobs' events >"$folder/batches" || true
    stop_server
  }
  paint_all 1 alone
  paint_all 4 together
  [ ! -s alone/batches ] || fail "a batch without --share-batch: $(cat alone/batches)"
  [ "$(uniq -c together/batches | tr -s ' ')" = " 4 painted in one batch of 4 jobs" ] || fail "not one batch: $(cat together/batches)"
  for seed in "${seeds[@]}"; do
    cmp <(sed 1d "alone/$seed.said") <(sed 1d "together/$seed.said") || fail "the recipes of seed $seed differ"
    pixels "alone/$seed.png" >/dev/null; pixels "together/$seed.png" >/dev/null
    [ "$(decibels "alone/$seed.png.ppm" "together/$seed.png.ppm")" -ge 60 ] || fail "seed $seed paints another picture in company"
  done
  [ "$(decibels together/3.png.ppm together/14.png.ppm)" -lt 40 ] || fail "two seeds paint the same picture"
}

defaults() {
  mkdir adapters words
  "$MAKE_NETWORK" lora models/tiny.safetensors adapters/brush.safetensors >/dev/null
  "$MAKE_NETWORK" embedding models/tiny.safetensors words/zfox.safetensors >/dev/null
  "$MAKE_NETWORK" autoencoder models/tiny.safetensors other >/dev/null
  local quick='"width":96,"height":64,"steps":4,"sampler":"euler","seed":5'
  local line=(-m models/tiny.safetensors -W 96 -H 64 --steps 4 --sampler euler -s 5 -q)
  local prompt="a zfox <lora:brush:0.8>"
  local chosen=(--vae other --lora-model-dir adapters --embd-dir words) type
  for type in q8_0 f32; do "$INKSTONE" paint "$prompt" "${line[@]}" "${chosen[@]}" --type $type -o $type.png >/dev/null; done

  start_server --models-dir models "${chosen[@]}" --type q8_0
  local order="\"model\":\"file:tiny.safetensors\",\"prompt\":\"$prompt\",$quick" id
  id=$(submit "{\"task\":\"paint\",\"request\":{$order}}")
  fetch "$id" served.png
  [ "$(pixels served.png)" = "$(pixels q8_0.png)" ] || fail "the server's --vae, --type and folders paint another picture than the command line's"
  "$INKSTONE" metadata served.png >said; has said "VAE: other"; has said "Lora hashes"; has said "TI hashes"
  for place in "/v1/jobs/$id" "/v1/jobs/$id/events"; do
    answers 200 . "$place"
    if grep -q "$scratch" body; then fail "$place names a place of the machine"; fi
  done
  if grep -q "$scratch" served.png; then fail "the picture names a place of the machine"; fi

  # what a request says comes first
  fetch "$(submit "{\"task\":\"paint\",\"request\":{$order,\"type\":\"f32\"}}")" asked.png
  [ "$(pixels asked.png)" = "$(pixels f32.png)" ] || fail "the server's --type wins over the request's"
  [ "$(pixels asked.png)" != "$(pixels q8_0.png)" ] || fail "both types paint the same"

  # and paths are the operator's alone
  for key in lora-model-dir embd-dir; do answers 422 "unknown option '$key'" /v1/jobs "${json[@]}" -d "{\"task\":\"paint\",\"request\":{$order,\"$key\":\"/etc\"}}"; done
  answers 422 'no model is called' /v1/jobs "${json[@]}" -d "{\"task\":\"paint\",\"request\":{$order,\"vae\":\"$scratch/other\"}}"
  answers 200 '"name":"brush"' /sdapi/v1/loras
  answers 200 'zfox' /sdapi/v1/embeddings

  # a painter that is no checkpoint is left as it is
  ends "$(submit '{"task":"paint","request":{"model":"procedural/julia","width":32}}')" done

  # a picture of theirs is painted again
  answers 201 '"id"' /v1/pictures --data-binary @served.png -H 'Content-Type: image/png'
  fetch "$(submit "{\"task\":\"replay\",\"request\":{\"picture\":\"$(id_of)\"}}")" again.png
  [ "$(pixels again.png)" = "$(pixels q8_0.png)" ] || fail "the replay is another picture"
  stop_server

  refuses 3 'no autoencoder nowhere' serve --folder "$scratch/studio" --vae nowhere
  refuses 3 'nowhere is no folder' serve --folder "$scratch/studio" --lora-model-dir nowhere
  refuses 2 'f32' serve --folder "$scratch/studio" --type f12
}

"$1"
