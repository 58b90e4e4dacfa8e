# Ctrl-C keeps what there is and names the command that goes on; that command works.
source "$SOURCE/tests/e2e/case.sh"
"$INKSTONE" stylize "$home" --style "$night" --size 64 --pyramid 1 --iterations 100000 --preview 1 -o out.png >said 2>log &
pid=$!
for _ in $(seq 600); do [ -e out.png.preview.png ] && break; sleep 0.1; done
kill -INT $pid
code=0; wait $pid || code=$?
[ "$code" = 130 ] || fail "exit $code: $(cat log)"
[ -s out.png ] || fail "nothing was saved: $(cat log)"
has log "go on with"
has log "--init out.png"
"$INKSTONE" metadata out.png >report; has report '"stopped": true'
resume=$(grep -- "--init out.png" log)
eval "${resume/inkstone/\"$INKSTONE\"} --iterations 2 -q"
"$INKSTONE" metadata out.png >report; has report '"stopped": false'
