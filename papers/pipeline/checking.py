"""Checks stored sections against their papers' texts and stores what is found as `Finding` rows.

A section is read again only if its text, the paper's text, the glossary or a check's version has
changed. A finding that a person accepted stays accepted, however often the same is found.

A page that only shows findings takes them from `current` and `compared`, which store nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import chain

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from papers.checks import base, injection, links, quoting, suite
from papers.checks.base import Claim, PaperText, Passage, Summary
from papers.clock import now
from papers.models import Finding, FindingQuerySet, Origin, Paper, Section, Term, errors_first
from papers.pipeline import evidence, full_texts
from papers.text import rendering
from papers.text.cleaning import fold

Terms = list[base.Term]
# What may change in a finding that is the same as before: its place, level and wording.
_CHANGING = ("start", "end", "level", "message")


def check(papers: Iterable[Paper]) -> Counter[str]:
    """Bring the findings of `papers` up to date. Count sections read and open findings.

    It takes as many queries for fifty papers as for one.
    """
    papers = list(papers)
    texts = full_texts.newest(papers)
    rests = evidence.Batch(papers, texts)
    batch = _read(papers, texts, rests)
    with transaction.atomic():
        batch.save()  # Sections first, as publishing locks them.
        Section.objects.filter(pk__in=rests.save()).update(checked="")
    levels = Finding.objects.open().filter(paper__in=papers).values_list("level", flat=True)
    return Counter({"sections read": len(batch.checked)}) + Counter(levels)


def current(papers: Iterable[Paper]) -> list[Finding]:
    """Return all findings of `papers` as `check` would leave them, errors first."""
    papers = list(papers)
    others = Finding.objects.filter(paper__in=papers, section=None, collection_type__isnull=False)
    read = _read(papers, full_texts.newest(papers))
    return errors_first([*read.standing(), *_with_rows(others)])


def current_own(papers: Iterable[Paper], terms: Terms | None = None) -> list[Finding]:
    """Return those of `current` that each paper has by itself, errors first.

    `terms` are the house's, if they are at hand.
    """
    papers = list(papers)
    read = _read(papers, full_texts.newest(papers), terms=terms).standing()
    return errors_first([each for each in read if each.collection_type_id is None])


def compare(papers: Sequence[Paper], collection: Model) -> None:
    """Update the findings from reading `papers` side by side, as `collection` has them."""
    _read_side_by_side(papers, collection).save()


def compared(
    papers: Sequence[Paper], collection: Model, terms: Terms | None = None
) -> list[Finding]:
    """Return the findings of `collection` as `compare` would leave them, errors first."""
    return errors_first(_read_side_by_side(papers, collection, terms).standing())


def _read(
    papers: Sequence[Paper],
    texts: full_texts.ByPaper,
    rests: evidence.Batch | None = None,
    terms: Terms | None = None,
) -> _Batch:
    sections = _sections_by_paper(papers)
    stored = Finding.objects.filter(paper__in=papers)
    # A finding from comparing papers goes when the text it was found in goes, and no sooner.
    batch = _Batch(stored.exclude(section=None, collection_type__isnull=False))
    glossary = _Glossary(house_terms() if terms is None else terms)
    for paper in papers:
        text = _text_of(paper, texts.get(paper.pk, full_texts.Parts()))
        for changed in batch.read(paper, sections[paper.pk], text, glossary):
            if rests:  # Now, while what the checks compared is still at hand.
                rests.read(changed)
    return batch


def _read_side_by_side(
    papers: Sequence[Paper], collection: Model, terms: Terms | None = None
) -> _Batch:
    sections = _sections_by_paper(papers)
    written = [[each for each in sections[paper.pk] if each.markdown] for paper in papers]
    post = [
        Summary(tuple(map(_claim, texts)), _imported_title(paper))
        for paper, texts in zip(papers, written, strict=True)
    ]
    batch = _Batch(Finding.objects.within(collection), collection)
    terms = house_terms() if terms is None else terms
    for place, found in suite.of_post(post, terms).items():
        section = None if place.section is None else written[place.paper][place.section]
        batch.keep(papers[place.paper], section, found)
    batch.drop_the_rest()
    return batch


def _sections_by_paper(papers: Iterable[Paper]) -> dict[int, list[Section]]:
    sections: dict[int, list[Section]] = defaultdict(list)
    for section in Section.objects.filter(paper__in=papers):
        sections[section.paper_id].append(section)
    return sections


def _with_rows(findings: FindingQuerySet) -> FindingQuerySet:
    return findings.select_related("paper", "section__paper", "accepted_by")


def _imported_title(paper: Paper) -> str:
    return paper.raw_title if paper.origins.get("title") == Origin.IMPORT else ""


def house_terms() -> Terms:
    """Return the glossary that editors keep."""
    return [
        base.Term(term.english, term.rendering, tuple(term.variants), term.language)
        for term in Term.objects.all()
    ]


def _text_of(paper: Paper, parts: full_texts.Parts) -> PaperText:
    """Return a paper's own words, as far as they are known."""
    passages = tuple(Passage(part.heading, part.text) for part in parts)
    addresses = map(links.address, [paper.project_url, paper.code_url, paper.arxiv_url])
    hosts = frozenset(parts.netloc for parts in addresses if parts and parts.netloc)
    return PaperText(paper.title, paper.abstract, passages, hosts, parts.gap)


def held(paper: Paper) -> Finding | None:
    """Return the finding for text in the paper that addresses a model, if no person accepted it.

    Such a paper must not be given to a model.
    """
    check([paper])
    return paper.findings.errors().filter(check_name=injection.NAME).first()


ACCEPTED: list[Callable[[Sequence[Finding], User], None]] = []
"""Functions that are told which findings a person has accepted. `digest` knows one."""
REOPENED: list[Callable[[Sequence[Finding], User], None]] = []
"""Functions that are told whose acceptance a person is about to take back."""
_ANSWER = ("reason", "accepted_at", "accepted_by")


def accept(finding: Finding, user: User, reason: str) -> None:
    """Note that `user` judged a finding, and why it may stand. Raises ValidationError."""
    accept_all([finding], user, reason)


def accept_all(findings: Iterable[Finding], user: User, reason: str) -> None:
    """Note of each finding that `user` judged it, and why it may stand. Raises ValidationError.

    What somebody accepted already keeps its own reason.
    """
    cleaned = Finding._meta.get_field("reason").clean(reason.strip(), None)
    if not cleaned:
        raise ValidationError(_("Please say why it may stand."))
    at, waiting = now(), [each for each in findings if each.is_open]
    for each in waiting:
        each.reason, each.accepted_at, each.accepted_by = cleaned, at, user
    Finding.objects.bulk_update(waiting, _ANSWER)
    for tell in ACCEPTED:
        tell(waiting, user)


def reopen(findings: Iterable[Finding], user: User) -> None:
    """Take back acceptances, as `user` wants. What is open stays as it is."""
    accepted = [each for each in findings if not each.is_open]
    for tell in REOPENED:
        tell(accepted, user)
    for each in accepted:
        each.reason, each.accepted_at, each.accepted_by = "", None, None
    Finding.objects.bulk_update(accepted, _ANSWER)


class _Batch:
    """What one call finds. It is written in a few statements."""

    def __init__(self, stored: FindingQuerySet, collection: Model | None = None) -> None:
        self.collection = collection
        self.checked: list[Section] = []
        self.added: list[Finding] = []
        self.changed: list[Finding] = []
        self.gone: list[int] = []
        self.stored = list(_with_rows(stored))
        self.known: dict[tuple[int, int | None], dict[str, Finding]] = defaultdict(dict)
        for row in self.stored:
            self.known[row.paper_id, row.section_id][row.checksum] = row

    def read(
        self,
        paper: Paper,
        sections: Sequence[Section],
        text: PaperText,
        glossary: _Glossary,
    ) -> list[Section]:
        """Check a paper. Return the sections that were read: the others are as they were."""
        before = len(self.checked)
        written = [section for section in sections if section.markdown]
        for emptied in (section for section in sections if not section.markdown):
            self.keep(paper, emptied, [])
            if emptied.checked:
                emptied.checked = ""
                self.checked.append(emptied)
        claims = {section.pk: _claim(section) for section in written}
        own_words = _own_words(text)
        for section in written:
            checksum = _checksum(claims[section.pk], own_words, glossary.told)
            if section.checked != checksum:
                found = suite.of_section(claims[section.pk], text, glossary.terms)
                self.keep(paper, section, found, text)
                section.checked = checksum
                self.checked.append(section)
        self.keep(paper, None, suite.of_paper(list(claims.values()), text))
        return self.checked[before:]

    def keep(
        self,
        paper: Paper,
        section: Section | None,
        found: Iterable[base.Finding],
        text: PaperText | None = None,
    ) -> None:
        """Note what was found in one text, and that nothing else was."""
        known = self.known.pop((paper.pk, section.pk if section else None), {})
        told: dict[str, base.Finding] = {}
        for each in found:
            told.setdefault(_identity(each, section, self.collection), each)
        for checksum, each in told.items():
            row = known.pop(checksum, None)
            if row is None:
                row = Finding.of(each, paper, section, self.collection)
                row.evidence, row.checksum = _evidence(section, each, text), checksum
                self.added.append(row)
            elif any(getattr(row, name) != getattr(each, name) for name in _CHANGING):
                for name in _CHANGING:
                    setattr(row, name, getattr(each, name))
                self.changed.append(row)
        self._drop(known.values())

    def drop_the_rest(self) -> None:
        """Note that nothing was found in the texts without a note."""
        self._drop(chain.from_iterable(rows.values() for rows in self.known.values()))

    def _drop(self, rows: Iterable[Finding]) -> None:
        self.gone += [row.pk for row in rows if row.is_open]

    def standing(self) -> list[Finding]:
        """Return the findings that would be stored after `save`."""
        gone = set(self.gone)
        rows = [row for row in self.stored if row.pk not in gone]
        return [*rows, *self.added]

    @transaction.atomic
    def save(self) -> None:
        Finding.objects.open().filter(pk__in=self.gone).delete()
        Finding.objects.bulk_create(self.added, ignore_conflicts=True)
        Finding.objects.bulk_update(self.changed, _CHANGING)
        # A text that was saved meanwhile has a different checksum, and is read the next time.
        Section.objects.bulk_update(self.checked, ["checked"], batch_size=500)


def _claim(section: Section) -> Claim:
    return Claim(
        markdown=section.markdown[: rendering.MAX_LENGTH],  # More cannot be published.
        language=section.language,
        kind=section.kind,
    )


class _Glossary:
    """The house's terms, and what a section's checksum has of them."""

    def __init__(self, terms: Terms) -> None:
        self.terms, self.told = terms, _json(repr(terms))


def _own_words(text: PaperText) -> str:
    """Return what a section's checksum has of its paper. It is long, and the same for each."""
    told = [text.title, text.abstract, text.full_text, sorted(text.hosts)]
    return _json([*told, text.gap] if text.gap else told)


def _checksum(claim: Claim, own_words: str, glossary: str) -> str:
    """Return a checksum of everything that decides the findings of a section."""
    told = [_json(suite.section_versions()), _json(repr(claim)), own_words, glossary]
    return hashlib.sha256(f"[{', '.join(told)}]".encode()).hexdigest()


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _identity(found: base.Finding, section: Section | None, collection: Model | None) -> str:
    """Return what identifies a finding: what it says, and the sentence it is about."""
    sentence = quoting.around(section.markdown, found.start, found.end) if section else ""
    told = [found.check, found.code, found.text, dict(found.data), fold(sentence)]
    if collection:
        told.append([collection._meta.label, collection.pk])
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _evidence(section: Section | None, found: base.Finding, paper: PaperText | None) -> str:
    """Return the paper's text at the place that the check found, else the nearest sentence.

    Where the paper does not matter, as for "TODO", there is none.
    """
    if section is None or paper is None or not paper.text or found.level == base.Level.UNCHECKED:
        return ""
    if found.source_span:
        return quoting.sentence_at(paper.text, found.source_span)
    if not suite.compares(found.check):
        return ""
    return quoting.nearest(quoting.around(section.markdown, found.start, found.end), paper)
