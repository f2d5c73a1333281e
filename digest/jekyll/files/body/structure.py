"""Says which lines of a text would be read as structure, and so are guarded when written."""

from digest.jekyll.files.body import labels
from digest.jekyll.files.finding import evidence, marks, titles
from digest.jekyll.files.finding.marks import Mark


def _heading(line: str) -> Mark | None:
    mark = marks.of(line)
    return mark if mark and mark.level else None


def of_intro(line: str) -> bool:
    """Return whether a line of the introduction would begin a paper."""
    mark = _heading(line)
    if mark:
        is_numbered = mark.level == 1 and mark.number
        bare_id = titles.bare_id(line[mark.begin : mark.end])
        return bool(is_numbered or bare_id or next(marks.ids(line), ""))
    return evidence.is_voted_item(line)


def of_section(line: str) -> bool:
    """Return whether a line of a section's text would end it."""
    mark = _heading(line)
    if mark:
        is_outer = mark.level <= 2 and mark.begin < len(line)
        return is_outer or evidence.is_counted_link(line)
    return evidence.is_voted_item(line)


def of_note(line: str) -> bool:
    """Return whether a line of a note would be something else."""
    mark = _heading(line)
    if mark:
        return mark.begin < len(line)
    if evidence.is_voted_item(line) or labels.of(line) or labels.votes(line):
        return True
    return labels.only_links(line)
