# Ctrl-C keeps what there is and names the command that goes on; that command works. On the way losses and the time left are told, and a
# curve of the loss is drawn at the end.
source "$SOURCE/tests/e2e/case.sh"
"$INKSTONE" stylize "$home" --style "$night" --size 64 --pyramid 1 --iterations 100000 --preview 1 -o out.png >said 2>log &
pid=$!
for _ in $(seq 600); do [ -e out.png.preview.png ] && break; sleep 0.1; done
kill -INT $pid
code=0; wait $pid || code=$?
[ "$code" = 130 ] || fail "exit $code: $(cat log)"
[ -s out.png ] || fail "nothing was saved: $(cat log)"
has log "^stylize 64x48  step 1/100000  content [0-9.e+-]*  style [0-9.e+-]*  tv [0-9.e+-]*  total [0-9.e+-]*  [0-9hmins ]* left$"
has log "go on with"
has log "--init out.png"
"$INKSTONE" metadata out.png >report; has report '"stopped": true'
resume=$(grep -- "--init out.png" log)
eval "${resume/inkstone/\"$INKSTONE\"} --iterations 3 --verbose" 2>log
"$INKSTONE" metadata out.png >report; has report '"stopped": false'
for step in 1 2 3; do has log "^stylize 64x48  step $step/3  content .*  style .*  tv .*  total .* left$"; done
has log "^loss [^ ]*█[^ ]* [0-9.e+-]*$"

# on a terminal a bar
script -qefc "'$INKSTONE' stylize '$home' --style '$night' --size 64 --pyramid 1 --iterations 3 -o bar.png" typescript </dev/null >/dev/null
has typescript "stylize 64x48 ▕.*▏ 3/3  [0-9]* s left"
