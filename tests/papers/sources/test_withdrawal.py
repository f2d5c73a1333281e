"""Words that say a paper was withdrawn, and words that only look like them."""

import pytest

from papers.sources.withdrawal import perhaps, words


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


@pytest.mark.parametrize(
    "comment",
    [
        "Withdrawn; superseded by arXiv:2405.00001",
        "withdrawn, see arXiv:2405.00001",
        "This paper is a duplicate of arXiv:2210.00001 and is withdrawn",
        "We found a methodology error and are withdrawing this paper",
        "Paper is withdrawn because of an error in Theorem 2",
        "WITHDRAWN: error in the data",
        "The authors have decided to withdraw this manuscript",
        "The manuscript has been retracted at the request of a co-author",
        "Withdrawn - error in the proof of Lemma 4",
        "Withdrawn (superseded by arXiv:2101.00001)",
        "12 pages, 3 figures, withdrawn",
        "12 pages (withdrawn)",
        "10 pages. Withdrawn; a corrected version will follow",
        "Manuscript is withdrawn at the request of the funding agency",
        "Preprint has been withdrawn",
        "Submission was withdrawn to correct the author list",
        "The paper is now withdrawn",
        "It has been withdrawn due to a bug in the evaluation code",
        "This work contains a fatal flaw and has been withdrawn",
        "This article overlaps with arXiv:2001.00001 and is therefore withdrawn",
        "This paper contains an error in Section 3, so it has been withdrawn",
        "The authors wish to withdraw this paper",
        "The author would like to withdraw this article owing to errors",
        "We are withdrawing the paper",
        "We hereby retract this paper",
        "We decided to retract our manuscript",
        "All authors agreed to withdraw this submission",
        "The corresponding author has requested to withdraw this preprint",
        "We discovered a bug in our code, so we have decided to withdraw this paper",
        "I made a mistake in the proof and hereby withdraw the paper",
        "Withdrawal of this paper was requested by the authors",
        "Withdrawal requested by the authors",
        "Retraction notice: the experiments could not be reproduced",
        "RETRACTED: duplicated figures",
        "To be withdrawn",
        "Has been withdrawn; see the journal version",
        "Temporarily withdrawn pending a revision",
        "Voluntarily withdrawn, errors found",
        "Withdrawing due to a crucial error",
        "Note: this paper is withdrawn",
        "Update: the paper has been retracted",
        "Withdrawn in favour of arXiv:2301.00001",
        "Withdrawn and replaced by arXiv:2301.00001",
        "v3: withdrawn because the dataset licence was revoked",
        "The present manuscript has been retracted by its authors",
        "Our submission is temporarily withdrawn",
        "[Withdrawn] 9 pages",
        "Paper withdrawn, contains errors",
        "arXiv admins have withdrawn this article",
        "9 pages. The authors retract this work.",
        "Withdrawn, since the main claim does not hold",
        "The paper is withdrawn: the results were never reproduced",
        "This manuscript, submitted in 2023, is withdrawn",
        "Unfortunately, the proof of Lemma 2 is wrong and the paper is withdrawn",
        "Superseded by arXiv:2405.00001 and withdrawn",
        "Withdrawn paper",
        "Please note that the article has been retracted",
        "The submitter has asked to withdraw this article",
        "Article retracted at the authors' request",
        "Withdrawn at author's request",
    ],
)
def test_a_withdrawal_in_other_words_is_seen_or_suspected(comment):
    assert words(comment, "") or perhaps(comment, "We study automata.")
    assert words(comment.upper(), "") or perhaps(comment.upper(), "")


@pytest.mark.parametrize(
    "comment",
    [
        "supersedes the withdrawn arXiv:1905.00001",
        "This paper supersedes the withdrawn arXiv:1905.00001",
        "a previous version of [3] was withdrawn",
        "Data withdrawn from study",
        "Patients were withdrawn from the study",
        "Withdrawn from the ICML proceedings",
        "Accepted after the other submission was retracted",
        "Retracted articles dataset",
        "Retracted papers dataset, 12 pages",
        "Withdrawn submission to ICLR 2026",
        "Withdrawn from ICLR 2025, now at TMLR",
        "This paper was withdrawn from NeurIPS 2024",
        "We withdrew this paper from ICLR 2024",
        "The authors withdrew the submission from CVPR",
        "ICLR 2024 (withdrawn), 12 pages",
        "This paper has not been withdrawn",
        "The paper was never retracted",
        "This is not a withdrawn paper",
        "An earlier paper was withdrawn; this one is new",
        "The companion paper was withdrawn",
        "The original submission was withdrawn",
        "arXiv:1905.00001 was withdrawn",
        "arXiv:1905.00001 has been withdrawn by its authors; this is an independent work",
        "This paper corrects the withdrawn arXiv:1905.00001",
        "This paper replaces a withdrawn paper of the first author",
        "This work is unrelated to the withdrawn paper [4]",
        "This paper discusses why the paper of Wakefield was retracted",
        "A study of retracted articles",
        "Retraction Watch data, 9 pages",
        "Code to detect retracted publications",
        "We study how authors withdraw papers",
        "The claim of Theorem 2 is withdrawn",
        "Theorem 3 of v1 is withdrawn",
        "v2: Section 4 withdrawn",
        "Version 1 contained an error in Lemma 2, fixed here",
        "The dataset was withdrawn by its owners",
        "Code withdrawn at the request of the company",
        "Consent was withdrawn by 3 participants",
        "This note explains when a statement should be retracted",
        "The retraction of a map onto a subspace",
        "Deformation retraction, 20 pages",
        "A retract of the plane",
        "The drug was withdrawn from the market",
        "Heat is withdrawn by the reservoir",
        "A withdrawal strategy for retirees",
        "Nicotine withdrawal and relapse",
        "Cash withdrawal forecasting, 8 pages",
        "This paper was withdrawn by mistake and has been restored",
        "If the paper is withdrawn, see the journal",
        "This version replaces v2, which was withdrawn by mistake",
        "The paper by Smith et al. has been retracted",
        "Published version differs; the earlier version was withdrawn",
        "Withdrawn drugs and their targets",
        "Replaces arXiv:1905.00001, which was withdrawn",
        "Extends [7], since retracted",
        "12 pages, accepted at NeurIPS 2025",
    ],
)
def test_what_else_was_withdrawn_is_no_suspicion(comment):
    assert (words(comment, ""), perhaps(comment, "We study automata.")) == ("", "")


@pytest.mark.parametrize(
    "abstract",
    [
        "We found a methodology error and are withdrawing this paper.",
        "We study automata. The authors have decided to withdraw this manuscript.",
        "Paper is withdrawn because of an error in Theorem 2",
        "Withdrawn; superseded by arXiv:2405.00001",
    ],
)
def test_an_abstract_that_says_so_of_itself_is_suspected(abstract):
    assert words("", abstract) or perhaps("4 pages", abstract)


@pytest.mark.parametrize(
    "abstract",
    [
        "We study retractions. Once the paper has been retracted, readers learn, and it "
        "is cited on. " + "We count such citations. " * 12,
        "Models that retract an answer acknowledge an error. Retraction is rare.",
        "We ask how authors withdraw a paper, and whether the article was retracted in time.",
        "After the vendor took it back, it has been retracted from the market." + " We say." * 40,
    ],
)
def test_an_abstract_about_withdrawals_is_no_suspicion(abstract):
    assert (words("", abstract), perhaps("", abstract)) == ("", "")


def test_a_withdrawal_that_was_undone_is_none():
    for comment in (
        "This paper was withdrawn by mistake and has been restored",
        "The paper had been withdrawn and is now reinstated",
    ):
        assert (words(comment, ""), perhaps(comment, "")) == ("", "")


def test_the_words_of_a_suspicion_are_its_sentence():
    comment = "9 pages. The authors have decided to withdraw this paper: an error. See v1."
    assert perhaps(comment, "") == "The authors have decided to withdraw this paper: an error"


@pytest.mark.parametrize(
    "abstract",
    [
        "Central bank notes lose value. The note was withdrawn in 1999. " + "We study why. " * 30,
        "We read reports. Here the article was retracted because of its data. " + "More. " * 60,
    ],
)
def test_an_abstract_about_something_withdrawn_says_nothing_of_its_paper(abstract):
    assert words("12 pages", abstract) == ""
