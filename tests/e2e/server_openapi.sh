#!/usr/bin/env bash
# What the server answers against the OpenAPI document that it serves. Ends with 77 (skipped) without a validator.
source "$SOURCE/tests/e2e/server_case.sh"
if ! python3 -c 'import jsonschema' 2>/dev/null; then
  echo "skipped: python3 has no jsonschema (apt-get install python3-jsonschema)"
  exit 77
fi
mkdir models
cp "$SOURCE/assets/ddpm-mnist/ddpm-mnist.safetensors" models/digits.safetensors
start_server --models-dir models
answers 201 '"width":' /v1/pictures --data-binary "@$home"
photograph=$(id_of)
job=$(submit "{\"task\":\"post\",\"request\":{\"input\":\"$photograph\",\"chain\":\"invert\"}}")
broken=$(submit '{"task":"paint","request":{"model":"file:digits.safetensors","prompt":"words that it does not read"}}')
run=$(submit '{"task":"train","request":{"config":"vae-mnist","data":"procedural:worley","steps":4,"batch":2,"log-every":2,"sample-every":2}}')
ends "$broken" failed
ends "$run" done
ends "$job" done
picture=$(sed -n 's/.*"pictures":\[{"id":"\([0-9a-f]*\)".*/\1/p' body)
python3 "$SOURCE/tests/e2e/clients/openapi_answers.py" "$url" "job=$job" "run=$run" "picture=$picture" model=procedural/city plain=file:digits.safetensors
stop_server
