# The start page's recipes on the command line: every one is a command that its program takes, and paints what that command paints.
source "$SOURCE/tests/e2e/case.sh"
export INKSTONE_HOME=$scratch/home
pixels() { "$INKSTONE" post "$1" --chain "" -q -o "$1.ppm" >/dev/null; sha256sum <"$1.ppm"; }

"$INKSTONE" recipes >list; has list "^oil  *post  *picture  *Avatar in oil[.] "; has list "^molecule  *paint  *-  *"
"$INKSTONE" recipes --language zh >liste; has liste "油画头像"
[ "$(wc -l <list)" -gt 15 ] || fail "few recipes: $(cat list)"
"$INKSTONE" recipes oil --json >oil.json; has oil.json '"chain": "oil"'

# what is printed paints the same
"$INKSTONE" recipes oil "$home" -q -o oil.png >/dev/null
"$INKSTONE" recipes oil "$home" -q -o again.png --print >line
[ "$(cat line)" = "inkstone post $home --chain oil --output again.png" ] || fail "printed: $(cat line)"
(inkstone() { "$INKSTONE" "$@" -q >/dev/null; }; . ./line)
[ "$(pixels oil.png)" = "$(pixels again.png)" ] || fail "the recipe and its command differ"
"$INKSTONE" metadata oil.png >said; has said oil
"$INKSTONE" recipes marble -q -o marble.png >/dev/null
"$INKSTONE" paint -m procedural/perlin -s 6 -W 640 -H 480 --post seamless -q -o marble2.png >/dev/null
[ "$(pixels marble.png)" = "$(pixels marble2.png)" ] || fail "marble is not what its request says"

# every recipe can be said, with its example; the pictures that come with the program are files that can be opened
awk 'NR > 1 { print $1 }' list >names
while read -r name; do
  "$INKSTONE" recipes "$name" --example --print >line || fail "recipe $name"
  [ -s "$SOURCE/web/public/recipes/$name.webp" ] || fail "recipe $name has no picture to show"
done <names
"$INKSTONE" recipes starry --example --print >line
has line "--style $scratch/home/pictures/starry_night.webp"
for picture in home/pictures/*.webp; do "$INKSTONE" metadata "$picture" >said; has said "^licence"; done
"$INKSTONE" recipes sketch --example -q -o sketch.png >/dev/null
"$INKSTONE" metadata sketch.png >said; has said "composition-vii"; has said "CC0"

refuses 3 "no recipe 'oyl'; did you mean 'oil'" recipes oyl
refuses 2 "recipe oil needs a picture" recipes oil
refuses 2 "takes no picture" recipes molecule "$home"
refuses 3 "." recipes oil none.jpg
refuses 2 "unknown option '--prnt'; did you mean '--print'" recipes oil --prnt
