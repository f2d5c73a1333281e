"""Counts what reads wrong in extractive drafts of recorded abstracts.

    python -m tests.benchmarks.quality.extractive [--each 5] [--show]

Every Nth paper is drafted from its abstract. A paper counts once for each kind of fault:

- a measured result under Method: a figure with what is achieved, improved or outperformed;
- a quotation from mid-sentence: it begins in lower case, or where the abstract has no full stop
  before it or only that of an abbreviation;
- a release notice under Results: where the code, the data or a page is to be found.

The script knows these by plain patterns of its own, not by the drafter's rules. So a count is not
all faults: some of what it finds reads well (`--show` prints them), and some faults it cannot see.
"""

import argparse
import gzip
import json
import os
import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

from papers import kinds
from papers.drafting.extract import extractive
from papers.sources import huggingface
from papers.text.sentences import sentences

CORPUS = Path(__file__).resolve().parents[4] / "shared" / "corpus"

_SENTENCE = re.compile(r"(?<=[.!?]) (?=[A-Z(])")
_FIGURE = re.compile(
    r"\d\s?\\?%|\bpercent|\d\$?\s?(?:\\?times|x|×)(?![a-z])|\d(?:[ -]\w+)?[ -](?:points?|pp|fold)\b"
    r"|\d+\.\d+(?![\w.])"
)
_GAIN = re.compile(r"(?<!that )(?<!which )\b(?:achieve[sd]?|outperform(?:s|ed)?|improve[sd])\b")
_CUT_AFTER = re.compile(
    r"[^.!?…\"'”’)\]}]$|\b(?:al|e\.g|i\.e|vs|cf|[Ff]igs?|[Ee]qs?|[Tt]ab|[Ss]ecs?|approx|resp|w\.r\.t)\.$"
)
_CUT_BEFORE = re.compile(r"[a-z]+[\s,.;:]|[,;:)]")
_NOTICE = re.compile(
    r"https?://|\b(?:project|home|web) ?(?:page|site)|github|hugging ?face"
    r"|\b(?:code|models?|weights|data(?:sets?)?|benchmark|checkpoints|resources)\b.*"
    r"\b(?:are|is|be|been|made)\b.*\b(?:available|released|open[- ]sourced)"
    r"|\bwe (?:\w+ )?(?:release|open-source) (?:our|all|the)\b",
    re.IGNORECASE,
)


def abstracts(each: int) -> dict[str, str]:
    """Return every Nth recorded paper's abstract, by its id."""
    found: dict[str, str] = {}
    for file in sorted((CORPUS / "hf_daily").glob("*.json.gz")):
        papers = huggingface.parse(json.loads(gzip.decompress(file.read_bytes()))).papers
        found |= {paper.arxiv_id: paper.abstract for paper in papers}
    return dict(list(found.items())[::each])


def faults(abstract: str) -> Iterator[tuple[str, str]]:
    """Yield the kind of each fault of a draft, with the text that shows it."""
    sections = extractive.draft(abstract)
    for sentence in _SENTENCE.split(sections.get(kinds.METHOD, "")):
        if _FIGURE.search(sentence) and _GAIN.search(sentence):
            yield "measured result under Method", sentence
    for before, after in pairwise(map(extractive.escape, sentences(abstract))):
        is_whole = any(f"{before} {after}" in text for text in sections.values())
        if is_cut(before, after) and not is_whole:
            yield "quotation from mid-sentence", f"{before[-40:]} | {after[:60]}"
    for sentence in _SENTENCE.split(sections.get(kinds.RESULTS, "")):
        if _NOTICE.search(sentence) and not _FIGURE.search(sentence):
            yield "release notice under Results", sentence


def is_cut(before: str, after: str) -> bool:
    return bool(_CUT_AFTER.search(before) or _CUT_BEFORE.match(after))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--each", type=int, default=5, help="every Nth paper (default: 5)")
    parser.add_argument("--show", action="store_true", help="print each fault")
    options = parser.parse_args()
    papers = abstracts(options.each)
    counts: Counter[str] = Counter()
    for arxiv_id, abstract in papers.items():
        found = list(faults(abstract))
        counts.update({kind for kind, _ in found})
        if options.show:
            print(*(f"{arxiv_id} {kind}: {text}" for kind, text in found), sep="\n")
    print(f"{extractive.VERSION}: {len(papers):,} drafts")
    for kind, count in sorted(counts.items()):
        print(f"  {kind:30} {count} papers = {count / len(papers):.1%}")


if __name__ == "__main__":
    main()
