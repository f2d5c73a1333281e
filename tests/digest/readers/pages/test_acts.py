"""Whatever is done to the rows, a stored page that counts is what would be made now."""

from random import Random

import pytest
from django.core.wsgi import get_wsgi_application
from django.db import connection

from digest.readers.pages import making, rows
from papers.clock import now
from tests.digest.readers.pages.acts import Acts, addresses, make_site

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

ACTS = 12


def test_random_acts_leave_no_stale_page_that_counts(caplog: pytest.LogCaptureFixture) -> None:
    random = Random(1)
    make_site(random, digests=4)
    acts, watch = Acts(random), Watch()
    watch.store_all()
    dropped = changed = 0
    for _ in range(ACTS):
        act = acts.do()
        outcome = watch.after()
        assert not outcome.stale, f"after {act}: {outcome.stale}"
        dropped += outcome.dropped
        changed += outcome.changed
    assert not caplog.records  # No page was refused for a table that nothing was told of.
    assert changed > ACTS
    assert dropped <= 2 * changed  # `tests.benchmarks.serving acts` measures it at its real size.


class Outcome:
    def __init__(self) -> None:
        self.stale: list[str] = []
        self.needless: list[str] = []
        self.dropped = 0
        self.changed = 0


class Watch:
    """Compares the stored pages with pages made now."""

    def __init__(self) -> None:
        self.handler = get_wsgi_application().get_response
        self.fresh: dict[str, tuple[int, str]] = {}

    def store_all(self) -> None:
        for path in addresses():
            page = making.make(path, self.handler).page
            self.fresh[path] = (page.status, page.etag)

    def after(self, counting: set[str] | None = None) -> Outcome:
        """Compare the stored pages that count with pages made now, and store those."""
        outcome = Outcome()
        counting = stored() if counting is None else counting
        for path in {*self.fresh, *addresses()}:
            page = making.make(path, self.handler).page
            now_, before = (page.status, page.etag), self.fresh.get(path)
            self.fresh[path] = now_
            if before is None or before[0] not in making.STORED:
                continue
            if path in counting and now_ != before:
                outcome.stale.append(path)
            outcome.changed += now_ != before
            if path not in counting:
                outcome.dropped += 1
                if now_ == before:
                    outcome.needless.append(path)
        return outcome


def stored() -> set[str]:
    """Return the paths of the stored pages that count."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT path FROM digest_storedpage page WHERE (until IS NULL OR until > %s)"
            f" AND {rows.COUNTS}",
            [now()],
        )
        return {path for (path,) in cursor.fetchall()}
