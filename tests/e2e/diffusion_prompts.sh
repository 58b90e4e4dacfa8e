# Prompts from files and lists, lots, grids over options; all of them painted again to the same pixels.
source "$SOURCE/tests/e2e/diffusion_case.sh"
mkdir lists; printf '# colours\nred\n\nblue\n{dark|light} green\n' >lists/colour.txt; printf '__colour__ fox\nowl\n' >lists/animal.txt

# one line of the file, one picture
printf 'a red fox\n# not this\n\na blue fox\n' >prompts.txt
paint lines.png --prompt-file prompts.txt -b 2
[ -e lines-3.png ] && [ ! -e lines-4.png ] || fail "two prompts and two seeds are four pictures"
paint red.png "a red fox"; paint blue.png "a blue fox" -s 1
same lines-0.png red.png; same lines-3.png blue.png

# lots are drawn by the seed; the recipe has what came out
paint lots.png "a {red|blue|green} __animal__ and \\{braces|bars\\}" --wildcards-dir lists -b 4
paint lots2.png "a {red|blue|green} __animal__ and \\{braces|bars\\}" --wildcards-dir lists -b 4
for k in 0 1 2 3; do same lots-$k.png lots2-$k.png; replays lots-$k.png; done
said lots-0.png "{braces|bars}"
paint literal.png "a fox in __colour__"; said literal.png "__colour__"
refuses 3 "nowhere.txt" paint "a __nowhere__" "${quick[@]}" --wildcards-dir lists -o x.png
printf '__circle__\n' >lists/circle.txt
refuses 2 "circle" paint "a __circle__" "${quick[@]}" --wildcards-dir lists -o x.png

# a grid of several prompts is painted again as a whole
paint grid.png "a {red|blue} fox" -b 3 --grid; replays grid.png

# grids over options, with their axes written beside them
paint axes.png "a fox" --xyz "steps=2,3; cfg-scale=3,7; replace=fox,owl"; replays axes.png
paint one.png "a fox" --xyz "sampler=euler,heun"; replays one.png
refuses 2 "did you mean 'steps'" paint "a fox" "${quick[@]}" --xyz "stepz=2,3" -o x.png
refuses 2 "steps" paint "a fox" "${quick[@]}" --xyz "steps=2,many" -o x.png
refuses 2 "does not have 'cat'" paint "a fox" "${quick[@]}" --xyz "replace=cat,owl" -o x.png

# a seed of -1 is drawn, told, and can be used again
paint drawn.png "a fox" -s -1; replays drawn.png
seed=$("$INKSTONE" metadata drawn.png | grep -o 'Seed: [0-9]*' | head -1 | cut -d' ' -f2)
paint told.png "a fox" -s "$seed"; same drawn.png told.png
