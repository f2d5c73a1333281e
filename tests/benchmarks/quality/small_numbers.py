"""Measures the numbers check on small whole numbers that are wrong by one, in true sentences.

A true sentence is a recorded Korean sentence of a summary whose small number the paper states. One
is added to or taken from that number, unless the paper states the result of the same things. This
is decided by a reading of its own, which shares no code with the check. Printed are the recall by
the wrong number, and how often the check flags true sentences. `--show` prints what was not found.
"""

import argparse
import gzip
import json
import os
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

from papers.checks.numbers import unsupported
from tests.benchmarks.quality.numbers import CORPUS, share

HANGUL = ["영", "한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉", "열"]
ENGLISH = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
]  # fmt: skip
ORDINALS = [
    "zeroth", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth",
    "tenth",
]  # fmt: skip
COUNTERS = "개|가지|단계|종|명|배|회|년|시간|분|초|층|쌍|편|비트|모드|축|차원"
SMALL = re.compile(
    rf"(?<![\w.,%~/(@^+×-])(?P<digits>10|[0-9])(?=\s?(?:{COUNTERS}))"
    rf"|(?<![\w-])(?P<hangul>{'|'.join(HANGUL[2:])})(?=\s?(?:개|가지|단계|종|배|명)|\s(?!번)[가-힣])"
)
COUNTED = re.compile(rf"\s?(?:{COUNTERS})")
STATED = re.compile(
    rf"(?<![\w.-])(?:(10|[0-9]|{'|'.join(ENGLISH)})(?![\d.,]*\d|%)|({'|'.join(ORDINALS)})(?!\w))",
    re.IGNORECASE,
)
WORD = re.compile(r"[A-Za-z]{3,}")
TIMES = re.compile(r"(?:-\d{1,2})?\s?(?:x|×|-?fold)(?![A-Za-z])")
QUOTE = re.compile(r"\s*\([A-Za-z][^가-힣]{20,}\Z")  # the English sentence after a Korean one
LOOKED_AT = 5  # words after a number, among which its noun is
STEM = 5  # letters by which words are the same
NOT_NOUNS = frozenset(
    {"and", "the", "for", "with", "that", "are", "our", "its", "from", "different", "key", "new"}
)


class Planted(NamedTuple):
    true: str
    wrong: str
    value: int
    source: str


def planted(claim: str, source: str) -> Iterator[Planted]:
    """Yield the claim with each small number that its source states changed by one."""
    nouns = _nouns(source)
    for match in SMALL.finditer(claim):
        value = _value(match)
        for other in (value - 1, value + 1):
            if other < 2 and not COUNTED.match(claim, match.end()):
                continue  # nobody writes "1 모델"
            if 0 <= other <= 10 and nouns[value] and not nouns[value] & nouns[other]:
                word = str(other) if match["digits"] or other < 2 else HANGUL[other]
                wrong = claim[: match.start()] + word + claim[match.end() :]
                yield Planted(claim, wrong, other, source)


def _value(match: re.Match[str]) -> int:
    return int(match["digits"]) if match["digits"] else HANGUL.index(match["hangul"])


def _nouns(source: str) -> list[set[str]]:
    """Return for each small number the stems of the words that follow it in the source."""
    nouns: list[set[str]] = [set() for _ in ENGLISH]
    for match in STATED.finditer(source):
        word = match[0].lower()
        value = int(word) if word.isdigit() else (ENGLISH + ORDINALS).index(word) % len(ENGLISH)
        after = WORD.findall(source[match.end() : match.end() + 100].lower())[:LOOKED_AT]
        nouns[value] |= {each[:STEM] for each in after if each not in NOT_NOUNS}
        if TIMES.match(source, match.end()):
            nouns[value].add("times")
    return nouns


def claims() -> dict[str, list[tuple[str, str]]]:
    """Return the true sentences of each set, with the text of their paper."""
    rows = [row for row in _rows("grounding_dev") if row["label"] == "supported"]
    summaries = [
        (QUOTE.sub("", text), f"{row['title']}\n\n{row['abstract']}")
        for row in _rows("ko_summaries")
        for text in (row["purpose"], *row["method"], row["conclusion"])
    ]
    return {
        "grounding_dev": [(row["claim"], row["source"]) for row in rows],
        "ko_summaries": summaries,
    }


def _rows(name: str) -> list[dict[str, Any]]:
    with gzip.open(CORPUS / f"{name}.jsonl.gz", "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def measure(pairs: list[tuple[str, str]], *, show: bool) -> None:
    found: Counter[int] = Counter()
    known: Counter[int] = Counter()
    for each in (each for pair in pairs for each in planted(*pair)):
        answer = unsupported(each.wrong, each.source)
        caught = len(answer) > len(unsupported(each.true, each.source))
        known[each.value] += 1
        found[each.value] += caught
        if show and not caught:
            print(f"  {each.value}: {each.wrong}\n     {each.source!r}")
    for value in sorted(known):
        print(f"  {value:<12} recall {share(found[value], known[value])}")
    print(f"  {'all':12} recall {share(found.total(), known.total())}")
    flagged = [(answer, claim) for claim, source in pairs if (answer := unsupported(claim, source))]
    if show:
        for answer, claim in flagged:
            print(f"  flagged {answer}: {claim}")
    print(f"  {'as written':12} flagged {share(len(flagged), len(pairs))}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--show", action="store_true", help="print what was not found")
    show = parser.parse_args().show
    for name, pairs in claims().items():
        print(f"{name}:")
        measure(pairs, show=show)


if __name__ == "__main__":
    main()
