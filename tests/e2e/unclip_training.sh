# unCLIP from three configs to pictures: a space that was killed ends with the bytes of the uninterrupted one; the folder of the three runs paints from words,
# like a picture, between two and changed in words, and its recipes paint the same again; the space tags; what is wrong is said in one line.
source "$SOURCE/tests/e2e/case.sh"
settings() {  # family, options of its network
  printf 'family = "%s"\ndata = "procedural:julia,ifs:size=16x16,count=64"\n[model]\n%s\n[train]\nsteps = 60\nbatch = 8\nlearning-rate = 1e-3\nema = 0.9\ncheckpoint-every = 10\nlog-every = 10\n' "$1" "$2" >"$1.toml"
}
settings contrastive $'base-width = 8\nfeatures = 16\ndepth = 1\ntext-length = 16\ntext-depth = 1'
settings unclip-prior $'embedding = 16\ntext-length = 16\nheads = 1\nhead-width = 16\ndepth = 1\nsampling-steps = 4'
settings unclip-decoder $'embedding = 16\ntokens = 2\npatch = 4\nfeatures = 16\ndepth = 1\nheads = 1\nstrokes = 8\ncontext-features = 16\nsampling-steps = 4'
train() { "$INKSTONE" train "$@" -q -t 1 >/dev/null 2>log || fail "$(cat log)"; }
train contrastive.toml -o model/clip
"$INKSTONE" train contrastive.toml -o killed -q -t 1 >/dev/null 2>log &
pid=$!
for _ in $(seq 600); do [ -e killed/checkpoints/step-00000020.safetensors ] && break; sleep 0.1; done
kill -KILL $pid 2>/dev/null || true
wait $pid 2>/dev/null || true
train --resume -o killed
cmp model/clip/model.safetensors killed/model.safetensors || fail "the resumed run ends with other weights"
train unclip-decoder.toml --clip-model model/clip -o model/decoder
pixels() { "$INKSTONE" post "$1" --chain "" -q -o "$1.ppm" >/dev/null; sha256sum <"$1.ppm"; }
same() { [ "$(pixels "$1")" = "$(pixels "$2")" ] || fail "$1 and $2 differ"; }
differ() { [ "$(pixels "$1")" != "$(pixels "$2")" ] || fail "$1 and $2 are the same"; }
replays() { "$INKSTONE" replay "$1" --search . -q -t 1 -o "again-$1" >/dev/null 2>log || fail "$(cat log)"; same "$1" "again-$1"; }
paint() { local output=$1; shift; "$INKSTONE" paint -m model --type f32 -t 1 -q -s 3 "$@" -o "$output" >/dev/null 2>log || fail "$(cat log)"; }
for kind in julia worley; do "$INKSTONE" paint -m procedural/$kind -W 60 -H 40 -q -o $kind.png >/dev/null; done
refuses 2 "has no prior" paint "julia" -m model -q -o x.png
train unclip-prior.toml --clip-model model/clip -o model/prior

paint words.png "a julia set"
replays words.png
paint like.png -i julia.png
differ words.png like.png
replays like.png
paint way.png -i julia.png --second-img worley.png --interpolate 3
same way-0.png like.png
differ way-1.png way-2.png
paint changed.png "ifs" -i julia.png --change-from "julia"
differ changed.png like.png
"$INKSTONE" annotate julia.png --clip model/clip --labels julia,ifs --threshold 0 --format json >report; has report '"ifs"'

bad() { refuses "$@" -q -t 1 -o x; }
bad 2 "name its run with --clip-model" train unclip-prior.toml
bad 2 "is a model of the family unclip-prior" train unclip-decoder.toml --clip-model model/prior
bad 2 "give --embedding 16" train unclip-decoder.toml --clip-model model/clip --embedding 32
refuses 2 "has no up-samplers" paint "a fox" -m model --upsampler-steps 3 -q -o x.png
refuses 5 "paints none" paint -m model/clip -q -o x.png
