#!/usr/bin/env bash
# Makes the pictures that recipes start from, assets/recipes/*.webp, with author and licence in them: web/tools/examples.sh ASTRONAUT.png.
# Photographs are of Debian's opencv-doc; the astronaut is scikit-image's (skimage/data/astronaut.png). Wants webp and python3-pil.
set -euo pipefail
readonly ASTRONAUT=$(realpath "$1")
readonly TOOLS=$(realpath "$(dirname "$0")")
cd "$TOOLS/../../assets/recipes"
readonly PHOTOS=${PHOTOS:-/usr/share/doc/opencv-doc/examples/data}
readonly WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT

# keep NAME PICTURE AUTHOR LICENCE CWEBP-OPTIONS...
keep() {
  cwebp -quiet -q 85 "${@:5}" "$2" -o "$WORK/$1.webp"
  cat >"$WORK/credit.xmp" <<XMP
<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:Description rdf:about='' xmlns:dc='http://purl.org/dc/elements/1.1/'>
<dc:creator><rdf:Seq><rdf:li>$3</rdf:li></rdf:Seq></dc:creator><dc:rights><rdf:Alt><rdf:li xml:lang='x-default'>$4</rdf:li></rdf:Alt></dc:rights>
</rdf:Description></rdf:RDF></x:xmpmeta>
XMP
  webpmux -set xmp "$WORK/credit.xmp" "$WORK/$1.webp" -o "$1.webp" 2>/dev/null
}

readonly OPENCV='Apache-2.0'
keep home "$PHOTOS/home.jpg" OpenCV "$OPENCV"
keep apple "$PHOTOS/apple.jpg" OpenCV "$OPENCV"
keep fruits "$PHOTOS/fruits.jpg" OpenCV "$OPENCV"
keep building "$PHOTOS/building.jpg" OpenCV "$OPENCV" -resize 640 0
keep portrait "$ASTRONAUT" NASA 'Public domain' -crop 60 0 340 340 -resize 512 512
keep starry_night ../../examples/starry_night.jpg 'Vincent van Gogh' 'Public domain'
python3 "$TOOLS/draw_sketch.py" "$WORK/sketch.png"
keep sketch "$WORK/sketch.png" Inkstone CC0
