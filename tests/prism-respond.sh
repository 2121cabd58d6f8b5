#!/bin/sh
# Has every request of revocation, rotation and the like judged by OpenAI's own description of its API, through Stoplight
# Prism: the tests in tests/respond note what the program asked, and each distinct request is made again here.
#
#     tests/prism-respond.sh [OPENAPI.yaml]
#
# The description is https://github.com/openai/openai-openapi, or the file ../shared/openai-openapi.yaml if none is named.
# Exit code: 0 every request is valid; 1 one is not; 77 Prism or the description can't be had, nothing was judged.
#
# /me is let pass: the description leaves it out. So are the bodies that are not valid on purpose, which find out what a key
# may do. Changing a key (`POST .../api_keys/{id}`, in openai-python since 3.30.0) is added to a description that is older,
# as OpenAI's reference has it, but with at least one scope in a list of scopes: an empty one stands for all.
set -eu

PORT=${PRISM_PORT:-4811}
here=$(dirname "$0")
openapi=${1:-$here/../../shared/openai-openapi.yaml}
# shellcheck source=SCRIPTDIR/support/prism.sh
. "$here/support/prism.sh"
prism_ready "$openapi"

: >"$work/noted"
for part in revoke:: contain:: auto:: rotate:: usage:: keys::; do
    UNLEAK_NOTE_REQUESTS="$work/noted" cargo test --locked --quiet --test respond -- "$part" >"$work/tests" 2>&1 \
        || { cat "$work/tests" >&2; exit 1; }
done

awk '
    $0 == "  /organization/projects/{project_id}/api_keys/{api_key_id}:" { here = 1; print; next }
    here && /^    post:/ { here = 0 }
    here && /^  \// { here = 0 }
    here && /^    delete:/ {
        here = 0
        print "    post:"
        print "      security:"
        print "        - AdminApiKeyAuth: []"
        print "      operationId: update-project-api-key"
        print "      parameters:"
        print "        - { name: project_id, in: path, required: true, schema: { type: string } }"
        print "        - { name: api_key_id, in: path, required: true, schema: { type: string } }"
        print "      requestBody:"
        print "        required: true"
        print "        content:"
        print "          application/json:"
        print "            schema:"
        print "              type: object"
        print "              additionalProperties: false"
        print "              minProperties: 1"
        print "              properties:"
        print "                expires_in_seconds: { type: integer, minimum: 1, maximum: 31536000 }"
        print "                scopes: { type: array, minItems: 1, items: { type: string, minLength: 1 } }"
        print "      responses:"
        print "        \"200\":"
        print "          description: The key as it is now."
        print "          content:"
        print "            application/json:"
        print "              schema:"
        print "                $ref: \"#/components/schemas/ProjectApiKey\""
    }
    { print }
' "$openapi" >"$work/openapi.yaml"
prism_start "$work/openapi.yaml" "$PORT"

# Requests that differ only in times are one.
sed -E 's/(start_time|end_time)=[0-9]+/\1=1794268800/g' "$work/noted" | sort -u >"$work/distinct"
tab=$(printf '\t')
judged=0
bad=0
while IFS="$tab" read -r method path body; do
    case $path in /v1/me*) continue ;; esac
    case $method$body in 'POST{}') continue ;; esac
    set -- --silent --globoff --max-time 60 --output "$work/answer" --write-out '%{http_code}' --request "$method" \
        --header 'Authorization: Bearer nobody' --header 'Accept: application/json'
    if [ -n "$body" ]; then
        set -- "$@" --header 'Content-Type: application/json' --data-raw "$body"
    fi
    status=$(curl "$@" "http://127.0.0.1:$PORT${path#/v1}") || status=000
    judged=$((judged + 1))
    case $status in
        2*) ;;
        *)
            bad=$((bad + 1))
            echo "not valid ($status): $method $path $body" >&2
            head -c 600 "$work/answer" >&2
            echo >&2
            ;;
    esac
done <"$work/distinct"
echo "Prism: $judged distinct requests, $bad of them not valid by the description"
[ "$bad" = 0 ] && [ "$judged" -ge 20 ]
