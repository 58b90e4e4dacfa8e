# Mistakes of every kind end in one clear line and the right exit code, before any work.
source "$SOURCE/tests/e2e/case.sh"
echo "not a picture" >text.jpg
head -c 8000 "$home" >cut.jpg
: >empty.png

refuses 2 "unknown command 'stylise'; did you mean 'stylize'" stylise
refuses 2 "unknown command 'stylise'.*stylize" stylise "$home" --style "$night"  # not an unknown --style
refuses 2 "unknown option '--contentweight'; did you mean '--content-weight'" stylize "$home" --style "$night" --contentweight 3
refuses 2 "unknown option '--jsom'; did you mean '--json'" metadata "$home" --jsom
refuses 2 "size must be 32 to 4096, not 31" stylize "$home" --style "$night" --size 31
refuses 2 "size takes a whole number" stylize "$home" --style "$night" --size big
refuses 2 "did you mean 'lbfgs'" stylize "$home" --style "$night" --optimizer lbgfs
refuses 2 "no style" stylize "$home"
refuses 2 "no photograph" stylize
refuses 2 "no picture" post
refuses 3 "nowhere.jpg" stylize nowhere.jpg --style "$night"
refuses 3 "nowhere.jpg" stylize "$home" --style nowhere.jpg
refuses 3 "nosuchmodel" stylize "$home" --style "$night" --model nosuchmodel
refuses 4 "text.jpg" stylize text.jpg --style "$night" --size 64
refuses 4 "cut.jpg" stylize cut.jpg --style "$night" --size 64
refuses 4 "empty.png" stylize "$home" --style empty.png --size 64
refuses 4 "text.jpg" metadata text.jpg
refuses 5 "carries no Inkstone recipe" replay "$home"
refuses 2 "pensil" stylize "$home" --style "$night" --post pensil
refuses 2 "pensil" post "$home" --chain pensil
refuses 2 "2 values for 1 styles\|blend" stylize "$home" --style "$night" --style-blend-weights 1,2 --size 64
