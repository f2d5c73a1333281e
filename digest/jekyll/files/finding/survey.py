"""What a page says about where its papers are: lines that could begin one, and ids below them."""

import re
from bisect import bisect_left
from collections import ChainMap, Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from digest.jekyll.files.finding import lookup, marks, mentions, side_by_side, tables, titles
from digest.jekyll.files.finding.marks import Mark
from digest.jekyll.files.finding.mentions import LABELLED, Mention
from digest.jekyll.files.finding.page_marks import Marks
from digest.jekyll.files.outline import is_rule
from papers import kinds

_OWN_ONLY = ("[", "|")
"""Shapes of lines that name their paper themselves: the lines below are no part of it."""
_GROUPED = ("**", *marks.ITEMS, marks.HTML_ITEM)
"""Shapes of lines whose papers may stand in groups, below a line that is no paper."""
_SHORT_TITLE = 8  # characters of a title without blanks, as in Chinese
_MOST_BELOW = 6  # lines below a title that say where its paper is
_LINK = re.compile(r"\[([^\[\]\n]{1,300})\]\(([^()\s]{1,300})")
_ELSEWHERE = re.compile(
    r"https?://(?:www\.|dl\.|link\.|papers\.|openaccess\.)?(?:openreview\.net/(?:forum|pdf)"
    r"|aclanthology\.org/|(?:dx\.)?doi\.org/|proceedings\.|thecvf\.com/|n(?:eur)?ips\.cc/|acm\.org/doi"
    r"|ieeexplore\.ieee\.org/|(?:bio|med|chem)rxiv\.org/|nature\.com/articles|springer\.com/"
    r"|ssrn\.com/|osf\.io/preprints)"
)
_NO_RULE_INSIDE = (*marks.ITEMS, marks.HTML_ITEM, marks.QUOTE, marks.TERM, marks.CARD)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A line that could begin a paper. ``own`` is the id that it names itself, or ""."""

    index: int
    mark: Mark
    title: str
    own: str
    is_label: bool

    @property
    def shape(self) -> str:
        """Return the shape of its mark."""
        return self.mark.shape


@dataclass(frozen=True, slots=True)
class Claim:
    """A candidate with the id that is its own, or "", and the index where its lines end."""

    candidate: Candidate
    arxiv_id: str
    end: int


class Survey:
    """Looks at each line of a page once, and knows which ids stand below which line."""

    def __init__(self, page_marks: Marks) -> None:
        """Find the mentions and the candidates."""
        self.marks, self.page = page_marks, page_marks.page
        self.mentions = mentions.of_page(self.page)
        self._by_line: dict[int, list[Mention]] = defaultdict(list)
        for mention in self.mentions:
            self._by_line[mention.index].append(mention)
        found = [self._candidate(*each) for each in self.marks.by_index.items()]
        self.candidates = list(_lent(found, self._linked_titles(), self._page_title(found)))
        self.by_shape: dict[str, list[Candidate]] = defaultdict(list)
        for candidate in self.candidates:
            if self.is_title(candidate):
                self.by_shape[candidate.shape].append(candidate)
        self._bounds = {level: list(self._headings(level)) for level in range(1, 7)}

    def _linked_titles(self) -> dict[str, str]:
        """Return the ids to which links lead that stand without words, by their texts.

        A link in a sentence can have the name of a topic.
        """
        alone = (each for each in self.page.lines if "](" in each and mentions.is_link_alone(each))
        links = (link for line in alone for link in _LINK.findall(line))
        return {text.casefold(): next(marks.ids(address), "") for text, address in links}

    def _page_title(self, found: Sequence[Candidate]) -> dict[str, str]:
        """Return the page's only title with the id of a link with that text, also in a sentence."""
        titles_of_page = [each.title for each in found if each.mark.level == 1]
        if len(titles_of_page) != 1:
            return {}
        links = (link for line in self.page.lines if "](" in line for link in _LINK.findall(line))
        ids = (next(marks.ids(url), "") for text, url in links if text == titles_of_page[0])
        return {titles_of_page[0].casefold(): next(filter(None, ids), "")}

    def _headings(self, level: int) -> Iterator[int]:
        for each in self.candidates:
            if 0 < each.mark.level <= level and self.is_title(each):
                yield each.index

    def _candidate(self, index: int, mark: Mark) -> Candidate:
        text = self.page.lines[index][mark.begin : mark.end]
        if mark.shape == "|":
            return self._row(index, mark, text)
        found = titles.find(text)
        title = found.text(text)
        own = self._own(index, mark, text, found)
        is_label = not _is_named(mark, title, own) and _is_label(mark, text, title)
        if mark.shape == marks.HTML_BLOCK and not own:
            is_label = is_label or not side_by_side.is_title(text, found)
        if mark.number and (mark.level or mark.shape.endswith("**")) and (own or not title):
            is_label = False
        return Candidate(index, mark, title, own, is_label)

    def _row(self, index: int, mark: Mark, text: str) -> Candidate:
        """Return a row of a table. It names a paper if it names one only, and has a title."""
        columns = self._columns.get(index, [])
        names = {each.arxiv_id for each in self._by_line.get(index, ())}
        names = names or set(tables.bare_ids(text, columns))
        cell = tables.title(text, columns) if len(names) == 1 or columns else None
        if cell is None or tables.is_rule(text) or index in self._untitled:
            return Candidate(index, mark, "", "", is_label=True)
        written = text[slice(*cell)]
        is_head = tables.is_html_head(text) or (
            self._columns.get(index + 1) is not None and tables.is_rule(self.page.lines[index + 1])
        )
        own = next(iter(names)) if len(names) == 1 else next(marks.ids(written), "")
        title = titles.find(written).text(written)
        return Candidate(index, mark, title, own, is_label=is_head)

    @cached_property
    def _columns(self) -> dict[int, list[str]]:
        return tables.columns(self.page.lines)

    @cached_property
    def _untitled(self) -> set[int]:
        return tables.untitled(self.page.lines, self._columns)

    def _own(self, index: int, mark: Mark, text: str, found: titles.Title) -> str:
        """Return the id that a line names as that of its title, or ""."""
        names = list(dict.fromkeys(each.arxiv_id for each in self._by_line.get(index, ())))
        if not names and (mark.level or mark.shape in (*marks.ITEMS, marks.TERM)):
            names = [titles.bare_id(text)]
        if mark.level:
            return names[0] if names else ""
        if mark.shape == marks.HTML_BLOCK:
            return self._of_block(index, text, found)
        return names[0] if names and titles.begins(text, found) else ""

    def _of_block(self, index: int, text: str, found: titles.Title) -> str:
        """Return the id of a block of HTML, or "" if it only speaks of a paper.

        Its title is the text of the link, or a label says where the paper is.
        """
        if not side_by_side.begins(text, found):
            return ""
        ranks = {each.arxiv_id: each.rank for each in self._by_line.get(index, ())}
        linked = side_by_side.linked(text, found)
        labelled = (name for name, rank in ranks.items() if rank == LABELLED)
        return linked if linked in ranks else next(labelled, "")

    @cached_property
    def _repeated(self) -> set[tuple[str, str]]:
        """Return the shapes and titles that several lines have: they are labels."""
        counts: Counter[tuple[str, str]] = Counter()
        names: dict[tuple[str, str], set[str]] = defaultdict(set)
        for each in self.candidates:
            key = (each.shape, each.title)
            counts[key] += not each.own and not each.mark.number
            names[key].add(each.own)
        return {key for key in names if len(names[key]) > 1 or (counts[key] > 1 and key[1])}

    def is_title(self, candidate: Candidate) -> bool:
        """Return whether the line's text can be the title of a paper."""
        if candidate.is_label or (candidate.mark.level and candidate.own):
            return not candidate.is_label
        return (candidate.shape, candidate.title) not in self._repeated

    def claims(self, shape: str, rank: int) -> list[Claim]:
        """Return the lines of a shape, each with the id that is its own, without those of groups.

        Mentions in the lines below count from ``rank`` on.
        """
        group = self.by_shape[shape]
        found: list[Claim] = []
        taken: set[str] = set()
        for number, candidate in enumerate(group):
            end = self._end(number, group)
            name = candidate.own or self._below(candidate, end, rank)
            if not candidate.own and self._is_group(candidate, end, name):
                continue
            is_again = name in taken and not candidate.own
            taken.add(name)
            found.append(Claim(candidate, "" if is_again else name, end))
        return found

    def _end(self, number: int, group: Sequence[Candidate]) -> int:
        """Return where the lines of ``group[number]`` end: at the next of its rank."""
        candidate = group[number]
        following = group[number + 1].index if number + 1 < len(group) else len(self.page.lines)
        ends = [following, _next(self._bounds[candidate.mark.level or 6], candidate.index)]
        if candidate.shape in _NO_RULE_INSIDE:
            ends.append(_next(self._rules, candidate.index))
        if candidate.shape == marks.QUOTE:
            ends.append(_next(self._unquoted, candidate.index))
        return min(end for end in ends if end >= 0)

    def _is_group(self, candidate: Candidate, end: int, name: str) -> bool:
        """Return whether the id below a line is that of the first of several papers there."""
        begin = bisect_left(self._grouped[0], candidate.index + 1)
        stop = bisect_left(self._grouped[0], end)
        below = self._grouped[1][begin:stop]
        first = next((each for each in below if each.own == name), None)
        if not name or first is None or _rank(first) <= _rank(candidate):
            return False
        if candidate.title.casefold() in first.title.casefold():
            return False  # It is the link to the paper itself, before others.
        return any(each.own != name and each.shape == first.shape for each in below)

    @cached_property
    def _grouped(self) -> tuple[list[int], list[Candidate]]:
        """Return the lines that may stand in groups and name their papers, and their indexes."""
        found = [
            each
            for each in self.candidates
            if each.own and each.shape in _GROUPED and self.is_title(each)
        ]
        return [each.index for each in found], found

    def is_elsewhere(self, claim: Claim) -> bool:
        """Return whether the lines of a claim name one paper that is not at arXiv."""
        begin, end = claim.candidate.index, min(claim.end, claim.candidate.index + _MOST_BELOW)
        title, *below = self.page.lines[begin:end]
        alone = (line for line in below if mentions.is_link_alone(line))
        found = [each for line in (title, *alone) for each in _ELSEWHERE.findall(line)]
        return bool(claim.candidate.mark.level) and len(found) == 1

    @cached_property
    def _rules(self) -> list[int]:
        live = self.page.outline.live
        return [n for n, line in enumerate(self.page.lines) if live[n] and is_rule(line)]

    @cached_property
    def _unquoted(self) -> list[int]:
        lines = self.page.lines
        return [n for n, line in enumerate(lines) if not line.lstrip(" ").startswith(">")]

    def _below(self, candidate: Candidate, end: int, rank: int) -> str:
        """Return the first id of the best rank that the lines below a candidate name."""
        if candidate.shape in _OWN_ONLY:
            return ""
        for ranked in (LABELLED, rank):
            indexes = self._ranked[ranked]
            at = bisect_left(indexes, candidate.index)
            if at < len(indexes) and indexes[at] < end:
                return self._of_rank[ranked][at].arxiv_id
        return ""

    @cached_property
    def _of_rank(self) -> dict[int, list[Mention]]:
        return {
            rank: [each for each in self.mentions if each.rank >= rank]
            for rank in (mentions.PROSE, LABELLED)
        }

    @cached_property
    def _ranked(self) -> dict[int, list[int]]:
        return {rank: [each.index for each in found] for rank, found in self._of_rank.items()}


def _lent(candidates: Sequence[Candidate], *linked: dict[str, str]) -> Iterator[Candidate]:
    """Yield the candidates. A heading has the id of a line or link with the same title."""
    own = {each.title.casefold(): each.own for each in candidates if each.own and each.title}
    known = ChainMap(own, *linked)
    for number, each in enumerate(candidates):
        name = known.get(each.title.casefold(), "")
        is_lent = name and _borrows(each) and not _has_papers(candidates, number, name)
        yield replace(each, own=name) if is_lent else each


def _has_papers(candidates: Sequence[Candidate], number: int, name: str) -> bool:
    """Return whether papers stand below a heading, in headings or directly, other than ``name``.

    Such a heading is that of a topic.
    """
    is_direct = True
    for at in range(number + 1, len(candidates)):
        each = candidates[at]
        if 0 < each.mark.level <= candidates[number].mark.level:
            return False
        is_direct = is_direct and not each.mark.level
        can_begin = each.mark.level or (is_direct and each.shape in (*_GROUPED, *_OWN_ONLY))
        if can_begin and each.own not in ("", name):
            return True
    return False


def _borrows(candidate: Candidate) -> bool:
    """Return whether a heading without an id is a title. One word may be a topic: ``## Mamba``."""
    if candidate.own or candidate.is_label or not candidate.mark.level:
        return False
    title = candidate.title
    return " " in title or (len(title) >= _SHORT_TITLE and not title.isascii())


def _rank(candidate: Candidate) -> int:
    return (*marks.SHAPES, marks.PARAGRAPH).index(candidate.shape)


def _next(indexes: Sequence[int], index: int) -> int:
    """Return the first of the indexes after one, or -1."""
    at = bisect_left(indexes, index + 1)
    return indexes[at] if at < len(indexes) else -1


def _is_named(mark: Mark, title: str, own: str) -> bool:
    """Return whether a line names its paper, and so begins one although its words say little.

    Such are a question as a heading (``Why Do Chains Break?``), and a number in bold (``**[1]**``).
    """
    if not own:
        return False
    if mark.shape == "**" and titles.is_ordinal(title):
        return True
    is_known = lookup.own_kind(title) != kinds.OTHER or lookup.fact(title)
    is_other = lookup.is_link_label(title) or lookup.is_related(title)
    return bool(mark.level) and title.endswith(("?", "？")) and not is_known and not is_other


def _is_label(mark: Mark, text: str, title: str) -> bool:
    """Return whether a line announces what follows, and so begins no paper."""
    if mark.shape in ("[", marks.QUOTE) and text.startswith(("[!", "[^")):
        return True
    if mark.level and titles.is_ordinal(title):
        return False  # Its title stands below.
    if lookup.is_link_label(title) or lookup.is_section(title) or lookup.is_related(title):
        return True
    end = text.find("**", 2) if mark.shape.endswith("**") else -1
    if end < 0:
        return False
    return text[:end].endswith((":", "：")) or (mark.shape == "**" and text[end + 2 :][:1] == ":")
