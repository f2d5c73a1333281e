"""Finds labels that strangers put before a text: in bold, in italics, before a colon, as ``■``.

A style of label counts on a page where some line has it with a known heading (``**Method**``), or
where a label recurs. Then each line in that style begins a section, whatever its label says. In our
own layouts a section is a heading, and only labels that are known begin one (`labels`).
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from digest.jekyll.files.body import labels
from digest.jekyll.files.body.labels import Label
from digest.jekyll.files.finding import html_lists, lookup, mentions, tables
from digest.jekyll.files.lines import unescape
from papers import kinds

_LEAD = re.compile(
    r"(?P<indent>[ \t]*)(?P<marks>(?:>[ \t]?)*(?::[ \t]+)?)"
    r"(?P<bullet>(?:[-*+]|[0-9]{1,3}[.)])[ \t]+)?"
    r"(?P<tag><(?:p|li)\b[^<>\n]{0,200}>)?"
    r"(?P<sign>[^\w\s*_<>\[(\"'`|$\\#&{}~.,:;!?/%=+-]{1,4}[ \t]*)?"
)
_LABELS = {
    "bold": re.compile(
        r"(?:\*\*|__|<b>|<strong>)(?P<label>[^*_<\n]{1,80}?)[ \t]*[:：]?(?:\*\*|__|</b>|</strong>)"
        r"[ \t]*(?:[:：]{1,2}|[-–—](?=[ \t]))?[ \t]*"
    ),
    "italic": re.compile(r"([*_])(?P<label>[^*_\n]{1,40}?)[.:：]\1[ \t]*[:：]?[ \t]*"),
    "summary": re.compile(
        r"(?:<details\b[^<>\n]{0,100}>)?[ \t]*<summary>(?P<label>[^<\n]{1,80})</summary>[ \t]*"
    ),
    "dot": re.compile(r"\.(?P<label>[A-Z][^\n:：*_<>\[\]`().]{1,40})[ \t]*\Z"),
    "question": re.compile(r"(?P<label>Q[0-9]{0,2}[.:)][ \t]*[^\n]{1,80}[?？])[ \t]*\Z"),
    "colon": re.compile(r"(?P<label>[^\n:：*_<\[|`>()]{1,30}?)[ \t]*[:：](?!//)[ \t]*"),
}
_SQUARES = re.compile(r"[■▶●◆▪□◇▷►▸★☆]")
_SQUARE = re.compile(r"(?P<label>[^\n:：]{1,40}?)[ \t]*(?:[:：][ \t]*|\Z)")
_WEAK = ("colon", "row")
"""Styles that prose and tables have too. They count only where labels are known."""
_NO_WORDS = re.compile(
    r"[ \t]*(?:</?(?!img\b)[A-Za-z][\w.]{0,30}\b[^<>\n]{0,200}>[ \t]*|>[ \t]*)+\Z"
)
_FENCED_DIV = re.compile(r"[ \t]*:{3,}[ \t]*[\w {}.=\"-]{0,60}\Z")
_DRAWN_RULE = re.compile(r"[ \t]*[━─═–—]{4,}[ \t]*\Z")
_DIV_END = re.compile(r"[ \t]*:{3,}[ \t]*\Z")
_END_TAG = re.compile(r"</([A-Za-z][\w.]{0,30})[ \t]*>")
_CATEGORY = re.compile(r"\b[a-z-]{2,10}\.[A-Z]{2}\b|\b[0-9]{1,6}[ \t]*(?:upvotes?|likes?|👍)")
_LONGEST = 400  # characters of a line that is looked at for a label
_PICTURE = re.compile(r"[ \t]*(?:<[a-z]{1,10}\b[^<>\n]{0,300}>)?<img\b[^<>\n]{0,2000}>[^\w\n]*")
_BLOCK = re.compile(r"[ \t]*<(?:div|section|article|figure|li|td)\b(?![^\n]*</)")
_LONGEST_BLANK = 2_000  # characters of a line that is blank where it is shown
_MOST_TAGS = 5  # different ones of a line that end something
_CLOSING = "</p>"
_PAPER = frozenset(("paper", "논문", "论文", "論文"))


class RunIns:
    """The styles of labels that count on a page. Without any, only known labels do."""

    def __init__(self, lines: Iterable[str]) -> None:
        """Look at the lines of all papers of a page."""
        known: dict[str, set[str]] = defaultdict(set)
        counts: Counter[tuple[str, str]] = Counter()
        for line in lines:
            if (found := _styled(line)) and not found[1].fact:
                style, label = found
                counts[style, line[slice(*label.heading)].casefold()] += 1
                known[style] |= {label.kind} - {kinds.OTHER}
        recurring = {style for (style, _), count in counts.items() if count > 1}
        self.styles = {style for style in recurring if not style.startswith(_WEAK)}
        self.styles |= {style for style, found in known.items() if len(found) > (style == "colon")}

    def label(self, line: str) -> Label | None:
        """Return the label of a line if its style counts, or if it announces a fact."""
        found = _styled(line)
        if found is None:
            return None
        style, label = found
        return label if label.fact or style in self.styles else None


def _styled(line: str) -> tuple[str, Label] | None:
    """Return the style of the label that a line begins with, and the label."""
    if line.startswith("|"):
        return _row(line)
    lead = _LEAD.match(line)
    if lead is None or len(line) - lead.end() < 2:
        return None
    begin, rest = lead.end(), line[lead.end() : lead.end() + _LONGEST]
    if lead["sign"] and _SQUARES.match(lead["sign"]) and (match := _SQUARE.match(rest)):
        return _found(line, "square", lead, match, begin)
    for style, pattern in _LABELS.items():
        if (match := pattern.match(rest)) and (style != "colon" or _is_label(match["label"])):
            return _found(line, style, lead, match, begin)
    return None


def _row(line: str) -> tuple[str, Label] | None:
    """Return the label of a row with two cells: the first one, if it is known."""
    found = tables.cells(line)
    if len(found) != 2 or tables.is_rule(line):
        return None
    (begin, end), (text_begin, text_end) = found
    text = unescape(line[begin:end])
    fact = lookup.fact(text) or lookup.other_fact(text)
    kind = "" if fact else lookup.kind(text)
    label = Label(fact, kind, text_begin, 0, has_bullet=False, heading=(begin, end), end=text_end)
    return ("row", label) if re.search(r"\w", text) else None


def _is_label(text: str) -> bool:
    """Return whether a text before a colon is a label, and no beginning of a sentence."""
    return len(text.split()) <= 4 and ". " not in text and bool(re.search(r"[^\W\d]", text))


def _found(
    line: str, style: str, lead: re.Match[str], match: re.Match[str], begin: int
) -> tuple[str, Label] | None:
    text = unescape(match["label"])
    if not re.search(r"\w", text) or mentions.names_paper(text):
        return None
    fact = lookup.fact(text) or lookup.other_fact(text)
    if fact == lookup.FACT and text.casefold() in _PAPER and _is_title(line[begin + match.end() :]):
        fact = lookup.TITLE
    label = Label(
        fact=fact,
        kind="" if fact else lookup.kind(text),
        begin=begin + match.end(),
        indent=labels.indent(line),
        has_bullet=bool(lead["bullet"]),
        heading=(begin + match.start("label"), begin + match.end("label")),
    )
    around = ("-" if lead["bullet"] else "") + lead["marks"].strip()
    return (style + around if style != "colon" or around else style), label


def _is_title(text: str) -> bool:
    """Return whether what follows the word "paper" is its title, and no link to it."""
    if len(text) > _LONGEST or text.rstrip(" \t").endswith((".", "。")):
        return False  # It is a sentence.
    is_link = mentions.names_paper(text) or "](" in text or "://" in text
    return not is_link and bool(re.search(r"[^\W\d]", text)) and not lookup.is_link_label(text)


def says_nothing(line: str) -> bool:
    """Return whether a line has no words: tags, marks of a quotation, a fence, a drawn rule."""
    if len(line) > 2_000:
        return False
    if is_tags(line) or _FENCED_DIV.match(line) or _DRAWN_RULE.match(line):
        return True
    return is_blank(mentions.without_comments(line).strip(" \t>"))


def is_blank(line: str) -> bool:
    """Return whether a line is blank, or blank where it is shown."""
    return not line.replace("&nbsp;", "").strip(" \t") and len(line) <= _LONGEST_BLANK


def before_picture(lines: Sequence[str], begin: int, end: int) -> int:
    """Return where lines end before a picture in a block that the next line is in, or ``end``.

    Such a picture stands above the title of its paper: ``<div>``, ``<img src="a.png">``.
    """
    first = end
    while first > begin and (_PICTURE.match(lines[first - 1]) or says_nothing(lines[first - 1])):
        first -= 1
    block = next((n for n in range(first, end) if _BLOCK.match(lines[n])), end)
    return block if any(map(_PICTURE.match, lines[block:end])) else end


def opens(line: str) -> bool:
    """Return whether a line begins a fenced div: ``::: {.paper}``."""
    return bool(_FENCED_DIV.match(line) and not _DIV_END.match(line))


def closes(line: str, above: Sequence[str]) -> bool:
    """Return whether a line ends an element or a fenced div that the lines above begin."""
    if _DIV_END.match(line):
        fences = [bool(_DIV_END.match(each)) for each in above if _FENCED_DIV.match(each[:200])]
        fences += [False for each in above if each.lstrip().startswith(":::") and "[" in each]
        return fences.count(False) > fences.count(True)
    text, tags = "\n".join(above), dict.fromkeys(_END_TAG.findall(line[:_LONGEST]))
    return any(
        len(re.findall(rf"<{tag}\b", text)) > text.count(f"</{tag}>")
        for tag in list(tags)[:_MOST_TAGS]
    )


def is_tags(line: str) -> bool:
    """Return whether a line has tags of HTML or marks of a quotation, and nothing else."""
    return len(line) <= 2_000 and bool(_NO_WORDS.match(line))


def only_leads(line: str) -> bool:
    """Return whether a line says nothing but where a paper, its code or its page are found."""
    if line.lstrip(" \t").startswith("![") or "<img" in line:
        return False  # It is shown.
    if len(line) > 2_000 or ("/" not in line and "rxiv" not in line.casefold()):
        return False
    rest = _CATEGORY.sub("", mentions.without_links(line))
    return rest != line and lookup.is_link_label(rest)


def closed(text: str, *, in_item: bool = False) -> tuple[str, str]:
    """Return a text without the end of its paragraph or item in HTML, and that end."""
    text, of_item = html_lists.closed(text) if in_item else (text, "")
    if text.endswith(_CLOSING) and "<p " not in text:
        return text[: -len(_CLOSING)], _CLOSING + of_item
    return text, of_item
