#!/usr/bin/env python3
"""What each rule costs at worst: texts made against it, and the instructions that a scan of each takes.

    bench/hostile.py target/release/unleak [--rule ID]... [--size BYTES] [--most TIMES] [--growth TIMES]

For each rule, of what `unleak rules list --format json` says of it: its literals again and again, touching, with a blank
between, each on a line, and each with random characters behind it; its hits, and its hits with the last character missing,
again and again. Besides, for no rule: one character, base64 without and with line ends, blanks.

Instructions, because unlike seconds they are the same on a busy machine: valgrind's callgrind counts them, in one thread. All
texts of some rules are scanned in one run, each first with a quarter of the size, twice, then whole; callgrind tells the
count apart where the scan of the next begins, for which the program has to be built with its symbols
(`CARGO_PROFILE_RELEASE_STRIP=none`). What is set up once, such as a pattern that is compiled, is counted with the first of
the three, which is left out.

What a rule costs is what its worst text takes, and it may be no more than --most (3) times the median of all rules. In a text
full of keys it is the telling of them that takes the time: what a median text takes without keys is taken off, and a rule
costs too much if it does both by the text, where short keys are many, and by the place, where each key is long. Texts are
counted that take over --most times the median of all texts, too: a stricter measure, since a median text is no worst one.

Of each text is told, too, how much more the whole takes than a quarter, since time has to grow with the text and no faster:
over --growth (6) times is too much. Exits with 1 if there is such a rule.
"""
import argparse, collections, glob, json, os, random, re, statistics, string, subprocess, sys, tempfile

ALNUM = string.ascii_uppercase + string.ascii_lowercase + string.digits
CLASSES = {
    "alnum": ALNUM, "b64url": ALNUM + "-_", "b64": ALNUM + "+/", "lower": ALNUM[26:52], "upper": ALNUM[:26],
    "digit": string.digits, "hex": "0123456789abcdef", "HEX": "0123456789ABCDEF", "base32": ALNUM[:26] + "234567",
    "lower32": ALNUM[26:52] + "234567", "bech32": "023456789ACDEFGHJKLMNPQRSTUVWXYZ", "lowernum": ALNUM[26:],
    "uppernum": ALNUM[:26] + string.digits,
}
CHANCE = random.Random(7)
# With a place with a key in each so many bytes, telling of them is what takes the time, and not looking for them.
MANY = 1024
# What the scan of each file begins with, in the program.
BEGIN = "<unleak::app::pipeline::Worker as unleak::words::blob::Sink>::blob*"
# So many texts are counted in one run.
AT_ONCE = 120


def drawn(letters, length):
    return "".join(CHANCE.choice(letters) for _ in range(length))


def part(match):
    kind, rest = match[1], match[2] or ""
    if kind in CLASSES:
        return drawn(CLASSES[kind], int(rest))
    if kind == "repeat":
        text, length = rest.rsplit(":", 1)
        return (text * int(length))[: int(length)]
    if kind == "openai":
        half = int(rest.split("/")[0])
        return drawn(ALNUM, half) + "T3Blbk" + "FJ" + drawn(ALNUM, half)
    return rest or drawn(ALNUM, 40)


def expanded(recipe):
    """A recipe with its random parts drawn; checksums and the like are wrong, which is as near a miss as there is."""
    text, before = recipe, None
    while text != before:
        text, before = re.sub(r"\{(=|[A-Za-z0-9]+):?([^{}]*)\}", part, text), text
    return text.replace("{{", "{").replace("}}", "}")


def literals(trigger):
    kind, value = next(iter(trigger.items()))
    if kind == "length":
        return [drawn(ALNUM, length) for length in value]
    return [text + "://u:" if kind == "userinfo" else text + "=" if kind == "assigned" else text for text in value]


def texts(rules):
    for rule in rules:
        CHANCE.seed(rule["id"])
        words, hits = literals(rule["trigger"]), [expanded(hit) for hit in rule["hits"]]
        for begin in rule.get("begins") or []:
            words.append(begin + words[0])
        for name, joint in (("touching", ""), ("apart", " "), ("in lines", "\n")):
            yield rule["id"], f"literals, {name}", joint.join(words) + joint
        yield rule["id"], "long and without an end", "".join(word + drawn(ALNUM, 300) + "\n" for word in words)
        yield rule["id"], "hits", "\n".join(hits) + "\n"
        yield rule["id"], "hits cut short", "\n".join(hit.rstrip("\"';,`\n ")[:-1] for hit in hits) + "\n"
    CHANCE.seed(7)
    yield "-", "one character", "A"
    yield "-", "base64", drawn(CLASSES["b64"], 1 << 12)
    yield "-", "base64 in lines", "\n".join(drawn(CLASSES["b64"], 76) for _ in range(50)) + "\n"
    yield "-", "blanks", " "


def ran(arguments, folder):
    """What a program wrote."""
    done = subprocess.run(arguments, cwd=folder, capture_output=True)
    if done.returncode not in (0, 2):
        sys.exit(f"{arguments[0]}: {done.stderr.decode()}")
    return done.stdout


def counted(binary, made, size):
    """For each text: the instructions that it takes, in how many places it has keys, and how many times as much it takes as a
    quarter of it."""
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as counts:
        names = []
        for number, (_, _, text) in enumerate(made):
            for turn, part in enumerate((size // 4, size // 4, size)):
                names.append(f"{number}.{turn}")
                with open(os.path.join(folder, names[-1]), "w") as file:
                    file.write((text * (part // max(1, len(text)) + 1))[:part])
        for name in ("empty", "last"):
            names.append(name)
            open(os.path.join(folder, name), "w").write(" ")
        scan = [binary, "scan", "--no-config", "--exit-zero", "--format", "json", "--threads", "1"]
        out = os.path.join(counts, "count")
        ran(["valgrind", "--tool=callgrind", "--dump-line=no", f"--callgrind-out-file={out}", f"--dump-before={BEGIN}", *scan, *names],
            folder)
        # Numbered by where they end: the first is what comes before all texts, and what comes after the last has no number.
        dumps = [f"{out}.{number + 2}" for number in range(len(names) - 1)]
        if len(glob.glob(f"{out}.*")) != len(names):
            sys.exit(f"{binary}: callgrind saw {len(glob.glob(out + '.*'))} scans of {len(names)} files; is it built with symbols?")
        took = {name: instructions(dump) for name, dump in zip(names, dumps)}
        seen = places(ran([*scan, "--noise", *(name for name in names if name.endswith(".2"))], folder))
    above = lambda number, turn: max(took[f"{number}.{turn}"] - took["empty"], 1)
    return [(above(number, 2), seen[f"{number}.2"], above(number, 2) / above(number, 1)) for number in range(len(made))]


def instructions(dump):
    with open(dump) as lines:
        return next(int(line.split()[1]) for line in lines if line.startswith("totals:"))


def places(report):
    """In how many places of each file a key was seen, noise included."""
    told = json.loads(report)
    leaks = [sighting["path"] for leak in told["leaks"] for sighting in leak["sightings"]]
    return collections.Counter(leaks + [noise["sighting"]["path"] for noise in told["noise"]])


def shares(took, of):
    """Each cost of each text in times of what `of` says of all: the least of them, since each may have its reason."""
    medians = [of([(rule, costs[number]) for costs, (rule, *_) in took]) for number in range(len(took[0][0]))]
    return [min(cost / median for cost, median in zip(costs, medians)) for costs, *_ in took], medians


def of_rules(costs):
    """The median of what the worst text of each rule costs."""
    worst = {}
    for rule, cost in costs:
        worst[rule] = max(worst.get(rule, 0), cost)
    return statistics.median(worst.values())


def of_texts(costs):
    return statistics.median(cost for _, cost in costs)


def tell(kind, units, took, most, growth):
    """Prints what texts of a kind take, each given as its costs and what was made; says how many rules cost too much or grow
    too fast."""
    (by_rules, at_worst), (by_texts, median) = shares(took, of_rules), shares(took, of_texts)
    worst, fast = {}, set()
    for number, (_, (rule, _, more)) in enumerate(took):
        worst[rule] = max(worst.get(rule, number), number, key=lambda one: by_rules[one])
        if more > growth:
            fast.add(rule)
    over = sum(by_rules[number] > most for number in worst.values())
    texts_over = sum(share > most for share in by_texts)
    listed = lambda medians: ", ".join(f"{median / 1e6:.3f} million {unit}" for median, unit in zip(medians, units))
    print(f"{len(worst)} rules, {kind}: median at worst {listed(at_worst)}; {over} over {most:g} times that, the worst {max(by_rules):.2f}")
    print(f"{len(took)} texts, {kind}: median {listed(median)}; {texts_over} over {most:g} times that, the worst {max(by_texts):.2f}")
    for number in sorted(range(len(took)), key=lambda number: -by_rules[number]):
        costs, (rule, name, more) = took[number]
        if more > growth or by_rules[number] > most:
            share = f"{by_rules[number]:5.2f} times the rules, {by_texts[number]:5.2f} the texts"
            print(f"{listed(costs)}, {share}, {more:4.1f} times for 4 times the size  {rule}: {name}", flush=True)
    print(f"{len(worst)} rules, {kind}: {len(fast)} take over {growth:g} times as much for 4 times the size")
    return over + len(fast)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("--rule", action="append", default=[])
    parser.add_argument("--size", type=int, default=1 << 14)
    parser.add_argument("--most", type=float, default=3)
    parser.add_argument("--growth", type=float, default=6)
    parser.add_argument("--all", action="store_true", help="print what each text takes, too")
    given = parser.parse_args()
    binary = os.path.abspath(given.binary)
    said = subprocess.run([binary, "rules", "list", "--format", "json"], capture_output=True, text=True, check=True)
    rules = [rule for rule in json.loads(said.stdout)["rules"] if not given.rule or rule["id"] in given.rule]
    made = list(texts(rules))
    print(f"{len(made)} texts for {len(rules)} rules, {given.size} bytes each", flush=True)
    took = []
    for first in range(0, len(made), AT_ONCE):
        part = made[first : first + AT_ONCE]
        for (rule, name, _), (count, seen, more) in zip(part, counted(binary, part, given.size)):
            took.append((count, seen, (rule, name, more)))
            if given.all:
                print(f"{count / 1e6:.3f} million, {seen} places, {more:.1f} times for 4 times the size  {rule}: {name}", flush=True)
    few = given.size // MANY
    quiet = [([count], what) for count, seen, what in took if seen <= few]
    plain = statistics.median(count for [count], _ in quiet) if quiet else 0
    telling = lambda count: max(count - plain, 1)
    full = [([telling(count), telling(count) / seen], what) for count, seen, what in took if seen > few]
    wrong = 0
    for kind, units, part in (("few keys", ["a text"], quiet), ("full of keys", ["a text", "a place"], full)):
        wrong += tell(kind, units, part, given.most, given.growth) if part else 0
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
