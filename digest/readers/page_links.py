"""The addresses of the pages before and after one page of a list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.paginator import Page


def pages_beside(shown: Page[Any], address: Callable[[int], str]) -> dict[str, str]:
    """Return what `includes/pages.html` needs. `address` returns the address of a number."""
    found = {}
    if shown.has_previous():
        found["previous_page"] = address(shown.previous_page_number())
    if shown.has_next():
        found["next_page"] = address(shown.next_page_number())
    return found
