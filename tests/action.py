"""Plays GitHub's runner: reads action.yml, makes the repositories, events, variables and files that a runner would, runs
every `run` step with bash as a runner does, and records every `uses` step. See tests/action.sh."""

import base64
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = Path(sys.argv[1]).resolve()
ACTION = yaml.safe_load((ROOT / "action.yml").read_text())
TOKEN = "a-token-of-the-workflow"
WHO = {f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER")
       for what, value in (("NAME", "nobody"), ("EMAIL", "nobody@example.com"))}


def key(seed):
    """A key that was never anybody's (Park and Miller's generator)."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    text = ""
    for _ in range(147):
        seed = seed * 16807 % 2147483647
        text += letters[seed * 62 // 2147483647]
    return "sk-proj-" + text[:74] + "T3Blbk" + "FJ" + text[74:] + "A"


class Expression:
    """What may stand in ${{ }} here: names, strings, ==, !=, &&, ||, parentheses."""

    TOKEN = re.compile(r"\s*(\|\||&&|==|!=|[()]|'(?:[^']|'')*'|[A-Za-z_][\w.-]*)")

    def __init__(self, text, contexts):
        self.tokens, at, text = [], 0, text.strip()
        while at < len(text):
            found = self.TOKEN.match(text, at)
            assert found, f"what is {text[at:]!r}?"
            self.tokens.append(found[1])
            at = found.end()
        self.contexts = contexts

    def value(self):
        value = self.any()
        assert not self.tokens, self.tokens
        return value

    def next_is(self, *tokens):
        return self.tokens.pop(0) if self.tokens and self.tokens[0] in tokens else None

    def any(self):
        value = self.all()
        while self.next_is("||"):
            other = self.all()
            value = value or other
        return value

    def all(self):
        value = self.same()
        while self.next_is("&&"):
            other = self.same()
            value = value and other
        return value

    def same(self):
        value = self.one()
        while sign := self.next_is("==", "!="):
            value = ((value or "") == (self.one() or "")) == (sign == "==")
        return value

    def one(self):
        if self.next_is("("):
            value = self.any()
            assert self.next_is(")")
            return value
        token = self.tokens.pop(0)
        if token.startswith("'"):
            return token[1:-1].replace("''", "'")
        value = self.contexts
        for name in token.split("."):
            value = value.get(name) if isinstance(value, dict) else None
        return value


def filled(text, contexts):
    def fill(match):
        value = Expression(match[1], contexts).value()
        return "" if value is None else str(value)
    return re.sub(r"\$\{\{(.*?)\}\}", fill, str(text))


class Runner:
    """One job: a workspace and what a run of the action leaves behind."""

    def __init__(self, work, inputs=None, path=(), **github):
        self.work, self.workspace, self.temp = work, work / "workspace", work / "temp"
        self.temp.mkdir(exist_ok=True)
        self.used, self.log, self.summary, self.path = [], "", work / "summary", path
        self.github = {"repository": "o/r", "actor": "somebody", "server_url": "https://github.com", "token": TOKEN,
                       "action_path": str(ROOT), "event": {}, **github}
        self.github["event"].setdefault("repository", {"default_branch": "main"})
        inputs = {"program": str(PROGRAM), **(inputs or {})}
        assert inputs.keys() <= ACTION["inputs"].keys()
        contexts = {"github": self.github, "runner": {"temp": str(self.temp)}, "steps": {}}
        contexts["inputs"] = {name: inputs.get(name, filled(about.get("default", ""), contexts))
                              for name, about in ACTION["inputs"].items()}
        self.status = self.run(contexts)
        self.outputs = {name: filled(about["value"], contexts) for name, about in ACTION["outputs"].items()}

    def run(self, contexts):
        for step in ACTION["runs"]["steps"]:
            condition = step.get("if", "").strip()
            if condition and not Expression(condition, contexts).value():
                continue
            outputs = self.work / "outputs"
            outputs.write_text("")
            status = 0
            if "uses" in step:
                assert re.search(r"@[0-9a-f]{40}$", step["uses"]), step["uses"]
                self.used.append((step["uses"].split("@")[0], {k: filled(v, contexts) for k, v in step["with"].items()}))
            else:
                status = self.bash(step, contexts, outputs)
            pairs = (line.split("=", 1) for line in outputs.read_text().splitlines())
            contexts["steps"][step.get("id", "")] = {"outputs": dict(pairs)}
            if status:
                return status
        return 0

    def bash(self, step, contexts, outputs):
        assert "${{" not in step["run"], "an expression in a script is code from outside"
        environment = {name: os.environ[name] for name in ("CARGO_HOME", "RUSTUP_HOME") if name in os.environ}
        environment |= {"PATH": os.pathsep.join([*map(str, self.path), os.environ["PATH"]]), "HOME": str(self.work), **WHO}
        environment |= {"GITHUB_OUTPUT": str(outputs), "GITHUB_STEP_SUMMARY": str(self.summary), "CI": "true"}
        environment |= {"RUNNER_TEMP": str(self.temp), "RUNNER_OS": "Linux", "RUNNER_ARCH": "X64", "GITHUB_ACTIONS": "true"}
        environment |= {name: filled(value, contexts) for name, value in step.get("env", {}).items()}
        script = self.work / "script.sh"
        script.write_text(step["run"])
        ran = subprocess.run(["bash", "--noprofile", "--norc", "-eo", "pipefail", script], cwd=self.workspace, text=True,
                             env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
        self.log += ran.stdout
        return ran.returncode


class Site:
    """A repository on a server, one at home to push from, and checkouts as actions/checkout makes them."""

    def __init__(self, folder):
        self.folder, self.home, self.server = folder, folder / "home", folder / "server.git"
        self.jobs = 0
        self.home.mkdir()
        self.git("init", "-q", "-b", "main")
        git(folder, "init", "-q", "--bare", "-b", "main", "server.git")
        git(self.server, "config", "uploadpack.allowAnySHA1InWant", "true")
        self.git("remote", "add", "origin", str(self.server))

    def git(self, *arguments):
        return git(self.home, *arguments)

    def commit(self, name, text):
        (self.home / name).write_text(text)
        self.git("add", "-A")
        self.git("commit", "-qm", f"Change {name}")
        return self.git("rev-parse", "HEAD")

    def push(self, *refs):
        self.git("push", "-q", "-f", "origin", *refs)

    def job(self, sha, depth=1):
        self.jobs += 1
        work = self.folder / f"job{self.jobs}"
        workspace = work / "workspace"
        workspace.mkdir(parents=True)
        git(workspace, "init", "-q")
        git(workspace, "remote", "add", "origin", self.server.as_uri())
        limit = [f"--depth={depth}"] if depth else []
        git(workspace, "fetch", "-q", "--no-tags", *limit, "origin", sha)
        git(workspace, "checkout", "-q", "--detach", sha)
        return work


def git(folder, *arguments):
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1", **WHO}
    ran = subprocess.run(["git", *arguments], cwd=folder, env=environment, capture_output=True, text=True)
    assert ran.returncode == 0, f"git {arguments}: {ran.stderr}"
    return ran.stdout.strip()


def says(runner, status, outcome, *words):
    about = f"status {runner.status}, outputs {runner.outputs}\n{runner.log}"
    assert (runner.status, runner.outputs["outcome"]) == (status, outcome), about
    for word in words:
        assert word in runner.log, f"{word!r} is missing: {about}"
    for secret in (key(1), key(2), key(3), TOKEN):
        assert secret not in runner.log and secret not in (runner.summary.read_text() if runner.summary.exists() else "")


def pull(base, head, commits, repository="o/r"):
    request = {"base": {"sha": base}, "head": {"sha": head, "repo": {"full_name": repository}}, "commits": commits}
    return {"event_name": "pull_request", "ref": "refs/pull/1/merge", "event": {"pull_request": request}}


def pull_requests(site):
    site.commit("old.py", f"key = '{key(1)}'\n")  # main's own leak, which no pull request is to hear of
    for n in range(30):
        site.commit("a.txt", f"{n}\n")
    site.git("checkout", "-qb", "topic", "main~5")
    site.commit("b.py", f"key = '{key(2)}'\n")
    site.git("merge", "-q", "--no-edit", "main~2")
    dirty = site.commit("b.py", "key = os.environ['KEY']\n")
    site.git("checkout", "-qb", "tidy", "main~20")
    clean = site.commit("c.py", "fine\n")
    site.git("checkout", "-q", "main")
    base = site.commit("d.txt", "main went on\n")
    for name, head in (("dirty", dirty), ("clean", clean)):
        site.git("checkout", "-q", "--detach", base)
        site.git("merge", "-q", "--no-edit", head)
        site.git("branch", f"merge-{name}")
    site.push("main", f"{dirty}:refs/pull/1/head", f"{clean}:refs/pull/2/head", "merge-dirty", "merge-clean")
    merges = {name: site.git("rev-parse", f"merge-{name}") for name in ("dirty", "clean")}

    for depth in (1, 3, None):
        runner = Runner(site.job(merges["dirty"], depth), {"sarif": "true"}, **pull(base, dirty, 3))
        says(runner, 1, "leaks", "::error ", "b.py", "1 critical leak")
        assert "OpenAI project key" in runner.summary.read_text() and "old.py" not in runner.log
        [(used, told)] = runner.used
        assert used == "github/codeql-action/upload-sarif" and told["category"] == "unleak/scan", runner.used
        run = json.loads(Path(told["sarif_file"]).read_text())["runs"][0]
        assert run["automationDetails"]["id"] == "unleak/scan/"
        assert "old.py" in json.dumps(run["results"]), "code scanning is told what the branch holds"
        says(Runner(site.job(merges["clean"], depth), **pull(base, clean, 1)), 0, "clean")
    # From a fork: no code scanning, no token needed, the same verdict.
    runner = Runner(site.job(merges["dirty"]), {"sarif": "true"}, **pull(base, dirty, 3, "fork/r"))
    says(runner, 1, "leaks")
    assert runner.used == []
    says(Runner(site.job(merges["dirty"]), {"report-only": "true"}, **pull(base, dirty, 3)), 0, "leaks")
    # Who proposes a change does not decide what is accepted in it.
    site.git("checkout", "-q", "--detach", base)
    (site.home / "unleak.toml").write_text('[[waiver]]\nrule = "openai-project-key"\nreason = "because"\n')
    sly = site.commit("b.py", f"key = '{key(2)}'\n")
    site.push(f"{sly}:refs/pull/3/head")
    runner = Runner(site.job(sly), {"sarif": "true"}, **pull(base, sly, 1))
    says(runner, 1, "leaks", "b.py")
    assert "b.py" in json.dumps(json.loads(Path(runner.used[0][1]["sarif_file"]).read_text())["runs"][0]["results"])
    queue = {"event_name": "merge_group", "event": {"merge_group": {"base_sha": base, "head_sha": merges["dirty"]}}}
    says(Runner(site.job(merges["dirty"]), **queue), 1, "leaks", "b.py")
    # What can't be fetched is no clean answer.
    gone = pull(base, "1" * 40, 1)
    says(Runner(site.job(merges["dirty"]), **gone), 2, "incomplete", "can't be fetched", "::error ")


def pushes(site):
    site.commit("old.py", f"key = '{key(1)}'\n")
    before = site.commit("a.txt", "1\n")
    for n in range(40):
        site.commit("a.txt", f"more {n}\n")
    after = site.commit("b.py", f"key = '{key(2)}'\n")
    last = site.commit("a.txt", "last\n")
    site.push("main")
    zeros = "0" * 40

    def push(before, after, ref="refs/heads/main", **more):
        return {"event_name": "push", "ref": ref, "event": {"before": before, "after": after}, **more}

    runner = Runner(site.job(last), **push(before, last))
    says(runner, 1, "leaks", "b.py")
    assert "old.py" not in runner.log
    says(Runner(site.job(last), **push(after, last)), 0, "clean")
    # A new branch brings what the default branch does not have; that itself, the first time, everything.
    site.git("checkout", "-qb", "topic")
    topic = site.commit("c.txt", "fine\n")
    site.push("topic")
    says(Runner(site.job(topic), **push(zeros, topic, "refs/heads/topic")), 0, "clean")
    says(Runner(site.job(last), **push(zeros, last)), 1, "leaks", "old.py", "b.py")
    # What was there before a forced push is gone.
    says(Runner(site.job(topic), **push("2" * 40, topic, "refs/heads/topic")), 0, "clean")
    says(Runner(site.job(last), **push(topic, zeros, "refs/heads/topic")), 0, "clean", "goes away")
    # A server that wants the token: it is asked with it, and it never shows.
    shim = site.folder / "shim"
    shim.mkdir()
    real = subprocess.run(["which", "git"], capture_output=True, text=True).stdout.strip()
    wanted = "AUTHORIZATION: basic " + base64.b64encode(f"x-access-token:{TOKEN}".encode()).decode()
    (shim / "git").write_text(f"#!/bin/sh\ncase \" $* \" in *' fetch '*) [ \"${{GIT_CONFIG_VALUE_0-}}\" = '{wanted}' ] || "
                              f"exit 128 ;; esac\nexec {real} \"$@\"\n")
    (shim / "git").chmod(0o755)
    says(Runner(site.job(last), path=[shim], **push(before, last)), 1, "leaks", "b.py")
    says(Runner(site.job(last), {"token": ""}, path=[shim], **push(before, last)), 2, "incomplete")


def everything(site):
    site.commit("a.txt", "1\n")
    site.git("checkout", "-qb", "other")
    site.commit("old.py", f"key = '{key(3)}'\n")
    site.git("tag", "v1")
    site.git("checkout", "-q", "main")
    last = site.commit("a.txt", "2\n")
    site.push("main", "v1")
    for event, inputs in (("schedule", {}), ("workflow_dispatch", {}), ("push", {"what": "everything"})):
        job = {"event_name": event, "ref": "refs/heads/main", "event": {"before": last, "after": last}}
        says(Runner(site.job(last), inputs, **job), 1, "leaks", "old.py")


def programs(site):
    last = site.commit("a.txt", "1\n")
    site.push("main")
    (site.home / ".cargo").mkdir()
    job = {"event_name": "push", "ref": "refs/heads/main", "event": {"before": last, "after": last}}
    runner = Runner(site.job(last), {"program": "no-such-program"}, **job)
    assert runner.status == 2 and "there is no program no-such-program" in runner.log, runner.log
    # Built from the files of the action, away from what is checked out, and kept under a name that their content makes.
    shim = site.folder / "shim"
    shim.mkdir()
    (shim / "cargo").write_text(f"#!/bin/sh\necho \"cargo $* in $PWD\"\nmkdir -p \"$7/bin\"\nln -s '{PROGRAM}' \"$7/bin/unleak\"\n")
    (shim / "cargo").chmod(0o755)
    runner = Runner(site.job(last), {"program": ""}, path=[shim], **job)
    says(runner, 0, "clean", f"cargo install --quiet --locked --path . --root {runner.temp}/unleak in {ROOT}")
    [(used, told)] = runner.used
    assert used == "actions/cache" and told["path"] == f"{runner.temp}/unleak", runner.used
    assert re.fullmatch(r"unleak-Linux-X64-[0-9a-f]{40}", told["key"]), told


for scene in (pull_requests, pushes, everything, programs):
    with tempfile.TemporaryDirectory() as folder:
        scene(Site(Path(folder)))
    print(f"action: {scene.__name__}: ok")
