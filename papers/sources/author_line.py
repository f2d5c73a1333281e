"""Splits a line of authors, as arXiv's submitters write it (info.arxiv.org/help/prep#author).

Names stand with commas or "and" between them. Affiliations stand in parentheses after a name or
after all of them: ``Ada B. Lovelace (1), Hong Gildong (1 and 2) ((1) KAIST, (2) MIT)``. A
collaboration stands before its members, with a colon, or after them: ``A. Doe, for the X and Y
Collaboration``. Some submitters write ``Lovelace, Ada; Hong, Gildong``.
"""

import re

_BETWEEN = re.compile(r"\s*(?:[,;:]|\band\b|\bAND\b|\s&\s)\s*")
_ON_BEHALF = re.compile(r"\b(?:for|on behalf of) the\b")
_FAMILY_FIRST = re.compile(r"\s*(\S+),\s*([^\s,][^,]*)")
_SUFFIX = re.compile(r"(?:Jr|Sr)\.?|I{2,3}|IV")
LONGEST = 400_000
"""Characters. A collaboration of 3,000 with its affiliations has fewer."""


def names(line: str) -> list[str]:
    """Return the names on a line in their order. A suffix stays with its name.

    A line whose parentheses do not match has none: nobody can say what of it is a name.
    """
    people, _, collaboration = _on_behalf(_without_affiliations(line[:LONGEST]))
    return [*_names(people), *filter(None, [collaboration.strip(" ,.")])]


def _on_behalf(line: str) -> tuple[str, str, str]:
    """Return what stands before, in and after "for the", if a collaboration follows."""
    said = _ON_BEHALF.search(line)
    if said and "collaboration" in line[said.end() :].lower():
        return line[: said.start()], said[0], line[said.end() :]
    return line, "", ""


def _names(line: str) -> list[str]:
    found: list[str] = []
    for part in _given_first(line) or _BETWEEN.split(line):
        name = part.strip()
        if found and _SUFFIX.fullmatch(name):
            found[-1] = f"{found[-1]} {name}"
        elif name:
            found.append(name)
    return found


def _given_first(line: str) -> list[str]:
    """Return the names of a line that has each family name first, or nothing of another line."""
    parts = [_FAMILY_FIRST.fullmatch(part) for part in line.split(";")]
    if len(parts) < 2:
        return []
    found = [f"{part[2].strip()} {part[1]}" for part in parts if part]
    return found if len(found) == len(parts) else []


def _without_affiliations(line: str) -> str:
    """Return the line without what stands in parentheses, which may stand in one another.

    Returns "" where one of them has no end.
    """
    depth, kept = 0, []
    for part in re.split(r"([()])", " ".join(line.split())):
        if part == "(":
            depth += 1
        elif part == ")":
            depth = max(depth - 1, 0)
        elif not depth:
            kept.append(part)
    return "" if depth else "".join(kept)
