#!/bin/sh
# Builds the Python wheel as a user would, installs it without Rust in sight, and runs what it brought.
#
#     tests/wheel.sh
#
# Exit code: 0 it works; 1 it does not; 77 no Python or no package index, nothing was tried.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if ! python3 -m venv "$work/build" 2>/dev/null || ! "$work/build/bin/pip" install -q 'maturin>=1.9,<2' 2>"$work/said"; then
    echo "wheel: no Python with venv and pip that can install maturin; nothing was tried" >&2
    exit 77
fi
cd "$root"
"$work/build/bin/maturin" build --quiet --release --locked --out "$work/wheels"
"$work/build/bin/maturin" sdist --out "$work/sdist" >/dev/null 2>&1
ls -l "$work/wheels" "$work/sdist"

python3 -m venv "$work/user"
"$work/user/bin/pip" install -q --no-index "$work"/wheels/*.whl
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
cd "$work"
said=$(env -i "$work/user/bin/unleak" --version)
[ "$said" = "unleak $version" ] || { echo "wheel: --version says '$said', not 'unleak $version'" >&2; exit 1; }
echo nothing >"$work/clean.txt"
env -i "$work/user/bin/unleak" scan "$work/clean.txt"
env -i "$work/user/bin/unleak" rules check
# What a user without Rust builds from, they build from all of it.
tar -tzf "$work"/sdist/*.tar.gz | grep -q 'rules/openai.toml$'
tar -tzf "$work"/sdist/*.tar.gz | grep -q 'src/report/html/style.css$'
