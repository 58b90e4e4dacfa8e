# The inner ring configures without the libraries of the outer one, and its lowest layers compile. All of it: cmake --preset engine && cmake --build --preset engine.
source "$SOURCE/tests/e2e/case.sh"
"$CMAKE" -S "$SOURCE" -B "$BINARY/engine" -G Ninja -DCMAKE_BUILD_TYPE=Release -DINKSTONE_ENGINE_ONLY=ON -DINKSTONE_TESTS=OFF >log 2>&1 || fail "$(tail -n 20 log)"
if grep -qE '^(VIPS|CURL|CLI11)[A-Za-z_]*:' "$BINARY/engine/CMakeCache.txt"; then fail "the engine looks for a library of the outer ring"; fi
"$CMAKE" --build "$BINARY/engine" --target inkstone_weights -j "$(nproc)" >log 2>&1 || fail "$(grep -m 5 -E 'error|FAILED' log)"
