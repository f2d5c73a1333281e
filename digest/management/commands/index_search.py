from typing import Any

from django.core.management.base import BaseCommand
from tqdm import tqdm

from digest.models import SearchEntry
from digest.search import index
from papers.management import arguments


class Command(BaseCommand):
    help = "Make the search index anew, while the site runs."

    def handle(self, *args: Any, **options: Any) -> None:
        with tqdm(total=index.queue_all(), disable=None, unit="row") as progress:
            for done in index.refresh_all():
                progress.update(done)
        index.count_anew()
        counts = {"indexed": SearchEntry.objects.count()}
        self.stdout.write(arguments.closing_line(counts))
