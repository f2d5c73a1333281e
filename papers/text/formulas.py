"""Decides how a page shows a formula: simple ones as text, real ones as MathML."""

from html import escape

from papers.text.mathml import mathml
from papers.text.unicode_math import simple, text


def inline(tex: str, *, named: bool = False) -> str:
    """Return the HTML of a formula within a line. It is not sanitised.

    MathML gives the link or heading around it no name for screen readers
    (https://www.w3.org/TR/accname-1.2/), so there the formula is `named` by its text.
    """
    html = mathml(tex)
    if line := simple(html):
        return line
    if named:
        return html.replace("<math>", f'<math aria-label="{escape(text(html))}">', 1)
    return html


def sign(name: str) -> str:
    """Return the sign that a command prints, or the name of one that prints none."""
    return text(mathml(f"\\{name}")) or name
