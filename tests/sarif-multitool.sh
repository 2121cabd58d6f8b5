#!/bin/sh
# Has Microsoft's SARIF Multitool judge SARIF files by the rules of SARIF and of GitHub code scanning.
#
#     tests/sarif-multitool.sh FILE...
#
# `cargo test --test report` leaves files to judge under target/tmp/sarif. The tool is installed with npm below the target
# folder when it is not there. Exit code: 0 no error; 1 at least one error; 77 the tool can't be had, nothing was judged.
#
# Two traps, so that nobody falls into them again: the tool's own launcher (npx) hands its arguments to a shell, which
# takes the `;` in "Sarif;Ghas" for the end of the command and leaves GitHub's rules out; and it exits with 0 whatever it
# found. So its binary is called directly, and its words are read.
set -eu

VERSION=5.7.0
home=${CARGO_TARGET_DIR:-$(dirname "$0")/../target}/sarif-multitool

find_tool() {
    for tool in "$home"/node_modules/@microsoft/sarif-multitool-*/Sarif.Multitool; do
        if [ -f "$tool" ]; then
            chmod u+x "$tool"
            return 0
        fi
    done
    return 1
}

if [ $# -eq 0 ]; then
    echo "usage: $0 FILE..." >&2
    exit 2
fi
if ! find_tool; then
    mkdir -p "$home"
    if ! npm install --silent --no-audit --no-fund --prefix "$home" "@microsoft/sarif-multitool@$VERSION" >&2 \
        || ! find_tool; then
        echo "SARIF Multitool: not here and npm could not install it; nothing was judged" >&2
        exit 77
    fi
fi

said=$(mktemp)
trap 'rm -f "$said" "$said.sarif"' EXIT
bad=0
for file in "$@"; do
    "$tool" validate "$file" --rule-kind 'Sarif;Ghas' --log ForceOverwrite --output "$said.sarif" >"$said" 2>&1 || true
    errors=$(grep -c ': error ' "$said" || true)
    warnings=$(grep -c ': warning ' "$said" || true)
    if ! grep -q 'Analysis completed successfully' "$said" || [ "$errors" -gt 0 ]; then
        bad=1
        cat "$said" >&2
    elif [ "$warnings" -gt 0 ]; then
        grep ': warning ' "$said" >&2
    fi
    echo "$file: $errors errors, $warnings warnings"
done
exit $bad
