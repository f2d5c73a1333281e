"""Finds sentences that the paper does not support, and those that say the opposite of it.

What a sentence rests on is found by `papers.checks.evidence`. Whether a paper supports it at all
has been learnt for Korean alone, so other languages are not checked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext_noop

from papers import languages
from papers.checks import evidence
from papers.checks.base import Check, Claim, Finding, Level, PaperText, Term
from papers.checks.evidence.claims import Sentence, claims, quoted, stated_in
from papers.checks.evidence.contrast import Contrast

NAME = "support"
VERSION = 1

FEWEST_WORDS = 3
"""A sentence with fewer words says too little to be compared."""
FEWEST_SENTENCES = 3
"""A paper of which fewer are known is too little to miss anything in."""
_UNSUPPORTED = gettext_noop("Nothing in the paper says this. The nearest sentence is shown.")
_CONTRASTS = {
    Contrast.DENIED: gettext_noop("This denies something, and the paper's nearest sentence not."),
    Contrast.TURNED: gettext_noop("The paper's nearest sentence says the opposite direction."),
}


def check(claim: Claim, paper: PaperText) -> Iterator[Finding]:
    """Yield warnings for a section's sentences.

    Without a source there are none. `numbers` then reports that there was nothing to check against.
    """
    if claim.language.partition("-")[0] != languages.KOREAN or not paper.text:
        return
    stated = stated_in(paper)
    texts = tuple(each.text for each in stated)
    for sentence in claims(claim.markdown) if len(texts) >= FEWEST_SENTENCES else ():
        is_short = sentence.text.count(" ") + 1 < FEWEST_WORDS
        if is_short or quoted(sentence.text, texts) is not None:
            continue
        found = evidence.find(sentence.text, texts)
        nearest = stated[found.best[0]]
        if found.support <= 0:
            yield _finding(sentence, nearest, "unsupported", _UNSUPPORTED)
        for contrast in found.contrasts if found.support > 0 else ():
            yield _finding(sentence, nearest, contrast.value, _CONTRASTS[contrast])


def _finding(sentence: Sentence, nearest: Sentence, code: str, message: str) -> Finding:
    return Finding(
        NAME,
        Level.WARNING,
        code,
        message,
        sentence.start,
        sentence.end,
        text=sentence.text,
        source_span=(nearest.start, nearest.end),
    )


def _of_section(claim: Claim, paper: PaperText, glossary: Sequence[Term]) -> list[Finding]:
    return list(check(claim, paper))


CHECK = Check(NAME, VERSION, section=_of_section, compares=True)
