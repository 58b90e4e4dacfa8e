# Sourced by the scripts about diffusion: a tiny checkpoint in `folder`, a way to paint, and to compare pixels.
source "$SOURCE/tests/e2e/case.sh"
pixels() { "$INKSTONE" post "$1" --chain "" -q -o "$1.ppm" >/dev/null; sha256sum <"$1.ppm"; }
same() { [ "$(pixels "$1")" = "$(pixels "$2")" ] || fail "$1 and $2 differ"; }
differ() { [ "$(pixels "$1")" != "$(pixels "$2")" ] || fail "$1 and $2 are the same"; }
said() { "$INKSTONE" metadata "$1" >said-by; has said-by "$2"; }
replays() { "$INKSTONE" replay "$1" --search . -q -o "again-$1" >/dev/null; same "$1" "again-$1"; }

"$MAKE_CHECKPOINT" tiny folder f32
quick=(-m folder --steps 4 -W 96 -H 64 --type f32 --sampler euler)
paint() { local output=$1; shift; "$INKSTONE" paint "${quick[@]}" "$@" -o "$output" >/dev/null 2>>log; }
network() { "$MAKE_NETWORK" "$1" folder "$2"; }
photo() { "$INKSTONE" paint -m procedural/worley -W "$2" -H "$3" -q -o "$1" >/dev/null; }
