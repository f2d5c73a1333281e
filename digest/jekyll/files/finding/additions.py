"""Tells a title from what strangers add to it: tags, labels, authors, speakers, glosses."""

import re

_FOREIGN_TAG = re.compile(r"[\[(【（][^\W\dA-Za-z]{1,8}[\])】）][ \t]*(?=[A-Za-z])")
_CODE = re.compile(
    r"`(?:[^`\n -~]{1,10}|[A-Z]{2,8}|[a-z-]{2,10}\.[A-Z]{2})`[ \t]+(?=\w)"
    r"|\[(?:[A-Z]{2,5}|[a-z-]{2,10}\.[A-Z]{2})\][ \t]+(?=\w)"
)
_SPEAKER = re.compile(
    r"(?<=[ \t])[-–—][ \t](?:(?:발표|발제|発表|报告)[자者人]?[ \t]*[:：]?[ \t]*[^\W\d]{1,12}"
    r"|presented by[ \t]+\w[^\n]{0,40}|(?:presenter|speaker):[ \t]*\w[^\n]{0,40})\Z",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"(?:\A|[.,:;][ \t]+)[\"“](?P<title>[^\"“”\n]{5,500}?)[.,][\"”]")
_DATED_ENTRY = re.compile(
    r"[^\W\d][^\W\d'’ -]{0,40}, [A-Z]\.[^()\n]{0,300}\((?:19|20)[0-9]{2}[a-z]?\)\.[ \t]+"
    r"(?=[\w*_\"“])(?=(?P<title>[*_]{1,2}[^*_\n]{1,500}[*_]{1,2})?)"
)
_NAME = r"[A-Z\u00c0-\uffff][\w'’-]{0,40}"
_ET_AL = re.compile(rf"(?<=\w{{3}})\. {_NAME}(?:,? (?:(?:and|&) )?{_NAME}){{0,5}},? et al\.?\Z")
_GLOSSED = re.compile(r"[!-~]{1,40}(?: [!-~]{1,40}){2,20}(?=：[^ -~]{2})")
_LABEL = re.compile(
    r"(?:제목|논문명|title|(?:today's[ \t]+)?paper(?:[ \t]+of[ \t]+the[ \t]+(?:day|week|month))?"
    r"|(?:오늘|이번 주)의 논문|runner-up|(?:first|second|third|fourth|fifth|last)[ \t]+paper"
    r"|(?:첫|두|세|네|다섯|여섯|일곱|여덟|아홉|열) ?번째 논문|标题|题目|論文名|タイトル)"
    r"[ \t]*[:：][ \t]*(?=[^\s])",
    re.I,
)
_REVIEW = re.compile(
    r"\A[\[(【][^\[\]()【】\n]{0,30}(?:review|paper|리뷰|논문|論文|论文)"
    r"[^\[\]()【】\n]{0,30}[\])】][ \t]*(?=\w)",
    re.I,
)


def of_review(title: str) -> str:
    """Return the title of the paper that a post's title is about: without ``[Paper review]``."""
    return _REVIEW.sub("", title)


def after_label(text: str, begin: int, end: int) -> tuple[int, int]:
    """Return the span of a title after a label: ``Title:``, ``Paper of the day:``."""
    label = _LABEL.match(text, begin, end)
    return (label.end() if label else begin), end


def without(text: str, begin: int, end: int) -> tuple[int, int]:
    """Return the span of a title without what others add to it.

    That is the rest of an entry of a bibliography (``Author. "Title." 2025``), a tag before it
    (``[論文]``, inline code), the name of who presents it, and a gloss in another script.
    """
    if quoted := _QUOTED.search(text, begin, end):
        return quoted.span("title")
    if entry := _DATED_ENTRY.match(text[begin:end]):
        stop = entry.end("title")
        begin, end = begin + entry.end(), begin + stop if stop >= 0 else end
        end -= text[end - 1] == "."
    if authors := _ET_AL.search(text, begin, end):
        end = authors.start()
    tags = (tag.match(text[begin:end]) for tag in (_REVIEW, _FOREIGN_TAG, _CODE))
    if tag := next(filter(None, tags), None):
        begin += tag.end()
    if speaker := _SPEAKER.search(text, begin, end):
        end = speaker.start()
    if glossed := _GLOSSED.match(text, begin, end):
        end = glossed.end()
    return begin, end
