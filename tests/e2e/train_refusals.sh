# What training cannot work with ends in one clear line, and nothing that was there is touched.
source "$SOURCE/tests/e2e/case.sh"
cat >tiny.toml <<'TOML'
family = "gan"
data = "procedural:julia,ifs:size=16x16,count=64"
[model]
latent = 16
[train]
steps = 4
batch = 4
checkpoint-every = 2
sample-every = 0
TOML
mkdir one ruined mixed
cp "$home" one/a.jpg
echo "not a picture" >ruined/a.png
"$INKSTONE" train tiny.toml -o run -q -t 1 >/dev/null
before=$(find run -type f -exec sha256sum {} + | sort)

# data
"$INKSTONE" train tiny.toml --data ./one --width 16 --height 16 -o single -q -t 1 >/dev/null || fail "one picture is a data set too"
[ -s single/model.safetensors ] || fail "no model of one picture"
refuses 4 "none of the 1 pictures in ./ruined can be read" train tiny.toml --data ./ruined -o x -q
refuses 2 "have no caption" dataset import one -o x.safetensors --require-captions -q
refuses 2 "the pictures have 3 channels and the network wants 1; set convert-channels" train tiny.toml --channels 1 -o x -q -t 1

# checkpoints
sed "s|^family.*|family = \"gann\"|" tiny.toml >other.toml
refuses 2 "there is no family .gann.; did you mean .gan" train other.toml -o x -q
refuses 4 "has shape .768, 512., expected .256, 512." train tiny.toml --channels 1 --convert-channels --resume -o run --steps 6 -q -t 1
cp -r run newer
for file in newer/model.safetensors newer/checkpoints/*; do sed -i 's/"inkstone.format":"1"/"inkstone.format":"9"/' "$file"; done
refuses 5 "the file is of format 9, and this program reads format 1" train --resume -o newer --steps 6 -q -t 1
refuses 5 "format 9" paint --model newer -o x.png -q

# places: a file in the way, a folder that may not be written, a disk without room
touch file
refuses 8 "cannot make the folder file/run" train tiny.toml -o file/run -q
if [ "$(id -u)" != 0 ]; then
  mkdir locked && chmod 555 locked
  refuses 8 "cannot make the folder locked/run: Permission denied" train tiny.toml -o locked/run -q
fi
cp -r run crowded
code=0
(trap '' XFSZ; ulimit -f 64; "$INKSTONE" train tiny.toml --resume -o crowded --steps 6 -q -t 1 >/dev/null 2>stderr) || code=$?
[ $code = 8 ] || fail "exit $code without room: $(cat stderr)"
[ "$(wc -l <stderr)" = 1 ] || fail "not one line: $(cat stderr)"
has stderr "cannot write .*safetensors\|cannot write"
cmp run/model.safetensors crowded/model.safetensors || fail "a full disk spoilt the model"
"$INKSTONE" train --resume -o crowded --steps 6 -q -t 1 >/dev/null || fail "the run does not go on once there is room"

[ "$before" = "$(find run -type f -exec sha256sum {} + | sort)" ] || fail "a refused command changed the run"
