# Pictures into a data set and back, from the command line.
source "$SOURCE/tests/e2e/case.sh"

mkdir -p photos/houses photos/nights empty ruined
cp "$home" photos/houses/a.jpg
cp "$home" photos/houses/again.jpg
cp "$night" photos/nights/b.jpg
echo "a starry night" >photos/nights/b.txt
echo "not a picture" >photos/nights/text.png
echo "not a picture" >ruined/a.png

"$INKSTONE" dataset import photos -o photos.safetensors --width 48 --height 32 --crop smart --duplicates 4 --report page.html >out 2>err
has out photos.safetensors
has out photos.provenance.jsonl
has err "pictures: 2"
has err "unreadable: 1"
has err "again.jpg  is like  houses/a.jpg"
has page.html "data:image/jpeg;base64,"
"$INKSTONE" dataset inspect photos.safetensors --json >report.json 2>/dev/null
has report.json '"48x32": 2'
has report.json '"name": "nights"'
has report.json '"captioned": 1'

"$INKSTONE" dataset dedupe photos -o leave-out.txt -q >/dev/null
has leave-out.txt "^houses/again.jpg"
"$INKSTONE" dataset import photos -o prepared/ --shorter-side 64 --opt-out leave-out.txt -q
[ "$(find prepared -name '*.png' | wc -l)" = 2 ] || fail "prepared has not 2 pictures"
has prepared/metadata.jsonl "a starry night"
"$INKSTONE" dataset smooth photos -o smoothed --shorter-side 64 -q
[ "$(find smoothed -name '*.png' | wc -l)" = 3 ] || fail "smoothed has not 3 pictures"
cmp -s "$(find smoothed -name '*.png' | sort | head -1)" "$(find prepared -name '*.png' | sort | head -1)" && fail "no edge was smoothed"
refuses 2 "odd number" dataset smooth photos -o x --blur 4
refuses 2 "is there already" dataset smooth photos -o smoothed
"$INKSTONE" dataset pack prepared -o packed --shard-megabytes 1 -q
"$INKSTONE" dataset stats packed 2>/dev/null >out
has out "pictures: 2"

# from an address of our own, gone on with, a missing one listed
printf 'url\tauthor\tlicence\nfile://%s/photos/houses/a.jpg\tAnn\tCC0\nfile://%s/photos/nowhere.jpg\tBob\tCC0\n' "$PWD" "$PWD" >list.tsv
"$INKSTONE" dataset collect list.tsv -o collected >/dev/null 2>err
has err "unreadable: 1"
cmp collected/a.jpg "$home"
has collected/metadata.jsonl '"author":"Ann"'

refuses 2 "has no pictures" dataset inspect empty
refuses 4 "none of the 1 pictures in ruined can be read" dataset import ruined -o x.safetensors
[ ! -e x.safetensors ] || fail "an import of nothing left a file"
refuses 3 "nowhere" dataset import nowhere -o x.safetensors
refuses 2 "is there already" dataset import photos -o photos.safetensors
refuses 2 "have no caption" dataset import photos -o x.safetensors --require-captions
refuses 2 "go together" dataset import photos -o x.safetensors --width 32
refuses 3 "did you mean 'mnist'" dataset inspect mnits
refuses 2 "no output" dataset import photos
refuses 2 "crop must be\|did you mean 'smart'\|crop" dataset import photos -o x.safetensors --crop smrat
