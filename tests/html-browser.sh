#!/bin/sh
# Has a real browser judge the HTML report: what it runs, loads and shows, in dark and light, narrow and wide, by keyboard.
#
#     tests/html-browser.sh [FOLDER]
#
# FOLDER holds the pages that `cargo test --test report` leaves under target/tmp/html; screenshots are left beside them.
# Needs Chromium, and playwright-core, which npm installs below the target folder when it is not there.
# Exit code: 0 all is well; 1 something is not; 77 no browser or no npm, nothing was judged.
set -eu

VERSION=1.65.1
here=$(cd "$(dirname "$0")" && pwd)
target=${CARGO_TARGET_DIR:-$here/../target}
home=$target/html-browser
pages=${1:-$target/tmp/html}

browser=${CHROMIUM:-}
for name in chromium chromium-browser google-chrome; do
    [ -n "$browser" ] || browser=$(command -v "$name" || true)
done
if [ -z "$browser" ] || ! command -v node >/dev/null; then
    echo "HTML report: no Chromium or no node here; nothing was judged" >&2
    exit 77
fi
if [ ! -d "$home/node_modules/playwright-core" ]; then
    mkdir -p "$home"
    if ! npm install --silent --no-audit --no-fund --prefix "$home" "playwright-core@$VERSION" >&2; then
        echo "HTML report: npm could not install playwright-core; nothing was judged" >&2
        exit 77
    fi
fi
cp "$here/html-browser.mjs" "$home/judge.mjs"
node "$home/judge.mjs" "$browser" "$(cd "$pages" && pwd)"
