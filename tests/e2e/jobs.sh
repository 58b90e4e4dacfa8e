#!/usr/bin/env bash
# jobs.sh sqlite | postgresql | shared_batches | full_disk: jobs under faults. Workers killed at random, on either database, and while
# they paint in batches; a disk that is full for a while. Ends with 77 (skipped) where what it needs is not there.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
storm() { "$JOBS_FAULTS" storm "$work/studio" "$@"; }

case $1 in
  sqlite) storm "" "${STORM_JOBS:-1000}" "${STORM_KILLS:-25}" 1 ;;
  postgresql)
    source "$SOURCE/tests/e2e/postgres_case.sh"
    trap 'drop_postgres; rm -rf "$work"' EXIT
    storm "$postgres_url" "${STORM_JOBS:-1000}" "${STORM_KILLS:-25}" 1
    ;;
  shared_batches) storm "" "${STORM_JOBS:-200}" "${STORM_KILLS:-10}" 4 ;;
  full_disk)
    mkdir "$work/small"
    if ! mount -t tmpfs -o size=4m tmpfs "$work/small" 2>/dev/null; then
      echo "skipped: a small file system needs root"
      exit 77
    fi
    trap 'umount "$work/small"; rm -rf "$work"' EXIT
    "$JOBS_DISK_FULL" "$work/small"
    ;;
esac
