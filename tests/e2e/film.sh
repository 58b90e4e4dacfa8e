# Films: killed at any moment, the same command goes on to the same film, by a network and by the search; sound kept; what is refused.
source "$SOURCE/tests/e2e/case.sh"
command -v ffmpeg >/dev/null || { echo "skipped: ffmpeg is not installed"; exit 77; }

# A fox where there is one, else a test card; with sound.
fox=$SOURCE/../shared/images/fox.mp4
if [ -e "$fox" ]; then source=(-i "$fox"); else source=(-f lavfi -i testsrc=size=320x240:rate=30:duration=5); fi
ffmpeg -v error "${source[@]}" -f lavfi -i sine=duration=4 -vf scale=96:72 -frames:v 100 -shortest clip.mp4
frames() { ffmpeg -v error -i "$1" -map 0:v -f framemd5 - | grep -v '^#' | awk '{print $NF}'; }
count() { frames "$1" | wc -l; }
has_sound() { ffprobe -v error -show_entries stream=codec_type -of csv=p=0 "$1" | grep -q audio || fail "the sound of $1 was lost"; }

# killed_and_continued OUTPUT PIECES ARGUMENTS...: starts, kills with that many pieces done, does it once more, then lets it end.
killed_and_continued() {
  local output=$1 pieces=$2; shift 2
  for round in 1 2; do
    "$INKSTONE" stylize "$@" -q -o "$output" 2>log &
    local pid=$! wanted=$((pieces * round))
    for _ in $(seq 1200); do
      [ "$(find "$output.parts" -name 'piece-??????.mp4' 2>/dev/null | wc -l)" -ge $wanted ] && break
      kill -0 $pid 2>/dev/null || break
      sleep 0.05
    done
    kill -KILL $pid 2>/dev/null || fail "$output was whole before it could be killed: $(cat log)"
    wait $pid 2>/dev/null || true
    [ ! -e "$output" ] || fail "$output is there, unfinished"
  done
  "$INKSTONE" stylize "$@" -o "$output" 2>log
  has log 'going on after'
  [ ! -e "$output.parts" ] || fail "the parts of $output stayed"
}

# By the search, from each frame to the next.
gatys=(short.mp4 --style "$night" --size 64 --iterations 20 --frame-iterations 4 --pyramid 1 --type f32)
ffmpeg -v error -i clip.mp4 -frames:v 20 -c:a copy -shortest short.mp4
"$INKSTONE" stylize "${gatys[@]}" -q -o whole.mp4
killed_and_continued killed.mp4 1 "${gatys[@]}"
[ "$(frames whole.mp4)" = "$(frames killed.mp4)" ] || fail "the film that was killed is another"
[ "$(count killed.mp4)" = "$(count short.mp4)" ] || fail "frames were lost"
has_sound killed.mp4

# Other options, and a fresh beginning.
"$INKSTONE" stylize "${gatys[@]}" -q -o other.mp4 2>log & pid=$!
for _ in $(seq 1200); do [ -e other.mp4.parts/state.safetensors ] && break; sleep 0.05; done
refuses 2 'another process' stylize "${gatys[@]}" -o other.mp4
kill -KILL $pid; wait $pid 2>/dev/null || true
refuses 2 'begun with --iterations 20' stylize "${gatys[@]}" --iterations 21 -o other.mp4
"$INKSTONE" stylize short.mp4 --style "$night" --size 64 --iterations 2 --pyramid 1 --restart -q -o other.mp4
[ "$(count other.mp4)" = "$(count short.mp4)" ] || fail "frames were lost"

# Ctrl-C: as far as it came, and on from there.
"$INKSTONE" stylize "${gatys[@]}" -o stopped.mp4 2>log & pid=$!
for _ in $(seq 1200); do [ -e stopped.mp4.parts/state.safetensors ] && break; sleep 0.05; done
kill -INT $pid; code=0; wait $pid || code=$?
[ "$code" = 130 ] || fail "exit $code: $(cat log)"
has log 'the same command goes on'
short=$(count stopped.mp4)
[ "$short" -ge 8 ] && [ "$short" -lt 20 ] || fail "stopped with $short frames"
"$INKSTONE" stylize "${gatys[@]}" -q -o stopped.mp4
[ "$(frames whole.mp4)" = "$(frames stopped.mp4)" ] || fail "the film that was stopped is another"

# What is refused.
refuses 2 'no style' stylize clip.mp4 -o x.mp4
refuses 2 'no name for a film' stylize clip.mp4 --style "$night" -o x.png
refuses 2 'for pictures' stylize clip.mp4 --style "$night" --init "$home" -o x.mp4
refuses 2 'for pictures' stylize clip.mp4 --style "$night" --loss-log x.csv -o x.mp4
ffmpeg -v error -f lavfi -i sine=duration=0.3 sound.mp4
refuses 4 'no pictures' stylize sound.mp4 --style "$night" -o x.mp4

# By a network.
wave=$SOURCE/../shared/models/fast-style/wave
[ -d "$wave" ] || { echo "skipped: films by a network, without published models beside the source"; exit 0; }
"$INKSTONE" stylize clip.mp4 --model "$wave" --size 96 -q -o whole-net.mp4
killed_and_continued killed-net.mp4 1 clip.mp4 --model "$wave" --size 96
[ "$(frames whole-net.mp4)" = "$(frames killed-net.mp4)" ] || fail "the network's film that was killed is another"
has_sound killed-net.mp4
