from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, no_translations
from django.db import transaction

from digest import publishing
from digest.models import Post
from papers.management import arguments
from papers.models import Paper


class Command(BaseCommand):
    help = "Make the draft post of a day from its picked papers; a day that has one stays as it is."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("date", type=arguments.day)
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--all", action="store_true", help="every paper that is listed")
        which.add_argument(
            "--top", type=arguments.at_least_one, metavar="N", help="the N most upvoted papers"
        )
        parser.add_argument("--publish", action="store_true", help="publish it at once")

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        day = options["date"]
        papers = publishing.papers_of(day, top=options["top"], everything=options["all"])
        try:
            post, refused = _build(day, papers, publish=options["publish"])
        except publishing.PublishRefused as error:
            raise CommandError(str(error)) from error
        if refused:
            raise CommandError(str(refused))
        self.stdout.write(
            f"“{post}”, {post.get_state_display()}: "
            + arguments.closing_line({"papers": len(papers)})
        )


@transaction.atomic
def _build(
    day: date, papers: list[Paper], *, publish: bool
) -> tuple[Post, publishing.PublishRefused | None]:
    """Make the post and publish it. If that is refused, the draft stays, for somebody to mend.

    If it fails, as without the database, there is no post either: the command can be run again.
    """
    post = publishing.build(day, papers)
    if publish:
        try:
            publishing.publish(post)
        except publishing.PublishRefused as refused:
            return post, refused
    return post, None
