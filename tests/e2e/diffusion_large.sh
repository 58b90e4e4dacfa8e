# Large, seamless and partly painted pictures: tiles, memory, the second pass, panoramas, room beyond the sides, the surroundings of a mask.
source "$SOURCE/tests/e2e/diffusion_case.sh"
paint plain.png "a fox"

# tiles, asked for or chosen where memory does not suffice; too little memory is told before anything is painted
paint tiled.png "a fox" -W 256 -H 192 --vae-tiling --vae-tile-size 128
paint whole.png "a fox" -W 256 -H 192
differ tiled.png whole.png; replays tiled.png
"$INKSTONE" paint "a fox" "${quick[@]}" -W 512 -H 512 --max-memory 0.03 -o chosen.png >/dev/null 2>chosen.log
has chosen.log "decoding in tiles of"
[ "$(grep -c tiles chosen.log)" = 1 ] || fail "tiles are told more than once"
replays chosen.png
refuses 6 "memory" paint "a fox" "${quick[@]}" -W 2048 -H 2048 --max-memory 0.03 -o x.png
refuses 6 "the model takes" paint "a fox" "${quick[@]}" --max-memory 0.001 -o x.png

# a second pass over the picture enlarged
paint large.png "a fox" --hires-fix --hires-scale 2 --hires-steps 3 --hires-denoising-strength 0.7
said large.png "192x128"; said large.png "Denoising strength: 0.7, Hires upscale: 2, Hires steps: 3, Hires upscaler: Latent"
replays large.png
paint other-way.png "a fox" --hires-fix --hires-steps 3 --hires-upscaler picture; differ other-way.png large.png

# sides that fit
paint panorama.png "a fox" --tile x; differ panorama.png plain.png
paint wallpaper.png "a fox" --tile xy; differ wallpaper.png panorama.png
said wallpaper.png "Tiling: True"; replays wallpaper.png
paint tiles.png "a fox" -W 256 -H 192 --tile xy --vae-tiling --vae-tile-size 128

# beyond the sides of a picture: it stays as it is in the middle
photo photo.png 80 72
"$INKSTONE" paint "a fox" -m folder --steps 4 --type f32 -i photo.png --outpaint 21,8,0,16 --mask-blur 0 -o wider.png >/dev/null 2>>log
said wider.png "109x88"; replays wider.png
"$INKSTONE" paint "a fox" -m folder --steps 4 --type f32 -i photo.png --outpaint 16 -o all-sides.png >/dev/null 2>>log
said all-sides.png "112x104"

# the surroundings of a mask alone; the rest of the picture is untouched
"$INKSTONE" paint -m procedural/worley -W 200 -H 160 -s 3 -q -o big.png >/dev/null
printf 'P5\n200 160\n255\n' >mask.pgm
for y in $(seq 160); do if [ "$y" -gt 60 ] && [ "$y" -le 100 ]; then printf '%080d' 0 | tr 0 '\000'; printf '%040d' 0 | tr 0 '\377'; printf '%080d' 0 | tr 0 '\000'; else printf '%0200d' 0 | tr 0 '\000'; fi; done >>mask.pgm
paint detail.png "a fox" -i big.png --mask mask.pgm --only-masked --masked-padding 8 --strength 0.9
said detail.png "200x160"; said detail.png "Inpaint area: Only masked, Masked area padding: 8"
replays detail.png
paint inverse.png "a fox" -i big.png --mask mask.pgm --invert-mask; paint direct.png "a fox" -i big.png --mask mask.pgm
differ inverse.png direct.png

# variations of a seed, and the way from one seed to the next
paint vary.png "a fox" --subseed 9 --subseed-strength 0.2; differ vary.png plain.png; replays vary.png
paint walk.png "a fox" -b 2 --interpolate 3
same walk-0.png plain.png; paint next.png "a fox" -s 1; same walk-3.png next.png
differ walk-1.png walk-2.png; replays walk-1.png
refuses 2 "outpaint" paint "a fox" "${quick[@]}" --outpaint 8,8,8,8 -o x.png
