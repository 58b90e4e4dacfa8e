# Jobs under faults: workers killed at random, on both databases; a disk that is full for a while.
set -euo pipefail
WORK=$(mktemp -d)
STORM_JOBS=${STORM_JOBS:-1000}
STORM_KILLS=${STORM_KILLS:-25}
OWNER=()
[ "$(id -u)" = 0 ] && OWNER=(setpriv --reuid=postgres --regid=postgres --clear-groups)
PROGRAMS=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)

finish() {
  [ -d "$WORK/pg/data" ] && "${OWNER[@]}" "$PROGRAMS/pg_ctl" -D "$WORK/pg/data" -m immediate stop >/dev/null 2>&1
  mountpoint -q "$WORK/small" && umount "$WORK/small"
  rm -rf "$WORK"
}
trap finish EXIT

echo "== SQLite"
"$JOBS_FAULTS" storm "$WORK/sqlite" "" "$STORM_JOBS" "$STORM_KILLS"

echo "== PostgreSQL"
if [ -n "$PROGRAMS" ]; then
  mkdir "$WORK/pg"
  chmod 755 "$WORK"
  [ "$(id -u)" = 0 ] && chown postgres "$WORK/pg"
  (cd "$WORK/pg"
   "${OWNER[@]}" "$PROGRAMS/initdb" -D "$WORK/pg/data" -A trust -U inkstone -E UTF8 --locale=C >/dev/null
   "${OWNER[@]}" "$PROGRAMS/pg_ctl" -D "$WORK/pg/data" -w -l "$WORK/pg/log" -o "-k $WORK/pg -c listen_addresses=''" start >/dev/null)
  "$JOBS_FAULTS" storm "$WORK/postgres" "postgresql:///postgres?host=$WORK/pg&user=inkstone" "$STORM_JOBS" "$STORM_KILLS"
else
  echo "skipped: PostgreSQL is not installed (apt-get install postgresql)"
fi

echo "== a full disk"
mkdir "$WORK/small"
if mount -t tmpfs -o size=4m tmpfs "$WORK/small" 2>/dev/null; then
  "$JOBS_DISK_FULL" "$WORK/small"
else
  echo "skipped: a small file system needs root"
fi
