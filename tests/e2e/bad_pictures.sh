# Pictures that painters do not expect: every one is painted, at its size and with its alpha, or refused in one line; a huge one too, within memory.
source "$SOURCE/tests/e2e/case.sh"
export INKSTONE_HOME=$scratch/models
python3 - <<'PY'
import struct, zlib

def png(path, width, height, colour, channels, pixel):
    rows = b''.join(b'\0' + b''.join(bytes(pixel(x, y)) for x in range(width)) for y in range(height))
    chunk = lambda kind, data: struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))
    header = struct.pack('>IIBBBBB', width, height, 8, colour, 0, 0, 0)
    open(path, 'wb').write(b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', header) + chunk(b'IDAT', zlib.compress(rows)) + chunk(b'IEND', b''))

# Baseline, four components of flat 8x8 blocks: every block is the difference of its mean, with nothing after it.
def cmyk(path, blocks):
    segment = lambda marker, data: b'\xff' + bytes([marker]) + struct.pack('>H', len(data) + 2) + data
    bits, last = '', [0] * 4
    for row in range(blocks):
        for column in range(blocks):
            for c, value in enumerate((16 * column - 60, 16 * row - 60, 8 * (row + column) - 60, 40)):
                difference, last[c] = value - last[c], value
                size = abs(difference).bit_length()
                bits += format(size, '04b')  # the code of a size is the size itself, in four bits
                if size: bits += format(difference if difference > 0 else difference + (1 << size) - 1, f'0{size}b')
                bits += '0'  # end of block
    bits += '1' * (-len(bits) % 8)
    scan = bytes(int(bits[i:i + 8], 2) for i in range(0, len(bits), 8)).replace(b'\xff', b'\xff\0')
    side = 8 * blocks
    frame = struct.pack('>BHHB', 8, side, side, 4) + b''.join(bytes([c + 1, 0x11, 0]) for c in range(4))
    tables = segment(0xdb, b'\0' + b'\x08' * 64)
    tables += segment(0xc4, b'\0' + bytes([0, 0, 0, 12] + [0] * 12) + bytes(range(12)))
    tables += segment(0xc4, b'\x10' + bytes([1] + [0] * 15) + b'\0')
    order = b'\x04' + b''.join(bytes([c + 1, 0]) for c in range(4)) + b'\0\x3f\0'
    open(path, 'wb').write(b'\xff\xd8' + segment(0xee, b'Adobe\0d\0\0\0\0\0') + tables + segment(0xc0, frame) + segment(0xda, order) + scan + b'\xff\xd9')

import os
os.mkdir('bad')
png('bad/one.png', 1, 1, 2, 3, lambda x, y: (200, 100, 50))
png('bad/black.png', 48, 32, 2, 3, lambda x, y: (0, 0, 0))
png('bad/grey.png', 48, 32, 0, 1, lambda x, y: (5 * x,))
png('bad/grey-alpha.png', 48, 32, 4, 2, lambda x, y: (5 * x, 255 if x < 24 else 0))
png('bad/alpha.png', 48, 32, 6, 4, lambda x, y: (5 * x, 7 * y, 90, 255 if x < 24 else 0))
cmyk('bad/cmyk.jpg', 6)
PY
shape() { "$INKSTONE" metadata "$1" | sed -n 's/^picture *[A-Z]*, \([0-9x]*\), \(.*\)/\1 \2/p'; }
# painted FILE SIZE: there, of that size, with alpha where its source has it.
painted() {
  local alpha=; case $1 in *alpha*) alpha=", alpha" ;; esac
  [ "$(shape "$1")" = "$2 8 bits$alpha" ] || fail "$1 is $(shape "$1") instead of $2 8 bits$alpha"
}
anime=$SOURCE/tests/golden/data/anime_gan.index

for name in one black grey grey-alpha alpha cmyk; do
  picture=$(ls bad/$name.*)
  size=64x43; case $name in one | cmyk) size=64x64 ;; esac
  for network in starry-night "$anime"; do
    "$INKSTONE" stylize "$picture" --model "$network" --size 64 -q -o styled-$name.png >/dev/null || fail "$network does not paint $name"
    painted styled-$name.png $size
  done
  "$INKSTONE" stylize "$picture" --style "$night" "${small[@]}" -o searched-$name.png >/dev/null || fail "no search from $name"
  painted searched-$name.png $size
  "$INKSTONE" dream "$picture" --size 64 --octaves 1 --iterations 1 -q -o dreamt-$name.png >/dev/null || fail "no dream of $name"
  painted dreamt-$name.png $size
  "$INKSTONE" explain "$picture" -m "$SOURCE/assets/perceptual/perceptual.safetensors" --reconstruct relu1_1 --size 64 --steps 1 -q -o seen-$name.png >/dev/null ||
    fail "nothing is explained of $name"
done
"$INKSTONE" upscale bad -o twice -q >/dev/null
"$INKSTONE" restore bad --task fading -o unfaded -q >/dev/null
for name in one black grey grey-alpha alpha cmyk; do
  size=96x64; case $name in one) size=2x2 ;; cmyk) size=96x96 ;; esac
  painted "$(ls twice/$name.*)" $size
  size=48x32; case $name in one) size=1x1 ;; cmyk) size=48x48 ;; esac
  painted "$(ls unfaded/$name.*)" $size
done
if [ -d "$SOURCE/../shared/models/dncnn" ]; then
  "$INKSTONE" restore bad --task denoise -m "$SOURCE/../shared/models/dncnn/dncnn_25.pth" -o cleaned -q >/dev/null
  for name in one black grey grey-alpha alpha cmyk; do painted "$(ls cleaned/$name.*)" "$(shape "$(ls unfaded/$name.*)" | cut -d' ' -f1)"; done
fi
"$INKSTONE" annotate bad --tags 0 --caption --format json -q >notes
python3 - <<'PY' || fail "annotate: $(cat notes)"
import json
notes = {n['file_name'].split('.')[0]: n for n in json.load(open('notes'))['pictures']}
assert len(notes) == 6 and not any('unreadable' in n for n in notes.values()), notes
assert notes['black']['brightness'] == 0 and notes['black']['colours'][0]['name'] == 'black', notes
assert notes['grey']['colourfulness'] < 4 < notes['cmyk']['colourfulness'], notes
PY
# A film where a picture is wanted.
if command -v ffmpeg >/dev/null; then
  ffmpeg -v error -f lavfi -i testsrc=size=64x48:rate=10:duration=0.3 film.mp4
  for command in dream upscale 'restore --task fading' 'annotate --tags 0' 'explain --reconstruct relu1_1'; do
    more=(); [[ $command = explain* ]] && more=(-m "$SOURCE/assets/perceptual/perceptual.safetensors")
    refuses 4 'film.mp4 is a video' $command film.mp4 "${more[@]}"
  done
fi
# What is painted of black and of grey is a picture: a division by zero would leave nothing but black.
for name in black grey; do
  "$INKSTONE" annotate styled-$name.png --tags 0 --format json -q | python3 -c 'import json,sys; n=json.load(sys.stdin)["pictures"][0]; assert n["contrast"] == n["contrast"], n' || fail "$name became nothing"
done

# 400 million pixels.
printf 'P5 20000 20000 255\n' >huge.pgm
truncate -s 400000019 huge.pgm
# within ARGUMENTS...: exit status and peak memory of the program; a success, or one line.
within() {
  python3 - "$INKSTONE" "$@" <<'PY' || fail "huge.pgm: inkstone $*: $(cat said)"
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=open('said', 'w'))
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10
print(f'{sys.argv[2]}: exit {done.returncode}, {peak} MiB')
lines = open('said').read().splitlines()
if peak > 2048: sys.exit(f'{peak} MiB')
sys.exit(0 if done.returncode == 0 else done.returncode not in (2, 6) or len(lines) != 1 or 'pixels' not in lines[0])
PY
}
within stylize huge.pgm --model starry-night --size 64 -q -o huge-night.png
within dream huge.pgm --size 64 --octaves 1 --iterations 1 -q -o huge-dream.png
within upscale huge.pgm -q -o huge-twice.png
within restore huge.pgm --task fading -q -o huge-mended.png
within restore huge.pgm --task scratches -m fast-marching -q -o huge-filled.png
within annotate huge.pgm --tags 0 --caption -q
within explain huge.pgm -m "$SOURCE/assets/perceptual/perceptual.safetensors" --reconstruct relu1_1 --size 64 --steps 1 -q -o huge-seen.png
for name in night dream; do painted huge-$name.png 64x64; done  # shrunk row by row as every painter with a --size has it
