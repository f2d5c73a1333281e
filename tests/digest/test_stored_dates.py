"""Dates that PostgreSQL can hold and Python cannot are read as the nearest that a page can show."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.utils.timezone import localtime

from digest.stored_dates import FIRST, LAST

pytestmark = pytest.mark.django_db

DATES = {
    "infinity": LAST,
    "-infinity": FIRST,
    "0044-03-15 BC": FIRST,
    "0001-01-01": FIRST,
    "9999-12-31": LAST,
    "10000-01-01": LAST,
    "2025-10-08": datetime(2025, 10, 8, tzinfo=UTC),
}


def stored(text, kind):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT '{text}'::{kind}")
        return cursor.fetchone()[0]


@pytest.mark.parametrize(("text", "moment"), DATES.items(), ids=list(DATES))
def test_every_date_can_be_read(text, moment):
    assert stored(text, "date") == moment.date()
    assert stored(text, "timestamp") == moment.replace(tzinfo=None)
    assert stored(text, "timestamptz") == moment


def test_what_is_read_has_room_for_time_zones_and_a_calendars_weeks():
    assert localtime(stored("9999-12-31 23:59:59+00", "timestamptz")).year == 9999
    assert localtime(stored("0001-01-01 00:00:00+00", "timestamptz")).year == 1
    assert stored("infinity", "date") < date(9999, 12, 1)


def test_a_time_in_another_zone_is_the_same_moment():
    moment = datetime(2025, 10, 8, 3, 30, 0, 250_000, tzinfo=UTC)
    assert stored("2025-10-08 12:30:00.25+09", "timestamptz") == moment
