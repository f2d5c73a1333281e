"""Decides which lines of a page begin a paper.

The evidence is arXiv ids. For each shape of line (headings of a level, list items, lines in bold,
rows of a table…) a `Survey` tells which ids such lines would explain. The shape that explains
most of them begins the papers. If two explain as many, the outermost does: what stands below a
heading is the heading's. Ids in running prose count only on a page that has no better ones.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from digest.jekyll.files.finding import lookup, marks, mentions, titles
from digest.jekyll.files.finding.marks import Mark
from digest.jekyll.files.finding.mentions import LABELLED, PROSE
from digest.jekyll.files.finding.survey import Candidate, Claim, Survey

WHOLE = ""
"""The shape of a page that is about one paper, whose title is that of the post."""
_DEEPEST = 2
"""The level of a numbered heading that a writer of texts always guards. See `structure`."""
_NAME = r"[A-Z\uac00-\ud7a3][\w.'-]*(?: [A-Z\uac00-\ud7a3][\w.'-]*){0,3}"
_NAMES = re.compile(rf"{_NAME}(?:, {_NAME})+(?:,? et al\.?)?")
"""Names of authors below a heading, in a line that could begin a paper if none stood above."""
_SENTENCE_ENDS = (".", "!", "다", "。", "！", ",", ";", ":")
_NEAR_THE_TOP = 30  # lines of such a page that may name its paper
_SECOND_SHAPES = (*marks.HEADINGS, "**", *marks.ITEMS, marks.HTML_ITEM, "[", "|")


@dataclass(frozen=True, slots=True)
class Head:
    """A line that begins a paper, with the paper's id. The id is "" if there is none."""

    index: int
    mark: Mark
    arxiv_id: str


def heads(survey: Survey) -> list[Head]:
    """Return the lines that begin a paper, in order, and those that should but name no id.

    The list is empty if nothing on the page looks like a paper.
    """
    claims = _without_blocks(survey, _chosen(survey, LABELLED))
    whole = _whole(survey)
    if whole and (not claims or _is_chance(claims, whole)):
        return _of_paragraphs(survey) or [whole]
    if claims:
        return _of_claims(survey, claims)
    if claims := _chosen(survey, PROSE):
        return _of_claims(survey, claims)
    return _unidentified(survey)


def _of_paragraphs(survey: Survey) -> list[Head]:
    """Return the first lines of paragraphs that have titles, if they explain all papers named."""
    found = _titled(survey, marks.PARAGRAPH)
    names = _ids(found)
    # The first paragraph of a page could be a card.
    found += [each for each in _titled(survey, marks.CARD) if each.arxiv_id not in names]
    labelled = {each.arxiv_id for each in survey.mentions if each.rank == LABELLED}
    has_parts = any(each.mark.level and lookup.is_section(each.title) for each in survey.candidates)
    if has_parts or len(labelled) < 2 or _ids(found) != labelled:
        return []  # Headings of parts are those of a review, which is about one paper.
    heads = [Head(each.candidate.index, each.candidate.mark, each.arxiv_id) for each in found]
    return sorted(heads, key=lambda head: head.index)


def _titled(survey: Survey, shape: str) -> list[Claim]:
    """Return the claims whose line has a title, and whose paragraph says where the paper is."""
    claims = (each for each in survey.claims(shape, LABELLED) if each.candidate.title)
    return [each for each in claims if _is_named_beside(survey, each)]


def _is_named_beside(survey: Survey, claim: Claim) -> bool:
    """Return whether a line that is no sentence names its paper, or one below says but where."""
    lines = survey.page.lines[claim.candidate.index : claim.end]
    first, *below = takewhile(lambda line: line.strip(" \t"), lines)
    title = claim.candidate.title if claim.candidate.own else first.rstrip(" \t")
    if title.endswith(_SENTENCE_ENDS):
        return False
    said = [first, *(line for line in below if lookup.is_link_label(mentions.without_links(line)))]
    return any(claim.arxiv_id in marks.ids(line) for line in said)


def _without_blocks(survey: Survey, claims: Sequence[Claim]) -> Sequence[Claim]:
    """Return the claims, or others if these are blocks of HTML that miss papers of another shape.

    Such a block can be a link to a paper without a label, as those in running prose are.
    """
    if not claims or claims[0].candidate.shape != marks.HTML_BLOCK:
        return claims
    others = _chosen(survey, PROSE)
    return claims if _ids(others) <= _ids(claims) else others


def _is_chance(claims: Sequence[Claim], whole: Head) -> bool:
    """Return whether the only line that begins a paper is plain text at the top of a page.

    It may be a block of HTML. Several of them are text too if none is of the page's one paper.
    """
    owners = _owners(claims)
    if owners[0].shape == marks.HTML_BLOCK and whole.arxiv_id not in _ids(claims):
        return True
    return len(owners) == 1 and owners[0].shape in (marks.CARD, marks.HTML_BLOCK)


def _chosen(survey: Survey, rank: int) -> list[Claim]:
    """Return the claims of the shape that explains most ids."""
    chosen: list[Claim] = []
    for shape in marks.SHAPES:
        claims = survey.claims(shape, rank)
        if _is_our_own(claims):
            return claims
        if shape == marks.HTML_BLOCK and _is_mere(survey, claims):
            continue
        if _ids(claims) and (not chosen or _is_better(claims, chosen)):
            chosen = claims
    return chosen


def _is_mere(survey: Survey, claims: Sequence[Claim]) -> bool:
    """Return whether a single block of HTML speaks of a paper, and the page is about another."""
    owners = _owners(claims)
    if len(owners) != 1:
        return False
    labelled = {each.arxiv_id for each in survey.mentions if each.rank == LABELLED}
    return not owners[0].own or not labelled <= {owners[0].own}


def _is_our_own(claims: Sequence[Claim]) -> bool:
    """Return whether there is a line as in our own layout: ``# N. [Title](…ID)``."""
    return any(
        each.candidate.own and each.candidate.mark.number and each.candidate.shape == "#"
        for each in claims
    )


def _ids(claims: Sequence[Claim]) -> set[str]:
    return {claim.arxiv_id for claim in claims if claim.arxiv_id}


def _is_better(inner: Sequence[Claim], outer: Sequence[Claim]) -> bool:
    """Return whether lines of an inner shape explain more than those of an outer one."""
    names = _ids(inner)
    blocks = _Blocks(claim for claim in outer if claim.arxiv_id and claim.arxiv_id not in names)
    own = {each.arxiv_id for each in inner if each.arxiv_id and not blocks.have(each.candidate)}
    others = _ids(outer)
    if not names & others and all(each.own for each in _owners(inner)):
        # Those of fewer papers are found as a second layout beside the other one.
        return len(own) > len(others) and all(each.own for each in _owners(outer))
    if len(own) != len(others):
        return len(own) > len(others)
    return own == others and _is_nearer(inner, outer)


def _is_nearer(inner: Sequence[Claim], outer: Sequence[Claim]) -> bool:
    """Return whether inner lines that explain the same ids are the titles all the same."""
    first, head = _owners(inner)[0], _owners(outer)[0]
    if first.index < head.index:
        return False  # A list of contents.
    if head.own or first.mark.shape not in (*marks.HEADINGS, "**", *marks.ITEMS, "["):
        return False
    is_longer = len(first.title) > len(head.title)
    if head.mark.level and _NAMES.fullmatch(first.title):
        return False
    if first.mark.level:
        return bool(first.own) or is_longer
    if first.shape in marks.NESTED:
        return bool(first.own) and is_longer
    if first.mark.number and first.shape.endswith("**") and not head.mark.number:
        return True
    is_title = first.shape != "[" or (is_longer and not head.mark.number)
    return bool(first.own) and is_title


def _owners(claims: Sequence[Claim]) -> list[Candidate]:
    return [claim.candidate for claim in claims if claim.arxiv_id]


class _Blocks:
    """The lines of papers."""

    def __init__(self, claims: Iterator[Claim]) -> None:
        found = [(claim.candidate.index, claim.end) for claim in claims]
        self._begins = [begin for begin, _ in found]
        self._ends = [end for _, end in found]

    def have(self, candidate: Candidate) -> bool:
        """Return whether a line is one of theirs."""
        at = bisect_right(self._begins, candidate.index) - 1
        return at >= 0 and candidate.index < self._ends[at]


def _of_claims(survey: Survey, claims: Sequence[Claim]) -> list[Head]:
    claims = _without_chance(claims)
    first = next(number for number, each in enumerate(claims) if each.arxiv_id)
    last = max(number for number, each in enumerate(claims) if each.arxiv_id)
    numbered = any(each.mark.number for each in _owners(claims))
    signs = {_sign(survey, each) for each in _owners(claims)} - {""}
    found = []
    for number, claim in enumerate(claims):
        candidate = claim.candidate
        is_meant = (
            _sign(survey, candidate) in signs
            or _should_be(candidate, numbered, first <= number <= last)
            or survey.is_elsewhere(claim)
        )
        is_next = number > last and _follows(survey, claims[number - 1].candidate, candidate)
        if claim.arxiv_id or is_meant or is_next:
            found.append(Head(candidate.index, candidate.mark, claim.arxiv_id))
    every = {head.index: head for head in [*found, *_others(survey, claims, found)]}
    return [every[index] for index in sorted(every)]


def _without_chance(claims: Sequence[Claim]) -> list[Claim]:
    """Return the claims without ids that stand below headings by chance.

    Where all headings that name a paper themselves are numbered, the others have none below them.
    """
    own = [each.candidate.mark.number for each in claims if each.candidate.own]
    if not own or not all(own):
        return list(claims)
    return [
        each if each.candidate.own or each.candidate.mark.number else replace(each, arxiv_id="")
        for each in claims
    ]


def _follows(survey: Survey, above: Candidate, candidate: Candidate) -> bool:
    """Return whether an item stands in one list with the item above it, without a blank line."""
    lines = survey.page.lines[above.index : candidate.index]
    return candidate.shape in marks.ITEMS and all(line.strip(" \t") for line in lines)


def _should_be(candidate: Candidate, numbered: bool, between: bool) -> bool:
    """Return whether a line without an id is meant to begin a paper, as its neighbours do."""
    if candidate.shape in ("1.", "1)"):
        return between or (candidate.shape == "1)" and numbered)
    if candidate.mark.number:
        return numbered or candidate.shape == "#"
    if candidate.shape == "|":
        return bool(candidate.title)
    return between and candidate.shape in marks.ITEMS


def _sign(survey: Survey, candidate: Candidate) -> str:
    """Return the emoji that a heading begins with, or ""."""
    if not candidate.mark.level:
        return ""
    text = survey.page.lines[candidate.index][candidate.mark.begin :]
    return text[:1] if titles.is_emoji(text[:1]) else ""


def _others(survey: Survey, claims: Sequence[Claim], found: Sequence[Head]) -> Iterator[Head]:
    """Yield heads of a second layout: lines that name their own paper, outside of the others."""
    taken = {head.arxiv_id for head in found}
    first = min(head.index for head in found)
    blocks = _Blocks(claim for claim in claims if claim.arxiv_id)
    others = (*_of_other_levels(survey, claims), *_voted(survey))
    for head in (*others, *_counted_on(survey, [*found, *others], taken)):
        if head.arxiv_id not in taken:
            taken.add(head.arxiv_id)
            yield head
    for each in survey.candidates:
        if not each.own or each.own in taken or not survey.is_title(each):
            continue
        if _is_second(survey, each, is_after=each.index > first) and not blocks.have(each):
            taken.add(each.own)
            yield Head(each.index, each.mark, each.own)


def _of_other_levels(survey: Survey, claims: Sequence[Claim]) -> list[Head]:
    """Return headings of another level that begin with the emoji of the papers' own headings."""
    signs = {_sign(survey, each) for each in _owners(claims)} - {""}
    levels = {each.shape for each in _owners(claims)}
    return [
        Head(claim.candidate.index, claim.candidate.mark, claim.arxiv_id)
        for shape in marks.HEADINGS
        if signs and shape not in levels
        for claim in survey.claims(shape, LABELLED)
        if claim.arxiv_id and _sign(survey, claim.candidate) in signs
    ]


def _voted(survey: Survey) -> list[Head]:
    """Return the items of our list on a page in our other layout."""
    return [
        Head(claim.candidate.index, claim.candidate.mark, claim.arxiv_id)
        for claim in (survey.claims("1.**", LABELLED) if survey.marks.is_ours else ())
        if claim.arxiv_id and is_voted_item(survey.page.lines[claim.candidate.index])
    ]


def _is_second(survey: Survey, candidate: Candidate, *, is_after: bool) -> bool:
    """Return whether a line that names its paper begins one of a second layout."""
    if survey.marks.is_ours:
        return bool(candidate.mark.level) and not is_after
    return candidate.shape in _SECOND_SHAPES and (is_after or bool(candidate.mark.level))


def _numbered(survey: Survey, found: Sequence[Head], taken: set[str]) -> list[Head]:
    """Return the other numbered headings that name a paper of their own, in order."""
    indexes = {head.index for head in found}
    others = (
        Head(each.candidate.index, each.candidate.mark, each.arxiv_id)
        for shape in marks.HEADINGS
        for each in survey.claims(shape, LABELLED)
        if each.candidate.mark.number and each.arxiv_id and each.arxiv_id not in taken
        if each.candidate.index not in indexes and _is_safe(survey, each.candidate)
    )
    return sorted(others, key=lambda head: head.index)


def _is_safe(survey: Survey, candidate: Candidate) -> bool:
    """Return whether a writer of texts guards such a heading, so that none is read by mistake."""
    line = survey.page.lines[candidate.index]
    return candidate.mark.level <= _DEEPEST or is_counted_link(line)


def _counted_on(survey: Survey, found: Sequence[Head], taken: set[str]) -> Iterator[Head]:
    """Yield headings of another level that count on from the paper above them."""
    others = _numbered(survey, found, taken)
    numbers = {head.index: _number(survey, head) for head in found}
    above = -1
    for head in sorted([*found, *others], key=lambda head: head.index):
        number = _number(survey, head)
        if head.index in numbers or number == above + 1:
            above = number
            if head.index not in numbers:
                yield head


def doubtful(survey: Survey, found: Sequence[Head]) -> list[Head]:
    """Return numbered headings that name a paper, but are read as parts of another one."""
    return _numbered(survey, found, {head.arxiv_id for head in found})


def _number(survey: Survey, head: Head) -> int:
    begin, end = head.mark.number or (0, 0)
    return int(survey.page.lines[head.index][begin:end] or -2)


def is_counted_link(line: str) -> bool:
    """Return whether a line is a heading with a number and a link to a paper."""
    mark = marks.of(line)
    return bool(mark and mark.level and mark.number and titles.is_link(line[mark.begin : mark.end]))


def is_voted_item(line: str) -> bool:
    """Return whether a line is a numbered item with a bold title and upvotes, as in our list."""
    mark = marks.of(line)
    return bool(mark and mark.shape == "1.**" and titles.upvotes(line, mark.begin))


def _whole(survey: Survey) -> Head | None:
    """Return the head of a page that names its one paper near the top, below no heading."""
    headings = (each.index for each in survey.candidates if each.mark.level)
    end = min(next(headings, _NEAR_THE_TOP), _NEAR_THE_TOP)
    for mention in survey.mentions:
        if mention.index < end and mention.rank == LABELLED:
            return Head(0, Mark(WHOLE, 0, 0, lines=0), mention.arxiv_id)
    return None


def _unidentified(survey: Survey) -> list[Head]:
    """Return the lines that look like those of our layouts, although no id is found."""
    for shape in ("#", "1.**"):
        group = (each for each in survey.candidates if each.shape == shape)
        if found := [each for each in group if each.mark.number]:
            return [Head(each.index, each.mark, "") for each in found]
    return []
