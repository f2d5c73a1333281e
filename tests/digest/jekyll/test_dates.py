"""Dates as people write them in a front matter."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from digest.jekyll.files.head.dates import moment

SEOUL = ZoneInfo("Asia/Seoul")


@pytest.mark.parametrize(
    ("written", "hour_in_utc"),
    [
        ("2025-04-27 10:00:00", 1),
        ("2025-4-27 10:00", 1),
        ("2025/04/27 10:00", 1),
        ("2025.04.27 10:00", 1),
        ("27/04/2025 10:00", 1),
        ("27.4.2025 10:00", 1),
        ("27 April 2025 10:00", 1),
        ("Sun, 27 Apr 2025 10:00:00 +0900", 1),
        ("April 27, 2025 10:00 AM", 1),
        ("Apr 27th 2025, 10am", 1),
        ("2025-04-27T10:00:00", 1),
        ("2025-04-27T10:00:00.123456Z", 10),
        ("2025-04-27T10:00:00+09:00", 1),
        ("2025-04-27 10:00:00,5 UTC", 10),
        ("2025-04-27 7:00 PM", 10),
        ("2025-04-27 7:00pm", 10),
        ("2025-04-27 오후 7:00", 10),
        ("2025-04-27 오전 10:00", 1),
        ("2025-04-27 12:00 pm", 3),
        ("2025-04-27 10:00:00 KST", 1),
        ("2025-04-27 10:00:00 jst", 1),
        ("2025-04-27 10:00 PST", 18),
        ("2025-04-27 10:00:00 Asia/Seoul", 1),
        ("2025-04-27 10:00:00 Europe/Berlin", 8),
        ("2025-04-27 10:00:00 +500", 5),
        ("2025-04-27 10:00:00 +9", 1),
        ("2025-04-27 10:00:00 UTC+9", 1),
        ("2025-04-27 10:00:00 GMT+0900", 1),
        ("2025-04-27 10:00:00 -05:00", 15),
    ],
)
def test_a_date_is_read_as_ruby_reads_it(written, hour_in_utc):
    at, unknown = moment(written, SEOUL)
    assert (at.astimezone(UTC), unknown) == (datetime(2025, 4, 27, hour_in_utc, tzinfo=UTC), "")
    assert at.tzinfo is SEOUL


@pytest.mark.parametrize("written", ["2025-04-27", "2025/4/27", "20250427", "27 Apr 2025"])
def test_a_day_alone_begins_at_midnight(written):
    assert moment(written, SEOUL).at == datetime(2025, 4, 27, tzinfo=SEOUL)


def test_midnight_may_be_the_end_of_a_day():
    assert moment("2025-04-26 24:00", SEOUL).at == datetime(2025, 4, 27, tzinfo=SEOUL)
    assert moment("2025-04-27 12:00 am", SEOUL).at == datetime(2025, 4, 27, tzinfo=SEOUL)


@pytest.mark.parametrize(
    "zone", ["-8000", "+99", "+2400", "+0960", "XYZ", "Asia/Seol", "etc/passwd"]
)
def test_what_is_no_zone_is_named_and_the_time_is_local(zone):
    at, unknown = moment(f"2025-04-27 10:00:00 {zone}", SEOUL)
    assert at == datetime(2025, 4, 27, 10, tzinfo=SEOUL)
    assert unknown == zone


@pytest.mark.parametrize(
    "written",
    [
        *("", "8", "yesterday", "2025", "2025-04", "2025-13-01", "2025-02-30", "04/27/2025"),
        *("2025-04-27 25:00", "2025-04-27 10:60", "2025-04-27 10:00:60", "2025-04-27 24:01"),
        *("2025-04-27 13:00 pm", "2025-04-27 0:00 am", "2025-04-27 10", "2025-04/27", "0000-01-01"),
        *(
            "２０２５-04-27",
            "2025-04-27 10:00 KST KST",
            "2025-04-27\n10:00",
            "2025-04-27" + " " * 99,
        ),
    ],
)
def test_what_is_no_date_is_refused(written):
    with pytest.raises(ValueError):  # noqa: PT011  # some messages are Python's
        moment(written, SEOUL)


@pytest.mark.parametrize("written", ["0001-01-01", "9999-12-31 23:00 -1200"])
def test_a_moment_without_a_utc_time_is_out_of_range(written):
    with pytest.raises(OverflowError):
        moment(written, SEOUL)
