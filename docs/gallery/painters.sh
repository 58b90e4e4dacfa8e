#!/usr/bin/env bash
# Paints painters.jpg again, a row to a painter and a column to a photograph: docs/gallery/painters.sh [inkstone]. The networks are the
# catalogue's (`inkstone models pull NAME`), the photographs are of Debian's opencv-doc; needs python3-pil.
set -euo pipefail
cd "$(dirname "$0")"
readonly INKSTONE=$(realpath "${1:-../../build/release/src/cli/inkstone}")
readonly PHOTOS=/usr/share/doc/opencv-doc/examples/data
readonly NIGHT=../../examples/starry_night.jpg SIDE=300
readonly SHEET=$(mktemp -d)
trap 'rm -rf "$SHEET"' EXIT

paint() { # row, photograph, command...
  local out="$SHEET/$1-$2.png"
  "$INKSTONE" -q "${@:3}" -o "$out"
}
row=10
for_each() { # command with PHOTO in place of the photograph
  for column in 1 2 3; do paint "$row" "$column" "${@/PHOTO/$SHEET/photo$column.png}"; done
  row=$((row + 1))
}

/usr/bin/python3 - "$PHOTOS" "$SHEET" "$SIDE" <<'PY'
import sys
from PIL import Image, ImageOps
photos, sheet, side = sys.argv[1], sys.argv[2], int(sys.argv[3])
for column, name in enumerate(("home", "fruits", "butterfly"), 1):
    picture = ImageOps.fit(Image.open(f"{photos}/{name}.jpg").convert("RGB"), (side * 4 // 3, side), Image.LANCZOS)
    for copy in (f"photo{column}", f"00-{column}"):
        picture.save(f"{sheet}/{copy}.png")
PY
for network in starry-night great-wave the-scream composition-vii fast-style/la_muse fast-style/rain_princess fast-style/udnie fast-style/wave fast-style-onnx/candy fast-style-onnx/mosaic \
    cartoongan/hayao cartoongan/hosoda cartoongan/paprika cartoongan/shinkai animegan3; do
  for_each stylize PHOTO --model "$network" --size 400
done
for_each stylize PHOTO --style "$NIGHT" --model microast --size 400
for_each stylize PHOTO --style "$NIGHT" --size 400
for_each dream PHOTO -m resnet50-imagenet -l res4f --size 400
for_each dream PHOTO --size 400
for chain in pencil lineart oil watercolour mosaic; do for_each post PHOTO --chain "$chain"; done

/usr/bin/python3 - "$SHEET" "$SIDE" <<'PY'
import pathlib, sys
from PIL import Image
folder, side = pathlib.Path(sys.argv[1]), int(sys.argv[2])
rows = sorted({p.name.split("-")[0] for p in folder.glob("??-?.png")})
half = (len(rows) + 1) // 2
wide, gap = side * 4 // 3, 6
sheet = Image.new("RGB", (6 * wide + 7 * gap, half * (side + gap) + gap), "white")
for k, row in enumerate(rows):
    for column in range(3):
        picture = Image.open(folder / f"{row}-{column + 1}.png").convert("RGB").resize((wide, side))
        sheet.paste(picture, (gap + (column + 3 * (k // half)) * (wide + gap), gap + (k % half) * (side + gap)))
sheet.resize((sheet.width * 2 // 3, sheet.height * 2 // 3), Image.LANCZOS).save("painters.jpg", quality=82)
PY
