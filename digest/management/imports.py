"""One run of `import_jekyll` over files and folders."""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import replace
from typing import Any
from unicodedata import normalize

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import Error as DatabaseError
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone
from tqdm import tqdm

from digest.jekyll import folders, importing, understood
from digest.jekyll.dry_runs import FilesBefore
from digest.jekyll.files import reading
from digest.jekyll.files.addresses import permalinks
from digest.jekyll.files.addresses.old_paths import old_paths, own_paths
from digest.jekyll.files.document import Document
from digest.jekyll.files.head.names import NotAPost, shown
from digest.jekyll.folders import Found
from digest.jekyll.importing import OldHome
from digest.jekyll.remarks import Remark
from papers.management import arguments, tables

COUNTS = ("files", "posts added", "papers without all sections", "refused")
REFUSED, WAITING, SKIPPED = "refused", "texts waiting as proposals", "skipped"
MOST_SKIPPED = 100
"""Of one reason, so many skipped files are named. A blog may have thousands of pictures."""

logger = logging.getLogger(__name__)


class Import:
    """Takes in the files at the paths that a command was given, and says what became of them."""

    def __init__(self, command: BaseCommand, options: dict[str, Any]) -> None:
        self.command = command
        self.options = options
        self.counts: Counter[str] = Counter(dict.fromkeys(COUNTS, 0))
        self.taken: dict[tuple[object, str], str] = {}
        """The names of the files that were taken, by what makes their posts one."""
        self.names: frozenset[str] = frozenset()
        """The paths of all files of this run, and of all drafts of their blogs."""
        self.before = FilesBefore()
        self.rows: list[tuple[object, ...]] = []
        self.told: list[tuple[str, bool]] = []
        """What a dry run says below its table, and whether it is an error."""

    def run(self) -> list[str]:
        """Take in the files. Return what is wrong."""
        found = self.found()
        try:
            for each in tqdm(found, disable=None, unit="file"):
                self.take(each)
        except BaseException:
            self.close("Ended early: ")
            raise
        self.close("Nothing was written (dry run): " if self.options["dry_run"] else "")
        problems = (REFUSED, WAITING)
        return [f"{self.counts[each]} {each}" for each in problems if self.counts[each]]

    def found(self) -> list[Found]:
        try:
            found = list(folders.files(self.options["paths"]))
        except FileNotFoundError as error:
            raise CommandError(f"{error}: no such file or folder.", returncode=2) from error
        self.skip([each for each in found if each.skipped])
        posts = [each for each in found if not each.skipped]
        drafts = folders.drafts_above(each.path for each in posts)
        self.names = frozenset([*(each.name for each in posts), *drafts])
        if not posts:
            raise CommandError("No post there: a post's file is named YYYY-MM-DD-slug.md.")
        return posts

    def skip(self, skipped: list[Found]) -> None:
        named: Counter[str] = Counter()
        for each in skipped:
            reason = f"{each.skipped}{each.path.suffix}"
            named[reason] += 1
            if named[reason] <= MOST_SKIPPED:
                self.say(each.name, f"skipped: {each.skipped}")
        for reason, number in named.items():
            if number > MOST_SKIPPED:
                self.say(f"{number - MOST_SKIPPED} more like it", f"skipped: {reason}")
        if skipped:
            self.counts[SKIPPED] += len(skipped)

    def take(self, found: Found) -> None:
        """Take in one file. What is wrong with it takes no other down."""
        try:
            document = self.read(found)
            self.refuse_second(found, document)
            saved = self.save(found, document)
        except NotAPost as error:
            self.counts[SKIPPED] += 1
            self.say(shown(found.name), f"skipped: {_reason(error, found)}")
            return
        except (ValueError, OSError, DatabaseError) as error:
            if _is_for_all(error):
                raise
            self.refuse(found, _reason(error, found))
            return
        except Exception as error:
            logger.exception("%s cannot be imported", found.path)
            self.refuse(found, f"a fault of this program, {type(error).__name__}: see the log")
            return
        self.counts["files"] += 1
        self.counts.update(saved.counts)
        self.remark(found, document, saved.remarks)

    def read(self, found: Found) -> Document:
        with found.path.open("rb") as file:
            data = file.read(reading.MAX_BYTES + 1)
        return reading.read(
            data,
            found.name,
            timezone.get_default_timezone(),
            built_in=self.options["zone"],
            languages=[code for code, _ in settings.LANGUAGES],
        )

    def refuse_second(self, found: Found, document: Document) -> None:
        """Refuse a file that would be the post of another file of this run."""
        slug = normalize("NFC", document.written_slug or document.slug)
        first = self.taken.setdefault((document.day, slug), shown(found.name))
        if first != shown(found.name):
            raise ValueError(f"{first} is the post of that day and name: rename one of them")

    def save(self, found: Found, document: Document) -> importing.Saved:
        with transaction.atomic():
            saved = importing.save(document, self.old_home(found, document))
            if self.options["dry_run"]:
                transaction.set_rollback(True)
        return saved

    def old_home(self, found: Found, document: Document) -> OldHome:
        style, site, built_in = (self.options[name] for name in ("permalink", "site_url", "zone"))
        feed_id = permalinks.feed_id(document, style, site, built_in) if site else None
        paths = [
            path
            for folders in _folders(document)
            for path in old_paths(replace(document, folders=folders), style, built_in)
        ]
        own = own_paths(document, style, built_in)
        return OldHome(tuple(dict.fromkeys(paths)), feed_id, found.name, own, self.names)

    def refuse(self, found: Found, reason: str) -> None:
        self.counts["files"] += 1
        self.counts[REFUSED] += 1
        if self.options["dry_run"]:
            self.rows.append(understood.refused(shown(found.name)))
        self.say(shown(found.name), reason, wrong=True)

    def remark(self, found: Found, document: Document, remarks: list[Remark]) -> None:
        name = shown(found.name)
        if self.options["dry_run"]:
            self.rows.append(understood.row(name, document))
            remarks = [*remarks, *self.before.compare(name, document)]
            if document.is_public:
                home = self.old_home(found, document)
                remarks += self.before.clashes(name, home.paths, home.own)
        for notice in document.notices:
            self.say(name, f"line {notice.line}: {notice.text}")
        for refusal in document.refusals:
            self.say(name, f"line {refusal.line}: {refusal.reason}", wrong=True)
        for remark in remarks:
            self.say(name, f"line {remark.line}: {remark.text}", wrong=remark.waits)
        self.counts[REFUSED] += len(document.refusals)
        if waiting := sum(remark.waits for remark in remarks):
            self.counts[WAITING] += waiting
        self.counts["papers without all sections"] += sum(
            bool(paper.sections and paper.missing_kinds) for paper in document.papers
        )

    def say(self, name: str, text: str, *, wrong: bool = False) -> None:
        """Say something of a file, in a dry run below the table."""
        self.told.append((f"{name}: {text}", wrong))
        if not self.options["dry_run"]:
            self.tell()

    def tell(self) -> None:
        for line, wrong in self.told:
            self.command.stderr.write(self.command.style.ERROR(line) if wrong else line)
        self.told.clear()

    def close(self, before: str) -> None:
        if self.rows:
            head, numbers = understood.head(), understood.numbers()
            for line in tables.lines(head, self.rows, right=numbers):
                self.command.stdout.write(line)
        self.tell()
        self.command.stdout.write(before + arguments.closing_line(self.counts))


def _folders(document: Document) -> list[tuple[str, ...]]:
    """Return which folders may be the categories in the old address: all of them first.

    The folder that was given may lie above the blog's.
    """
    return [document.folders[place:] for place in range(len(document.folders) + 1)]


def _is_for_all(error: Exception) -> bool:
    """Return whether the database is away, or older than the code.

    Where one connection broke, the next file gets a new one.
    """
    if not isinstance(error, DatabaseError) or connection.in_atomic_block:
        return False
    try:
        connection.close_if_unusable_or_obsolete()
        connection.ensure_connection()
    except DatabaseError:
        return True
    return isinstance(error, ProgrammingError)


def _reason(error: Exception, found: Found) -> str:
    """Return what an error says of a file, without its name, on one line."""
    said = " ".join(str(error).split()) or type(error).__name__
    return said.removeprefix(f"{shown(found.name)}: ")
