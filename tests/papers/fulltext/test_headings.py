"""A heading tells the role of its section."""

import pytest

from papers.fulltext.base import Kind
from papers.fulltext.headings import is_dropped, kind_of, without_number


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("Introduction", Kind.INTRODUCTION),
        ("INTRODUCTION AND MOTIVATION", Kind.INTRODUCTION),
        ("Related Work", Kind.RELATED),
        ("Literature Review", Kind.RELATED),
        ("Background", Kind.RELATED),
        ("Methods", Kind.METHOD),
        ("Our Approach", Kind.METHOD),
        ("Materials and methods", Kind.METHOD),
        ("Experiments", Kind.RESULTS),
        ("Experimental setup", Kind.RESULTS),
        ("Main Results", Kind.RESULTS),
        ("Ablation study", Kind.RESULTS),
        ("Results and Discussion", Kind.RESULTS),
        ("Discussion and limitations", Kind.DISCUSSION),
        ("Limitations", Kind.LIMITATIONS),
        ("Threats to Validity", Kind.LIMITATIONS),
        ("Conclusions", Kind.CONCLUSION),
        ("Concluding remarks", Kind.CONCLUSION),
        ("Summary", Kind.CONCLUSION),
        ("Appendix", Kind.APPENDIX),
        ("Supplementary Material", Kind.APPENDIX),
        ("Preliminaries", Kind.OTHER),
        ("Unlimited resultants", Kind.OTHER),
        ("Acknowledgments", Kind.OTHER),
        ("", Kind.OTHER),
    ],
)
def test_a_heading_names_its_kind(heading, kind):
    assert kind_of(heading) == kind


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("1 Introduction", "Introduction"),
        ("2.1. Setup", "Setup"),
        ("IV. RESULTS", "RESULTS"),
        ("B.2 Proofs", "Proofs"),
        ("A. Proofs", "Proofs"),
        ("Appendix A. Proofs", "Proofs"),
        ("A Survey of Agents", "A Survey of Agents"),
        ("I think, therefore", "I think, therefore"),
        ("3D Reconstruction", "3D Reconstruction"),
        ("2024", "2024"),
    ],
)
def test_a_number_is_taken_off(heading, name):
    assert without_number(heading) == name


@pytest.mark.parametrize("heading", ["References", "REFERENCES", "Bibliography", "Paper Checklist"])
def test_what_is_not_the_papers_text_is_dropped(heading):
    assert is_dropped(heading)


@pytest.mark.parametrize("heading", ["References to color", "Checklists help", "Reference models"])
def test_what_only_sounds_like_it_stays(heading):
    assert not is_dropped(heading)
