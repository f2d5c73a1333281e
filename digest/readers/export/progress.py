"""How an export shows how far it is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar

T = TypeVar("T")


class Progress(Protocol):
    """Passes things on and shows how many there were."""

    def __call__(self, what: str, of: Iterable[T], *, total: int | None = None) -> Iterable[T]: ...
