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
for file in model_index.json transformer/config.json text_encoder/model.safetensors tokenizer/vocab.txt scheduler/scheduler_config.json; do
  [ -s "folder/$file" ] || fail "no folder/$file"
done
"$INKSTONE" paint "a red fox" -m folder -s 3 -o same.png -q --type f32 -t 1 >/dev/null
"$INKSTONE" replay same.png --search folder -o again.png -q -t 1 >/dev/null
for picture in fox same again; do "$INKSTONE" post $picture.png --chain exposure -o $picture.ppm -q >/dev/null; done
tail -c 768 fox.ppm >fox.raw; tail -c 768 same.ppm >same.raw; tail -c 768 again.ppm >again.raw
cmp fox.raw same.raw || fail "the folder paints another picture than the run"
cmp same.raw again.raw || fail "the recipe paints another picture"
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

refuses 2 "--init-img has no meaning" paint "a fox" -m folder --init-img fox.png -o x.png -q
refuses 2 "can double that up to 256x256" paint "a fox" -m folder -W 100 -o x.png -q
refuses 2 "solver of the other frame" paint "a fox" -m folder --sampler flow_euler -o x.png -q
cp -r folder broken; echo '{}' >broken/transformer/config.json
refuses 4 "does not say how the network is built" paint "a fox" -m broken -o x.png -q
