"""Detects whether a paper was withdrawn.

arXiv says so only in words, in the comment or the abstract. A withdrawal is a new version without
files, and the old versions stay (info.arxiv.org/help/withdraw.md). Other things are withdrawn too
(a submission to a conference, a claim, a drug), so only a sentence about this paper counts.
"""

import re

_WORK = r"(?:e-?print|preprint|paper|article|manuscript|submission|work|note|report|version)"
_GONE = r"(?:withdrawn|retracted)"
# Most papers are withdrawn from a conference's program, not from arXiv.
_HERE = r"(?!\s+(?:from|at)\s+(?!(?:the\s+)?arxiv))"
_BETWEEN = r"(?:been|had|be|being|to|now|considered|temporarily|permanently|voluntarily|hereby)"
_SENTENCE = r"(?:\A|(?<=[.!?;:,(\[])|(?<=--))\ ?"
_WITHDRAWAL = re.compile(
    rf"""{_SENTENCE}
    (?: # This paper has been temporarily withdrawn. This version was removed by arXiv.
        (?:this|the|our|the\s+present)\s+(?:arxiv\s+)?{_WORK}\s+
        (?:has|is|was|had|will|should|must)\s+(?:{_BETWEEN}\s+){{0,4}}
        (?:{_GONE}\b{_HERE}|removed\s+by\s+(?:the\s+)?arxiv)
      | # The authors have withdrawn this paper. We withdraw this paper.
        (?:we|I|(?:the\s+)?authors?|arxiv\s+admin(?:istrator)?s?)\s+
        (?:(?:has|have|had\s+to|hereby)\s+)?(?:withdraws?|{_GONE})\s+(?:this|the|our)\s+{_WORK}\b
      | # Withdrawn by the author. Paper withdrawn due to an error.
        (?:{_WORK}\s+)?(?:has\s+been\s+)?(?:temporarily\s+)?{_GONE}\s+
        (?:by|due|because|as|since|for|until|pending|owing|in\s+order|after)\b
    )
    | \A[\ (\[]*(?:{_WORK}\s+)?{_GONE}[\ .!)\]]*\Z""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_REST = re.compile(r"[^.!?;]*")
_SHOWN = 200  # characters


def words(comment: str, abstract: str) -> str:
    """Return the words that say the paper was withdrawn, or "". Both texts are clean."""
    for text in (comment, abstract):
        line = " ".join(text.replace("*", " ").split())
        if found := _WITHDRAWAL.search(line):
            rest = _REST.match(line, found.end())
            return (found[0] + (rest[0] if rest else "")).strip(" ([")[:_SHOWN]
    return ""
