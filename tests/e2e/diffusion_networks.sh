# What goes with a checkpoint: adapters and embeddings that prompts name, other autoencoders, networks that steer, previews, Ctrl-C.
source "$SOURCE/tests/e2e/diffusion_case.sh"
mkdir networks words
network lora networks/ink.safetensors
network embedding words/mystyle.safetensors
network control edges
network adapter sketch
network tiny tiny.safetensors
network autoencoder other
photo photo.png 96 64

# adapters: by name and strength; without them the checkpoint is exactly itself again
paint plain.png "a fox"
paint ink.png "a fox <lora:ink:0.8>" --lora-model-dir networks
paint weaker.png "a fox <lora:ink:0.3>" --lora-model-dir networks
paint nought.png "a fox <lora:ink:0>" --lora-model-dir networks
differ plain.png ink.png; differ ink.png weaker.png; same plain.png nought.png
printf 'a fox <lora:ink:0.8>\na fox\n' >prompts.txt
paint both.png --prompt-file prompts.txt --lora-model-dir networks
same both-0.png ink.png; same both-1.png plain.png
said ink.png 'Lora hashes: "ink: [0-9a-f]\{12\}"'
replays ink.png

# embeddings, by the names of their files
paint style.png "a fox in mystyle" --embd-dir words
paint words.png "a fox in mystyle"
differ style.png words.png
said style.png 'TI hashes: "mystyle: [0-9a-f]\{10\}"'
replays style.png

# autoencoders
paint other.png "a fox" --vae other; differ other.png plain.png
said other.png "VAE hash: [0-9a-f]\{10\}, VAE: other"; replays other.png
paint quick.png "a fox" --taesd tiny.safetensors; differ quick.png plain.png; replays quick.png
paint shown.png "a fox" --taesd tiny.safetensors --taesd-preview-only --preview tae --preview-path shown-tae.png
same shown.png plain.png; [ -s shown-tae.png ] || fail "no preview by the tiny autoencoder"

# previews: at every step, of the picture's size, and nothing else changes
for kind in proj vae; do
  paint "with-$kind.png" "a fox" --preview $kind --preview-interval 2 --preview-path "$kind.preview.png"
  same "with-$kind.png" plain.png
  said "$kind.preview.png" "96x64"
done
same vae.preview.png plain.png  # the last step's estimate is the picture

# networks that steer
paint steered.png "a fox" --control-net edges --control-image photo.png
paint half.png "a fox" --control-net edges --control-image photo.png --control-strength 0.5
paint early.png "a fox" --control-net edges --control-image photo.png --control-end 0.5
paint off.png "a fox" --control-net edges --control-image photo.png --control-strength 0
differ plain.png steered.png; differ steered.png half.png; differ steered.png early.png; same plain.png off.png
said steered.png 'ControlNet 0: "Module: none, Model: edges \[[0-9a-f]\{8\}\], Weight: 1'
replays half.png
paint sketch.png "a fox" --control-net sketch --control-image photo.png; differ sketch.png plain.png; replays sketch.png
paint two.png "a fox" --control-net edges --control-net sketch --control-image photo.png --control-strength 0.7,0.4
differ two.png steered.png; replays two.png
for guide in canny:50:120 soft-edge scribble lineart tile depth invert; do
  paint "guide-${guide%%:*}.png" "a fox" --control-net edges --control-image photo.png --control-preprocess $guide
  differ "guide-${guide%%:*}.png" steered.png
done
said guide-canny.png "Module: canny"; replays guide-canny.png

# Ctrl-C between two steps keeps the picture as it is, and the preview
"$INKSTONE" paint "a fox" "${quick[@]}" --steps 1000 -W 512 -H 512 -b 9 --preview proj --preview-path on-the-way.png -o stopped.png >said 2>log.stopped &
pid=$!
for _ in $(seq 600); do [ -e on-the-way.png ] && break; sleep 0.1; done
kill -INT $pid
code=0; wait $pid || code=$?
[ "$code" = 130 ] || fail "exit $code: $(cat log.stopped)"
[ -s stopped.png ] && [ -s on-the-way.png ] || fail "nothing was kept: $(cat log.stopped)"
