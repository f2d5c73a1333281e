"""The checks there are, in the order in which they read a text.

A new check is a file with a `CHECK`, its line here, and its benchmark
(`tests/papers/checks_benchmark`).
"""

from papers.checks import (
    injection,
    language,
    length,
    links,
    markup,
    names,
    numbers,
    placeholders,
    structure,
    terms,
)
from papers.checks.base import Check

CHECKS: tuple[Check, ...] = (
    injection.CHECK,
    numbers.CHECK,
    placeholders.CHECK,
    language.CHECK,
    structure.CHECK,
    terms.CHECK,
    names.CHECK,
    length.CHECK,
    links.CHECK,
    markup.CHECK,
)
