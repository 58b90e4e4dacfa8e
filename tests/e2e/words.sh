# A painter of words from config to folder: a run that was killed ends with the bytes of the uninterrupted one; it paints what is said, larger where
# asked; as a folder it paints the same; its recipe paints it again.
source "$SOURCE/tests/e2e/case.sh"
cat >tiny.toml <<'TOML'
family = "words"
data = "procedural:julia,ifs:size=16x16,count=64"
[model]
patch = 4
features = 16
depth = 1
heads = 1
strokes = 8
text-length = 16
text-features = 16
text-depth = 1
sampling-steps = 4
[train]
steps = 120
batch = 8
learning-rate = 1e-3
ema = 0.9
checkpoint-every = 20
sample-every = 60
log-every = 10
TOML
"$INKSTONE" train tiny.toml -o whole -q -t 1 >/dev/null
for step in 000060 000120; do [ -s "whole/samples/step-$step.png" ] || fail "no sample of step $step"; done
"$INKSTONE" train tiny.toml -o killed -q -t 1 >/dev/null 2>log &
pid=$!
for _ in $(seq 600); do [ -e killed/checkpoints/step-00000040.safetensors ] && break; sleep 0.1; done
kill -KILL $pid 2>/dev/null || true
wait $pid 2>/dev/null || true
"$INKSTONE" train --resume -o killed -q -t 1 >/dev/null 2>log || fail "$(cat log)"
cmp whole/model.safetensors killed/model.safetensors || fail "the resumed run ends with other weights"

"$INKSTONE" paint "a red fox" -m whole -s 3 -o fox.png -q --type f32 -t 1 >/dev/null
"$INKSTONE" metadata fox.png >report; has report "a red fox"
"$INKSTONE" paint "一只红色的狐狸" -m whole -s 3 -o huli.png -q -W 64 -H 64 -t 1 >/dev/null
"$INKSTONE" metadata huli.png >report; has report "Size: 64x64"
"$INKSTONE" models convert whole folder --type f32 >/dev/null 2>log || fail "$(cat log)"
has log "memorisation: "
has folder/memorisation.json '"samples": 64'
"$INKSTONE" models convert whole unchecked --no-memorisation-check >/dev/null 2>log
grep -q memorisation log && fail "the check was to be left out"
[ -e unchecked/memorisation.json ] && fail "the check was to be left out"
mkdir elsewhere; cp whole/model.safetensors elsewhere/
"$INKSTONE" models convert elsewhere/model.safetensors foreign >/dev/null 2>log
has log "memorisation was not checked: .*does not say what it was trained on"
for file in model_index.json transformer/config.json text_encoder/model.safetensors tokenizer/vocab.txt scheduler/scheduler_config.json; do
  [ -s "folder/$file" ] || fail "no folder/$file"
done
"$INKSTONE" paint "a red fox" -m folder -s 3 -o same.png -q --type f32 -t 1 >/dev/null
"$INKSTONE" replay same.png --search folder -o again.png -q -t 1 >/dev/null
for picture in fox same again; do "$INKSTONE" post $picture.png --chain exposure -o $picture.ppm -q >/dev/null; done
tail -c 768 fox.ppm >fox.raw; tail -c 768 same.ppm >same.raw; tail -c 768 again.ppm >again.raw
cmp fox.raw same.raw || fail "the folder paints another picture than the run"
cmp same.raw again.raw || fail "the recipe paints another picture"

for model in whole folder; do
  "$INKSTONE" evaluate $model --against procedural:julia,ifs:size=16x16,count=20 --features perceptual --metrics prdc -n 20 -q -t 1 >$model.figures 2>log || fail "$(cat log)"
done
has folder.figures "precision"
cmp whole.figures folder.figures || fail "the folder is measured otherwise than the run"

# Why this picture: what each word was looked at, out of the picture's recipe or for a prompt.
"$INKSTONE" explain same.png -m folder --steps 2 --nearest 3 --against procedural:julia,ifs:size=16x16,count=32 --report why -o why.png -t 1 >/dev/null 2>log || fail "$(cat log)"
has log "to the same pixels"
has log "nearest of 32 training pictures"
for file in index.html sheet.png 01-a.png 02-red.png 03-fox.png; do [ -s "why/$file" ] || fail "no why/$file"; done
has why/index.html "On the way"
has why/index.html "data:image/png;base64"
"$INKSTONE" explain "a red fox" -m folder -s 3 -o prompt.png -t 1 >/dev/null 2>log || fail "$(cat log)"
has log "does not say what it was trained on"
"$INKSTONE" explain "a red fox" -m whole -s 3 -o run.png -t 1 >/dev/null 2>log || fail "$(cat log)"
has log "training pictures looked at"
"$INKSTONE" replay why.png --search . --search folder -o why-again.png -q -t 1 >/dev/null 2>log || fail "$(cat log)"
"$INKSTONE" post why.png --chain exposure -o why.ppm -q >/dev/null; "$INKSTONE" post why-again.png --chain exposure -o why-again.ppm -q >/dev/null
cmp why.ppm why-again.ppm || fail "replay explains something else"
refuses 5 "carries no recipe" explain "$home" -m folder -o x.png -q
refuses 5 "was not painted from words" explain why.png -m folder -o x.png -q
refuses 3 "no file with the content of" explain fox.png -m folder -o x.png -q
refuses 2 "has no words" explain " ,." -m folder -o x.png -q
refuses 2 "nothing to explain" explain -m folder -o x.png -q
refuses 2 "leave --prompt out" explain same.png --prompt "a fox" -m folder -o x.png -q
refuses 2 "look at other networks" explain "a fox" -m folder --class tabby -o x.png -q
refuses 5 "reads no words" explain "a fox" -m procedural/julia --method attention -o x.png -q
refuses 3 "nowhere" explain "a fox" -m folder --against /nowhere -o x.png -q

printf 'a cat\n# none\n两只狗\n' >prompts.txt
"$INKSTONE" paint --prompt-file prompts.txt -m folder -b 2 --grid --columns 4 -o grid.png -q -t 1 >/dev/null
"$INKSTONE" metadata grid.png >report; has report "两只狗"

# The painter that comes with an installed program is taken where no model is named, and recipes find it.
mkdir -p installed/bin installed/share/inkstone
cp "$INKSTONE" installed/bin/inkstone; cp -r folder installed/share/inkstone/words
installed/bin/inkstone paint "a red fox" -s 3 -o own.png -q --type f32 -t 1 >/dev/null
installed/bin/inkstone replay own.png -o own-again.png -q -t 1 >/dev/null
for picture in own own-again; do
  "$INKSTONE" post $picture.png --chain exposure -o $picture.ppm -q >/dev/null
  tail -c 768 $picture.ppm >$picture.raw
  cmp fox.raw $picture.raw || fail "$picture.png is another picture than the run paints"
done

# The one in the sources: red where a red heart is, in either language.
for said in "a red heart" "一颗红色的爱心"; do
  "$INKSTONE" paint "$said" -m "$SOURCE/assets/words" -s 1 -o heart.png -q -t 1 >/dev/null
  "$INKSTONE" post heart.png --chain exposure -o heart.ppm -q >/dev/null
  tail -c 12288 heart.ppm | od -An -v -tu1 -w3 | awk '$1 > 150 && $2 < 110 && $3 < 110 { red++ } END { exit red < 800 }' || fail "$said is not red"
done

# Over a picture: in its size; with a mask the rest of it stays, to the bit.
{ printf 'P6 50 30 255\n'; for _ in $(seq 750); do printf '\x20\x60\xa0\x30\x70\xb0'; done; } >ground.ppm
{ printf 'P5 50 30 255\n'; for _ in $(seq 30); do head -c 25 /dev/zero; head -c 25 /dev/zero | tr '\0' '\377'; done; } >mask.pgm
"$INKSTONE" paint "a red fox" -m folder -i ground.ppm --strength 0.7 -s 3 -o over.ppm -q -t 1 >/dev/null
[ "$(head -c 11 over.ppm | tr '\n' ' ')" = "P6 50 30 25" ] || fail "painted over a picture in another size"
"$INKSTONE" paint "a red fox" -m folder -i ground.ppm --mask mask.pgm --mask-blur 0 --strength 1 -s 3 -o part.ppm -q -t 1 >/dev/null
for picture in ground part; do
  tail -c 4500 $picture.ppm | od -An -v -tu1 -w150 >$picture.rows
  cut -c1-240 $picture.rows >$picture.left  # twenty pixels of three values, four characters each
  cut -c541- $picture.rows >$picture.right
done
cmp ground.left part.left || fail "the mask's black side was painted"
cmp -s ground.right part.right && fail "the mask's white side was not painted"
refuses 2 "give the picture with --init-img" paint "a fox" -m folder --mask mask.pgm -o x.png -q
refuses 2 "must have the same size" paint "a fox" -m folder -i ground.ppm --mask fox.png -o x.png -q
refuses 2 "leaves none of" paint "a fox" -m folder -i ground.ppm --strength 0.001 -o x.png -q
refuses 2 "--outpaint has no meaning" paint "a fox" -m folder -i ground.ppm --outpaint 8 -o x.png -q
refuses 2 "can double that up to 256x256" paint "a fox" -m folder -W 100 -o x.png -q
refuses 2 "solver of the other frame" paint "a fox" -m folder --sampler flow_euler -o x.png -q
cp -r folder broken; echo '{}' >broken/transformer/config.json
refuses 4 "does not say how the network is built" paint "a fox" -m broken -o x.png -q
