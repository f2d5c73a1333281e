"""Loads templates without their indentation, which a browser would carry for nothing.

A digest repeats its templates for each paper: the blanks that make them readable to us are a
fortieth of the compressed page. Of an editor's page, by the theme's templates, they are a quarter.
Nothing is done to a page that is served.
"""

from __future__ import annotations

import re

from django.template import Origin
from django.template.loaders import app_directories, filesystem

_INDENTATION = re.compile(r"^[ \t]+", re.MULTILINE)


class Loader(filesystem.Loader):
    """Loads our HTML. Lines keep their numbers, and other files their blanks."""

    def get_contents(self, origin: Origin) -> str:
        text: str = super().get_contents(origin)
        return _INDENTATION.sub("", text) if str(origin.name).endswith(".html") else text


class AppLoader(Loader, app_directories.Loader):
    """Loads the HTML of apps, as of the admin's theme, in the same way."""
