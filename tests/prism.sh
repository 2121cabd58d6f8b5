#!/bin/sh
# Has the requests of verification judged by OpenAI's own description of its API, through Stoplight Prism.
#
#     tests/prism.sh UNLEAK [OPENAPI.yaml]
#
# UNLEAK is the program; the description is https://github.com/openai/openai-openapi, or the file
# ../shared/openai-openapi.yaml if none is named. Prism is installed with npm below the target folder when it is not there.
# Exit code: 0 every request is valid; 1 one is not; 77 Prism or the description can't be had, nothing was judged.
#
# Two things that the description does not know are let pass: /me, which it leaves out, and the bodies that `--analyze`
# makes invalid on purpose.
set -eu

PORT=${PRISM_PORT:-4810}
here=$(dirname "$0")
unleak=$1
openapi=${2:-$here/../../shared/openai-openapi.yaml}
# shellcheck source=SCRIPTDIR/support/prism.sh
. "$here/support/prism.sh"
prism_ready "$openapi"
prism_start "$openapi" "$PORT"

# letters COUNT SEED: letters and digits, the same on every machine.
letters() {
    awk -v count="$1" -v x="$2" 'BEGIN {
        all = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
        while (count--) { x = x * 16807 % 2147483647; printf "%s", substr(all, int(x / 2147483647 * 62) + 1, 1) }
    }'
}

# ask KEY: what the program makes of a key, which was made here and was never anybody's.
ask() {
    status=0
    printf '%s\n' "$1" | UNLEAK_BASE_URL="openai=http://127.0.0.1:$PORT" \
        "$unleak" verify - --analyze --no-cache --timeout 60 --format json >"$work/report" || status=$?
    if [ "$status" != 1 ] || ! grep -q '"state": "live"' "$work/report"; then
        cat "$work/report" >&2
        echo "Prism: a key that it takes is not live for us (exit code $status)" >&2
        exit 1
    fi
}
ask "sk-proj-$(letters 74 1709)T3Blbk""FJ$(letters 73 2027)A"
ask "sk-svcacct-$(letters 74 31)T3Blbk""FJ$(letters 73 37)A"
ask "sk-admin-$(letters 58 41)T3Blbk""FJ$(letters 57 43)A"

# The call that each complaint is about stands in the line before it that names a request.
sed 's/\x1b\[[0-9;]*m//g' "$work/log" | awk '
    /\[HTTP SERVER\] [a-z]+ \// { match($0, /\] [a-z]+ \/[^ ]*/); call = substr($0, RSTART + 2, RLENGTH - 2) }
    /Request received/ { asked++ }
    /passed the validation rules/ && !/did not/ { passed++ }
    /did not pass|Invalid security|NO_PATH_MATCHED|NO_METHOD/ {
        if (call !~ /^post / && call != "get /me") { bad++; print "not valid: " call ": " $0 > "/dev/stderr" }
    }
    END {
        printf "Prism: %d requests, %d valid by the description, %d not\n", asked, passed, bad
        exit bad > 0 || passed < 8
    }'
