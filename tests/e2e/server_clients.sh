#!/usr/bin/env bash
# server_clients.sh webuiapi | openai | npm_openai: a client that was not written here, unchanged: PyPI's webuiapi and openai, npm's openai.
# Ends with 77 (skipped) where it cannot be had.
clients=$BINARY/clients
skip() { echo "skipped: $*"; exit 77; }
if [ "$1" = npm_openai ]; then
  command -v npm >/dev/null || skip "npm is not installed"
  if [ ! -e "$clients/node/node_modules/openai" ]; then
    mkdir -p "$clients/node"
    (cd "$clients/node" && npm install --silent --no-audit --no-fund --fetch-retries=1 openai@6 >/dev/null 2>&1) || skip "openai cannot be had from npm; is there a network?"
  fi
else
  command -v python3 >/dev/null || skip "python3 is not installed"
  if [ ! -e "$clients/python-ready" ]; then
    rm -rf "$clients/python"
    python3 -m venv "$clients/python" >/dev/null 2>&1 || skip "python3 has no venv (apt-get install python3-venv)"
    "$clients/python/bin/pip" install -q --retries 1 --timeout 20 webuiapi==0.9.17 openai==3.54.0 >/dev/null 2>&1 || skip "webuiapi and openai cannot be had from PyPI; is there a network?"
    touch "$clients/python-ready"
  fi
fi

source "$SOURCE/tests/e2e/server_case.sh"
mkdir -p models/lora models/embeddings
"$MAKE_CHECKPOINT" tiny models/tiny.safetensors f32 >/dev/null
"$MAKE_NETWORK" lora models/tiny.safetensors models/lora/brush.safetensors >/dev/null
"$MAKE_NETWORK" embedding models/tiny.safetensors models/embeddings/zfox.safetensors >/dev/null
echo none >models/embeddings/broken.safetensors
start_server --models-dir models
case $1 in
  webuiapi) "$clients/python/bin/python" "$SOURCE/tests/e2e/clients/webui_client.py" 127.0.0.1 "${url##*:}" ;;
  openai) "$clients/python/bin/python" "$SOURCE/tests/e2e/clients/openai_client.py" "$url" ;;
  npm_openai) node "$SOURCE/tests/e2e/clients/openai_client.mjs" "$url" "$clients/node" ;;
esac
stop_server
