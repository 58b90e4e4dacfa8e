#!/usr/bin/env bash
# Makes restorers.jpg again, what is wrong and what is made of it, on the photographs of painters.sh: docs/gallery/restorers.sh [inkstone]. The networks
# are the catalogue's (`inkstone models pull NAME`); needs python3-pil and python3-numpy.
set -euo pipefail
cd "$(dirname "$0")"
readonly INKSTONE=$(realpath "${1:-../../build/release/src/cli/inkstone}")
readonly SHEET=$(mktemp -d)
trap 'rm -rf "$SHEET"' EXIT

# photoN.png and, spoilt, noise, jpeg, blur, rain, dark, scratches, small, wire (with its mask) and grey (with strokes of its colours)
/usr/bin/python3 - /usr/share/doc/opencv-doc/examples/data "$SHEET" <<'PY'
import io
import sys
import numpy
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps
photos, sheet = sys.argv[1], sys.argv[2]
draw = numpy.random.default_rng(3)
for column, name in enumerate(("home", "fruits", "butterfly"), 1):
    good = ImageOps.fit(Image.open(f"{photos}/{name}.jpg").convert("RGB"), (400, 300), Image.LANCZOS)
    values = numpy.asarray(good, dtype=float)
    keep = lambda kind, picture: picture.save(f"{sheet}/{kind}{column}.png")
    keep("photo", good)
    keep("noise", Image.fromarray((values + draw.normal(0, 25, values.shape)).clip(0, 255).astype("uint8")))
    compressed = io.BytesIO()
    good.save(compressed, "JPEG", quality=12)
    keep("jpeg", Image.open(compressed))
    moved = [numpy.roll(values, (k // 2, k), (0, 1)) for k in range(-5, 6)]
    keep("blur", Image.fromarray(numpy.mean(moved, 0).astype("uint8")))
    rain = Image.new("L", good.size)
    for _ in range(350):
        x, y, length = draw.integers(0, 400), draw.integers(0, 300), draw.integers(8, 22)
        ImageDraw.Draw(rain).line((x, y, x + length // 3, y + length), fill=int(draw.integers(90, 190)))
    rain = rain.filter(ImageFilter.GaussianBlur(0.6))
    keep("rain", ImageChops.screen(good, Image.merge("RGB", [rain] * 3)))
    keep("dark", Image.fromarray((255 * (values / 255) ** 1.6 * 0.18 + draw.normal(0, 1, values.shape)).clip(0, 255).astype("uint8")))
    old = good.copy()
    for _ in range(14):
        x, y = draw.integers(0, 400), draw.integers(0, 300)
        ImageDraw.Draw(old).line((x, y, x + draw.integers(-30, 30), y + draw.integers(-200, 200)), fill=(240, 238, 230), width=int(draw.integers(1, 3)))
    keep("scratches", old)
    keep("small", good.resize((200, 150), Image.LANCZOS))
    wire, mask = good.copy(), Image.new("L", good.size)
    for picture, colour in ((wire, (30, 30, 30)), (mask, 255)):
        ImageDraw.Draw(picture).line((0, 40, 130, 60, 270, 62, 400, 35), fill=colour, width=5 if picture is wire else 9)
    keep("wire", wire), keep("mask", mask)
    grey = good.convert("L").convert("RGB")
    strokes = grey.copy()
    for _ in range(60):
        x, y = draw.integers(4, 384), draw.integers(4, 296)
        ImageDraw.Draw(strokes).rectangle((x, y - 2, x + 12, y + 2), fill=good.getpixel((int(x) + 6, int(y))))
    keep("grey", grey), keep("strokes", strokes)
PY

row=10
for_each() { # what is given, command with GIVEN in place of it and N in place of the column
  for column in 1 2 3; do
    cp "$SHEET/$1$column.png" "$SHEET/$row-$column-given.png"
    local command=("${@:2}")
    command=("${command[@]/GIVEN/$SHEET/$1$column.png}"); command=("${command[@]/MASK/$SHEET/mask$column.png}")
    "$INKSTONE" -q "${command[@]/STROKES/$SHEET/strokes$column.png}" -o "$SHEET/$row-$column-made.png"
  done
  row=$((row + 1))
}
for_each noise restore GIVEN
for_each jpeg restore GIVEN --task jpeg
for_each noise restore GIVEN --task denoise
for_each noise restore GIVEN -m maxim-denoising
for_each blur restore GIVEN --task deblur
for_each rain restore GIVEN --task derain
for_each dark restore GIVEN --task low-light
for_each scratches restore GIVEN --task scratches
for_each wire restore GIVEN --task erase --mask MASK
for_each grey restore GIVEN --task colourise --hints STROKES
for_each small upscale GIVEN
for_each small upscale GIVEN -m esrgan-thick/x2
for_each small upscale GIVEN -m real-esrgan-x2
for_each photo explain GIVEN -m resnet50-imagenet

/usr/bin/python3 - "$SHEET" <<'PY'
import pathlib, sys
from PIL import Image
folder, wide, side, gap = pathlib.Path(sys.argv[1]), 267, 200, 4
rows = sorted({p.name.split("-")[0] for p in folder.glob("??-?-made.png")})
sheet = Image.new("RGB", (6 * (wide + gap) + gap, len(rows) * (side + gap) + gap), "white")
for k, row in enumerate(rows):
    for column in range(3):
        for place, kind in enumerate(("given", "made")):
            picture = Image.open(folder / f"{row}-{column + 1}-{kind}.png").convert("RGB")
            picture.thumbnail((wide, side), Image.LANCZOS)
            small = picture.resize((wide, side), Image.NEAREST) if picture.width < wide else picture
            sheet.paste(small, (gap + (2 * column + place) * (wide + gap), gap + k * (side + gap)))
sheet.save("restorers.jpg", quality=78)
PY
