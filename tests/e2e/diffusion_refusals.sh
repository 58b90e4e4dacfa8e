# Mistakes with models, pictures and prompts: one clear line each, the right exit code, nothing written.
source "$SOURCE/tests/e2e/diffusion_case.sh"
mkdir networks words
network lora-of-another networks/foreign.safetensors
network lora networks/good.safetensors
network embedding-of-another words/foreign.safetensors
network control-of-another foreign-control
network control edges
network nan damaged.safetensors
photo photo.png 96 64; photo small.png 32 32
echo "not a model" >words.ckpt; echo "not a model" >words.safetensors
"$INKSTONE" models convert folder one.safetensors >/dev/null 2>&1
head -c 100000 one.safetensors >torn.safetensors
bad() { refuses "$@" -o x.png; }

bad 5 "words.ckpt is in no weight format" paint "a fox" -m words.ckpt
bad 5 "words.safetensors is in no weight format" paint "a fox" -m words.safetensors
bad 4 "torn.safetensors" paint "a fox" -m torn.safetensors
bad 4 "NaN" paint "a fox" "${quick[@]}" -m damaged.safetensors
bad 2 "another base" paint "a fox <lora:foreign:1>" "${quick[@]}" --lora-model-dir networks
bad 2 "lora-model-dir" paint "a fox <lora:good:1>" "${quick[@]}"
bad 3 "did you mean 'good'" paint "a fox <lora:goood:1>" "${quick[@]}" --lora-model-dir networks
bad 2 "weight a number" paint "a fox <lora:good:much>" "${quick[@]}" --lora-model-dir networks
bad 2 "another model" paint "a fox in foreign" "${quick[@]}" --embd-dir words
bad 3 "no folder" paint "a fox" "${quick[@]}" --embd-dir nowhere
bad 2 "not for this model" paint "a fox" "${quick[@]}" --control-net foreign-control --control-image photo.png
bad 2 "control-image" paint "a fox" "${quick[@]}" --control-net edges
bad 2 "control-net" paint "a fox" "${quick[@]}" --control-image photo.png
bad 2 "did you mean 'canny'" paint "a fox" "${quick[@]}" --control-net edges --control-image photo.png --control-preprocess cany
bad 2 "after the start" paint "a fox" "${quick[@]}" --control-net edges --control-image photo.png --control-start 0.5 --control-end 0.5
bad 3 "no file\|nowhere" paint "a fox" "${quick[@]}" --vae nowhere.safetensors
bad 5 "autoencoder" paint "a fox" "${quick[@]}" --vae networks/good.safetensors
bad 2 "taesd" paint "a fox" "${quick[@]}" --preview tae
bad 2 "multiples of 8" paint "a fox" "${quick[@]}" -W 97
bad 2 "32x32 and the picture 96x64" paint "a fox" "${quick[@]}" -i photo.png --mask small.png
bad 2 "init-img" paint "a fox" "${quick[@]}" --mask photo.png
bad 4 "words.ckpt" paint "a fox" "${quick[@]}" -i words.ckpt
bad 2 "leaves none" paint "a fox" "${quick[@]}" -i photo.png --strength 0.01
bad 2 "did you mean" paint "a fox" "${quick[@]}" --sampler eulr
bad 2 "did you mean" paint "a fox" "${quick[@]}" --schedule karas
bad 2 "flow-matching" paint "a fox" "${quick[@]}" --sampler flow_euler
bad 2 "init-img" paint "a fox" "${quick[@]}" -i photo.png --hires-fix
head -c 100000000 /dev/zero | tr '\0' 'a' >enormous.txt
bad 4 "enormous.txt has 100000000 bytes" paint "${quick[@]}" --prompt-file enormous.txt
head -c 70000 /dev/zero | tr '\0' 'a' >long.txt
bad 2 "65536" paint "${quick[@]}" --prompt-file long.txt
bad 2 "no meaning for" paint -m procedural/worley --hires-fix
[ ! -e x.png ] || fail "a refused request left a picture"
