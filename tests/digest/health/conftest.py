"""A moment in the middle of a day, and a site whose last days were read."""

import pytest
import time_machine

NOON = "2025-10-09T12:00:00Z"  # A Thursday.


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock
