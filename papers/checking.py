"""Stored sections meet their papers' texts: what the checks say becomes `Finding` rows.

A section whose text, source and glossary are those of last time is not read again. A finding that a
person accepted stays accepted, however often the same is found.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from papers import rendering
from papers.checks import base, evidence, injection, suite, terms
from papers.checks.suite import Claim, Source
from papers.clock import now
from papers.models import Finding, Paper, Section, Term
from papers.pipeline import full_texts
from papers.text import fold


def check(papers: Iterable[Paper]) -> Counter[str]:
    """Bring the findings of `papers` up to date; count sections read and findings that stand open.

    In as many queries for fifty papers as for one.
    """
    papers = list(papers)
    texts = full_texts.newest(papers)
    glossary = house_terms()
    sections: dict[int, list[Section]] = defaultdict(list)
    for section in Section.objects.filter(paper__in=papers):
        sections[section.paper_id].append(section)
    batch = _Batch(papers)
    for paper in papers:
        full_text = full_texts.joined(texts.get(paper.pk, ()))
        batch.read(paper, sections[paper.pk], full_text, glossary)
    batch.save()
    levels = Finding.objects.open().filter(paper__in=papers).values_list("level", flat=True)
    return Counter({"sections read": len(batch.checked)}) + Counter(levels)


def house_terms() -> list[terms.Term]:
    """The glossary as editors keep it."""
    return [
        terms.Term(term.english, term.rendering, tuple(term.variants), term.language)
        for term in Term.objects.all()
    ]


def source_of(paper: Paper, full_text: str) -> Source:
    """A paper's own words, as far as they are known."""
    links = [paper.project_url, paper.code_url, paper.arxiv_url]
    hosts = frozenset(urlsplit(link).hostname or "" for link in links if link)
    return Source(paper.title, paper.abstract, full_text, hosts)


def held(paper: Paper) -> Finding | None:
    """What in the paper's own text addresses a model, if no person has accepted it.

    No model is to be given such a paper.
    """
    check([paper])
    return paper.findings.errors().filter(check_name=injection.NAME).first()


def accept(finding: Finding, user: User, reason: str) -> None:
    """Note that `user` has judged a finding and why it may stand. Raises ValidationError."""
    finding.reason = Finding._meta.get_field("reason").clean(reason.strip(), finding)
    if not finding.reason:
        raise ValidationError(_("Please say why it may stand."))
    finding.accepted_at, finding.accepted_by = now(), user
    finding.save(update_fields=["reason", "accepted_at", "accepted_by"])


def reopen(finding: Finding) -> None:
    """Take an acceptance back."""
    finding.reason, finding.accepted_at, finding.accepted_by = "", None, None
    finding.save(update_fields=["reason", "accepted_at", "accepted_by"])


class _Batch:
    """What one call of `check` finds, and then writes in a few statements."""

    def __init__(self, papers: Iterable[Paper]) -> None:
        self.checked: list[Section] = []
        self.added: list[Finding] = []
        self.moved: list[Finding] = []
        self.gone: list[int] = []
        self.known: dict[tuple[int, int | None], dict[str, Finding]] = defaultdict(dict)
        for row in Finding.objects.filter(paper__in=papers):
            self.known[row.paper_id, row.section_id][row.checksum] = row

    def read(
        self,
        paper: Paper,
        sections: Sequence[Section],
        full_text: str,
        glossary: Sequence[terms.Term],
    ) -> None:
        source = source_of(paper, full_text)
        written = [section for section in sections if section.markdown]
        for emptied in (section for section in sections if not section.markdown):
            self._keep(paper, emptied, [], source)
        claims = {section.pk: _claim(section) for section in written}
        for section in written:
            checksum = _checksum(claims[section.pk], source, glossary)
            if section.checked != checksum:
                found = suite.of_section(claims[section.pk], source, glossary)
                self._keep(paper, section, found, source)
                section.checked = checksum
                self.checked.append(section)
        found = suite.of_paper(list(claims.values()), source)
        self._keep(paper, None, found, source)

    def _keep(
        self, paper: Paper, section: Section | None, found: Iterable[base.Finding], source: Source
    ) -> None:
        known = self.known[paper.pk, section.pk if section else None]
        told: dict[str, base.Finding] = {}
        for each in found:
            told.setdefault(_identity(each, section), each)
        for checksum, each in told.items():
            row = known.get(checksum)
            if row is None:
                self.added.append(_row(paper, section, each, checksum, source))
            elif (row.start, row.end) != (each.start, each.end):
                row.start, row.end = each.start, each.end
                self.moved.append(row)
        self.gone += [
            row.pk for checksum, row in known.items() if checksum not in told and row.is_open
        ]

    @transaction.atomic
    def save(self) -> None:
        Finding.objects.open().filter(pk__in=self.gone).delete()
        Finding.objects.bulk_create(self.added, ignore_conflicts=True)
        Finding.objects.bulk_update(self.moved, ["start", "end"])
        # A text that was saved meanwhile has another checksum, and is read the next time.
        Section.objects.bulk_update(self.checked, ["checked"], batch_size=500)


def _claim(section: Section) -> Claim:
    return Claim(
        markdown=section.markdown[: rendering.MAX_LENGTH],  # More cannot be published.
        language=section.language,
        kind=section.kind,
    )


def _checksum(claim: Claim, source: Source, glossary: Sequence[terms.Term]) -> str:
    hosts = sorted(source.hosts)
    told = json.dumps(
        [suite.VERSION, repr(claim), source.title, source.text, hosts, repr(glossary)],
        ensure_ascii=False,
    )
    return hashlib.sha256(told.encode()).hexdigest()


def _identity(found: base.Finding, section: Section | None) -> str:
    """What makes a finding the same as before: what it says, and the sentence it says it of."""
    sentence = evidence.around(section.markdown, found.start, found.end) if section else ""
    told = [found.check, found.code, found.text, dict(found.data), fold(sentence)]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _row(
    paper: Paper, section: Section | None, found: base.Finding, checksum: str, source: Source
) -> Finding:
    row = Finding.of(found, paper, section)
    row.evidence, row.checksum = _evidence(section, found, source), checksum
    return row


def _evidence(section: Section | None, found: base.Finding, source: Source) -> str:
    """What the paper says in that place: where the check saw it, else what comes nearest."""
    if section is None or not source.text or found.level == base.Level.UNCHECKED:
        return ""
    if found.source_span:
        return evidence.sentence_at(source.text, found.source_span)
    return evidence.nearest(section.markdown, found.start, found.end, source.text)
