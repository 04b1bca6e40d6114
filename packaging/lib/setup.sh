# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by run.sh and test.sh: from a bare Debian 12 to a Release build in build/release. Every step may be repeated at will;
# what is already there is left alone.
# shellcheck shell=bash

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
build="$root/build/release"
started=$SECONDS

step() { printf '\n\033[1m[%3d s] %s\033[0m\n' "$((SECONDS - started))" "$*"; }
note() { printf '        %s\n' "$*"; }
fail() { printf '\nCannot go on: %s\n' "$*" >&2; exit 1; }

# What packaging/cmake/IndoubtPackages.cmake looks for, the compiler and build tools, the console's two fonts, and what the tests use.
packages=(
  g++ cmake ninja-build pkgconf ccache mold
  qt6-base-dev qt6-svg-dev qt6-tools-dev qt6-tools-dev-tools qt6-l10n-tools libqcustomplot-dev
  libgrpc++-dev libprotobuf-dev protobuf-compiler protobuf-compiler-grpc
  libsqlite3-dev libgoogle-perftools-dev libssl-dev libpugixml-dev libfmt-dev libspdlog-dev libcli11-dev nlohmann-json3-dev
  fonts-inter fonts-jetbrains-mono fontconfig
)

missing_packages() {
  local name
  for name in "${packages[@]}"; do
    dpkg-query -W -f='${db:Status-Status}\n' "$name" 2>/dev/null | grep -qx installed || printf '%s\n' "$name"
  done
}

install_packages() {
  step "Packages"
  command -v apt-get >/dev/null || fail "this script installs Debian packages and found no apt-get; on another system install: ${packages[*]}"
  local missing
  mapfile -t missing < <(missing_packages)
  if [ "${#missing[@]}" -eq 0 ]; then
    note "all ${#packages[@]} are installed"
    return
  fi
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || fail "these packages are missing, and installing them needs root or sudo: ${missing[*]}"
    as_root=(sudo)
  fi
  note "to install: ${missing[*]}"
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q update || fail "the package lists could not be refreshed; is the network up?"
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends "${missing[@]}" ||
    fail "apt-get could not install the packages above; its own message says why"
}

build_release() {
  step "Configure ($build)"
  (cd "$root" && cmake --preset release "$@") >"$build.configure.log" 2>&1 || {
    tail -n 40 "$build.configure.log" >&2
    fail "CMake stopped; the whole output is in $build.configure.log"
  }
  note "$(grep -E '^-- (Configuring|Generating) done' "$build.configure.log" | tr '\n' ' ')"
  step "Build (Release, $(nproc) jobs; the first time takes minutes, later only what changed)"
  cmake --build "$build" --parallel "$(nproc)" || fail "the build stopped; the compiler's message is above"
}
