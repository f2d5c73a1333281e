"""Bring the message catalogs up to date: `make messages`, no gettext tools needed.

Every string of `digest/`, `papers/` and `templates/` enters each language's `django.po`; what is
translated there already stays, what is gone is dropped, and `django.mo` is compiled from it.
"""

import re
from collections.abc import Iterator
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import Any

from babel.messages import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir, extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "digest" / "locale"
KEYWORDS = DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
_CALL = re.compile(r" (?=(?:np?|p)?gettext\(|_\()")


def extract_template(
    file: Any, keywords: Any, comment_tags: Any, options: Any
) -> Iterator[tuple[int, str, Any, list[str]]]:
    """Babel's view of a Django template: Django turns its tags into calls of gettext."""
    for number, line in enumerate(templatize(file.read().decode()).splitlines(), start=1):
        for call in _CALL.split(line)[1:]:
            found = extract_python(BytesIO(call.encode()), keywords, [], {})
            for _, function, messages, comments in islice(found, 1):
                yield number, function, messages, comments


def template() -> Catalog:
    """All strings of the project, untranslated."""
    catalog = Catalog(project="daily-papers-digest", charset="utf-8")
    for folder, methods in (
        ("digest", [("locale/**", "ignore"), ("**.py", "python")]),
        ("papers", [("**.py", "python")]),
        ("templates", [("**.html", extract_template), ("**.txt", extract_template)]),
    ):
        found = extract_from_dir(ROOT / folder, methods, keywords=KEYWORDS)
        for name, _, message, comments, context in found:
            catalog.add(message, None, [(f"{folder}/{name}", 1)], (), comments, context=context)
    return catalog


def stored(language: str) -> Catalog:
    with (LOCALE / language / "LC_MESSAGES" / "django.po").open("rb") as file:
        return read_po(file, locale=language)


def update(language: str) -> Catalog:
    """The stored catalog with the project's strings of now."""
    catalog = stored(language)
    made = catalog.creation_date  # A date that moves with every run would be a change of its own.
    catalog.update(template(), no_fuzzy_matching=True)
    catalog.creation_date = made
    catalog.obsolete.clear()
    folder = LOCALE / language / "LC_MESSAGES"
    with (folder / "django.po").open("wb") as file:
        write_po(file, catalog, width=100, sort_output=True, no_location=True)
    with (folder / "django.mo").open("wb") as file:
        write_mo(file, catalog)
    return catalog


def untranslated(catalog: Catalog) -> list[str]:
    """What is shown in English, as it is said in the code."""
    found = []
    for message in catalog:
        forms = message.string if message.pluralizable else [message.string]
        if message.id and not all(forms):
            found.append(message.id[0] if message.pluralizable else message.id)
    return found


if __name__ == "__main__":
    for path in sorted(LOCALE.glob("*/LC_MESSAGES/django.po")):
        catalog = update(path.parent.parent.name)
        missing = untranslated(catalog)
        print(f"{catalog.locale}: {len(catalog)} strings, {len(missing)} untranslated")
        for text in missing:
            print(f"    {text}")
