"""What a tag may be called, and the address that its name makes."""

import re
import unicodedata

from django.utils.text import slugify
from django.utils.translation import gettext_noop

from papers.text.cleaning import fold

MAX_LENGTH = 100

_ADDRESS = re.compile(rf"[-\w]{{1,{MAX_LENGTH}}}")
_UNSEEN = ("Cf", "Mn", "Zs")  # Joiners, selectors and spaces: no name of theirs is readable.

_EMPTY = gettext_noop("A tag needs a name.")
_TOO_LONG = gettext_noop("“%(tag)s…” is too long for a tag: at most %(max)d characters, please.")
_NO_ADDRESS = gettext_noop(
    "“%(tag)s” makes no address for a page of its own. Please add a letter or a digit."
)


class TagRefused(ValueError):
    """A name that no tag can have: why, and what to do, as a `template` to translate."""

    def __init__(self, template: str, name: str) -> None:
        self.template = template
        self.params = {"tag": "".join(map(_shown, name[:30])), "max": MAX_LENGTH}
        super().__init__(template % self.params)


def tag_name(text: str) -> str:
    """The name as it is stored: cleaned, in NFC, on one line. Raises TagRefused."""
    name = fold(text)
    if not name:
        raise TagRefused(_EMPTY, name)
    if len(name) > MAX_LENGTH:
        raise TagRefused(_TOO_LONG, name)
    tag_slug(name)
    return name


def tag_slug(name: str) -> str:
    """The address of a stored name: its letters and digits, else what its characters are called.

    Raises TagRefused where they are called nothing, as private ones and emoji of tomorrow are.
    """
    slug = slugify(name, allow_unicode=True) or slugify(" ".join(map(_called, name)))
    if not slug:
        raise TagRefused(_NO_ADDRESS, name)
    return shortened(slug)


def shortened(slug: str, ending: str = "") -> str:
    """The slug with an ending, within the length that an address may have."""
    return slug[: MAX_LENGTH - len(ending)].rstrip("-_") + ending


def is_address(slug: str) -> bool:
    """Whether a page can stand under the slug."""
    return _ADDRESS.fullmatch(slug) is not None


def _called(char: str) -> str:
    return "" if unicodedata.category(char) in _UNSEEN else unicodedata.name(char, "")


def _shown(char: str) -> str:
    return char if char.isprintable() else f"U+{ord(char):04X}"
