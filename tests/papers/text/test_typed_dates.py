"""Dates as people type them into a search."""

from datetime import date

import pytest

from papers.text.typed_dates import take_date


@pytest.mark.parametrize(
    "typed",
    [
        "2025-10-08",
        "2025/10/8",
        "2025.10.08",
        "20251008",
        "2025. 10. 8.",
        "2025년 10월 8일",
        "2025년10월8일",
        "Oct 8, 2025",
        "October 8 2025",
        "Oct. 8, 2025",
        "8 oct 2025",
    ],
)
def test_a_day_is_understood_and_the_other_words_stay(typed):
    found, rest = take_date(f"agents {typed} daily")
    assert found is not None
    assert (found.first, found.last, found.typed) == (date(2025, 10, 8), date(2025, 10, 8), typed)
    assert rest.split() == ["agents", "daily"]


@pytest.mark.parametrize("typed", ["2024-02", "2024.2", "2024년 2월", "Feb 2024", "february 2024"])
def test_a_month_is_all_its_days(typed):
    found, _rest = take_date(typed)
    assert found is not None
    assert (found.first, found.last) == (date(2024, 2, 1), date(2024, 2, 29))


@pytest.mark.parametrize(
    "typed",
    ["", "2510.06208", "2025", "2025-13-01", "2025-02-30", "1-2-3", "12025-10-08", "may be"],
)
def test_what_is_no_date_stays_text(typed):
    assert take_date(typed) == (None, typed)
