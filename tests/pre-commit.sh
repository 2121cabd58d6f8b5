#!/bin/sh
# Has the real pre-commit framework, from PyPI, call our hooks in repositories made here.
#
#     tests/pre-commit.sh [PROGRAM]
#
# PROGRAM is the unleak that `language: system` finds [default: the release build]. One hook is built by the framework
# itself (`language: rust`), below our own target folder, so that only unleak is compiled and not all it is made of.
# Exit code: 0 all is well; 1 something is not; 77 no Python or no package index, nothing was tried.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
CARGO_TARGET_DIR=$(mkdir -p "${CARGO_TARGET_DIR:-$root/target}/tmp" && cd "${CARGO_TARGET_DIR:-$root/target}" && pwd)
export CARGO_TARGET_DIR
program=$(realpath "${1:-$CARGO_TARGET_DIR/release/unleak}") # the hooks call it from elsewhere
venv=$CARGO_TARGET_DIR/tmp/pre-commit-venv
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if [ ! -x "$venv/bin/pre-commit" ]; then
    if ! python3 -m venv "$venv" 2>/dev/null || ! "$venv/bin/pip" install -q 'pre-commit>=4.2,<5' 2>"$work/said"; then
        rm -rf "$venv"
        echo "pre-commit: no Python with venv and pip that can install it; nothing was tried" >&2
        exit 77
    fi
fi

# A home of its own, so that nobody's configuration of git or pre-commit has a say; tools stay where they are.
export CARGO_HOME="${CARGO_HOME:-$HOME/.cargo}" RUSTUP_HOME="${RUSTUP_HOME:-$HOME/.rustup}"
export HOME="$work/home" PRE_COMMIT_HOME="$work/cache" GIT_CONFIG_NOSYSTEM=1
export GIT_AUTHOR_NAME=nobody GIT_AUTHOR_EMAIL=nobody@example.com
export GIT_COMMITTER_NAME=nobody GIT_COMMITTER_EMAIL=nobody@example.com
mkdir "$HOME" "$work/bin"
git config --global init.defaultBranch main
git config --global protocol.file.allow always
printf '#!/bin/sh\necho called >>"%s/calls"\nexec "%s" "$@"\n' "$work" "$program" >"$work/bin/unleak"
chmod +x "$work/bin/unleak"
PATH=$work/bin:$venv/bin:$PATH

# letters COUNT SEED: the same letters and digits on every machine, as even as chance (Park and Miller's generator).
letters() {
    awk -v count="$1" -v x="$2" 'BEGIN {
        all = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
        while (count--) { x = x * 16807 % 2147483647; printf "%s", substr(all, int(x / 2147483647 * 62) + 1, 1) }
    }'
}
key() { printf 'sk-proj-%sT3Blbk%s%sA' "$(letters 74 "$1")" FJ "$(letters 73 "$1$1")"; }
leak=$(key 1709)

fail() {
    echo "pre-commit: $*" >&2
    sed 's/^/    /' "$work/said" >&2
    exit 1
}
# passes COMMAND...: it has to end with 0.
passes() { "$@" >"$work/said" 2>&1 || fail "stopped, and should not have been: $*"; }
# stopped WORDS COMMAND...: it has to end otherwise, and to say these words and no key.
stopped() {
    words=$1
    shift
    if "$@" >"$work/said" 2>&1; then fail "not stopped: $*"; fi
    grep -qF -- "$words" "$work/said" || fail "stopped without saying '$words': $*"
    if grep -qF -e "$leak" "$work/said"; then fail "a key was shown: $*"; fi
}

# The hooks as they stand here, committed or not.
mkdir "$work/hooks" "$work/repo"
(cd "$root" && git ls-files -z --cached --others --exclude-standard | tar --null --ignore-failed-read -T - -cf - 2>/dev/null) |
    tar -C "$work/hooks" -xf -
cd "$work/hooks"
git init -q && git add -A && git commit -qm hooks
rev=$(git rev-parse HEAD)

cd "$work/repo"
git init -q
echo 'nothing to see' >a.txt
git add . && git commit -qm first

echo '- try-repo'
echo "key = '$leak'" >b.py
git add b.py
stopped 'unleak stopped this commit: 1 leak in what is staged' pre-commit try-repo "$work/hooks" unleak-system
git rm -q --cached b.py
passes pre-commit try-repo "$work/hooks" unleak-system --all-files
rm b.py

cat >.pre-commit-config.yaml <<END
default_install_hook_types: [pre-commit, pre-merge-commit, commit-msg, pre-push]
repos:
  - repo: $work/hooks
    rev: $rev
    hooks:
      - { id: unleak-system }
      - { id: unleak-message, language: system }
      - { id: unleak-push, language: system }
      - { id: unleak-history, language: system }
END
git add . && git commit -qm config
passes pre-commit install
passes pre-commit validate-manifest "$work/hooks/.pre-commit-hooks.yaml"

# What follows happens without a network, where the system lets us take it away.
if unshare -rn true 2>/dev/null; then
    offline() { unshare -rn "$@"; }
else
    echo '(with the network: unshare is not allowed here)'
    offline() { "$@"; }
fi

echo '- a commit is stopped, a commit passes'
echo "key = '$leak'" >b.py
git add b.py
stopped 'git restore --staged b.py' offline git commit -m x
echo "key = os.environ['OPENAI_API_KEY']" >b.py
git add b.py
passes offline git commit -m 'read it from the environment'

echo '- partial staging: only the index has the key; only the work tree has it'
echo "key = '$leak'" >b.py
git add b.py
echo "clean" >b.py
stopped 'b.py:1:8' git commit -m x
grep -qx clean b.py || fail 'the work tree was not given back'
git add b.py
echo "key = '$leak'" >b.py
passes git commit -m 'the index is clean'
grep -qF -e "$leak" b.py || fail 'the work tree was not given back'
stopped 'b.py:1:8' git commit -am x
git checkout -q b.py

echo '- the message'
echo more >>a.txt
git add a.txt
stopped 'in its message' git commit -m "with $leak"
passes git commit -m 'without'

echo '- all files: all of the index, and nothing of the work tree; one process for many files'
echo "key = '$leak'" >b.py
passes pre-commit run --all-files
git commit -qnam 'leak'
before=$(git rev-parse HEAD~1)
mkdir many
for n in $(seq 300); do echo "$n" >"many/file $n.txt"; done
git add many && git commit -qnm many
: >"$work/calls"
stopped 'b.py:1:8' pre-commit run --all-files unleak-system
[ "$(wc -l <"$work/calls")" = 1 ] || fail "$(wc -l <"$work/calls") processes for one run"
stopped 'b.py:1:8' pre-commit run unleak-system --files b.py a.txt
passes pre-commit run unleak-system --files a.txt
echo "key = '$leak'" >untracked.txt
stopped 'untracked.txt:1:8' pre-commit run unleak-system --files untracked.txt
rm untracked.txt

echo '- from one commit to another: what was there in between counts'
echo clean >b.py
git commit -qnam clean
stopped 'b.py:1:8' pre-commit run --from-ref "$before" --to-ref HEAD unleak-system
passes pre-commit run --from-ref HEAD~1 --to-ref HEAD unleak-system
passes pre-commit run --all-files unleak-system

echo '- a push: the first of a branch, one more commit, a new branch'
git init -q --bare "$work/server.git"
git remote add origin "$work/server.git"
stopped 'unleak stopped this push: 1 leak in its commits' git push origin main
git push -q --no-verify origin main
echo fine >>a.txt
passes git commit -am fine
passes git push origin main
git checkout -qb topic
echo "key = '$leak'" >c.py
git add c.py && git commit -qnm leak
git rm -q c.py && git commit -qnm gone
stopped 'c.py:1:8' git push origin topic
git checkout -q main

echo '- merges: what only the merge brings is seen, what it carries over is not'
git checkout -qb left && echo left >a.txt && git commit -qnam left
git checkout -q main && echo right >a.txt && git commit -qnam right
git merge left >/dev/null 2>&1 && fail 'this merge was to conflict'
echo "key = '$leak'" >a.txt
git add a.txt
stopped 'a.txt:1:8' git commit -m merged
echo both >a.txt
git add a.txt
passes git commit -m merged
git checkout -qb side main~1 && echo side >side.txt && git add side.txt && git commit -qnm side
git checkout -q main
passes git merge --no-edit side

echo '- no name of a file switches anything off'
echo "key = '$leak'" >--rule=none
git add -- --rule=none
stopped '--rule=none:1:8' git commit -m x
git rm -q --cached -- --rule=none && rm -- --rule=none

echo '- everything that the repository holds, when asked for'
stopped 'OpenAI project key' pre-commit run --hook-stage manual unleak-history

echo '- built by the framework, then without a network'
rm "$work/bin/unleak"
sed -i 's/unleak-system/unleak/; s/, language: system//' .pre-commit-config.yaml
git add . && git commit -qnm rust
begin=$(date +%s)
passes pre-commit install-hooks
echo "  (built in $(($(date +%s) - begin)) s)"
echo "key = '$leak'" >b.py
git add b.py
stopped 'git restore --staged b.py' offline git commit -m x
git checkout -q HEAD b.py
echo fine >>a.txt
passes offline git commit -am 'fine'
