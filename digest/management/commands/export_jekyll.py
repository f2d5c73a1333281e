from argparse import ArgumentParser
from functools import partial
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from digest.jekyll import exporting
from digest.jekyll.files import writing
from digest.models import PostQuerySet
from papers import arxiv_id
from papers.management import arguments


class Command(BaseCommand):
    help = (
        "Write published posts as Jekyll files, made from what readers see. "
        "A file that says the same already is left alone."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("directory", type=Path, metavar="DIR")
        parser.add_argument("--from", type=arguments.day, dest="first", metavar="D")
        parser.add_argument("--to", type=arguments.day, dest="last", metavar="D")

    def handle(self, *args: Any, **options: Any) -> None:
        first, last, directory = options["first"], options["last"], options["directory"]
        if first and last and first > last:
            raise CommandError("--from lies after --to.", returncode=2)
        posts = exporting.exportable()
        if first:
            posts = posts.filter(date__gte=first)
        if last:
            posts = posts.filter(date__lte=last)
        try:
            self.export(posts, directory)
        except OSError as error:
            raise CommandError(f"{directory}: cannot be written: {error.strerror}") from error

    def export(self, posts: PostQuerySet, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        counts = {"posts": 0, "files written": 0, "files unchanged": 0}
        total = posts.count()
        for post in tqdm(posts.iterator(chunk_size=50), total=total, disable=None, unit="post"):
            overview_url = partial(arxiv_id.alphaxiv_url, language=post.language)
            text = writing.write(exporting.document(post), overview_url)
            written = write_if_changed(directory / exporting.file_name(post), text)
            counts["posts"] += 1
            counts["files written" if written else "files unchanged"] += 1
        self.stdout.write(arguments.closing_line(counts))


def write_if_changed(path: Path, text: str) -> bool:
    """Write the whole file or nothing of it. Return whether it had to be written."""
    data = text.encode()
    if path.exists() and path.read_bytes() == data:
        return False
    new = path.with_suffix(".tmp")
    new.write_bytes(data)
    new.replace(path)
    return True
