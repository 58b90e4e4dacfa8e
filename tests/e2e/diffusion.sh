# Words to pictures by a Stable Diffusion checkpoint, tiny and of random weights: files, flags, recipes, refusals.
source "$SOURCE/tests/e2e/case.sh"
pixels() { "$INKSTONE" post "$1" --chain "" -q -o "$1.ppm" >/dev/null; sha256sum <"$1.ppm"; }
same() { [ "$(pixels "$1")" = "$(pixels "$2")" ] || fail "$1 and $2 differ"; }
differ() { [ "$(pixels "$1")" != "$(pixels "$2")" ] || fail "$1 and $2 are the same"; }

"$MAKE_CHECKPOINT" tiny folder f32
"$MAKE_CHECKPOINT" tiny one.safetensors f32
quick=(--steps 4 -W 96 -H 64 --type f32)
paint() { local output=$1; shift; "$INKSTONE" paint "${quick[@]}" "$@" -o "$output" >/dev/null 2>>log; }

# the prompt stands alone or has a flag, the model is a folder or a file; other tools' names mean the same
paint a.png "a red fox" -m folder --sampler euler -s 5
paint b.png -p "a red fox" -m one.safetensors --sampling-method Euler -s 5 --schedule leading --guidance 7
paint c.png "a blue fox" -m folder --sampler euler -s 5
paint d.png "a red fox" -m folder --sampler euler -s 6
paint e.png "a red fox" -n "snow" -m folder --sampler euler -s 5
same a.png b.png; differ a.png c.png; differ a.png d.png; differ a.png e.png
"$INKSTONE" models convert folder back.safetensors >/dev/null 2>&1
paint f.png "a red fox" -m back.safetensors --sampler euler --schedule leading -s 5
same a.png f.png

# what changes the walk changes the picture; limits that leave all of it do not
for option in "--guidance-end 0.5" "--guidance-start 0.5" "--s-churn 2" "--prediction v" "--guidance-rescale 0.7"; do
  paint changed.png "a red fox" -m folder --sampler euler -s 5 $option; differ a.png changed.png
done
paint whole.png "a red fox" -m folder --sampler euler -s 5 --guidance-start 0 --guidance-end 1; same a.png whole.png

# a batch is its pictures one by one; the recipe paints one again
paint batch.png "a red fox" -m folder --sampler euler -s 5 -b 2
same a.png batch-0.png
"$INKSTONE" metadata d.png >text
has text "a red fox"; has text "Steps: 4, Sampler: euler"; has text "CFG scale: 7, Seed: 6, Size: 96x64"
"$INKSTONE" replay d.png --search . -q -o again.png >/dev/null
same d.png again.png

# from a picture, and in a mask: what is outside stays
"$INKSTONE" post "$home" --chain "" -q -o photo.png >/dev/null
paint over.png "a red fox" -m folder -i photo.png --strength 0.5 -s 5
differ over.png a.png
refuses 2 "init-img" paint "a fox" -m folder "${quick[@]}" --mask photo.png -o x.png

# refusals: one line each, nothing written
refuses 2 "multiples of 8" paint "a fox" -m folder --steps 2 -W 97 -H 64 -o x.png
refuses 2 "did you mean" paint "a fox" -m folder "${quick[@]}" --sampler eulr -o x.png
refuses 2 "did you mean" paint "a fox" -m folder "${quick[@]}" --schedule karas -o x.png
refuses 2 "palette" paint "a fox" -m folder "${quick[@]}" --palette fire -o x.png
refuses 3 "no model" paint "a fox" -m nowhere.safetensors -o x.png
refuses 2 "prompt" paint "a fox" -m procedural/fern -o x.png
head -c 100000 one.safetensors >torn.safetensors
refuses 4 "safetensors" paint "a fox" -m torn.safetensors -o x.png
mkdir broken; cp -r folder/* broken; rm -r broken/unet/*.safetensors
refuses 3 "unet" paint "a fox" -m broken -o x.png
head -c 70000 /dev/zero | tr '\0' 'a' >long
refuses 2 "65536" paint "$(cat long)" -m folder "${quick[@]}" -o x.png
[ ! -e x.png ] || fail "a refused request left a picture"

# figures beside other programs: ours by the clock, theirs by what they print, in one table; a peer that fails says why
cat >peers.toml <<'TOML'
prints = "echo evaluation seconds 2.50; echo decode seconds 40.25; echo {prompt} >words; test {width} = 96"
logs = "echo 'sampling completed, taking 12.00s'; echo 'decode_first_stage completed, taking 4.00s'"
TOML
"$INKSTONE" bench sd -m folder -W 96 -H 64 --steps 4 --type f32 -p "it's a fox" --peers peers.toml -q >table
has table "| inkstone | [0-9]"; has table "| prints | - | 2.50 | [0-9.]*x | 40.25 |"; has table "| logs | - | 3.00 | [0-9.]*x | 4.00 |"
[ "$(cat words)" = "it's a fox" ] || fail "the prompt reached the peer as: $(cat words)"
echo 'broken = "echo no memory; false"' >peers.toml
refuses 8 "broken did not paint; it said: no memory" bench sd -m folder -W 96 -H 64 --steps 4 --peers peers.toml -q
