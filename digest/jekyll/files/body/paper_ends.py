"""Tells where the lines of each paper of a page end."""

from collections.abc import Sequence
from functools import cached_property

from digest.jekyll.files.body import labels, run_ins
from digest.jekyll.files.body.run_ins import is_tags
from digest.jekyll.files.finding import evidence, html_lists, lookup, marks
from digest.jekyll.files.finding.evidence import Head
from digest.jekyll.files.finding.page_marks import Marks
from digest.jekyll.files.outline import is_guarded, is_rule


class Ends:
    """The ends of the papers. They are asked for in order: the last one ends as the others do."""

    def __init__(self, page_marks: Marks, heads: Sequence[Head]) -> None:
        """Take the lines that begin the papers."""
        self.page, self.marks, self.heads = page_marks.page, page_marks, heads
        self._ruled = self._has_margin_text = 0
        self._has_rules = False
        self._has_sections_of_own_level = False

    def end(self, head: Head, following: int) -> int:
        """Return where the lines of a paper end that stands above the line ``following``."""
        end = self._end(head, following)
        self._look(head, end, following)
        return end

    def _look(self, head: Head, end: int, following: int) -> None:
        """Count what tells where the last paper ends: rules between papers, text at the margin."""
        within = range(head.index + head.mark.lines, end)
        if any(0 < self._level(index) == head.mark.level for index in within):
            self._has_sections_of_own_level = True
        self._has_rules = self._has_rules or any(map(self._is_rule, within))
        between = self.page.lines[end:following]
        self._ruled += any(map(is_rule, between))
        for index in range(head.index + 2, end):
            if self.page.lines[index][:1].strip() and not self.page.lines[index - 1].strip():
                self._has_margin_text += 1
                return

    def _is_last_end(self, head: Head, index: int) -> bool:
        """Return whether a line of the last paper ends it, as it would end none of the others."""
        if head is not self.heads[-1] or len(self.heads) < 2:
            return False
        if is_rule(self.page.lines[index]) and self._ruled == len(self.heads) - 1:
            return True
        if self._is_rule(index) and self._is_before_farewell(head, index):
            return True
        at_margin = bool(self.page.lines[index][:1].strip())
        is_alone = at_margin and not self.page.lines[index - 1].strip(" \t")
        is_short = head.mark.shape in (*marks.ITEMS, marks.HTML_BLOCK)
        return is_short and is_alone and not self._has_margin_text

    @cached_property
    def _last_heading(self) -> int:
        return max(filter(self._level, range(len(self.page.lines))), default=-1)

    def _is_rule(self, index: int) -> bool:
        """Return whether a line is a rule, and does not underline a heading."""
        lines, live = self.page.lines, self.page.outline.live
        return live[index] and is_rule(lines[index]) and not lines[index - 1].strip(" \t")

    def _is_before_farewell(self, head: Head, index: int) -> bool:
        """Return whether only text without headings follows a rule, such as no other paper has.

        What has a label is a section, and of several rules none ends a paper.
        """
        if self.marks.is_ours or self._has_rules or index <= self._last_heading:
            return False
        lines = self.page.lines
        rules = filter(self._is_rule, range(head.index + head.mark.lines, len(lines)))
        has_labels = any(labels.of(line) or labels.known(line) for line in lines[index + 1 :])
        return list(rules) == [index] and not has_labels

    def _end(self, head: Head, following: int) -> int:
        """Return where the lines of a paper end: before what stands between it and the next."""
        end = self._end_of_list(head, following)
        end = next((n for n in range(head.index + 1, end) if self._ends(head, n)), end)
        end = min(end, self._end_of_deeper(head, end))
        if end == following < len(self.page.lines) and not self.marks.is_ours:
            end = run_ins.before_picture(self.page.lines, head.index + 1, end)
        while end > head.index + 1 and run_ins.is_blank(self.page.lines[end - 1]):
            end -= 1
        is_live = self.page.outline.live[end - 1] and not is_guarded(self.page.lines[end - 1])
        is_ending = is_rule(self.page.lines[end - 1]) or self._groups(end - 1, following)
        return end - 1 if end > head.index + 1 and is_live and is_ending else end

    def _end_of_list(self, head: Head, following: int) -> int:
        """Return where an item of HTML ends: before tags alone that end its list or begin another.

        They stay in their place when papers come and go.
        """
        if head.mark.shape == marks.HTML_BLOCK:
            return self._before_tags(head, following)
        if head.mark.shape != marks.HTML_ITEM:
            return following
        after_list = self.marks.lists.end(head.index)
        end = min(after_list, following) if after_list >= 0 else following
        while end > head.index + 1 and self._is_of_list(end - 1, is_last=end == after_list):
            end -= 1
        return end

    def _before_tags(self, head: Head, end: int) -> int:
        """Return where a block of HTML ends: before lines of tags that are around it."""
        while end > head.index + 1 and run_ins.says_nothing(self.page.lines[end - 1]):
            end -= 1
        return end

    def _is_of_list(self, index: int, *, is_last: bool) -> bool:
        line = self.page.lines[index]
        if is_last and html_lists.step(line) < 0:
            return is_tags(line)
        return not line.strip(" \t") or (is_tags(line) and html_lists.begins_item(line))

    def _end_of_deeper(self, head: Head, end: int) -> int:
        """Return the index of the heading of the last paper's own level that follows deeper ones.

        If the sections of all papers are deeper, such a heading (``# Conclusion``) is the page's.
        """
        level = head.mark.level
        is_last = head is self.heads[-1] and len(self.heads) > 1
        if not level or not is_last or self.marks.is_ours or self._has_sections_of_own_level:
            return end
        levels = ((index, self._level(index)) for index in range(head.index + 1, end))
        has_deeper = False
        for index, each in levels:
            if each == level and has_deeper:
                return index
            has_deeper = has_deeper or each > level
        return end

    def _groups(self, index: int, following: int) -> bool:
        """Return whether a line is a heading above papers that are no headings."""
        if following == len(self.page.lines) or not self._level(index):
            return False
        return not self._level(following)

    def _indent(self, index: int) -> int:
        return labels.indent(self.page.lines[index])

    def _level(self, index: int) -> int:
        mark = self.marks.at(index)
        return mark.level if mark else 0

    def _ends(self, head: Head, index: int) -> bool:
        """Return whether a line ends the paper above it without beginning one."""
        line = self.page.lines[index]
        if index < head.index + head.mark.lines or self._is_whole(head):
            return False
        if not line or not self.page.outline.live[index] or is_guarded(line):
            return False
        if head.mark.shape == "|" or self._is_last_end(head, index):
            return True
        if head.mark.shape in marks.ITEMS and is_rule(line):
            return True
        if head.mark.shape in marks.NESTED and self._indent(index) < self._indent(head.index):
            return True
        mark = self.marks.at(index)
        if (
            mark is None
            or not mark.level
            or mark.level > head.mark.level > 0
            or mark.begin >= mark.end
        ):
            return False
        return not lookup.is_section(line[mark.begin : mark.end])

    def _is_whole(self, head: Head) -> bool:
        """Return whether a page is about one paper, whose sections are the headings below it."""
        if head.mark.shape == evidence.WHOLE:
            return True
        return head.mark.shape in (marks.QUOTE, marks.TERM) and self._has_one_with_sections

    @cached_property
    def _has_one_with_sections(self) -> bool:
        if len(self.heads) != 1:
            return False
        return any(
            lookup.is_section(line[mark.begin : mark.end])
            for index, line in enumerate(self.page.lines)
            if (mark := self.marks.at(index)) and mark.level and index > self.heads[0].index
        )
