#!/usr/bin/env bash
# Paints the pictures of the start page again: web/tools/recipes.sh [inkstone]. The photographs are of Debian's opencv-doc.
set -euo pipefail
cd "$(dirname "$0")/../public/recipes"
readonly INKSTONE=$(realpath "${1:-../../../build/release/src/cli/inkstone}")
readonly PHOTOS=/usr/share/doc/opencv-doc/examples/data
readonly HOME_PHOTO=../../../examples/home.jpg
readonly WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
[ -d "$PHOTOS" ] || { echo "install opencv-doc for the photographs" >&2; exit 1; }

# keep NAME PICTURE: as the page shows it
keep() { cwebp -quiet -q 78 -resize 480 0 "$2" -o "$1.webp"; }
rule() { "$INKSTONE" -q paint --model "procedural/$2" "${@:3}" -o "$WORK/$1.png"; keep "$1" "$WORK/$1.png"; }
draw() { "$INKSTONE" -q post "$2" --chain "$3" -o "$WORK/$1.png"; keep "$1" "$WORK/$1.png"; }

rule mountains mountains -s 3 --width 960 --height 720
rule forest forest -s 4 --width 960 --height 720
rule city city -s 5 --width 960 --height 720
rule galaxies galaxies -s 8 --width 960 --height 720
rule black-hole black-hole -s 2 --width 960 --height 720
rule molecule molecules -s 4 --width 960 --height 720
rule poster flame -s 11 --width 768 --height 1024
rule marble perlin -s 6 --width 640 --height 480
draw pencil "$PHOTOS/building.jpg" pencil
draw oil "$PHOTOS/butterfly.jpg" oil
draw watercolour "$HOME_PHOTO" watercolour:ink=0.7
draw mosaic "$PHOTOS/fruits.jpg" mosaic
paint() { "$INKSTONE" -q stylize "$2" --model "$3" -o "$WORK/$1.png"; keep "$1" "$WORK/$1.png"; }
paint night "$HOME_PHOTO" starry-night
paint wave "$PHOTOS/apple.jpg" great-wave
"$INKSTONE" -q paint "a red fox" -W 256 -H 256 -s 3 -o "$WORK/words.png"; keep words "$WORK/words.png"
"$INKSTONE" -q dream "$HOME_PHOTO" --size 480 -o "$WORK/dream.png"; keep dream "$WORK/dream.png"
# Painted by docs/gallery/make.sh.
keep starry ../../../docs/gallery/home-starry_night.jpg
cwebp -quiet -q 82 -resize 900 0 ../../../examples/starry_night.jpg -o starry_night.webp
