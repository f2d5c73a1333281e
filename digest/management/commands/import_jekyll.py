from argparse import ArgumentParser, ArgumentTypeError
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, OperationalError, transaction
from django.utils import timezone
from tqdm import tqdm

from digest.addresses import base_url
from digest.jekyll import importing
from digest.jekyll.files import permalinks, reading
from digest.jekyll.files.document import Document
from digest.jekyll.importing import OldHome
from papers.management import arguments

COUNTS = ("files", "posts added", "papers without all sections", "refused")
SUFFIXES = {".md", ".markdown"}


class Command(BaseCommand):
    help = (
        "Take in posts of a Jekyll blog: posts, papers, sections, tags; old addresses redirect. "
        "What was changed here since stays as it is. Running it twice changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="files or folders")
        parser.add_argument(
            "--permalink",
            type=permalink,
            default="date",
            help="how the old blog made addresses: date, pretty, chirpy, or a pattern such as "
            "/:year/:title/ (default: date)",
        )
        parser.add_argument(
            "--site-url",
            type=site_url,
            help="the old blog's address: posts keep the ids that its feed gave them, "
            "so that no subscriber sees them again",
        )
        parser.add_argument("--dry-run", action="store_true", help="read and say, write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        counts: Counter[str] = Counter(dict.fromkeys(COUNTS, 0))
        zone = timezone.get_default_timezone()
        paths = list(files(options["paths"]))
        if not paths:
            raise CommandError("No post there: a post's file ends in .md or .markdown.")
        for path in tqdm(paths, disable=None, unit="file"):
            counts["files"] += 1
            try:
                document = reading.read(path.read_bytes(), path.name, zone)
                old = old_home(document, options["permalink"], options["site_url"])
                saved = self.save(document, old, options["dry_run"])
            except OperationalError:  # The database is away for all files.
                raise
            except (ValueError, OSError, DatabaseError) as error:
                message = str(error) if path.name in str(error) else f"{path.name}: {error}"
                self.stderr.write(self.style.ERROR(message))
                counts["refused"] += 1
                continue
            counts["refused"] += self.remarks(path, document)
            counts.update(saved)
            counts["papers without all sections"] += sum(
                bool(paper.sections and paper.missing_kinds) for paper in document.papers
            )
        dry = "Nothing was written (dry run): " if options["dry_run"] else ""
        self.stdout.write(dry + arguments.closing_line(counts))
        if counts["refused"]:
            raise CommandError(f"{counts['refused']} refused: see above, mend, and run it again.")

    def remarks(self, path: Path, document: Document) -> int:
        for notice in document.notices:
            self.stderr.write(f"{path.name}: line {notice.line}: {notice.text}")
        for refusal in document.refusals:
            error = f"{path.name}: line {refusal.line}: {refusal.reason}"
            self.stderr.write(self.style.ERROR(error))
        return len(document.refusals)

    def save(self, document: Document, old: OldHome, dry_run: bool) -> Counter[str]:
        with transaction.atomic():
            counts = importing.save(document, old)
            if dry_run:
                transaction.set_rollback(True)
        return counts


def old_home(document: Document, style: str, site: str | None) -> OldHome:
    feed_id = permalinks.feed_id(document, style, site) if site else None
    return OldHome(permalinks.address(document, style), feed_id)


def permalink(text: str) -> str:
    try:
        permalinks.template(text)
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from None
    return text


def site_url(text: str) -> str:
    try:
        return base_url(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not an http(s) address") from None


def files(paths: list[Path]) -> Iterator[Path]:
    """Return the posts at `paths`. A folder stands for all posts in it, each once, by name."""
    for path in paths:
        if path.is_dir():
            yield from sorted(each for each in path.rglob("*") if each.suffix in SUFFIXES)
        elif path.exists():
            yield path
        else:
            raise CommandError(f"{path}: no such file or folder.", returncode=2)
