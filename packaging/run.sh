#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# From a fresh Debian 12 checkout to the console on the bundled cluster. Arguments are passed on to the console.
# Without a display the same first payment runs in the terminal.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib/setup.sh"
mkdir -p "$root/build"

install_packages
build_release -DINDOUBT_TESTS=OFF  # the first window is waited for; test.sh builds the tests

if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
  step "Console"
  exec "$build/bin/indoubt" "$@"
fi
step "No display (neither DISPLAY nor WAYLAND_DISPLAY is set): the first payment runs here, without the window"
exec bash "$root/packaging/lib/first_payment.sh" "$build/bin"
