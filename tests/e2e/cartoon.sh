# A cartoon network from photographs and drawings: smoothed, trained in two sittings as in one, painting photographs; what is missing is said.
source "$SOURCE/tests/e2e/case.sh"

mkdir photographs frames
cp "$home" photographs/a.jpg
cp "$night" photographs/b.jpg
"$INKSTONE" post "$home" --chain coarsen -q -o frames/a.png >/dev/null
"$INKSTONE" post "$night" --chain coarsen -q -o frames/b.png >/dev/null
"$INKSTONE" dataset smooth frames -o smoothed --shorter-side 64 -q
tiny=(--data photographs --frames frames --smoothed smoothed --width 32 --height 32 --features 4 --blocks 1 --discriminator-features 8 --content-layer relu1_1
      --batch 2 --pretrain-epochs 2 --epochs 0 --steps 6 --checkpoint-every 2 --sample-every 3 --log-every 1 -q -t 1)

"$INKSTONE" train animegan "${tiny[@]}" -o whole >/dev/null
"$INKSTONE" train animegan "${tiny[@]}" --images 6 -o parts >/dev/null
"$INKSTONE" train --resume -o parts --images 0 -q -t 1 >/dev/null
cmp whole/model.safetensors parts/model.safetensors || fail "two sittings end with other weights than one"
has whole/metrics.jsonl '"adversarial"'
[ "$(grep -c '"d_loss"' whole/metrics.jsonl)" = 4 ] || fail "the game has not begun after two epochs of content"
"$INKSTONE" train cartoongan "${tiny[@]}" -o gan >/dev/null

for run in whole gan; do
  "$INKSTONE" stylize "$home" --model $run/model.safetensors --size 64 -q -o $run.png
  "$INKSTONE" stylize "$home" --model $run --size 64 -q -o folder.png || fail "$run does not paint as a folder"
done
cmp -s whole.png gan.png && fail "both networks paint the same"
# a checkpoint that TensorFlow wrote
"$INKSTONE" stylize "$home" --model "$SOURCE/tests/golden/data/anime_gan.index" --size 64 -q -o published.png
"$INKSTONE" replay published.png --search "$SOURCE/tests/golden/data" --search "$SOURCE/examples" -q -o again.png

refuses 2 "dataset smooth frames" train animegan --data photographs --frames frames --width 32 --height 32 -o x -q
refuses 2 "with --frames" train animegan --data photographs --width 32 --height 32 -o y -q
refuses 5 "paints nothing of its own" paint --model whole -o x.png -q
