"""Takes images, attribute lists and Liquid out of the texts of a post, and puts them back.

What was taken out is kept by the arXiv id and the name of the text: a kind of section, what tells
an unknown one from others, or `NOTE`. The introduction has the id "".
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from digest.jekyll.files.document import PaperItem, SectionItem
from digest.jekyll.files.form import spelling
from digest.jekyll.files.markup import images
from digest.jekyll.files.markup.images import Piece
from digest.jekyll.files.spans import NOTE
from papers import kinds

Pieces = Mapping[str, Sequence[Piece]]
"""What was taken out of the texts of one paper, by the name of the text."""


def of_intro(intro: str) -> tuple[str, dict[str, list[Piece]]]:
    """Return the introduction without them, and what was taken out."""
    rest, pieces = images.taken_out(intro)
    return rest, {NOTE: pieces} if pieces else {}


def of_paper(paper: PaperItem) -> tuple[PaperItem, dict[str, list[Piece]]]:
    """Return the paper without them, and what was taken out."""
    note, of_note = images.taken_out(paper.note)
    bare = [images.taken_out(section.markdown) for section in paper.sections]
    sections = tuple(
        replace(section, markdown=rest)
        for section, (rest, _) in zip(paper.sections, bare, strict=True)
    )
    found = {NOTE: of_note}
    for place, (name, (_, pieces)) in enumerate(zip(_names(sections), bare, strict=True)):
        found[name if sections[place].markdown else f"{place} {name}"] = pieces
    taken = {name: pieces for name, pieces in found.items() if pieces}
    return (replace(paper, note=note, sections=sections) if taken else paper), taken


def back_in(paper: PaperItem, taken: Pieces) -> PaperItem:
    """Return the paper with what was taken out of it.

    A section of images alone is there again. The images of a text that is gone stand last.
    """
    alone = {rest: (int(place), name) for name in taken for place, rest in _placed(name)}
    names = [*_names(paper.sections)]
    sections, used = [], {NOTE}
    for name, section in zip(names, paper.sections, strict=True):
        key = name if name in taken else alone.get(name, (0, name))[1]
        used.add(key)
        pieces = taken.get(key, ())
        sections.append(replace(section, markdown=images.put_back(section.markdown, pieces)))
    for rest, (place, key) in alone.items():
        if key not in used:
            sections.insert(place, _alone(rest, taken[key]))
            used.add(key)
    note = images.put_back(paper.note, taken.get(NOTE, ()))
    paper = replace(paper, note=note, sections=tuple(sections))
    lost = [piece for name, pieces in taken.items() if name not in used for piece in pieces]
    return _at_the_end(paper, images.put_last("", lost)) if lost else paper


def size(images: Mapping[str, Pieces]) -> int:
    """Return the bytes of all that was taken out of a file, without white space around it."""
    return sum(
        len(piece.written.strip().encode())
        for taken in images.values()
        for pieces in taken.values()
        for piece in pieces
    )


def _at_the_end(paper: PaperItem, text: str) -> PaperItem:
    """Return the paper with a text below all of it."""
    if not paper.sections:
        return replace(paper, note="\n\n".join(filter(None, [paper.note, text])))
    *others, last = paper.sections
    last = replace(last, markdown="\n\n".join(filter(None, [last.markdown, text])))
    return replace(paper, sections=(*others, last))


def _names(sections: Sequence[SectionItem]) -> Iterator[str]:
    """Yield names for sections, which others keep if one is gone: kinds, or headings of unknown.

    Of a heading there is a checksum, because a form has no word that a row may have. A section
    without a text has no row, so its heading is kept.
    """
    seen: Counter[str] = Counter()
    for section in sections:
        if section.kind != kinds.OTHER:
            yield section.kind
            continue
        seen[section.heading] += 1
        heading = section.heading if not section.markdown else spelling.checksum(section.heading)
        yield f"#{seen[section.heading]} {heading}"


def _placed(name: str) -> Iterator[tuple[str, str]]:
    """Yield the place and the name of a section of images alone, if the name is that of one."""
    found = re.fullmatch(r"([0-9]{1,4}) (.+)", name)
    is_known = found and found[2] in kinds.TABLE and kinds.of(found[2]).is_headed
    if found and (is_known or found[2].startswith("#")):
        yield found[1], found[2]


def _alone(name: str, pieces: Sequence[Piece]) -> SectionItem:
    """Return a section that has nothing but what was taken out of it."""
    text = images.put_last("", pieces)
    if name.startswith("#"):
        return SectionItem(kinds.OTHER, name.partition(" ")[2], text)
    return SectionItem(name, "", text)
