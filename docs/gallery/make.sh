#!/usr/bin/env bash
# Paints every picture of the gallery again: docs/gallery/make.sh [inkstone]. The photographs are of Debian's opencv-doc.
set -euo pipefail
cd "$(dirname "$0")"
readonly INKSTONE=$(realpath "${1:-../../build/release/src/cli/inkstone}")
readonly PHOTOS=/usr/share/doc/opencv-doc/examples/data
readonly NIGHT=../../examples/starry_night.jpg
[ -d "$PHOTOS" ] || { echo "install opencv-doc for the photographs" >&2; exit 1; }

paint() { rm -f "$2"; "$INKSTONE" -q stylize "$1" --style "$NIGHT" "${@:3}" -o "$2"; }
draw() { rm -f "$2"; "$INKSTONE" -q post "$1" --chain "$3" -o "$2"; }

invent() { rm -f "$2"; "$INKSTONE" -q paint --model "$1" "${@:3}" -o "$2"; }

paint ../../examples/home.jpg home-starry_night.jpg
paint "$PHOTOS/fruits.jpg" fruits-original_colors.jpg --original-colors
quick() { rm -f "$3"; "$INKSTONE" -q stylize "$1" --model "$2" "${@:4}" -o "$3"; }
quick ../../examples/home.jpg starry-night home-night.jpg
quick "$PHOTOS/fruits.jpg" great-wave fruits-wave.jpg
quick "$PHOTOS/butterfly.jpg" starry-night butterfly-night.jpg --size 512
quick "$PHOTOS/leuvenA.jpg" the-scream leuven-scream.jpg --size 768
quick "$PHOTOS/butterfly.jpg" the-scream butterfly-scream.jpg --size 512
quick "$PHOTOS/fruits.jpg" composition-vii fruits-composition.jpg
draw "$PHOTOS/butterfly.jpg" butterfly-oil.jpg oil
draw ../../examples/home.jpg home-watercolour.jpg watercolour:ink=0.7
draw "$PHOTOS/building.jpg" building-pencil.jpg pencil
draw "$PHOTOS/fruits.jpg" fruits-mosaic.jpg mosaic
invent procedural/mountains mountains.jpg -s 3 --width 512
invent procedural/galaxies galaxies.jpg -s 8 --width 512
invent ../../assets/ddpm-mnist/ddpm-mnist.safetensors digits.png -b 20 --class 0,1,2,3,4,5,6,7,8,9 --grid --columns 10 --scale 3

# With the network of `inkstone models pull resnet50-imagenet`.
dream() { rm -f "$1"; "$INKSTONE" -q dream ../../examples/home.jpg --size 480 -m resnet50-imagenet -o "$@"; }
dream home-dream.jpg -l res4f
dream home-macaw.jpg --class macaw --iterations 16
rm -f words-why.jpg; "$INKSTONE" -q explain "a red apple above a blue fish" --method attention -s 1 --nearest 0 -o words-why.jpg
rm -f jellyfish.jpg; "$INKSTONE" -q explain --unit logits:107 --size 320 --steps 160 -o jellyfish.jpg
