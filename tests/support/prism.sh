# The common start of prism.sh and prism-respond.sh, which read it: `prism_ready OPENAPI` has Stoplight Prism at hand and
# makes $work, a folder that goes away with the script; `prism_start OPENAPI PORT` serves the description and writes what it
# says to $work/log. Both end the script with 77 where nothing can be judged. Prism is installed with npm below the target
# folder when it is not there.

PRISM_VERSION=5.14.2
prism_home=${CARGO_TARGET_DIR:-$here/../target}/prism
prism=$prism_home/node_modules/.bin/prism
server=

prism_ready() {
    if [ ! -f "$1" ]; then
        echo "Prism: no description of OpenAI's API at $1; nothing was judged" >&2
        exit 77
    fi
    if [ ! -x "$prism" ]; then
        mkdir -p "$prism_home"
        if ! npm install --silent --no-audit --no-fund --prefix "$prism_home" "@stoplight/prism-cli@$PRISM_VERSION" >&2 \
            || [ ! -x "$prism" ]; then
            echo "Prism: not here and npm could not install it; nothing was judged" >&2
            exit 77
        fi
    fi
    work=$(mktemp -d)
    trap 'if [ -n "$server" ]; then kill "$server" 2>/dev/null || true; fi; rm -rf "$work"' EXIT
}

prism_start() {
    "$prism" mock --errors --host 127.0.0.1 --port "$2" "$1" >"$work/log" 2>&1 &
    server=$!
    waited=0
    until grep -q 'Prism is listening' "$work/log"; do
        if ! kill -0 "$server" 2>/dev/null || [ "$waited" -ge 300 ]; then
            tail -5 "$work/log" >&2
            echo "Prism did not start; nothing was judged" >&2
            exit 77
        fi
        sleep 1
        waited=$((waited + 1))
    done
}
