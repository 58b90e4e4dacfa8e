# unCLIP as a person uses it, with a small model: words, a picture's like, the way between two pictures, a change in words; recipes paint the same
# again; what is wrong is said in one line.
source "$SOURCE/tests/e2e/case.sh"
pixels() { "$INKSTONE" post "$1" --chain "" -q -o "$1.ppm" >/dev/null; sha256sum <"$1.ppm"; }
same() { [ "$(pixels "$1")" = "$(pixels "$2")" ] || fail "$1 and $2 differ"; }
differ() { [ "$(pixels "$1")" != "$(pixels "$2")" ] || fail "$1 and $2 are the same"; }
replays() { "$INKSTONE" replay "$1" --search . -q -o "again-$1" >/dev/null 2>log || fail "$(cat log)"; same "$1" "again-$1"; }
"$MAKE_UNCLIP" both model
quick=(-m model --steps 3 --upsampler-steps 2 --type f32 -t 1 -q -s 3)
paint() { local output=$1; shift; "$INKSTONE" paint "${quick[@]}" "$@" -o "$output" >/dev/null 2>log || fail "$(cat log)"; }
for kind in julia worley; do "$INKSTONE" paint -m procedural/$kind -W 60 -H 40 -q -o $kind.png >/dev/null; done

paint fox.png "a red fox" --prior-steps 3
paint owl.png "a blue owl" --prior-steps 3
differ fox.png owl.png
"$INKSTONE" metadata fox.png >report; has report "a red fox"; has report "Size: 32x32"; has report "Sampler: unCLIP"
replays fox.png
paint two.png "a red fox" --prior-steps 3 -b 2
same two-0.png fox.png
paint grid.png "a red fox" --prior-steps 3 -b 2 --grid --columns 2
replays grid.png

paint like.png -i julia.png
differ like.png fox.png
replays like.png
paint way.png -i julia.png --second-img worley.png --interpolate 3
same way-0.png like.png
differ way-1.png way-2.png
replays way-1.png
paint half.png -i julia.png --second-img worley.png
same half.png way-1.png
paint way.gif -i julia.png --second-img worley.png --interpolate 3
[ -s way.gif ] || fail "no film of the way"
paint winter.png "in winter" -i julia.png --change-from "in summer"
differ winter.png like.png
replays winter.png
paint kept.png "in winter" -i julia.png --change-from "in summer" --change 0
same kept.png like.png
paint watched.png "a red fox" --prior-steps 3 --preview proj --preview-path seen.png
[ -s seen.png ] || fail "no preview"
same watched.png fox.png

bad() { refuses "$@" -o x.png; }
bad 2 "paints 32x32 alone" paint "a fox" "${quick[@]}" -W 64
bad 2 "strength has no meaning for an unCLIP model" paint "a fox" "${quick[@]}" -i julia.png --strength 0.5
bad 2 "sampling-method has no meaning" paint "a fox" "${quick[@]}" --sampler euler
bad 2 "first picture" paint "${quick[@]}" --second-img julia.png
bad 2 "interpolate goes from one picture" paint "a fox" "${quick[@]}" --interpolate 4
bad 2 "without words" paint "a fox" "${quick[@]}" -i julia.png --second-img worley.png
bad 2 "say the same" paint "a fox" "${quick[@]}" -i julia.png --change-from "a fox"
bad 2 "in 2 to 1000 steps, not 1" paint "a fox" "${quick[@]}" --upsampler-steps 1
bad 2 "change-from has no meaning" paint -m procedural/julia --change-from "a fox"
bad 3 "nothing.png" paint "${quick[@]}" -i nothing.png
"$MAKE_UNCLIP" words reading
bad 2 "has no image_encoder" paint -m reading --type f32 -q -i julia.png
"$MAKE_UNCLIP" pictures seeing
bad 2 "has no prior" paint "a fox" -m seeing --type f32 -q
rm -r reading/text_proj
bad 3 "lacks its text_proj" paint "a fox" -m reading -q
sed -i 's/UnCLIPPipeline/KandinskyPipeline/' model/model_index.json
bad 5 "KandinskyPipeline" paint "a fox" -m model -q
