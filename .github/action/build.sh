#!/usr/bin/env bash
# Builds unleak from the files beside this. Reads ACTION.
set -euo pipefail

command -v cargo >/dev/null || {
    echo "::error title=unleak::there is no cargo on this runner; install Rust, or unleak and name it with the input program"
    exit 2
}
# Not in the workspace: what is checked out there must not choose compilers or wrappers.
cd "$ACTION"
export CARGO_TARGET_DIR="$RUNNER_TEMP/unleak-build" CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16
cargo install --quiet --locked --path . --root "$RUNNER_TEMP/unleak"
rm -rf "$CARGO_TARGET_DIR"
