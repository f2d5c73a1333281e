"""What a dry run knows of the files before, which it did not store."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from digest.jekyll.files.addresses.old_paths import stem
from digest.jekyll.files.document import Document, PaperItem, SectionItem
from digest.jekyll.paper_sections import texts_of
from digest.jekyll.remarks import Remark
from papers import kinds, languages
from papers.pipeline.sections import lines


class FilesBefore:
    """The papers of the files that a dry run has read, and their texts."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        """The first file of each paper."""
        self._addresses: dict[str, tuple[str, bool]] = {}
        """The file of each old address, and whether the post stood there itself."""
        self._shown: set[str] = set()
        self._texts: dict[tuple[str, str | None, str, str], list[str]] = {}

    def compare(self, name: str, document: Document) -> list[Remark]:
        """Return which texts of a file would wait as proposals, and remember the file."""
        found = [remark for item in document.papers for remark in self._second(item, document)]
        for item in document.papers:
            self._names.setdefault(item.arxiv_id, name)
            if document.is_public:
                self._shown.add(item.arxiv_id)
            for section, _ in texts_of(item):
                key = _key(item, section, document)
                self._texts.setdefault(key, lines(section.markdown))
        return found

    def clashes(self, name: str, paths: Iterable[str], own: Collection[str]) -> list[Remark]:
        """Return which old addresses of a public file another has too, and remember the file's."""
        found = dict[str, Remark]()
        for path in paths:
            first, stood = self._addresses.setdefault(path, (name, path in own))
            if first == name:
                continue
            wins = path in own and not stood
            if wins:
                self._addresses[path] = (name, True)
            keeper = name if wins else first
            text = f"old address {path}: {first} has it too, {keeper} would keep it"
            found.setdefault(f"{stem(path)} {first} {wins}", Remark(1, text))
        return list(found.values())

    def _second(self, item: PaperItem, document: Document) -> Iterator[Remark]:
        first = self._names.get(item.arxiv_id)
        for section, _ in texts_of(item) if first else ():
            known = self._texts.get(_key(item, section, document))
            if known is None and item.arxiv_id not in self._shown:
                continue
            if known != lines(section.markdown):
                title = section.heading or kinds.of(section.kind).heading(languages.ENGLISH)
                text = f"{item.arxiv_id}: {title}: {first} has the paper: would be a proposal"
                yield Remark(section.line or item.line, text, waits=True)


def _key(
    item: PaperItem, section: SectionItem, document: Document
) -> tuple[str, str | None, str, str]:
    heading = section.heading if kinds.of(section.kind).has_own_heading else ""
    return (item.arxiv_id, document.language, section.kind, heading)
