import errno
import os
from argparse import ArgumentParser
from contextlib import suppress
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from digest.jekyll import exported_names, exporting
from digest.jekyll.files import layouts, writing
from digest.jekyll.files.writing import Written
from digest.models import Post, PostQuerySet
from papers import arxiv_id
from papers.management import arguments


class Command(BaseCommand):
    help = (
        "Write published posts as Jekyll files, made from what readers see, each in the form that "
        "it came in. "
        "A file that says the same already is left alone."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("directory", type=Path, metavar="DIR")
        parser.add_argument("--from", type=arguments.day, dest="first", metavar="D")
        parser.add_argument("--to", type=arguments.day, dest="last", metavar="D")

        parser.add_argument(
            "--layout",
            choices=layouts.names(),
            default="",
            help="write all in one layout (default: each as it came; posts made here as seed)",
        )

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
            self.export(posts, directory, options["layout"])
        except OSError as error:
            raise CommandError(f"{directory}: cannot be written: {error.strerror}") from error

    def export(self, posts: PostQuerySet, directory: Path, layout: str) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        counts = {"posts": 0, "files written": 0, "files unchanged": 0}
        total, failed = posts.count(), 0
        of_each = exported_names.of_each(posts)
        for post, name in tqdm(of_each, total=total, disable=None, unit="post"):
            counts["posts"] += 1
            try:
                is_new = self.write(post, directory, name, layout)
            except OSError as error:
                failed += 1
                self.stderr.write(f"{name}: cannot be written: {error.strerror}")
            else:
                counts["files written" if is_new else "files unchanged"] += 1
        every_post = exporting.exportable().prefetch_related(None)
        everything = {name for _, name in exported_names.of_each(every_post)}
        for other in exported_names.others(directory, everything):
            self.stderr.write(f"{other}: no published post has this name: left alone")
        self.stdout.write(arguments.closing_line(counts))
        if failed:
            raise CommandError(f"{failed} files cannot be written: see above.")

    def write(self, post: Post, directory: Path, name: PurePosixPath, layout: str) -> bool:
        """Write a post's file. Return whether it was another before. Raises OSError."""
        path = directory / name
        if not exported_names.is_below(path, directory):
            raise OSError(errno.EPERM, "a link leads out of the folder")
        text, lost = written(post, layout)
        if lost:
            self.stderr.write(f"{name}: {lost}")
        for paper in exporting.second_texts(post):
            why = "two files differed, this has what readers see, the other text is a proposal"
            self.stderr.write(f"{name}: {paper}: {why}")
        path.parent.mkdir(parents=True, exist_ok=True)
        return write_if_changed(path, text)


def written(post: Post, layout: str) -> Written:
    overview_url = partial(arxiv_id.alphaxiv_url, language=post.language)
    return writing.written(exporting.document(post, layout), overview_url)


def write_if_changed(path: Path, text: str) -> bool:
    """Write the whole file or nothing of it. Return whether it had to be written."""
    data = text.encode()
    if path.exists() and path.read_bytes() == data:
        return False
    new = path.with_name(f".{os.getpid()}.tmp")  # Hidden, so that nobody takes it for a post.
    try:
        new.write_bytes(data)
        new.replace(path)
    finally:
        with suppress(OSError):
            new.unlink()
    return True
