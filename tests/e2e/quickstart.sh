# ./quickstart beside stand-ins for Debian's tools and the compiler: what it installs, what a second run skips, and what it says where it
# cannot go on.
source "$SOURCE/tests/e2e/case.sh"
mkdir checkout tools; cp "$SOURCE/quickstart" checkout/
export STATE=$scratch/state; mkdir -p "$STATE/installed"
# Only these: what else this machine has must not matter.
for tool in bash sh env awk cat chmod cp cut dirname grep head mkdir nproc sed sort tr wc; do ln -s "$(command -v $tool)" tools/; done
tool() { cat >"tools/$1"; chmod +x "tools/$1"; }
tool dpkg-query <<'SH'
#!/bin/sh
for package; do :; done
[ -e "$STATE/installed/$package" ] && echo installed
SH
tool apt-get <<'SH'
#!/bin/bash
echo "apt-get $*" >>"$STATE/done"
[ ! -e "$STATE/offline" ] || { echo "Temporary failure resolving" >&2; exit 100; }
for word; do case $word in install|update|-*) ;; *) : >"$STATE/installed/$word" ;; esac; done
SH
tool id <<'SH'
#!/bin/bash
cat "$STATE/user"
SH
tool cmake <<'SH'
#!/bin/bash
echo "cmake $*" >>"$STATE/done"
[ "$1" = --build ] || exit 0
mkdir -p build/release/src/cli
printf '#!/bin/bash\necho "paint $*" >>"$STATE/done"\nwhile [ $# -gt 1 ]; do shift; done\necho painted >"$1"\n' >build/release/src/cli/inkstone
chmod +x build/release/src/cli/inkstone
SH
tool ctest <<'SH'
#!/bin/bash
echo "ctest $*" >>"$STATE/done"
mkdir -p build/release/Testing/Temporary
printf '[ RUN      ] A.B\n[  SKIPPED ] A.B (0 ms)\n[       OK ] A.C (1 ms)\nskipped: PostgreSQL is not installed\n[  SKIPPED ] 1 test, listed below:\n[  SKIPPED ] A.B\n' >build/release/Testing/Temporary/LastTest.log
SH

# quickstart CODE ARGUMENTS...: output in said.
quickstart() {
  local code=$1 got=0; shift
  : >"$STATE/done"
  PATH=$scratch/tools checkout/quickstart "$@" >said 2>&1 || got=$?
  [ "$got" = "$code" ] || fail "exit $got instead of $code: quickstart $*: $(cat said)"
}
did() { has "$STATE/done" "$1"; }
did_not() { ! grep -e "$1" "$STATE/done" || fail "quickstart did it though: $1"; }

# without Debian's tools, without root, without a network: one line that says what is missing
echo 1000 >"$STATE/user"; mv tools/dpkg-query .
quickstart 1 build; has said "knows Debian's packages only"; did_not .
mv dpkg-query tools/
quickstart 1 build; has said "packages are missing: .*libtorch-dev.*Run as root.*apt-get install .*libtorch-dev"; did_not .
echo 0 >"$STATE/user"; touch "$STATE/offline"
quickstart 1 build; has said "cannot reach the package archive.*Missing: .*libtorch-dev"; did_not cmake
rm "$STATE/offline"

# `build` installs, configures and builds; it does not paint
quickstart 0 build
did "apt-get update"; did "apt-get install .*libtorch-dev.* npm"; did "cmake --preset release"; did "cmake --build build/release"; did_not paint
quickstart 0 build; has said "packages: all here"; did_not apt-get

# the first run paints, the second does not
quickstart 0; did "paint stylize examples/home.jpg .*--output out/home-starry_night.png"; did_not apt-get
has said "Your painting: .*/checkout/out/home-starry_night.png"; has said "post examples/home.jpg"
quickstart 0; has said "the first painting is already here"; did_not paint; did_not apt-get
has said "Your painting: "

# one package gone: that one alone is installed
rm "$STATE/installed/libvips-dev"
quickstart 0 build; [ "$(grep -c 'apt-get install.* libvips-dev$' "$STATE/done")" = 1 ] || fail "$(cat "$STATE/done")"; did_not libtorch-dev

# tests come with their packages, and what skipped itself is told by name
quickstart 0 test
did "apt-get install .*libgtest-dev"; did "cmake --preset release -DINKSTONE_TESTS=ON"; did "ctest"; did_not paint
has said "4 cases skipped themselves"; has said "^  A.B$"; has said "^  PostgreSQL is not installed$"
quickstart 2 nonsense; has said "./quickstart test"; did_not .
