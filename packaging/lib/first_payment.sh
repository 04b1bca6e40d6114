#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The first payment without a window: a cluster in a directory of its own, one payment over three participants, its timeline in the
# terminal. Nothing is left behind. Argument: the directory of the built programs.
set -euo pipefail

bin="${1:?the directory that holds indoubtd and indoubtctl}"
home="$(mktemp -d)"
export XDG_RUNTIME_DIR="$home"

daemon=""
cleanup() {
  if [ -n "$daemon" ]; then
    kill -TERM "$daemon" 2>/dev/null || true
    wait "$daemon" 2>/dev/null || true
  fi
  rm -rf "$home"
}
trap cleanup EXIT

"$bin/indoubtd" --data "$home/data" --trace all --log-level warn >"$home/ready" 2>"$home/log" &
daemon=$!
for _ in $(seq 1 200); do
  grep -q '^ready' "$home/ready" 2>/dev/null && break
  kill -0 "$daemon" 2>/dev/null || { cat "$home/log" >&2; exit 2; }
  sleep 0.05
done

ctl() { "$bin/indoubtctl" --connect "unix:$home/data/run/operator.sock" --token-file "$home/data/token" "$@"; }

echo "A cluster of one coordinator (T) and three participants:"
echo
ctl node list
echo
echo "Mara pays for a mended wheel: 120.00 = 119.40 shop + 0.60 fee."
echo
ctl submit --first --wait applied
echo
ctl tx timeline INV-2042
echo
echo "Three YES on disk (#) before one word of commit. The accounts afterwards:"
echo
ctl account list
