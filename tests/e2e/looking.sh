# Dream, explain and annotate as a person uses them. Tags need the network of the catalogue: without it, what can be had without it.
source "$SOURCE/tests/e2e/case.sh"
tiny=(--size 96 --octaves 2 --iterations 2 -q)

# ---- dream: offline, with the embedded network ----
[ "$("$INKSTONE" dream "$home" -o dream.png "${tiny[@]}")" = dream.png ] || fail "dream does not say where it wrote"
"$INKSTONE" metadata dream.png >said
has said "DeepDream"
"$INKSTONE" replay dream.png --search "$SOURCE/examples" -o again.png -q >/dev/null
cmp <("$INKSTONE" post dream.png --chain "" -o a.ppm -q >/dev/null 2>&1; cat a.ppm) <("$INKSTONE" post again.png --chain "" -o b.ppm -q >/dev/null 2>&1; cat b.ppm) || fail "replay dreams another dream"
"$INKSTONE" dream "$home" -o guided.png --guide "$night" "${tiny[@]}" >/dev/null
"$INKSTONE" dream "$home" -o channel.png -l relu3_1:5 -l relu2_1*0.2 "${tiny[@]}" >/dev/null
"$INKSTONE" dream "$home" -o tiled.png --tile-size 64 "${tiny[@]}" >/dev/null
if command -v ffmpeg >/dev/null; then
  "$INKSTONE" dream "$home" -o fall.gif --zoom 3 --size 64 --octaves 1 --iterations 1 -q >/dev/null
  [ "$(head -c 4 fall.gif)" = GIF8 ] || fail "no film"
fi
refuses 2 "did you mean" dream "$home" -o x.png --layer relu3_11
refuses 2 "no channel" dream "$home" -o x.png --layer relu1_1:64
refuses 2 "raise --size" dream "$night" -o x.png --size 16
INKSTONE_HOME=$scratch/empty refuses 3 "inkstone models pull googlenet" dream "$home" -o x.png -m googlenet
refuses 5 "resnet50-imagenet" dream "$home" -o x.png --class tabby
refuses 2 "exclude" dream "$home" -o x.png --class tabby --layer relu3_1
refuses 3 "nowhere.jpg" dream nowhere.jpg -o x.png
refuses 2 "no picture" dream

# One pixel, all black.
printf 'P6 1 1 255\n\1\2\3' >one.ppm
"$INKSTONE" post one.ppm --chain "" -o one.png -q >/dev/null
refuses 2 "raise --size" dream one.png -o x.png --size 0
"$INKSTONE" dream one.png -o one-dream.png "${tiny[@]}" >/dev/null
head -c 30000 /dev/zero | { printf 'P6 100 100 255\n'; cat; } >black.ppm
"$INKSTONE" dream black.ppm -o black-dream.png "${tiny[@]}" >/dev/null

# ---- annotate without weights ----
export INKSTONE_HOME=$scratch/empty
mkdir -p folder/sub
cp "$home" folder/a.jpg
cp "$home" folder/sub/b.jpg
cp "$night" folder/c.jpg
echo "not a picture" >folder/d.jpg
# A drawing is said in a sentence, in both languages, by the captioner that the program has with it; whatever the sentence is, it goes where it is asked for.
"$INKSTONE" annotate "$night" --caption -q >notes
grep -q '^  caption   .* ([0-9]* %)$' notes || fail "no caption"
"$INKSTONE" annotate "$night" --caption --caption-language chinese --format json -q | python3 -c 'import json,sys; p=json.load(sys.stdin)["pictures"][0]; c=p["caption"]; assert p["text"]==c["text"] and 0<c["probability"]<=1 and any("\u4e00"<=x<="\u9fff" for x in c["text"]), p' || fail "no Chinese caption"
"$INKSTONE" annotate "$night" --caption --format sidecar -o said-by -q >/dev/null
[ "$(cat said-by/*.txt)" = "$(sed -n 's/^  caption   \(.*\) (.*/\1/p' notes)" ] || fail "the sidecar says something else"
"$INKSTONE" annotate "$night" --caption --format xmp -o said-by -q >/dev/null
grep -aq "<dc:description>" said-by/$(basename "$night") || fail "no caption in the file"
# One's own: what its folder says is what it says, with the folder's words alone.
mkdir told
for n in 1 2 3 4; do cp "$home" told/$n.jpg; echo "a house by the sea" >told/$n.txt; done
"$INKSTONE" train captioner --data told --width 16 --height 16 --steps 30 --batch 4 --warmup 2 --ema 0.5 --precision f32 --sample-every 0 -q -o own >/dev/null
"$INKSTONE" annotate "$night" --caption-model own -q | grep -q "caption   a house by the sea" || fail "one's own captioner has not learnt its sentence"
refuses 3 "nowhere" annotate "$night" --caption-model nowhere --tags 0
refuses 5 "describes no pictures" annotate "$night" --caption-model "$SOURCE/assets/classifiers/mnist.safetensors" --tags 0
"$INKSTONE" annotate folder >notes 2>said
has said "inkstone models pull resnet50-imagenet"
has notes "looks like a.jpg"
has notes "d.jpg"
has notes "cannot be read"
"$INKSTONE" annotate folder --format json -q | python3 -c 'import json,sys; p=json.load(sys.stdin)["pictures"]; assert len(p)==4 and p[0]["colours"] and p[0]["dhash"]==p[3]["dhash"], p' || fail "no JSON"
"$INKSTONE" annotate folder --format jsonl -o notes.jsonl -q >/dev/null
[ "$(wc -l <notes.jsonl)" = 4 ] || fail "not a line for each picture"
"$INKSTONE" annotate "$home" --format xmp -o tagged -q >/dev/null
has tagged/home.jpg "landscape format"
"$INKSTONE" annotate folder --format sidecar -o captions -q >/dev/null
[ -e captions/sub/b.txt ] || fail "no sidecar at the picture's place"
# Sidecars are the captions of a data set.
mkdir drawings
cp "$night" drawings/night.jpg
"$INKSTONE" annotate drawings --caption --format sidecar -q >/dev/null
"$INKSTONE" dataset import drawings --width 32 --height 32 --require-captions -o taught/ -q >/dev/null
grep -qF "$(cat drawings/night.txt)" taught/metadata.jsonl || fail "the data set is told something else than the sidecar"
"$INKSTONE" annotate one.ppm -q >/dev/null
"$INKSTONE" annotate black.ppm -q | grep -q "black #000000 100 %" || fail "black is not black"
refuses 4 "d.jpg" annotate folder/d.jpg --tags 0
refuses 3 "nowhere" annotate nowhere --tags 0
refuses 2 "nothing to annotate" annotate
refuses 2 "super-resolution-x2 turns a picture into another" annotate "$home" -m super-resolution-x2
refuses 2 "fast-style/wave turns a picture into another" annotate "$home" -m fast-style/wave
refuses 2 "use a network that looks" dream "$home" -m starry-night -o x.png
refuses 2 "use a network that looks" explain "$home" -m starry-night -o x.png
cat >blocks.xml <<'XML'
<opencv_storage><cascade type_id="opencv-cascade-classifier"><featureType>HAAR</featureType><height>8</height><width>8</width>
<stages><_><stageThreshold>0.5</stageThreshold><weakClassifiers><_><internalNodes>0 -1 0 0.4</internalNodes><leafValues>-1. 1.</leafValues></_></weakClassifiers></_></stages>
<features><_><rects><_>0 0 4 8 1.</_><_>4 0 4 8 -1.</_></rects></_></features></cascade></opencv_storage>
XML
refuses 2 "name a folder" annotate "$home" --blur-faces --cascade blocks.xml --tags 0
refuses 2 "format" annotate "$home" --format yaml
refuses 3 "nowhere.xml" annotate "$home" --faces --cascade nowhere.xml --tags 0
refuses 3 "inkstone models pull resnet50-imagenet" explain "$home" -o x.png
unset INKSTONE_HOME

# ---- what needs no classes ----
"$INKSTONE" explain -m "$SOURCE/assets/perceptual/perceptual.safetensors" --unit relu2_1:3 --size 64 --steps 3 -o unit.png -q >/dev/null
"$INKSTONE" explain "$home" -m "$SOURCE/assets/perceptual/perceptual.safetensors" --reconstruct relu3_1 --size 64 --steps 3 -o known.png -q >/dev/null
# What the painting did and what the photograph did.
"$INKSTONE" stylize "$home" --style "$night" "${small[@]}" -o painted.png
"$INKSTONE" explain painted.png --method style-contribution --content "$home" --style "$night" --size 64 --steps 2 -o pulls.png 2>said >/dev/null
has said 'style relu1_1'; has said 'content relu'; has said 'orange'
"$INKSTONE" replay pulls.png --search . --search "$SOURCE/examples" -q -o pulls-again.png
cmp pulls.png pulls-again.png || fail "replay explains something else"
"$INKSTONE" explain painted.png --method style-contribution --content "$home" --style "$night" --layer relu2_1 --size 64 --steps 2 -q -o layer.png >/dev/null
refuses 2 'needs what the picture was painted from' explain painted.png --method style-contribution --content "$home" -o x.png
refuses 2 'go with --method' explain painted.png --style "$night" -o x.png
refuses 2 'neither of style' explain painted.png --method style-contribution --content "$home" --style "$night" --layer relu9_1 --size 64 -o x.png
refuses 2 'not made from that' explain painted.png --method style-contribution --content "$night" --style "$night" --size 64 -o x.png
refuses 5 "no classifier\|no classes" explain "$home" -m "$SOURCE/assets/perceptual/perceptual.safetensors" -o x.png
refuses 2 "no picture" explain
refuses 2 "exclude" explain "$home" --unit relu2_1:3 --reconstruct relu3_1 -o x.png

# ---- with the real network, where it is ----
if "$INKSTONE" models path resnet50-imagenet >/dev/null 2>&1; then
  "$INKSTONE" explain "$home" --size 128 -o why.png -q >/dev/null
  "$INKSTONE" replay why.png --search "$SOURCE/examples" -o why-again.png -q >/dev/null
  cmp why.png why-again.png || fail "replay explains something else"
  refuses 3 "did you mean" explain "$home" --class tabbby -o x.png
  "$INKSTONE" annotate "$home" -q | grep -q "tags" || fail "no tags"
fi
