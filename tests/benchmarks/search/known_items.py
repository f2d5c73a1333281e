"""Known items: does a query made of a paper's own words find that paper among the first three?

A query has two to four words of one paper, one of them changed as people change words when they
type: with particles, without blanks, in the middle of a compound. At most four other papers have
all of the words (Hangul as a part of a text, Latin by its stem), so there is a right answer.
The papers fall into two halves: what is tuned is tuned on one of them.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

import snowballstemmer

from digest.search.analysis.words import STOP_WORDS
from tests.benchmarks.search.collection import Recorded

MOST_OTHERS = 4
_RUN = re.compile("[가-힣]+")
_LATIN = re.compile(r"[A-Za-z][A-Za-z0-9]+")
_stemmer = snowballstemmer.stemmer("english")
_PARTICLES = {  # After a final consonant, after a vowel.
    "object": ("을", "를"),
    "topic": ("은", "는"),
    "subject": ("이", "가"),
    "and": ("과", "와"),
    "by": ("으로", "로"),
    "of": ("의", "의"),
    "at": ("에", "에"),
    "also": ("도", "도"),
    "only": ("만", "만"),
    "until": ("까지", "까지"),
    "from": ("부터", "부터"),
    "in": ("에서", "에서"),
    "than": ("보다", "보다"),
    "like": ("처럼", "처럼"),
    "if": ("이나", "나"),
}
_STACKED = """
    에서는 에서도 에서의 으로는 으로도 으로의 으로써의 에게는 까지도 까지의 부터는 으로부터
    에서만 에는 에도 만으로 만으로도 만을 만의 들의 들을 들에서 들과의 들에게 보다는 보다도
    처럼은 과의 과는 이라는 이라고는 이라도 해서는 하면서 하면서도 하기에는 되지는 되어서
    하는데 했으며 됩니다 한다는 하고는 하기까지
"""
_SEEMING = set("은는이가을를의에와과도만로나고")


@dataclass(frozen=True)
class Item:
    kind: str
    query: str
    paper: str
    others: int


class Texts:
    """The words of all papers, to count who has what."""

    def __init__(self, papers: list[Recorded]) -> None:
        self.papers = papers
        self.korean = [" ".join([*p.korean.values(), *p.keywords]) for p in papers]
        self.stems: defaultdict[str, set[int]] = defaultdict(set)
        self.runs: Counter[str] = Counter()
        for at, paper in enumerate(papers):
            self.runs.update(_RUN.findall(self.korean[at]))
            for text in (paper.title, paper.abstract, self.korean[at], " ".join(paper.authors)):
                for word in _LATIN.findall(text):
                    self.stems[stem(word)].add(at)
        self.hangul = [at for at, paper in enumerate(papers) if paper.korean]

    def holders(self, words: list[str]) -> set[int]:
        found: set[int] | None = None
        for word in words:
            if _RUN.fullmatch(word):
                some = {at for at in found or self.hangul if word in self.korean[at]}
            else:
                some = self.stems[stem(word)]
            found = some if found is None else found & some
        return found or set()


def stem(word: str) -> str:
    return str(_stemmer.stemWord(word.lower()))


def with_particle(word: str, random: Random) -> str:
    closed = (ord(word[-1]) - 0xAC00) % 28 if _RUN.fullmatch(word[-1]) else random.choice([0, 1])
    return word + _PARTICLES[random.choice(list(_PARTICLES))][not closed]


Special = tuple[str, list[str]]
"""The word as it is typed, and what a paper must have for it."""


class Makers:
    """For each kind, a word of a paper and how somebody types it."""

    def __init__(self, texts: Texts, random: Random) -> None:
        self.texts, self.random = texts, random

    def nouns(self, at: int) -> list[str]:
        """The runs of a paper that also stand elsewhere with an object's particle: nouns."""
        runs = set(_RUN.findall(self.texts.korean[at]))
        known = self.texts.runs
        return sorted(r for r in runs if len(r) > 1 and (known[r + "을"] or known[r + "를"]))

    def compound_middle(self, at: int) -> Iterator[Special]:
        for run in set(_RUN.findall(self.texts.korean[at])):
            for first in range(1, len(run) - 2):
                for last in range(first + 2, len(run) + 1):
                    part = run[first:last]
                    if len(run) > 4 and self.texts.runs[part] > 2:
                        yield part, [part]

    def one_particle(self, at: int) -> Iterator[Special]:
        for noun in self.nouns(at):
            yield with_particle(noun, self.random), [noun]

    def stacked_particles(self, at: int) -> Iterator[Special]:
        for noun in self.nouns(at):
            yield noun + self.random.choice(_STACKED.split()), [noun]

    def false_particle(self, at: int) -> Iterator[Special]:
        for noun in self.nouns(at):
            if noun[-1] in _SEEMING:
                yield noun, [noun]

    def latin_with_particle(self, at: int) -> Iterator[Special]:
        for word in set(_LATIN.findall(self.texts.korean[at])):
            yield with_particle(word, self.random), [word]

    def spacing(self, at: int) -> Iterator[Special]:
        for one, other in re.findall(
            "(?<![가-힣])([가-힣]{2,5}) ([가-힣]{2,5})", self.texts.korean[at]
        ):
            if self.texts.runs[one + other]:
                yield one + other, [one, other]
        for run in set(_RUN.findall(self.texts.korean[at])):
            for cut in range(2, len(run) - 1):
                if self.texts.runs[run[:cut]] > 2 and self.texts.runs[run[cut:]] > 2:
                    yield f"{run[:cut]} {run[cut:]}", [run[:cut], run[cut:]]

    def one_syllable(self, at: int) -> Iterator[Special]:
        for word in set(self.texts.korean[at].split()):
            runs = _RUN.findall(word)
            if len(runs) == 1 and runs[0] == word and len(word) == 1:
                yield word, [word]

    def english(self, at: int) -> Iterator[Special]:
        for word in self.latin(at):
            yield word, [word]

    def identifier(self, at: int) -> Iterator[Special]:
        number = self.texts.papers[at].arxiv_id
        forms = (
            "{}", "{}v2", "arXiv:{}", "https://arxiv.org/abs/{}", "arxiv.org/pdf/{}v1",
            "https://huggingface.co/papers/{}", "https://www.alphaxiv.org/overview/{}",
        )  # fmt: skip
        yield self.random.choice(forms).format(number), []

    def mixed(self, at: int) -> Iterator[Special]:
        for word, noun in zip(self.latin(at), self.nouns(at), strict=False):
            yield f"{word} {noun}", [word, noun]

    def latin(self, at: int) -> list[str]:
        paper = self.texts.papers[at]
        words = set(_LATIN.findall(f"{paper.title} {paper.abstract}"))
        return sorted(word for word in words if len(word) > 3 and word.lower() not in STOP_WORDS)

    def of_title(self, at: int) -> list[str]:
        words = _LATIN.findall(self.texts.papers[at].title)
        return [word for word in words if len(word) > 3 and word.lower() not in STOP_WORDS]

    def of_titles(self, at: int) -> list[str]:
        paper = self.texts.papers[at]
        return self.of_title(at) + [
            run for run in self.nouns(at) if run in paper.korean.get("gist", "")
        ]


KINDS: dict[str, Callable[[Makers, int], Iterator[Special]]] = {
    "compound middle": Makers.compound_middle,
    "one particle": Makers.one_particle,
    "stacked particles": Makers.stacked_particles,
    "false particle": Makers.false_particle,
    "Latin with particle": Makers.latin_with_particle,
    "spacing": Makers.spacing,
    "one syllable": Makers.one_syllable,
    "English": Makers.english,
    "id": Makers.identifier,
    "mixed": Makers.mixed,
}


def items(texts: Texts, half: int, each: int = 50, seed: int = 1) -> list[Item]:
    """Return queries about the papers of one half (0 or 1), `each` of a kind."""
    random = Random(seed + half)
    makers = Makers(texts, random)
    papers = [at for at in texts.hangul if at % 2 == half]
    made = []
    for kind, specials in KINDS.items():
        found = 0
        while found < each:
            at = random.choice(papers)
            if item := _item(texts, makers, random, kind, at, list(specials(makers, at))):
                made.append(item)
                found += 1
    return made


def _item(
    texts: Texts, makers: Makers, random: Random, kind: str, at: int, specials: list[Special]
) -> Item | None:
    if not specials:
        return None
    typed, held = random.choice(sorted(specials))
    if kind == "id":
        return Item(kind, typed, texts.papers[at].arxiv_id, 0)
    titles = makers.of_title(at) if kind == "English" else makers.of_titles(at)
    if not titles:
        return None
    words = [typed, random.choice(titles)]
    pool = makers.latin(at) if kind == "English" else [*makers.nouns(at), *titles]
    needed = [*held, words[1]]
    length = random.choice((2, 3, 4))
    while len(" ".join(words).split()) < length:
        word = random.choice(pool)
        words.append(word)
        needed.append(word)
    holders = texts.holders(needed)
    if at not in holders or len(holders) > MOST_OTHERS + 1 or len(set(words)) < len(words):
        return None
    random.shuffle(words)
    return Item(kind, " ".join(words), texts.papers[at].arxiv_id, len(holders) - 1)
