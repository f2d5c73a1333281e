"""Writes the site to a folder: what changed, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path

from django.db import connection, transaction

from digest.readers.export import links, names, plan
from digest.readers.export.addresses import Rows
from digest.readers.export.folder import Folder, NotOurs
from digest.readers.export.links import Broken
from digest.readers.export.lists import Written
from digest.readers.export.plan import Plan
from digest.readers.export.progress import Progress
from digest.readers.export.site import File, NoPage, Site
from digest.readers.pages.many import Body
from digest.readers.pages.rows import etag_of

BATCH = 100
"""Pages that are read at once, before they are written. A feed may have 1 MiB."""
_CLASHES = "on this disk it is the file of another address in other case"


@dataclass
class Outcome:
    """What an export did."""

    written: int = 0
    unchanged: int = 0
    deleted: int = 0
    bytes: int = 0
    refused: dict[str, str] = field(default_factory=dict)
    """What has no file, with why."""
    broken: list[Broken] = field(default_factory=list)
    left_out: int = 0
    """Old addresses that had no room among the rules for hosts."""


def export(path: Path, progress: Progress, *, check: bool = False) -> Outcome:
    """Bring a folder up to date. `progress` shows how far it is.

    With `check` each link of the files is followed. Raises ExportRefused, and OSError if the folder
    cannot be written.
    """
    with Folder.at(path) as folder:
        site, rows = _read()
        run = Run(folder, plan.of(site, rows, partial(progress, "making")))
        run.update(progress)
        if check:
            run.outcome.broken, unread = links.check(folder, progress)
            run.outcome.refused |= unread
        return run.outcome


def _read() -> tuple[Site, Rows]:
    """Return the stored pages and the rows as they were at one moment.

    Else a post that is published in between had a page, and the lists of posts lacked it. It is not
    READ ONLY: the first query about tags in a new database makes the content types.
    """
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        return Site(), Rows.read()


class Run:
    """One export to one folder."""

    def __init__(self, folder: Folder, planned: Plan) -> None:
        self.folder = folder
        self.site = planned.site
        self.plan = planned
        self.outcome = Outcome(refused=dict(planned.refused), left_out=planned.left_out)
        self.files = {name: folder.list[name] for name in planned.names & folder.list.keys()}
        """What the list says in the end."""

    def update(self, progress: Progress) -> None:
        """Delete what is gone, and write what changed."""
        gone, due = self.folder.list.keys() - self.plan.names, self._due()
        if gone or due or self.folder.was_stopped or not self.folder.list:
            self.folder.begin()
            # Delete first: a name may be free then for one that this disk takes for the same.
            self._delete(gone)
            rest = iter(progress("writing", self._without_clashes(due), total=len(due)))
            while some := list(islice(rest, BATCH)):
                self._write(some)
            self.folder.finish(self.files)
        self.outcome.unchanged = len(self.files) - self.outcome.written

    def _due(self) -> list[str]:
        """Return the names of the files to be written, folder by folder."""
        return [name for name in sorted(self.plan.names) if self._is_due(name)]

    def _is_due(self, name: str) -> bool:
        if name not in self.plan.pages:
            return not self._is_made(name)
        address = self.plan.pages[name]
        is_there = self.folder.has(name, self.site.etags.get(address, ""))
        return not is_there and address not in self.plan.refused

    def _is_made(self, name: str) -> bool:
        made, before = self.plan.made[name], self.folder.list.get(name)
        if before is None:
            return False
        if made.made_from:
            return before.made_from == made.made_from and self.folder.has(name, before.etag)
        return self.folder.has(name, etag_of(made.make()))

    def _without_clashes(self, due: list[str]) -> list[str]:
        """Leave out what differs by case alone from another file, where that makes them one."""
        clashing = names.clashes(self.plan.names)
        if not clashing or not self.folder.ignores_case():
            return due
        for name in clashing:
            self._refuse(name, _CLASHES)
        return [name for name in due if name not in clashing]

    def _delete(self, gone: Iterable[str]) -> None:
        for name in sorted(gone):
            self.folder.delete(name)
            self.outcome.deleted += 1

    def _stored(self, some: Iterable[str]) -> dict[str, Body]:
        pages = self.plan.pages
        return self.site.stored([pages[name] for name in some if name in pages])

    def _file(self, name: str, stored: Mapping[str, Body]) -> File:
        """Return what is to be written. Raises NoPage."""
        if name in self.plan.pages:
            return self.site.file(self.plan.pages[name], stored)
        return File.of(self.plan.made[name].make())

    def _write(self, some: list[str]) -> None:
        stored = self._stored(some)
        bodies: dict[str, bytes] = {}
        for name in some:
            try:
                file = self._file(name, stored)
            except NoPage as error:
                self._have_none(name, error)
                continue
            made_from = self.plan.made[name].made_from if name in self.plan.made else ""
            self.files[name] = Written(file.etag, len(file.data), made_from)
            if not self.folder.has(name, file.etag):
                bodies[name] = file.data
        self.folder.note({name: self.files[name] for name in bodies})
        for name, body in bodies.items():
            self._write_one(name, body)

    def _write_one(self, name: str, body: bytes) -> None:
        try:
            self.folder.write(name, body)
        except NotOurs as error:
            self._refuse(name, str(error))
            return
        self.outcome.written += 1
        self.outcome.bytes += len(body)

    def _have_none(self, name: str, error: NoPage) -> None:
        """Refuse a name whose page is lost since it was planned."""
        if self.plan.keeps_file(self.plan.pages.get(name, ""), error):
            self.outcome.refused[name] = str(error)
            return
        self._refuse(name, str(error))
        if name in self.folder.list:
            self._delete([name])

    def _refuse(self, name: str, why: str) -> None:
        self.outcome.refused[name] = why
        self.files.pop(name, None)
