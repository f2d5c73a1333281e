"""Decides how a page shows a formula: simple ones as text, real ones as MathML."""

from papers.text.mathml import mathml
from papers.text.unicode_math import simple


def inline(tex: str) -> str:
    """Return the HTML of a formula within a line. It is not sanitised."""
    html = mathml(tex)
    return simple(html) or html
