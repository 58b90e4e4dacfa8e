#!/usr/bin/env bash
# Paints the pictures of the start page again, from their recipes and the pictures that come with the program:
# web/tools/recipes.sh [inkstone [NAME...]]. Wants cwebp.
set -euo pipefail
readonly INKSTONE=$(realpath "${1:-$(dirname "$0")/../../build/release/src/cli/inkstone}")
cd "$(dirname "$0")/../public/recipes"
readonly WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT

names=("${@:2}")
[ ${#names[@]} -gt 0 ] || mapfile -t names < <("$INKSTONE" recipes | awk 'NR > 1 { print $1 }')
for name in "${names[@]}"; do
  "$INKSTONE" -q recipes "$name" --example -o "$WORK/$name.png" >/dev/null
  cwebp -quiet -q 78 -resize 480 0 "$WORK/$name.png" -o "$name.webp"
done
