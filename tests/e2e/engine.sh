# The engine: the inner ring with a command line over packed data. It asks for no library of the outer ring, trains, paints and measures what
# was packed elsewhere, and what it paints is read and painted again by the whole program.
source "$SOURCE/tests/e2e/case.sh"
"$CMAKE" -S "$SOURCE" -B "$BINARY/engine" -G Ninja -DCMAKE_BUILD_TYPE=Release -DINKSTONE_ENGINE_ONLY=ON -DINKSTONE_TESTS=OFF >log 2>&1 || fail "$(tail -n 20 log)"
if grep -qE '^(VIPS|CURL|OPENSSL|LIBARCHIVE|SQLite3|LIBPQXX)[A-Za-z_]*:' "$BINARY/engine/CMakeCache.txt"; then fail "the engine looks for a library of the outer ring"; fi
readelf -d "$ENGINE" >needed
! grep -E 'NEEDED.*(vips|curl|archive|crypto|sqlite|libpq)' needed || fail "the engine is linked to a library of the outer ring"

"$INKSTONE" dataset pack "procedural:julia,ifs:size=16x16,count=64" -o data.safetensors -q >/dev/null
cat >tiny.toml <<'TOML'
family = "gan"
data = "data.safetensors"
[model]
latent = 16
conditional = true
[train]
steps = 30
batch = 16
sample-every = 30
TOML
cat >judge.toml <<'TOML'
family = "classifier"
data = "packed:data.safetensors"
[train]
steps = 20
batch = 16
sample-every = 0
TOML
"$ENGINE" train tiny.toml -o run -q -t 1 >/dev/null
"$ENGINE" train judge.toml -o judge -q -t 1 >/dev/null
for file in run/model.safetensors run/report.html run/samples/step-000030.png judge/model.safetensors; do [ -s $file ] || fail "no $file"; done

"$ENGINE" paint --model run -b 2 --class ifs -s 3 -o one.ppm -q >said
[ "$(cat said)" = "one-0.ppm
one-1.ppm" ] || fail "painted $(cat said)"
[ "$(head -c 2 one-0.ppm)" = P6 ] || fail "one-0.ppm is no PPM"
"$ENGINE" paint --model run -b 4 --grid -q >said
case $(cat said) in run*.ppm) ;; *) fail "a grid without a name went to $(cat said)" ;; esac
"$ENGINE" paint --model procedural/galaxies --width 32 --height 32 -o rule.ppm -q >/dev/null

# the whole program reads where it came from, and paints it again to the same pixels
"$INKSTONE" metadata --json one-1.ppm >said
has said '"task": "paint"'; has said "trainedAlgorithmicMedia"; has said "Seed: 4"
has said "$(sha256sum <run/model.safetensors | cut -d ' ' -f 1)"
"$INKSTONE" replay one-1.ppm --search run -o again.ppm -q >/dev/null
cmp <(tail -c 768 one-1.ppm) <(tail -c 768 again.ppm) || fail "the whole program paints other pixels"

# measured as a run, and as a set of pictures that was painted before
"$ENGINE" evaluate run -n 64 --features judge/model.safetensors --metrics fid,accuracy --resamples 0 -o figures.json -q >/dev/null
has figures.json '"fid"'
"$ENGINE" paint --model run -b 64 -o set.safetensors -q >/dev/null
"$ENGINE" evaluate set.safetensors --against data.safetensors --features judge/model.safetensors --metrics fid --resamples 0 -q >said
has said "fid"

INKSTONE=$ENGINE
refuses 3 "mnist.*dataset pack" train tiny.toml -o other --data mnist
refuses 5 ".ppm and .safetensors" paint --model run -o one.png
refuses 5 "writes no .gif" paint --model run --interpolate 3 -b 2 -o walk.gif
refuses 5 "nothing over in a style" paint --model run --style one-0.ppm -o x.ppm
refuses 5 "no filters" paint --model run --post grain -o x.ppm
refuses 3 "no catalogue" evaluate run --metrics fid
refuses 2 "unknown command 'stylize'" stylize "$home" --style "$night"
