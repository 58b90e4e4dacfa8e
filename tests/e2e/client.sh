# A program of somebody else finds, links and runs the installed library.
source "$SOURCE/tests/e2e/case.sh"
export CMAKE_GENERATOR=Ninja  # as the packages of quickstart have it: not every machine has make
"$CMAKE" --install "$BINARY" --prefix "$scratch/prefix" >/dev/null
for file in bin/inkstone share/man/man1/inkstone.1 share/bash-completion/completions/inkstone include/inkstone/studio.hpp; do
  [ -s "prefix/$file" ] || fail "not installed: $file"
done
"$CMAKE" -S "$SOURCE/tests/e2e/client" -B client -DCMAKE_PREFIX_PATH="$scratch/prefix" >/dev/null
"$CMAKE" --build client >/dev/null
./client/client "$home" out.png >said
has said "no-such-picture.png"
[ -s out.png ] || fail "the client wrote no picture"

# The examples of the documentation: C++ with studio and jobs, and Python through the C interface.
"$CMAKE" -S "$SOURCE/examples/library" -B example -DCMAKE_PREFIX_PATH="$scratch/prefix" >/dev/null
"$CMAKE" --build example >/dev/null
mkdir made
./example/paint "$home" made >said 2>/dev/null
[ -s made/at-once.png ] && [ -s "$(tail -1 said)" ] || fail "the C++ example painted nothing: $(cat said)"
if command -v python3 >/dev/null; then
  python3 "$SOURCE/examples/library/paint.py" "$(ls "$scratch"/prefix/lib*/*/libinkstone.so "$scratch"/prefix/lib*/libinkstone.so 2>/dev/null | head -1)" py >said
  has said "done"
  has said "as expected: there is no job"
  [ "$(ls py/*.png | wc -l)" = 3 ] || fail "the Python example painted $(ls py)"
fi
# A C compiler takes the header as it is.
printf '#include <inkstone/inkstone.h>\nint main(void) { return inkstone_version() == 0; }\n' >plain.c
cc -std=c99 -Wall -Werror -pedantic -fsyntax-only -I prefix/include plain.c || fail "inkstone.h is no C"
