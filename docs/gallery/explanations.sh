#!/usr/bin/env bash
# Makes explanations.jpg again, a row to a kind of `inkstone explain`: docs/gallery/explanations.sh [inkstone]. The network is the catalogue's
# (`inkstone models pull resnet50-imagenet`), the photographs are of Debian's opencv-doc; needs python3-pil.
set -euo pipefail
cd "$(dirname "$0")"
readonly INKSTONE=$(realpath "${1:-../../build/release/src/cli/inkstone}")
readonly NIGHT=../../examples/starry_night.jpg
readonly SHEET=$(mktemp -d)
trap 'rm -rf "$SHEET"' EXIT

/usr/bin/python3 - /usr/share/doc/opencv-doc/examples/data "$SHEET" <<'PY'
import sys
from PIL import Image, ImageOps
photos, sheet = sys.argv[1:]
for name in ("home", "fruits", "butterfly"):
    for kind, size in (("", (400, 300)), ("large-", (602, 452))):
        ImageOps.fit(Image.open(f"{photos}/{name}.jpg").convert("RGB"), size, Image.LANCZOS).save(f"{sheet}/{kind}{name}.png")
PY

explain() { "$INKSTONE" -q explain "${@:2}" -o "$SHEET/$1.png"; }
for column in 1 2 3; do
  photo=$SHEET/$(cut -d' ' -f$column <<<"home fruits butterfly").png
  explain "1-$column" "$photo" --size 400
  explain "2-$column" "$photo" --method integrated-gradients --size 400
  explain "3-$column" --unit "$(cut -d' ' -f$column <<<"res2c:10 res4c:17 logits:107")" --size 400
  explain "4-$column" "$SHEET/butterfly.png" --reconstruct "$(cut -d' ' -f$column <<<"res2c res4f res5c")" --size 400
done
for name in home butterfly; do
  "$INKSTONE" -q stylize "$SHEET/large-$name.png" --model starry-night --size 602 -o "$SHEET/painted.png"
  explain "5-$name" "$SHEET/painted.png" --method style-contribution --content "$SHEET/large-$name.png" --style "$NIGHT" --size 602
done

/usr/bin/python3 - "$SHEET" <<'PY'
import pathlib, sys
from PIL import Image
folder, gap, wide = pathlib.Path(sys.argv[1]), 4, 1208
rows = [[Image.open(path).convert("RGB") for path in sorted(folder.glob(f"{row}-*.png"))] for row in range(1, 6)]
sheet = Image.new("RGB", (wide, sum(max(p.height for p in row) + gap for row in rows) - gap), "white")
top = 0
for row in rows:
    for column, picture in enumerate(row):
        sheet.paste(picture, (column * (wide + gap) // len(row), top))
    top += max(p.height for p in row) + gap
sheet.save("explanations.jpg", quality=55, optimize=True)
PY
