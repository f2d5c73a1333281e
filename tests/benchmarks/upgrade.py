"""The drill of an upgrade on a large site: seconds of `migrate`, and what a reader waits meanwhile.

The site is made as this release has it and taken back to the tables of the release before. Its
papers have no full texts: `migrate` looks at those of the last 60 days alone.
"""

from functools import partial

from django.core.management import call_command

from tests.benchmarks.backup import Reader, make_site, seconds
from tests.benchmarks.database import own_database
from tests.release_before import MIGRATIONS


def migrate(*to: str) -> None:
    call_command("migrate", *to, verbosity=0)


def main() -> None:
    with own_database():
        seconds("making the site", make_site)
        for app, migration in MIGRATIONS.items():
            seconds(f"back: {app}", partial(migrate, app, migration))
        reader = Reader()
        reader.start()
        seconds("migrate", migrate)
        reader.over.set()
        reader.join()
        print(f"{reader.asked} pages read meanwhile, the longest in {reader.longest:.2f} s")
        seconds("migrate again", migrate)


if __name__ == "__main__":
    main()
