#!/usr/bin/env python3
"""The table of letter pairs in src/engine/judge/randomness.rs, made anew from texts.

    bench/pairs.py FILE-OR-FOLDER...

For each first letter, for each second: 4 plus the binary logarithm of how much more often the pair stands in words than
chance gives, between 0 and 8. The texts may be any that hold English words and names of programs: documents and sources of
public projects. Each word counts by the square root of how often it stands there, so that no project's own words weigh
much.
"""
import collections, math, os, re, sys

LETTERS = "abcdefghijklmnopqrstuvwxyz"
WORD = re.compile(r"[A-Z]?[a-z]{2,}")
TEXTS = (".md", ".txt", ".rst", ".rs", ".py", ".go", ".js", ".ts", ".java", ".c", ".h", ".toml")


def files(roots):
    for root in roots:
        if os.path.isfile(root):
            yield root
        for folder, folders, names in os.walk(root):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            yield from (os.path.join(folder, name) for name in sorted(names) if name.endswith(TEXTS))


def words(paths):
    count = collections.Counter()
    for path in paths:
        with open(path, encoding="utf-8", errors="replace") as file:
            count.update(word.lower() for word in WORD.findall(file.read(1 << 20)))
    return {word: math.sqrt(number) for word, number in count.items() if number > 1}


def table(weights):
    pairs = collections.Counter()
    for word, weight in weights.items():
        for a, b in zip(word, word[1:]):
            pairs[a, b] += weight
    total = sum(pairs.values()) or 1
    def score(a, b):
        more = pairs[a, b] / total * len(LETTERS) ** 2
        return min(8, max(0, round(4 + math.log2(more)))) if more else 0
    return ["".join(str(score(a, b)) for b in LETTERS) for a in LETTERS]


def main():
    weights = words(files(sys.argv[1:]))
    print(f"// {len(weights)} words")
    for row in table(weights):
        print(f'    *b"{row}",')


if __name__ == "__main__":
    main()
