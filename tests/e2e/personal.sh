# One's own subject: low-rank matrices and a word of one's own are trained beside a painter of words and a Stable Diffusion checkpoint, go on from
# where they were stopped to the same bytes, come out as files that painting loads by name, and say in one line what they cannot do.
source "$SOURCE/tests/e2e/case.sh"
mkdir subject
for k in 1 2 3; do "$INKSTONE" paint -m procedural/julia -s $k -W 32 -H 32 -o subject/$k.png -q >/dev/null; done
printf 'a red <mine> in the snow' >subject/2.txt
pixels() { "$INKSTONE" post "$1" --chain exposure -o "$1.ppm" -q >/dev/null; tail -c 3072 "$1.ppm"; }

# learns BASE TAG FAMILY...: trained in one go and in two, the same bytes.
learns() {
  local base=$1 tag=$2; shift 2
  local options=(--model "$base" --images subject --token "<mine>" --class fox --batch 2 --log-every 1 --checkpoint-every 2 --sample-every 0 -q -t 1)
  "$INKSTONE" train "$@" "${options[@]}" --steps 4 -o "$tag" >/dev/null 2>log || fail "$(cat log)"
  "$INKSTONE" train "$@" "${options[@]}" --steps 2 -o "$tag-again" >/dev/null 2>log || fail "$(cat log)"
  "$INKSTONE" train --resume -o "$tag-again" --steps 4 -q -t 1 >/dev/null 2>log || fail "$(cat log)"
  cmp "$tag/model.safetensors" "$tag-again/model.safetensors" || fail "$tag: the resumed run ends with other weights"
}

# A painter of words.
cat >tiny.toml <<'TOML'
family = "words"
data = "procedural:julia,ifs:size=32x32,count=16"
[model]
patch = 8
features = 16
depth = 1
heads = 1
strokes = 8
text-length = 16
text-features = 16
text-depth = 1
sampling-steps = 4
[train]
steps = 4
batch = 4
TOML
"$INKSTONE" train tiny.toml -o words -q -t 1 >/dev/null
learns words fox lora --rank 2 --train-text --prior-weight 0.5 --prior-pictures 2 --learning-rate 0.1
[ -s fox/memorisation.json ] && [ -s fox/memorisation.png ] || fail "the adapter went out unchecked"
learns words thrifty lora --rank 2 --train-text --prior-weight 0.5 --prior-pictures 2 --learning-rate 0.1 --gradient-checkpointing --no-memorisation-check
cmp <(tail -c 2000 fox/model.safetensors) <(tail -c 2000 thrifty/model.safetensors) || fail "blocks computed once more give another adapter"
[ -e thrifty/memorisation.json ] && fail "the check was to be left out"
learns words eight lora --rank 2 --learning-rate 0.1 --optimizer adamw8bit
learns words tuned finetune --learning-rate 0.01 --optimizer adamw8bit --gradient-checkpointing
[ -s tuned/painter/model_index.json ] || fail "no folder of the painter that was trained further"
learns words word textual-inversion --learning-rate 0.5
painted() { "$INKSTONE" paint "$1" -m words -s 3 -o "$2" --type f32 -q -t 1 "${@:3}" >/dev/null 2>log || fail "$(cat log)"; }
painted "a <mine> fox" plain.png
painted "a <mine> fox <lora:fox:1>" changed.png --lora-model-dir fox
painted "a <mine> fox <lora:fox:0>" none.png --lora-model-dir fox
painted "a <mine>" word.png --embd-dir word
"$INKSTONE" paint "a <mine> fox" -m fox -s 3 -o run.png --type f32 -q -t 1 >/dev/null
cmp <(pixels plain.png) <(pixels none.png) || fail "an adapter of no weight changes the picture"
cmp -s <(pixels plain.png) <(pixels changed.png) && fail "the adapter changes nothing"
cmp -s <(pixels plain.png) <(pixels word.png) && fail "the word changes nothing"
"$INKSTONE" replay changed.png --search . -o replayed.png -q -t 1 >/dev/null 2>log || fail "$(cat log)"
cmp <(pixels changed.png) <(pixels replayed.png) || fail "the recipe paints another picture"

# Stable Diffusion.
"$MAKE_CHECKPOINT" tiny base.safetensors f32 >/dev/null
learns base.safetensors style lora --rank 2 --train-text --min-snr 5 --learning-rate 0.1 --width 32 --height 32
learns base.safetensors tuned-sd finetune --learning-rate 0.01 --optimizer adamw8bit --gradient-checkpointing --width 32 --height 32
learns base.safetensors thing textual-inversion --vectors 2 --learning-rate 0.5 --width 32 --height 32
sd=(-m base.safetensors --steps 2 -W 64 -H 64 -s 3 -q -t 1 --type f32)
"$INKSTONE" paint "a <mine>" "${sd[@]}" -o sd.png >/dev/null
"$INKSTONE" paint "a <mine><lora:style:1>" "${sd[@]}" --lora-model-dir style -o sd-lora.png >/dev/null 2>log || fail "$(cat log)"
"$INKSTONE" paint "a <mine>" "${sd[@]}" --embd-dir thing -o sd-word.png >/dev/null 2>log || fail "$(cat log)"
"$INKSTONE" paint "a <mine>" -m tuned-sd/painter --steps 2 -W 64 -H 64 -s 3 -q -t 1 --type f32 -o sd-tuned.png >/dev/null 2>log || fail "$(cat log)"
cmp -s <(pixels sd.png) <(pixels sd-tuned.png) && fail "training all weights changes nothing"
cmp -s <(pixels sd.png) <(pixels sd-lora.png) && fail "the adapter changes nothing"
cmp -s <(pixels sd.png) <(pixels sd-word.png) && fail "the word changes nothing"

# Why this picture, of Stable Diffusion: a word of several tokens and one of one's own are one each.
"$INKSTONE" paint "a <mine>, photorealisticish" "${sd[@]}" --embd-dir thing -o sd-why.png >/dev/null 2>log || fail "$(cat log)"
"$INKSTONE" explain sd-why.png -m base.safetensors --search thing --effects 2 --report why -o sheet.png -t 1 >/dev/null 2>log || fail "$(cat log)"
has log "to the same pixels"
has log "base.safetensors does not say what it was trained on"
for file in 03-photorealisticish.png 03-photorealisticish-without.png; do [ -s "why/$file" ] || fail "no why/$file: $(ls why)"; done
ls why/02-*mine*.png >/dev/null || fail "the word of one's own is no word: $(ls why)"
refuses 5 "changes from step to step" explain "a [red:blue:0.5] fox" -m base.safetensors -o x.png -q

# What it cannot do.
mkdir bare none two; cp subject/1.png subject/3.png bare; cp subject/1.png subject/3.png two
run=(train lora --model words --steps 1 --batch 2 --sample-every 0 -o refused -q -t 1)
refuses 2 "without a caption" "${run[@]}" --images bare
refuses 2 "no pictures" "${run[@]}" --images none --token "<mine>"
refuses 2 "knows this word already" "${run[@]}" --images bare --token fox
refuses 2 "one short word" "${run[@]}" --images bare --token "$(head -c 200 /dev/zero | tr '\0' x)"
refuses 2 "needs a painter of words" train lora --model fox --images bare --token "<mine>" -o refused -q
refuses 2 "say with --class" "${run[@]}" --images bare --token "<mine>" --prior-weight 1
refuses 2 "multiples of" train lora --model base.safetensors --images bare --token "<mine>" --width 30 --height 30 -o refused -q
refuses 6 "GB of memory" train lora --model base.safetensors --images two --token "<mine>" --width 1024 --height 1024 --batch 64 -o refused -q
refuses 2 "keeps everything it computes" train dcgan-fashion --data procedural:julia:size=32x32,count=16 --gradient-checkpointing --steps 1 --batch 2 -o refused -q
refuses 2 "sgd, adam, adamw, adamw8bit" "${run[@]}" --images bare --token "<mine>" --optimizer adam8
refuses 2 "made for another base model" paint "a fox <lora:style:1>" -m words --lora-model-dir style -o no.png -q
refuses 2 "made for another" paint "a fox <lora:fox:1>" "${sd[@]}" --lora-model-dir fox -o no.png
rm -rf refused; "$INKSTONE" train lora --model words --images two --token "<mine>" --steps 1 --batch 2 --sample-every 0 -o few -t 1 >/dev/null 2>log || fail "$(cat log)"
has log "only 2 pictures"
head -c 10000 /dev/zero | tr '\0' a >bare/1.txt; printf 'a <mine>' >bare/3.txt
"$INKSTONE" train lora --model words --images bare --token "<mine>" --steps 1 --batch 2 --sample-every 0 -o long -t 1 >/dev/null 2>log || fail "$(cat log)"
has log "10000 letters"
