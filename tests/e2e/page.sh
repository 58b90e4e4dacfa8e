# The page: its units, and the whole of it in a browser before a server of its own. Ends with 77 (skipped) where node or Chromium is not.
source "$SOURCE/tests/e2e/case.sh"
web=$BINARY/web
PATH=$web/.node/node_modules/.bin:$PATH
command -v node >/dev/null || { echo "skipped: node is not installed"; exit 77; }
[ -d "$web/node_modules/@playwright" ] || { echo "skipped: the page was built without npm's packages"; exit 77; }
export SOURCE
(cd "$web" && node_modules/.bin/vitest run) || fail "units of the page"
command -v "${CHROMIUM:=/usr/bin/chromium}" >/dev/null || { echo "skipped: Chromium is not installed"; exit 77; }
export INKSTONE CHROMIUM PAGE_RESULTS=$scratch/results
(cd "$web" && node_modules/.bin/playwright test) || fail "the page in a browser"
