# A picture carries what it takes to paint it again, to the same pixels, wherever its parents have gone.
source "$SOURCE/tests/e2e/case.sh"
pixels() { "$INKSTONE" post "$1" --chain "" -q -o "$1.ppm" >/dev/null; sha256sum <"$1.ppm"; }

mkdir elsewhere; cp "$home" "elsewhere/renamed photo.jpg"; cp "$night" "elsewhere/a, painting.jpg"
"$INKSTONE" stylize "$home" --style "elsewhere/a, painting.jpg" "${small[@]}" --init random --seed -1 --original-colors \
  --post "match-color:cholesky='elsewhere/a, painting.jpg':strength=0.4,grain:0.2" -o first.png
refuses 3 "home.jpg.*--search" replay first.png --search "$SOURCE/docs"
"$INKSTONE" replay first.png --search elsewhere -q -o again.png
[ "$(pixels first.png)" = "$(pixels again.png)" ] || fail "the pixels differ"
"$INKSTONE" metadata --json first.png | grep -v '"name"' >first.json
"$INKSTONE" metadata --json again.png | grep -v '"name"' >again.json
grep -o '"seeds": \[[^]]*' first.json >a || true; grep -o '"seeds": \[[^]]*' again.json >b || true
cmp -s a b || fail "the seeds differ"

# the same request gives the same picture, another seed another one
paint() { "$INKSTONE" stylize "$home" --style "$night" "${small[@]}" --init random --seed "$1" -o "$2"; }
paint 1 one.png; paint 1 same.png; paint 2 two.png
[ "$(pixels one.png)" = "$(pixels same.png)" ] || fail "a seed gave two pictures"
[ "$(pixels one.png)" != "$(pixels two.png)" ] || fail "two seeds gave one picture"

# where the file is lossy, the replay in its format decodes to the same pixels, and that in a lossless one to those before it was written
for format in jpg webp; do
  paint 1 lossy.$format
  "$INKSTONE" replay lossy.$format --search elsewhere -q -o again.$format
  "$INKSTONE" replay lossy.$format --search elsewhere -q -o before.png
  [ "$(pixels lossy.$format)" = "$(pixels again.$format)" ] || fail "$format: the pixels differ"
  [ "$(pixels before.png)" = "$(pixels one.png)" ] || fail "$format: another picture was painted"
  [ "$(pixels lossy.$format)" != "$(pixels one.png)" ] || fail "$format is not lossy, so this shows nothing"
done

"$INKSTONE" post "$home" --chain "grain:0.5" --seed 7 -q -o post.png
"$INKSTONE" replay post.png --search elsewhere -q -o post2.png
[ "$(pixels post.png)" = "$(pixels post2.png)" ] || fail "post: the pixels differ"
