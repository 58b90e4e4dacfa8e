# A program of somebody else finds, links and runs the installed library.
source "$SOURCE/tests/e2e/case.sh"
"$CMAKE" --install "$BINARY" --prefix "$scratch/prefix" >/dev/null
for file in bin/inkstone share/man/man1/inkstone.1 share/bash-completion/completions/inkstone include/inkstone/studio.hpp; do
  [ -s "prefix/$file" ] || fail "not installed: $file"
done
"$CMAKE" -S "$SOURCE/tests/e2e/client" -B client -DCMAKE_PREFIX_PATH="$scratch/prefix" >/dev/null
"$CMAKE" --build client >/dev/null
./client/client "$home" out.png >said
has said "no-such-picture.png"
[ -s out.png ] || fail "the client wrote no picture"
