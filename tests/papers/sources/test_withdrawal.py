"""Words that say a paper was withdrawn, and words that only look like them."""

import pytest

from papers.sources.withdrawal import words


@pytest.mark.parametrize(
    "comment",
    [
        "This paper has been withdrawn by the author due to a crucial sign error in equation 1",
        "This paper has been withdrawn",
        "12 pages, 3 figures. This paper is withdrawn because of an error in Lemma 3.",
        "10 pages; This article has been temporarily withdrawn by the authors",
        "This submission has been withdrawn by arXiv administrators due to a disputed authorship",
        "arXiv admin note: This version has been removed by arXiv administrators due to copyright",
        "This manuscript was withdrawn from arXiv at the request of the authors",
        "Our paper has had to be withdrawn",
        "The authors have withdrawn this paper due to an error in the proof",
        "We withdraw this manuscript; a new one will follow",
        "arXiv admin has withdrawn this submission due to plagiarism",
        "Withdrawn by the authors",
        "withdrawn",
        "Withdrawn.",
        "*** Withdrawn ***",
        "Paper withdrawn due to an error in the main theorem",
        "8 pages, withdrawn because of an error",
        "This preprint has been retracted",
        "This paper should be considered withdrawn",
    ],
)
def test_a_withdrawal_is_seen(comment):
    assert words(comment, "We study pushdown automata.")
    assert words(comment.upper(), "")


@pytest.mark.parametrize(
    "comment",
    [
        "",
        "12 pages, accepted at NeurIPS 2025",
        "This paper has been withdrawn from ICLR 2025",
        "Withdrawn from the conference; revised version under review",
        "Withdrawn submission to ICLR 2026",
        "ICLR 2024 (withdrawn), 12 pages",
        "12 pages, ICLR 2024 (withdrawn)",
        "This paper has not been withdrawn",
        "This paper replaces the withdrawn arXiv:1234.5678",
        "The claim of Theorem 2 has been withdrawn by the authors of [3]",
        "This paper is about withdrawn drugs",
        "v2: Section 4 withdrawn",
        "This work has been submitted to the IEEE for possible publication",
    ],
)
def test_what_else_was_withdrawn_is_not_the_paper(comment):
    assert words(comment, "We study pushdown automata.") == ""


@pytest.mark.parametrize(
    "abstract",
    [
        "This paper has been withdrawn by the author(s), due a crucial sign error in Thm. 1.",
        "Withdrawn by the author.",
        "We study automata. This paper has been withdrawn due to an error.",
    ],
)
def test_an_old_withdrawal_stands_in_the_abstract(abstract):
    assert words("4 pages", abstract)


@pytest.mark.parametrize(
    "abstract",
    [
        "We study when a paper is retracted and show that the paper was retracted too late.",
        "Patients who had withdrawn consent were left out; 12 drugs were withdrawn from sale.",
        "This paper studies papers withdrawn by their authors from arXiv.",
        "In this work we ask why this paper by Wakefield was retracted.",
        "This work has shown that users withdrawn from social life fare worse.",
        "Heat is withdrawn by the reservoir.",
    ],
)
def test_a_paper_about_withdrawals_is_not_withdrawn(abstract):
    assert words("", abstract) == ""


def test_the_words_are_the_sentence_that_says_so():
    comment = "9 pages. This paper has been withdrawn due to an error in Lemma 3. See v1."
    assert words(comment, "") == "This paper has been withdrawn due to an error in Lemma 3"
    assert words("Withdrawn by the author " + "x" * 900, "") == (
        "Withdrawn by the author " + "x" * 176
    )
