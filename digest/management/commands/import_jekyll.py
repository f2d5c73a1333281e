from argparse import ArgumentParser, ArgumentTypeError
from collections import Counter
from datetime import tzinfo
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.core.management.base import BaseCommand, CommandError
from django.core.wsgi import get_wsgi_application
from tqdm import tqdm

from digest.addresses import base_url
from digest.jekyll import address_checks
from digest.jekyll.address_checks import ListRefused
from digest.jekyll.files.addresses import permalinks
from digest.management.imports import Import
from papers.management import arguments


class Command(BaseCommand):
    help = (
        "Take in posts of a Jekyll blog: posts, papers, sections, tags; old addresses redirect. "
        "What was changed here since stays as it is. Running it twice changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="files or folders")
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
        parser.add_argument(
            "--zone",
            type=zone,
            metavar="ZONE",
            help="where the old blog was built, as Europe/Berlin or UTC: its addresses have the "
            "dates of that zone (default: TIME_ZONE)",
        )
        parser.add_argument(
            "--check-urls",
            type=Path,
            metavar="FILE",
            help="ask this site for each address of a list, one a line, and say which are dead",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="show what is understood, write nothing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["paths"] and not options["check_urls"]:
            raise CommandError("Name files or folders, or --check-urls FILE.", returncode=2)
        listed = self.listed(options["check_urls"]) if options["check_urls"] else []
        problems = []
        if options["paths"]:
            problems += Import(self, options).run()
        if options["check_urls"]:
            problems += self.ask(listed)
        if problems:
            raise CommandError(f"{', '.join(problems)}: see above.")

    def listed(self, path: Path) -> list[tuple[int, str]]:
        try:
            with path.open("rb") as file:
                return address_checks.addresses(file.read(address_checks.MAX_BYTES + 1))
        except ListRefused as error:
            raise CommandError(f"{path}: {error}", returncode=2) from error
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}", returncode=2) from error

    def ask(self, listed: list[tuple[int, str]]) -> list[str]:
        """Ask for the addresses of a list. Return what is wrong."""
        counts = Counter({"addresses": 0, "dead": 0, "redirected": 0, "as they were": 0})
        answers = address_checks.ask(listed, get_wsgi_application().get_response)
        for answer in tqdm(answers, total=len(listed), disable=None, unit="address"):
            counts["addresses"] += 1
            if answer.is_dead:
                counts["dead"] += 1
                self.stderr.write(self.style.ERROR(answer.said))
            elif answer.leads_to:
                counts["redirected"] += 1
                self.stdout.write(answer.said)
            else:
                counts["as they were"] += 1
        self.stdout.write(arguments.closing_line(counts))
        return [f"{counts['dead']} dead addresses"] if counts["dead"] else []


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


def zone(text: str) -> tzinfo:
    if text not in available_timezones():
        raise ArgumentTypeError(f"{text!r} is no time zone, such as Europe/Berlin or UTC")
    return ZoneInfo(text)
