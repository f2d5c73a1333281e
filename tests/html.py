"""HTML as tests read it."""

import re
from html import unescape


def text_of(html: str) -> str:
    """Return what is left when the tags are stripped."""
    return unescape(re.sub("<[^>]*>", "", html))
