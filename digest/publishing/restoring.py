"""Brings a snapshot of a post back: the whole, or one of its papers.

Only working text comes back; readers see it after "Publish changes". Nothing moves the post's
address or state. Tags and facts, which readers see at once, come back for who may change them.
What stood there before is a snapshot, too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.utils.translation import gettext as _

from digest.audit.recording import record
from digest.models import Entry, Post, Snapshot
from digest.models.audit import Act
from digest.publishing import gate, live, reasons, snapshots, states
from digest.publishing.states import MADE, PaperState, SectionText, State
from papers.editing.reasons import stored
from papers.jobs.locks import one_at_a_time
from papers.models import Origin, Paper, Section

RIGHTS = (
    "digest.change_post",
    "digest.add_entry",
    "digest.change_entry",
    "digest.delete_entry",
    "papers.add_section",
    "papers.change_section",
)
"""The permissions of who restores. A paper that came since is taken out."""


class RestoreRefused(Exception):
    """Nothing was restored. The message says why."""


def may_restore(user: User) -> bool:
    return user.has_perms(RIGHTS)


@transaction.atomic
def restore(
    post: Post,
    snapshot: Snapshot,
    user: User,
    *,
    paper: int | None = None,
    seen: str | None = None,
) -> list[str]:
    """Bring a snapshot back, or what it says of one paper. Return what was left as it is.

    These are the names of what readers see at once, which this user may not change. `seen` is the
    checksum of the state that the user was shown. Raises RestoreRefused if another stands there
    now, or if what the snapshot says cannot be stored.
    """
    wanted = states.of_snapshot(snapshot)
    if paper is None and not wanted.whole:
        raise RestoreRefused(_("A part of this version is not kept any more."))
    if paper is not None and paper not in wanted.papers:
        raise RestoreRefused(_("This version does not have the paper."))
    _lock(post, wanted.order)
    standing = states.of_post(post.pk, also=wanted.order)
    if standing is None or (seen is not None and standing.checksum != seen):
        raise RestoreRefused(
            _("The post was changed after this page was made. Please look at it again.")
        )
    snapshots.take(post.pk)
    work = _Work(post, user, _reason(snapshot), wanted, standing)
    try:
        work.do(wanted.order if paper is None else [paper], whole=paper is None)
    except (ValueError, TypeError, ValidationError, DatabaseError) as error:
        text = " ".join(getattr(error, "messages", [str(error)]))
        raise RestoreRefused(_("This version cannot be restored: %s") % text) from error
    gate.findings(post)
    snapshots.take(post.pk, user, work.reason)
    record(Act.RESTORED, post, person=user, reason=_audited(snapshot, wanted, paper))
    return work.left


def _audited(snapshot: Snapshot, wanted: State, paper: int | None) -> str:
    if paper is None:
        return _reason(snapshot)
    title = wanted.papers[paper].title
    return stored(reasons.RESTORED_PAPER, when=snapshot.taken_at, title=title)


def _reason(snapshot: Snapshot) -> str:
    return stored(reasons.RESTORED, when=snapshot.taken_at)


def _lock(post: Post, papers: list[int]) -> None:
    """Lock all that is written, in the order in which publishing locks it."""
    one_at_a_time("papers")
    post.refresh_from_db(from_queryset=Post.objects.select_for_update(no_key=True))
    present = post.entries.values("paper")
    both = Paper.objects.filter(pk__in=papers) | Paper.objects.filter(pk__in=present)
    sections = Section.objects.filter(paper__in=both.values("pk"))
    for rows in (post.entries.all(), both, sections):
        list(rows.select_for_update(no_key=True, of=("self",)).order_by("pk").values("pk"))


@dataclass
class _Work:
    post: Post
    user: User
    reason: str
    wanted: State
    standing: State
    left: list[str] = field(default_factory=list)

    def do(self, papers: list[int], *, whole: bool) -> None:
        rows = Paper.objects.in_bulk(papers)
        sections: dict[int, list[Section]] = {pk: [] for pk in rows}
        for section in Section.objects.filter(paper__in=rows):
            sections[section.paper_id].append(section)
        if whole:
            self._head()
        self._entries([pk for pk in papers if pk in rows], whole=whole)
        for pk in rows:
            self._sections(self.wanted.papers[pk].sections, sections[pk], rows[pk])
            self._live(self.wanted.papers[pk], rows[pk])

    def _save(self, row: Any, fields: Iterable[str] | None = None, **how: Any) -> None:
        row._history_user, row._change_reason = self.user, self.reason
        row.save(update_fields=fields, **how)

    def _head(self) -> None:
        head = self.wanted.head
        if (self.post.title, self.post.intro) != (head.title, head.intro):
            self.post.title, self.post.intro = head.title, head.intro
            self._save(self.post, ["title", "intro", "intro_html"])
        if self.standing.head.tags == head.tags:
            return
        if live.may_change(self.user, self.post):
            self.post.tags.set(head.tags)
        else:
            self.left.append(_("the post's tags"))

    def _entries(self, papers: list[int], *, whole: bool) -> None:
        entries = {entry.paper_id: entry for entry in self.post.entries.all()}
        places = dict(zip(self.wanted.order, _rising(self.wanted.positions), strict=True))
        for pk in papers:
            stays = not whole and pk in self.standing.papers
            self._entry(entries.get(pk), self.wanted.papers[pk], None if stays else places[pk])
        if whole:
            for pk in self.standing.papers.keys() - self.wanted.papers.keys():
                self._take_out(entries[pk])

    def _entry(self, entry: Entry | None, wanted: PaperState, place: int | None) -> None:
        """Put an entry in its place with its note. Without a place it stays where it is."""
        if entry is None:
            entry = Entry(post=self.post, paper_id=wanted.paper_id, position=place)
            entry.note = wanted.note
            entry.pk = _free(Entry, wanted.entry_id)
            self._save(entry, force_insert=True)
            return
        position = entry.position if place is None else place
        if (entry.position, entry.note) != (position, wanted.note):
            entry.position, entry.note = position, wanted.note
            self._save(entry, ["position", "note", "note_html"])

    def _take_out(self, entry: Entry) -> None:
        """Remove an entry as the post's form does: what readers see waits for publishing."""
        if entry.public_position is None:
            entry._history_user = self.user  # type: ignore[attr-defined]
            entry.delete()
            return
        entry.position = None
        self._save(entry, ["position"])

    def _sections(self, wanted: Iterable[SectionText], stored: list[Section], paper: Paper) -> None:
        """Write the texts back. A section that came since is emptied: its proposals stay."""
        texts = {text.key: text for text in wanted}
        present = {(each.language, each.kind, each.heading): each for each in stored}
        for key, text in texts.items():
            self._section(present.get(key), text, paper)
        for key in present.keys() - texts.keys():
            if present[key].markdown:
                present[key].markdown = ""
                self._save(present[key], ["markdown", "html", "renderer"])

    def _section(self, section: Section | None, text: SectionText, paper: Paper) -> None:
        is_new = section is None
        if section is None:
            language, kind, heading = text.key
            section = Section(paper=paper, language=language, kind=kind, heading=heading)
            section.pk = _free(Section, text.made.get("id"))
        same_text = section.markdown == text.markdown
        if not is_new and same_text and section.position == text.position:
            return
        section.position = text.position
        if is_new or not same_text:
            section.markdown = text.markdown
            _write_made(section, text.made)
        fields = None if is_new else ["position", "markdown", "html", "renderer", *_MADE_FIELDS]
        self._save(section, fields, force_insert=is_new)

    def _live(self, wanted: PaperState, paper: Paper) -> None:
        """Bring back what readers see at once: tags, and facts that are or were an editor's."""
        standing = self.standing.paper(paper.pk)
        facts = _facts(wanted, paper)
        new_tags = standing is not None and standing.tags != wanted.tags
        if not facts and not new_tags:
            return
        may_edit = self.user.has_perm("papers.change_paper")
        if not (may_edit and live.may_change(self.user, paper)):
            self.left.append(paper.title_plain)
            return
        if new_tags:
            paper.tags.set(wanted.tags)
        if facts:
            self._write_facts(paper, wanted, facts)

    def _write_facts(self, paper: Paper, wanted: PaperState, facts: dict[str, Any]) -> None:
        for name, value in facts.items():
            setattr(paper, name, value)
            paper.origins.pop(name, None)
            if origin := wanted.origins.get(name):
                paper.origins[name] = origin
        self._save(paper, [*facts, "origins", *Paper.RENDERED])


def _rising(positions: tuple[int, ...]) -> list[int]:
    """Return the positions, or 1, 2, 3, … where two are equal: rows may have other ids by now."""
    rising = all(before < after for before, after in pairwise(positions))
    return list(positions) if rising else list(range(1, len(positions) + 1))


_MADE_FIELDS = [name.removesuffix("_id") for name in MADE]


def _write_made(section: Section, made: dict[str, Any]) -> None:
    """Say again who wrote the text from what, and who reviewed it. A user may be gone."""
    for name, field_name in zip(MADE, _MADE_FIELDS, strict=True):
        if name in made:
            column: Any = Section._meta.get_field(field_name)
            setattr(section, name, column.to_python(made[name]))
    if section.reviewer_id and not User.objects.filter(pk=section.reviewer_id).exists():
        section.reviewer = None


def _facts(wanted: PaperState, paper: Paper) -> dict[str, Any]:
    """Return the facts to bring back, and leave alone what only sources said, then and now."""
    found = {}
    for name, value in wanted.facts.items():
        origins = {each.get(name) for each in (wanted.origins, paper.origins)}
        if Origin.EDITOR in origins and value != states.as_json(getattr(paper, name)):
            column: Any = Paper._meta.get_field(name)
            found[name] = column.to_python(value)
    return found


def _free(model: type[Entry | Section], pk: object) -> int | None:
    """Return the id that a row had, if no other has it by now. Its history goes on then."""
    free = isinstance(pk, int) and not model._base_manager.filter(pk=pk).exists()
    return pk if free else None  # type: ignore[return-value]
