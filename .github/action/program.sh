#!/usr/bin/env bash
# Which unleak the action calls: the one that was named, or the one that is built from the files beside this.
# Reads PROGRAM, ACTION; writes the outputs program, and key if it has to be built.
set -euo pipefail

if [ -n "$PROGRAM" ]; then
    found=$(command -v "$PROGRAM") || { echo "::error title=unleak::there is no program $PROGRAM"; exit 2; }
    echo "program=$found" >>"$GITHUB_OUTPUT"
    exit
fi
cd "$ACTION"
hash=$(find Cargo.toml Cargo.lock build.rs rules src -type f -print0 | LC_ALL=C sort -z | xargs -0 cat | git hash-object --stdin)
{
    echo "program=$RUNNER_TEMP/unleak/bin/unleak"
    echo "key=unleak-$RUNNER_OS-$RUNNER_ARCH-$hash"
} >>"$GITHUB_OUTPUT"
