from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from digest.publishing import rerendering
from papers.management import arguments


class Command(BaseCommand):
    help = "Render all stored texts again with the present renderer. Nothing else of them moves."

    def handle(self, *args: Any, **options: Any) -> None:
        counts = Counter({"rows": 0, "changed": 0, "left": 0})
        try:
            for done in tqdm(
                rerendering.render_all(), total=rerendering.count(), disable=None, unit="row"
            ):
                counts.update({"rows": 1, "changed": done.changed, "left": len(done.damaged)})
                for remark in done.damaged:
                    self.stderr.write(str(remark))
        finally:
            self.stdout.write(arguments.closing_line(counts))
        if counts["left"]:
            raise CommandError(
                f"{counts['left']} texts cannot be rendered and keep their HTML: edit them in the"
                " admin."
            )
