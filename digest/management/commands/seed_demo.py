import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from digest.local import demo
from digest.local.demo import server
from digest.models import Post
from papers.models import Origin, Paper
from papers.pipeline import checking

HERE = Path(demo.__file__).parent
TOP = 8


class Command(BaseCommand):
    help = "Fill the site with the sample digests, through the real pipeline, once."

    def handle(self, *args: Any, **options: Any) -> None:
        days = sorted(date.fromisoformat(file.stem) for file in server.DAYS.glob("*.json"))
        if Post.history.filter(date=days[-1]).exists():
            self.stdout.write("The samples are here already; nothing was changed.")
            return
        ingest(days)
        mark_samples()
        call_command("import_jekyll", HERE / "posts", stdout=self.stdout, stderr=self.stderr)
        tag_papers()
        call_command("draft", date=days[-1], stdout=self.stdout)
        call_command("build_post", str(days[-1]), top=TOP, stdout=self.stdout)
        checking.check(Paper.objects.exclude(sections=None).distinct())


def ingest(days: list[date]) -> None:
    """Run `manage.py ingest` against a local server instead of Hugging Face."""
    with server.running() as address:
        subprocess.run(  # noqa: S603 (our own command)
            [sys.executable, "manage.py", "ingest", "--from", str(days[0]), "--to", str(days[-1])],
            cwd=settings.BASE_DIR,
            env=os.environ | {"HUGGINGFACE_URL": address},
            check=True,
        )


def tag_papers() -> None:
    """Give papers the tags by which readers find and filter them."""
    tags = json.loads((HERE / "tags.json").read_text(encoding="utf-8"))
    for paper in Paper.objects.filter(arxiv_id__in=tags):
        paper.tags.add(*tags[paper.arxiv_id])


def mark_samples() -> None:
    """Mark each sample abstract as a sample, because it is not the authors' words."""
    for file in server.DAYS.glob("*.json"):
        ids = [item["paper"]["id"] for item in json.loads(file.read_text())]
        for paper in Paper.objects.filter(arxiv_id__in=ids):
            paper.origins["abstract"] = Origin.SAMPLE.value
            paper.save(update_fields=["origins"])
