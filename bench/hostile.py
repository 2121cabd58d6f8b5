#!/usr/bin/env python3
"""What each rule costs at worst: texts made against it, and the processor time that a scan of each takes.

    bench/hostile.py target/release/unleak [--rule ID]... [--size BYTES] [--most TIMES] [--growth TIMES]

For each rule, of what `unleak rules list --format json` says of it: its literals again and again, touching, with a blank
between, each on a line, and each with random characters behind it; its hits, and its hits with the last character missing,
again and again. Besides, for no rule: one character, base64 without and with line ends, blanks.

Each text is measured three times, in three rounds, and the least time counts, since a busy machine only ever adds to it. What
an empty run takes is taken off. What a rule costs is what its worst text takes, and it may be no more than --most (3) times
the median of all rules. In a text full of keys it is the telling of them that takes the time: what a median text takes
without keys is taken off, and a rule costs too much if it does both by the text, where short keys are many, and by the place,
where each key is long. Texts are counted that take over --most times the median of all texts, too: a stricter
measure, since a median text is no worst one.

The worst text of each rule is made again with four times the size, since time has to grow with the text and no faster: over
--growth (6) times is too much. Exits with 1 if there is such a rule.
"""
import argparse, json, os, random, re, resource, statistics, string, subprocess, sys, tempfile

ALNUM = string.ascii_uppercase + string.ascii_lowercase + string.digits
CLASSES = {
    "alnum": ALNUM, "b64url": ALNUM + "-_", "b64": ALNUM + "+/", "lower": ALNUM[26:52], "upper": ALNUM[:26],
    "digit": string.digits, "hex": "0123456789abcdef", "HEX": "0123456789ABCDEF", "base32": ALNUM[:26] + "234567",
    "lower32": ALNUM[26:52] + "234567", "bech32": "023456789ACDEFGHJKLMNPQRSTUVWXYZ", "lowernum": ALNUM[26:],
    "uppernum": ALNUM[:26] + string.digits,
}
CHANCE = random.Random(7)
# From so many places with a key on, telling of them is what takes the time, and not looking for them.
MANY = 100


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
        words, hits = literals(rule["trigger"]), [expanded(hit) for hit in rule["hits"]]
        for begin in rule.get("begins") or []:
            words.append(begin + words[0])
        for name, joint in (("touching", ""), ("apart", " "), ("in lines", "\n")):
            yield rule["id"], f"literals, {name}", joint.join(words) + joint
        yield rule["id"], "long and without an end", "".join(word + drawn(ALNUM, 300) + "\n" for word in words)
        yield rule["id"], "hits", "\n".join(hits) + "\n"
        yield rule["id"], "hits cut short", "\n".join(hit.rstrip("\"';,`\n ")[:-1] for hit in hits) + "\n"
    yield "-", "one character", "A"
    yield "-", "base64", drawn(CLASSES["b64"], 1 << 16)
    yield "-", "base64 in lines", "\n".join(drawn(CLASSES["b64"], 76) for _ in range(1000)) + "\n"
    yield "-", "blanks", " "


def processor():
    """Processor seconds of all runs so far: the sum is exact, its parts are guessed from ticks."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def spent(binary, text, size):
    """Processor seconds of a scan, and in how many places it saw a key."""
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "text"), "w") as file:
            file.write((text * (size // max(1, len(text)) + 1))[:size])
        before = processor()
        arguments = ["scan", "--no-config", "--exit-zero", "--format", "json", "text"]
        done = subprocess.run([binary, *arguments], cwd=folder, capture_output=True)
        if done.returncode not in (0, 2):
            sys.exit(f"{binary}: {done.stderr.decode()}")
        seconds = processor() - before
        report = json.loads(done.stdout)
        return seconds, report["summary"]["sightings"] + report["summary"]["noise"]


def rounds(binary, made, size, start):
    """For each text, its least time above an empty run, and in how many places it has keys."""
    took = [(float("inf"), 0)] * len(made)
    for _ in range(3):
        for number, (_, _, text) in enumerate(made):
            seconds, seen = spent(binary, text, size)
            took[number] = (min(took[number][0], max(seconds - start, 0.0005)), seen)
    return took


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


def tell(kind, units, took, most, growth, grown):
    """Prints what texts of a kind take, each given as its costs and what was made; says how many rules cost too much or grow
    too fast."""
    (by_rules, at_worst), (by_texts, median) = shares(took, of_rules), shares(took, of_texts)
    worst = {}
    for number, (_, (rule, *_)) in enumerate(took):
        worst[rule] = max(worst.get(rule, number), number, key=lambda one: by_rules[one])
    over = sum(by_rules[number] > most for number in worst.values())
    texts_over = sum(share > most for share in by_texts)
    listed = lambda medians: ", ".join(f"{median * 1000:.3f} ms {unit}" for median, unit in zip(medians, units))
    print(f"{len(worst)} rules, {kind}: median at worst {listed(at_worst)}; {over} over {most:g} times that, the worst {max(by_rules):.1f}")
    print(f"{len(took)} texts, {kind}: median {listed(median)}; {texts_over} over {most:g} times that, the worst {max(by_texts):.1f}")
    fast = 0
    for number in sorted(range(len(took)), key=lambda number: -by_rules[number]):
        costs, (rule, name, text) = took[number]
        is_worst = worst[rule] == number
        more = grown(text) if is_worst else 0
        fast += more > growth
        if more > growth or by_rules[number] > most:
            share = f"{by_rules[number]:5.1f} times the rules, {by_texts[number]:5.1f} the texts"
            size = f", {more:4.1f} times for 4 times the size" if is_worst else ""
            print(f"{listed(costs)}, {share}{size}  {rule}: {name}", flush=True)
    print(f"{len(worst)} rules, {kind}: {fast} take over {growth:g} times as long for 4 times the size")
    return over + fast


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("--rule", action="append", default=[])
    parser.add_argument("--size", type=int, default=1 << 20)
    parser.add_argument("--most", type=float, default=3)
    parser.add_argument("--growth", type=float, default=6)
    given = parser.parse_args()
    binary = os.path.abspath(given.binary)
    said = subprocess.run([binary, "rules", "list", "--format", "json"], capture_output=True, text=True, check=True)
    rules = [rule for rule in json.loads(said.stdout)["rules"] if not given.rule or rule["id"] in given.rule]
    made = list(texts(rules))
    start = min(spent(binary, " ", 1)[0] for _ in range(9))
    print(f"{len(made)} texts for {len(rules)} rules, {given.size} bytes each; an empty run takes {start * 1000:.1f} ms", flush=True)
    took = list(zip(made, rounds(binary, made, given.size, start)))

    def grown(text):
        """How many times as long a text takes with four times the size: the two are measured in turn."""
        one = four = float("inf")
        for _ in range(5):
            one, four = (min(least, max(spent(binary, text, size)[0] - start, 0.0005))
                         for least, size in ((one, given.size), (four, 4 * given.size)))
            if four <= given.growth * one:
                break
        return four / one

    quiet = [([seconds], what) for what, (seconds, seen) in took if seen <= MANY]
    plain = statistics.median(seconds for [seconds], _ in quiet) if quiet else 0
    telling = lambda seconds: max(seconds - plain, 0.0005)
    full = [([telling(seconds), telling(seconds) / seen], what) for what, (seconds, seen) in took if seen > MANY]
    wrong = 0
    for kind, units, part in (("few keys", ["a text"], quiet), ("full of keys", ["a text", "a place"], full)):
        wrong += tell(kind, units, part, given.most, given.growth, grown) if part else 0
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
