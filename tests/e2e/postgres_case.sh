# Sourced by the scripts that need a PostgreSQL of their own: one of Debian's, in a folder that goes with it. Without it they end with
# 77 (skipped).
postgres_programs=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
if [ -z "$postgres_programs" ]; then
  echo "skipped: PostgreSQL is not installed (apt-get install postgresql)"
  exit 77
fi
postgres=$(env -u TMPDIR mktemp -d)  # where the user postgres may go
postgres_url="postgresql:///postgres?host=$postgres&user=inkstone"
postgres_owner=()
if [ "$(id -u)" = 0 ]; then
  postgres_owner=(setpriv --reuid=postgres --regid=postgres --clear-groups)
  chown postgres "$postgres"
fi
chmod 755 "$postgres"
as_postgres() { (cd "$postgres" && "${postgres_owner[@]}" "$postgres_programs/$1" -D "$postgres/data" "${@:2}" >/dev/null); }
start_postgres() { as_postgres pg_ctl -w -l "$postgres/log" -o "-k $postgres -c listen_addresses=''" start; }
stop_postgres() { as_postgres pg_ctl -m immediate stop; }  # as a crash would
drop_postgres() { stop_postgres 2>/dev/null || true; rm -rf "$postgres"; }
as_postgres initdb -A trust -U inkstone -E UTF8 --locale=C --no-sync
start_postgres
