"""The static files of readers' pages, under their public names."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.contrib.staticfiles.finders import FileSystemFinder
from django.contrib.staticfiles.storage import staticfiles_storage

from digest.readers.export.refused import ExportRefused

_OF_EDITORS = "admin/"
_UNCOLLECTED = "static files are not collected ({} is missing): run manage.py collectstatic"
ICON = "favicon.ico"


class StaticFile(NamedTuple):
    address: str
    file: Path


def static_files() -> Iterator[StaticFile]:
    """Yield our own static files but those of editors' pages.

    A public site serves collected files, whose names have their hash. Raises ExportRefused if they
    were not collected.
    """
    for name, storage in FileSystemFinder().list([]):
        source = Path(storage.path(name))
        if name == ICON:
            yield StaticFile(f"/{ICON}", source)
        elif not name.startswith(_OF_EDITORS):
            yield _served(name, source)


def _served(name: str, source: Path) -> StaticFile:
    try:
        address = staticfiles_storage.url(name)
    except ValueError as error:  # The list of collected files lacks it.
        raise ExportRefused(_UNCOLLECTED.format(name)) from error
    if settings.STATIC_ROOT is not None:
        source = Path(settings.STATIC_ROOT) / address.removeprefix(settings.STATIC_URL)
        if not source.is_file():
            raise ExportRefused(_UNCOLLECTED.format(name))
    return StaticFile(address, source)
