"""The list of checks, in the order in which they read a text.

A new check is a file with a `CHECK`, a line here, and a benchmark
(`tests/papers/checks/benchmark`).
"""

from papers.checks import (
    formulas,
    injection,
    language,
    length,
    links,
    markup,
    names,
    numbers,
    placeholders,
    structure,
    support,
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
    support.CHECK,
    length.CHECK,
    links.CHECK,
    formulas.CHECK,
    markup.CHECK,
)
