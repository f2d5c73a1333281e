"""A paper's summary as its editors read it: by language, each part with what is said about it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Prefetch
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import SafeString

from papers import kinds
from papers.admin.claims import claims_of
from papers.admin.paper_parts import name_of
from papers.admin.redrafting import choices
from papers.editing.forms import describe
from papers.models import Evidence, Finding, Paper, Report, Section
from papers.text import differences


@dataclass(frozen=True)
class Part:
    """The place of one section, which may not be written yet."""

    section: Section
    findings: list[Finding]
    redraft: str
    """What a button asks for that has the model write it anew, or ""."""

    @property
    def title(self) -> str:
        return self.section.title

    @property
    def name(self) -> str:
        return name_of(self.section.language, self.section.kind, self.section.heading)

    @property
    def unsaved_name(self) -> str:
        """The beginning of the names of its form's fields (`SectionForm.unsaved_name`)."""
        return ":".join((self.section.language, self.section.kind, self.section.heading, ""))

    @property
    def address(self) -> str:
        """The address of its form. A row that is damaged has none."""
        section = self.section
        key = [section.paper_id, section.language, section.kind]
        query = f"?{urlencode({'heading': section.heading})}" if section.heading else ""
        try:
            return reverse("admin:papers_paper_section", args=key) + query
        except NoReverseMatch:
            return ""

    @property
    def read(self) -> str:
        """What a browser sends to say which text its person has read."""
        return f"{self.section.pk}:{differences.checksum(self.section.markdown)}"

    @property
    def longest(self) -> int | None:
        return kinds.of(self.section.kind).longest

    @cached_property
    def _rows(self) -> list[Evidence]:
        return [each.row for each in claims_of(self.section) if each.row]

    @property
    def unfounded(self) -> int:
        """How many sentences rest on nothing in the paper."""
        return sum(row.is_missing for row in self._rows)

    @property
    def lost(self) -> int:
        """How many chosen sentences the paper has no more."""
        return sum(bool(row.lost) for row in self._rows)

    @cached_property
    def origin(self) -> SafeString:
        return describe(self.section)


@dataclass(frozen=True)
class Column:
    """The summary in one language."""

    language: str
    parts: list[Part]

    @property
    def written(self) -> list[Section]:
        return [part.section for part in self.parts if part.section.markdown]


def columns(paper: Paper, findings: Iterable[Finding]) -> list[Column]:
    """Return the summary in the site's language, in the others it has, and in stored ones."""
    reports = Prefetch("reports", Report.objects.open(), "open_reports")
    rests = Prefetch("evidence", Evidence.objects.only("section", "sentence", "found", "lost"))
    stored = defaultdict(list)
    for section in paper.sections.select_related("reviewer").prefetch_related(reports, rests):
        section.paper = paper
        stored[section.language].append(section)
    codes = dict.fromkeys([settings.LANGUAGE_CODE, *dict(settings.LANGUAGES), *stored])
    about = _by_section(findings)
    return [Column(code, _parts(paper, code, stored[code], about)) for code in codes]


def _parts(
    paper: Paper, language: str, stored: list[Section], about: dict[int | None, list[Finding]]
) -> list[Part]:
    written = {section.kind for section in stored}
    missing = [
        Section(paper=paper, language=language, kind=row.name, position=row.position)
        for row in kinds.offered()
        if row.name not in written
    ]
    redrafts = {value for value, _ in choices(language)}
    rows = sorted([*stored, *missing], key=lambda section: section.position)
    asked = (f"{language} {row.kind}" for row in rows)
    return [
        Part(row, about[row.pk] if row.pk else [], value if value in redrafts else "")
        for row, value in zip(rows, asked, strict=True)
    ]


def _by_section(findings: Iterable[Finding]) -> dict[int | None, list[Finding]]:
    """Return findings by section, those first that keep the text from being published."""
    about: dict[int | None, list[Finding]] = defaultdict(list)
    for finding in sorted(findings, key=lambda each: (not each.blocks, not each.is_open)):
        about[finding.section_id].append(finding)
    return about
