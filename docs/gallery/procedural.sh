#!/usr/bin/env bash
# Paints procedural.jpg again: docs/gallery/procedural.sh [procedural_sheet]. Build the program first: ninja procedural_sheet; needs python3-pil.
set -euo pipefail
cd "$(dirname "$0")"
readonly SHEET=$(realpath "${1:-../../build/release/tests/unit/procedural_sheet}")
readonly PICTURES=$(mktemp --suffix .ppm)
trap 'rm -f "$PICTURES"' EXIT

specs=()
for kind in mandelbrot julia ifs flame l-system perlin simplex worley reaction-diffusion cellular-automata mountains forest city galaxies black-hole molecules; do
  for seed in 1 2 3; do specs+=("$kind:$seed"); done
done
"$SHEET" "$PICTURES" 128 12 "${specs[@]}"
/usr/bin/python3 -c "import sys; from PIL import Image; Image.open(sys.argv[1]).save('procedural.jpg', quality=85)" "$PICTURES"
