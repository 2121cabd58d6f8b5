#!/usr/bin/env bash
# The action's scan: finds out which commits the event is about, fetches those that the checkout left out, and has unleak
# read them. Annotations go to the log, a summary to the job's page. The step itself does not fail for a leak: what it
# came to is in its outputs, so that code scanning is told before the job ends.
# Reads PROGRAM, WHAT, REPORT_ONLY, TOKEN, EVENT, REF, SERVER, DEFAULT_BRANCH, BASE, HEAD, COMMITS; writes the outputs
# status, outcome, sarif.
set -euo pipefail

export GIT_TERMINAL_PROMPT=0
# The token is for git's fetch alone: no other program gets it.
token=${TOKEN-}
unset TOKEN
# What an earlier step of the job left there is not this one's.
rm -f "$RUNNER_TEMP/unleak.md" "$RUNNER_TEMP/unleak.sarif"

# In a container the workspace may be another user's.
git() { command git -c safe.directory="$PWD" "$@"; }

fail() {
    echo "::error title=unleak::$*"
    printf 'status=2\noutcome=incomplete\n' >>"$GITHUB_OUTPUT"
    exit 0
}

# fetch ARGUMENTS...: from the remote; with the token if it is refused without. Nothing in the repository chooses a host.
fetch() {
    local options=(--quiet --no-recurse-submodules --no-write-fetch-head) basic
    git fetch "${options[@]}" "$@" 2>/dev/null && return
    [ -n "$token" ] || return
    basic=$(printf 'x-access-token:%s' "$token" | base64 | tr -d '\n')
    echo "::add-mask::$basic"
    GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0="http.$SERVER/.extraheader" GIT_CONFIG_VALUE_0="AUTHORIZATION: basic $basic" \
        git fetch "${options[@]}" "$@"
}

is_id() { [[ $1 =~ ^[0-9a-f]{40}([0-9a-f]{24})?$ && ! $1 =~ ^0+$ ]]; }
is_here() { git cat-file -e "$1^{commit}" 2>/dev/null; }
is_shallow() { [ "$(git rev-parse --is-shallow-repository)" = true ]; }

# Whether both ends are here, and the clone ends nowhere between them: neither side of where they part is cut.
is_whole() {
    local cut
    is_here "$BASE" && is_here "$HEAD" || return
    is_shallow || return 0
    cut=$(git rev-list "$BASE...$HEAD" | grep -Fxf "$(git rev-parse --git-path shallow)") || true
    [ -z "$cut" ]
}

# Fetches what lies between BASE and HEAD, and little more.
bring() {
    local depth=$((${COMMITS:-20} + 1))
    is_whole && return
    if ! is_shallow; then
        fetch --no-tags origin "$BASE" "$HEAD"
        return
    fi
    while [ "$depth" -lt 10000 ]; do
        fetch --no-tags --depth="$depth" origin "$BASE" "$HEAD" || return
        is_whole && return
        depth=$((depth * 4))
    done
    fetch --no-tags --unshallow origin "$BASE" "$HEAD"
}

# The newest commit of the default branch, for a branch that is new.
default_branch() {
    fetch --no-tags --depth=1 origin "+refs/heads/$DEFAULT_BRANCH:refs/unleak/default" || return
    git rev-parse refs/unleak/default
}

# Sets `command`: what unleak is to read.
choose() {
    case $EVENT in
        pull_request | pull_request_target | merge_group | push) ;;
        *) WHAT=everything ;;
    esac
    if [ "$WHAT" != everything ] && ! is_id "$HEAD"; then
        echo 'a branch or tag goes away: there is nothing to read'
        printf 'status=0\noutcome=clean\n' >>"$GITHUB_OUTPUT"
        exit 0
    fi
    if [ "$WHAT" != everything ] && [ "$EVENT" = push ] && ! { is_id "$BASE" && bring; }; then
        # New, or what was there before is gone: all that the default branch does not have.
        if [ "$REF" = "refs/heads/$DEFAULT_BRANCH" ]; then
            WHAT=everything
        else
            BASE=$(default_branch) || fail "the branch $DEFAULT_BRANCH can't be fetched; nothing was read"
        fi
    fi
    if [ "$WHAT" != everything ]; then
        bring || fail "the commits between $BASE and $HEAD can't be fetched; nothing was read (is the input token set?)"
        command=(range "$BASE..$HEAD")
        # Who proposes a change does not decide what is accepted in it: config and baseline are those of the base branch.
        if [ "$EVENT" != push ]; then trusted=(--config-from "$BASE"); fi
        return
    fi
    local deeper=()
    if is_shallow; then deeper=(--unshallow); fi
    fetch ${deeper[@]+"${deeper[@]}"} --tags origin '+refs/heads/*:refs/remotes/origin/*' ||
        fail "the whole history can't be fetched; nothing was read (is the input token set?)"
    command=(history)
}

git rev-parse --git-dir >/dev/null 2>&1 || fail 'there is no repository in the workspace; use actions/checkout first'
trusted=()
choose
command+=(${trusted[@]+"${trusted[@]}"})
echo "unleak ${command[*]}"

status=0
"$PROGRAM" "${command[@]}" --format github || status=$?
"$PROGRAM" "${command[@]}" --format markdown --output "$RUNNER_TEMP/unleak.md" >/dev/null 2>&1 || true
if [ -f "$RUNNER_TEMP/unleak.md" ]; then cat "$RUNNER_TEMP/unleak.md" >>"$GITHUB_STEP_SUMMARY"; fi
# Code scanning compares the findings of one branch with those of another, and takes what is missing for mended: it gets
# what the checked-out files hold, whatever the event was about.
"$PROGRAM" scan . ${trusted[@]+"${trusted[@]}"} --format sarif --output "$RUNNER_TEMP/unleak.sarif" >/dev/null 2>&1 || true
if [ -f "$RUNNER_TEMP/unleak.sarif" ]; then echo "sarif=$RUNNER_TEMP/unleak.sarif" >>"$GITHUB_OUTPUT"; fi

case $status in
    0) outcome=clean ;;
    1) outcome=leaks ;;
    *) outcome=incomplete status=2 ;;
esac
if [ "$outcome" = leaks ] && [ "$REPORT_ONLY" = true ]; then status=0; fi
printf 'status=%s\noutcome=%s\n' "$status" "$outcome" >>"$GITHUB_OUTPUT"
