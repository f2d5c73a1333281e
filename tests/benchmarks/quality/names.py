"""Measures false alarms and recall of the names check on real summaries.

False alarms: the check reads unchanged sentences of Korean summaries (without the English they
quote) and one-line English summaries. Some findings are real slips, so the number is an upper
bound.
Recall: in each Korean sentence that has names, one name is replaced by a name of another paper that
the text of this one does not have as a word. `--show` prints what was found and what was missed.
"""

import argparse
import gzip
import json
import os
import random
import re
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

from papers.checks.names import COMMON, check, names

CORPUS = Path(__file__).resolve().parents[4] / "shared" / "corpus"
_QUOTED = re.compile(r"\s*\([^가-힣]*\)\s*[.,]?\s*$")


def korean() -> Iterator[tuple[str, str]]:
    """Yield a paper's text with a sentence about it."""
    with gzip.open(CORPUS / "ko_summaries.jsonl.gz", "rt", encoding="utf-8") as file:
        for row in map(json.loads, file):
            source = f"{row['title']}\n\n{row['abstract']}"
            for text in (row["purpose"], *row["method"], row["conclusion"]):
                if sentence := _QUOTED.sub("", text):
                    yield source, sentence


def english() -> Iterator[tuple[str, str]]:
    for file in sorted((CORPUS / "hf_daily").glob("*.json.gz")):
        for item in json.loads(gzip.decompress(file.read_bytes())):
            if summary := item["paper"].get("ai_summary"):
                yield f"{item['title']}\n\n{item['paper']['summary']}", summary


def report_alarms(pairs: list[tuple[str, str]], language: str, *, show: bool) -> None:
    begin = time.process_time()
    found = [check(sentence, language, source) for source, sentence in pairs]
    seconds = time.process_time() - begin
    alarms = sum(map(bool, found))
    print(f"{language}: {alarms}/{len(pairs)} sentences pointed at = {alarms / len(pairs):.4f}")
    print(f"  {len(pairs) / seconds:,.0f} sentences/s on one core")
    if show:
        print("  " + ", ".join(finding.text for findings in found for finding in findings))


def report_recall(pairs: list[tuple[str, str]], *, show: bool) -> None:
    chance = random.Random(1)
    everywhere = sorted({name for _, sentence in pairs for name in _names(sentence)})
    missed: Counter[str] = Counter()
    tried = 0
    for source, sentence in pairs:
        spans = [span for span in names(sentence, "ko") if sentence[slice(*span)] not in COMMON]
        if not spans:
            continue
        start, end = chance.choice(spans)
        other = next(
            name for name in iter(lambda: chance.choice(everywhere), "") if _absent(name, source)
        )
        altered = sentence[:start] + other + sentence[end:]
        tried += 1
        if not any(each.start == start for each in check(altered, "ko", source)):
            missed[other] += 1
    print(f"exchanged names: recall {tried - missed.total()}/{tried}", end=" = ")
    print(f"{1 - missed.total() / tried:.3f}")
    if show:
        print("  missed: " + ", ".join(missed))


def _names(sentence: str) -> Iterator[str]:
    for start, end in names(sentence, "ko"):
        if sentence[start:end].lower() not in COMMON:
            yield sentence[start:end]


def _absent(name: str, source: str) -> bool:
    words = {word.removesuffix("s") for text in _spelt(source) for word in _words(text)}
    return not words & {word.removesuffix("s") for word in _spelt(name.lower())}


def _spelt(text: str) -> tuple[str, str]:
    """Return the text as it is, and with hyphenated words joined into one."""
    return text.lower(), text.lower().replace("-", "")


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9.-]+", text)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--show", action="store_true", help="print what was pointed at and missed")
    show = parser.parse_args().show
    pairs = list(korean())
    report_alarms(pairs, "ko", show=show)
    report_alarms(list(english()), "en", show=show)
    report_recall(pairs, show=show)


if __name__ == "__main__":
    main()
