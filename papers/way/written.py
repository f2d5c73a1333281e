"""What was written about a paper: drafts, reviews, findings, proposals, readers' reports."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from papers import kinds, languages
from papers.editing.proposals import proposer, title
from papers.models import (
    Finding,
    FindingLevel,
    Proposal,
    ProposalState,
    Report,
    ReportState,
    Writer,
)
from papers.models.scope import in_words
from papers.way.line import Line, Place, Tone, account, because, person, shown
from papers.way.rows import Rows

ERRORS = 10  # errors that have a line each

Version = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody did to texts of one language. The same act on several texts is one line."""

    said: str
    by: str
    language: str
    minute: datetime
    details: str = ""
    tone: Tone = Tone.PLAIN


def lines(rows: Rows) -> Iterator[Line]:
    if rows.paper is None:
        return
    page = reverse("admin:papers_paper_change", args=[rows.paper.pk])
    yield from _of_sections(rows.sections, Place(page))
    yield from _of_findings(rows.findings, page)
    for proposal in rows.proposals:
        yield from _of_proposal(proposal)
    for report in rows.reports:
        yield from _of_report(report)


def _of_sections(versions: list[Version], place: Place) -> Iterator[Line]:
    texts: dict[Act, dict[str, datetime]] = defaultdict(dict)
    for act, version, at in _acts(versions):
        texts[act].setdefault(_heading(version), at)
    for act, headings in texts.items():
        language = languages.of(act.language).translated_name
        what = f"{act.said} ({language}): {shown(', '.join(headings))}"
        if act.details:
            what = f"{what} · {act.details}"
        yield Line(min(headings.values()), what, act.by, place, act.tone)


def _acts(versions: Iterable[Version]) -> Iterator[tuple[Act, Version, datetime]]:
    """Yield what each version of a section has that the one before it had not."""
    known: dict[int, Version] = {}
    for version in versions:
        before = known.get(version["id"], {})
        known[version["id"]] = version
        if version["written_at"] != before.get("written_at") or (
            version["empty"] != before.get("empty", version["empty"])
        ):
            yield _writing(version), version, version["written_at"]
        if version["reviewed_at"] != before.get("reviewed_at"):
            at = version["reviewed_at"] or version.get("history_date") or version["written_at"]
            yield _review(version, at), version, at


def _writing(version: Version) -> Act:
    by = version.get("history_user__username")
    if version["empty"]:
        said, by, details = _("Emptied"), person(by), ""
    elif version["origin"] == Writer.EDITOR:
        said, by, details = _("Written"), person(by), ""
    else:
        said, by, details = _("Drafted"), _drafter(version), _made_of(version)
    return Act(said, by, version["language"], _minute(version["written_at"]), details)


def _drafter(version: Version) -> str:
    name = str(dict(Writer.choices).get(version["origin"], version["origin"]))
    return f"{name} ({shown(version['drafter'])})" if version["drafter"] else name


def _made_of(version: Version) -> str:
    details = []
    if version["prompt_version"]:
        details.append(_("prompt %s") % shown(version["prompt_version"]))
    if version["scope"]:
        details.append(_("made from: %s") % in_words(version["scope"]))
    return ", ".join(details)


def _review(version: Version, at: datetime) -> Act:
    language, minute = version["language"], _minute(at)
    if version["reviewed_at"]:
        by = version["reviewer__username"] or account(None)
        return Act(_("Reviewed"), by, language, minute, tone=Tone.GOOD)
    by = person(version.get("history_user__username"))
    return Act(_("Review taken back"), by, language, minute)


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


def _heading(version: Version) -> str:
    return str(version["heading"] or kinds.of(version["kind"]).label)


def _of_findings(findings: list[Finding], page: str) -> Iterator[Line]:
    errors = [each for each in findings if each.blocks]
    for error in errors[-ERRORS:]:
        yield _error(error, page)
    groups: dict[Any, list[Finding]] = defaultdict(list)
    for each in findings:
        if each.accepted_at:
            by = account(each.accepted_by)
            groups[_minute(each.accepted_at), by, each.reason, each.level].append(each)
        elif each not in errors[-ERRORS:]:
            groups[each.level].append(each)
    for group in groups.values():
        yield _together(group, page)


def _error(error: Finding, page: str) -> Line:
    what = because(_("An error stands, which blocks publishing"), error.why)
    return Line(error.found_at, what, "", _beside(error, page), Tone.BAD)


def _together(group: list[Finding], page: str) -> Line:
    """Return the line of findings that share their level and what was decided about them."""
    newest = group[-1]
    counted = f"{newest.get_level_display()} × {len(group)}"
    place = _beside(newest, page)
    if newest.accepted_at:
        by = account(newest.accepted_by)
        what = because(_("Findings accepted (%s)") % counted, newest.reason)
        return Line(newest.accepted_at, what, by, place, Tone.GOOD)
    what = because(_("Findings stand (%s)") % counted, newest.why)
    tone = Tone.BAD if newest.level == FindingLevel.ERROR else Tone.WARN
    return Line(newest.found_at, what, "", place, tone)


def _beside(finding: Finding, page: str) -> Place:
    address = f"{page}#section-{finding.section_id}" if finding.section_id else page
    return Place(address)


def _of_proposal(proposal: Proposal) -> Iterator[Line]:
    address = reverse("admin:papers_proposal_change", args=[proposal.pk])
    place, sees = Place(address, "papers.view_proposal"), "papers.view_proposal"
    name = title(proposal)
    waits = proposal.state == ProposalState.OPEN
    said = _("Proposed, and open: %s") if waits else _("Proposed: %s")
    tone = Tone.WARN if waits else Tone.PLAIN
    by = shown(proposer(proposal))
    yield Line(proposal.created_at, said % name, by, place, tone, sees)
    if proposal.decided_at and not waits:
        accepted = proposal.state == ProposalState.ACCEPTED
        said = _("Proposal accepted: %s") if accepted else _("Proposal refused: %s")
        by = account(proposal.decided_by)
        yield Line(proposal.decided_at, said % name, by, place, Tone.PLAIN, sees)


def _of_report(report: Report) -> Iterator[Line]:
    address = reverse("admin:papers_report_change", args=[report.pk])
    place, sees = Place(address, "papers.view_report"), "papers.view_report"
    waits = report.state == ReportState.OPEN
    tone = Tone.WARN if waits else Tone.PLAIN
    yield Line(report.created_at, _("A mistake was reported"), _("a reader"), place, tone, sees)
    if report.decided_at and not waits:
        what = because(_("Report closed"), report.get_state_display())
        by = account(report.decided_by)
        yield Line(report.decided_at, what, by, place, Tone.PLAIN, sees)
