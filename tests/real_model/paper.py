"""A paper with a full text, to be drafted by a real model."""

from papers.fulltext.base import Kind
from papers.models import Paper
from tests.factories import make_paper
from tests.papers.pipeline.test_model_drafts import store_full_text

ABSTRACT = (
    "We propose a way to make widgets in parallel.",
    "It raises accuracy by 3.2% on two benchmarks.",
)
FULL_TEXT = {
    Kind.INTRODUCTION: (
        "Making widgets one after another is slow.",
        "Earlier work waits for each widget before the next one begins.",
    ),
    Kind.METHOD: (
        "We divide each widget into pieces and train all pieces at the same time.",
        "A small network joins the pieces in the end.",
    ),
    Kind.RESULTS: ("Accuracy rises from 71.0% to 74.2%.", "Training takes half the time."),
    Kind.LIMITATIONS: ("Very small widgets cannot be divided.",),
    Kind.CONCLUSION: ("Widgets can be made in parallel without losing accuracy.",),
}
SENTENCES = [*ABSTRACT, *(each for part in FULL_TEXT.values() for each in part)]
"""In the order of their numbers, which begin with 1."""


def make_whole_paper() -> Paper:
    """Return a paper whose full text was read."""
    paper = make_paper(title="Widgets in parallel", abstract=" ".join(ABSTRACT), version=1)
    parts = [
        {"kind": kind, "heading": kind.capitalize(), "text": " ".join(sentences)}
        for kind, sentences in FULL_TEXT.items()
    ]
    store_full_text(paper, 1, parts=parts)
    return paper
