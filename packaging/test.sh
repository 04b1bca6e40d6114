#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Installs what is missing, builds Release and runs every test except those labelled nightly or bench. Arguments go to ctest.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib/setup.sh"
mkdir -p "$root/build"

install_packages
build_release -DINDOUBT_TESTS=ON

step "Tests (two at a time; nightly and bench excluded)"
status=0
ctest --test-dir "$build" --parallel 2 --label-exclude '^(nightly|bench)$' --output-on-failure --no-tests=error \
  --output-junit "$build/tests.xml" "$@" || status=$?

step "Summary"
total=$(grep -c '<testcase ' "$build/tests.xml" 2>/dev/null || true)
failed=$(grep -c '<failure ' "$build/tests.xml" 2>/dev/null || true)
note "${total:-0} test classes, ${failed:-0} failed, $((SECONDS - started)) s in all"
if [ "$status" -ne 0 ]; then
  note "failed tests are listed above; one alone: ctest --test-dir build/release --output-on-failure -R NAME"
fi
exit "$status"
