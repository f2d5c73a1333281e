"""A PDF's text layer becomes parts with headings, without what belongs only to pages."""

import json
import re

import pytest

from papers.fulltext.base import Kind, ParseFailed
from papers.fulltext.pdf import parse_pdf
from papers.jobs.reasons import translated
from tests.papers.fulltext.pdf_files import make_pdf, running

FULL = {
    "0908.0054.pdf": [
        (Kind.ABSTRACT, ""),
        (Kind.INTRODUCTION, "INTRODUCTION"),
        (Kind.OTHER, "ULTRA LIGHT BOSONS AS DARK MATTER"),
        (Kind.OTHER, "TESTING WITH THE CMB"),
        (Kind.CONCLUSION, "CONCLUSIONS"),
        (Kind.OTHER, "Acknowledgements"),
    ],
    "1508.05632v2.pdf": [
        (Kind.ABSTRACT, ""),
        (Kind.INTRODUCTION, "INTRODUCTION"),
        (Kind.METHOD, "THE SGOLDSTINO MODEL"),
        (Kind.OTHER, "EXPLAINING THE DIBOSON EXCESS"),
        (Kind.OTHER, "OTHER ANALYSES"),
        (Kind.CONCLUSION, "CONCLUSIONS"),
        (Kind.OTHER, "Acknowledgments"),
    ],
    "1706.09498v1.pdf": [
        (Kind.ABSTRACT, "Abstract"),
        (Kind.INTRODUCTION, "Introduction"),
        (Kind.RELATED, "Literature Review"),
        (Kind.OTHER, "Dataset Design"),
        (Kind.METHOD, "Proposed Method"),
        (Kind.RESULTS, "Experiments"),
        (Kind.CONCLUSION, "Conclusion"),
    ],
    "1805.05865.pdf": [(Kind.OTHER, "")],
    "2304.10117.pdf": [
        (Kind.ABSTRACT, ""),
        (Kind.INTRODUCTION, "INTRODUCTION"),
        (Kind.METHOD, "METHOD"),
        (Kind.RESULTS, "RESULTS"),
        (Kind.CONCLUSION, "CONCLUSION AND DISSCUSION"),
        (Kind.OTHER, "ACKNOWLEDGMENTS"),
    ],
}
FURNITURE = ["1st Conference on", "Electronic address", "Dated:", "aucegypt.edu", "DFPD-2015"]

corpus_file = pytest.mark.parametrize("name", FULL)


def text_of(corpus, name):
    parts = parse_pdf((corpus / "fulltext" / name).read_bytes()).parts
    return "\n".join(part.text for part in parts)


@pytest.mark.corpus
@corpus_file
def test_a_recorded_paper_has_its_sections(corpus, name):
    parts = parse_pdf((corpus / "fulltext" / name).read_bytes()).parts
    assert [(part.kind, part.heading) for part in parts] == FULL[name]


@pytest.mark.corpus
@corpus_file
def test_a_recorded_paper_keeps_its_text_and_loses_its_pages(corpus, name):
    manifest = json.loads((corpus / "fulltext" / "MANIFEST.json").read_text())
    (characters,) = [row["characters"] for row in manifest if row["file"] == name]
    text = text_of(corpus, name)
    assert 0.75 < len(text) / characters < 1
    assert "\x02" not in text
    assert not re.search(r"arXiv:\d{4}\.\d{4,5}v\d \[", text)
    assert [line for line in text.split("\n") if line.isdigit()] == []
    assert [words for words in FURNITURE if words in text] == []


@pytest.mark.corpus
@pytest.mark.parametrize(
    ("name", "entries"),
    [
        ("0908.0054.pdf", ["Hu W., Barkana", "astro-ph/9603033"]),
        ("1508.05632v2.pdf", ["G. Aad et al", "[Inspire]", "1507.05525"]),
        ("1706.09498v1.pdf", ["action-annotation.", "Takeover time", "25(8):"]),
        ("1805.05865.pdf", ["Abbott", "gr-qc/9710068", "ABOUT THE AUTHOR"]),
        ("2304.10117.pdf", ["R. Penrose", "Riv. Nuovo Cim", "Living Rev"]),
    ],
)
def test_a_recorded_paper_lists_no_reference(corpus, name, entries):
    text = text_of(corpus, name)
    assert [entry for entry in entries if entry in text] == []


@pytest.mark.corpus
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("0908.0054.pdf", "the Cosmic Microwave Background (CMB) spectrum"),
        ("0908.0054.pdf", "change in the mass-to-temperature ratio of the SFDM"),
        ("0908.0054.pdf", "the content of bosons in the universe"),  # over a page's end
        ("1508.05632v2.pdf", "the recent ATLAS diboson excess"),
        ("1508.05632v2.pdf", "the CP-even and CP-odd real scalar components"),
        ("1706.09498v1.pdf", "we propose a reliable system that achieves a 95.98% driving"),
        ("1706.09498v1.pdf", "Convolutional Neural Networks (CNNs)"),
        ("1706.09498v1.pdf", "\nCell Phone Usage Detection\n"),
        ("1706.09498v1.pdf", "GA-Weighted Ensemble 0.1575 95.98"),
        ("1805.05865.pdf", "Perhaps future extensions of LIGO can save them the expense"),
        ("2304.10117.pdf", "with an error level of about 6% (10%)"),
        ("2304.10117.pdf", "Testing BH mechanics has become increasingly important"),
    ],
)
def test_a_recorded_paper_says(corpus, name, words):
    assert words in text_of(corpus, name)


def read(*pages):
    return [tuple(part) for part in parse_pdf(make_pdf(*pages)).parts]


FACE = ("*A Title", "Ada Lovelace", "*Abstract", "We show it.", "*1 Introduction", "It matters.")


def test_a_paper_begins_with_its_abstract():
    assert read(running(*FACE)) == [
        (Kind.ABSTRACT, "Abstract", "We show it."),
        (Kind.INTRODUCTION, "Introduction", "It matters."),
    ]


def test_page_numbers_stamps_running_heads_and_notices_are_dropped():
    def page(number, *lines):
        head = (760, "F", f"LOVELACE AND HONG, PAGE {number}")
        feet = [(40, "F", "Preprint. Under review."), (30, "F", f"- {number} -")]
        return [head, *running(*lines), *feet]

    stamp = (400, "F", "arXiv:2501.11120v1 [cs.CL] 19 Jan 2025")
    pages = [page(1, *FACE, "The model"), page(2, "reads 12", "34", "files.")]
    text = "\n".join(part[2] for part in read(pages[0] + [stamp], pages[1]))
    assert text == "We show it.\nIt matters. The model reads 12 34 files."


def test_a_heading_has_to_look_like_one():
    body = ("2 Tables were set.", "3 Experiments", "Results", "*2 methods", "*9 Results", "*7 Out")
    assert [heading for _, heading, _ in read(running(*FACE, *body))] == [
        "Abstract",
        "Introduction",
    ]


def test_a_table_of_contents_opens_nothing():
    contents = ("*1 Introduction 1", "*2 Method . . . . . . . 4", "*3 Results 9")
    found = read(running("*A Title", *contents, "*Abstract", "So.", "*1 Introduction", "It is."))
    assert [heading for _, heading, _ in found] == ["Abstract", "Introduction"]


def test_a_heading_over_two_lines_is_one():
    found = read(running(*FACE, "*2 A method for the reading", "*of long headings", "We read."))
    assert found[-1] == (Kind.METHOD, "A method for the reading of long headings", "We read.")


def test_subsections_stay_lines_of_their_section():
    found = read(running(*FACE, "*2 Method", "*2.1 Data", "We take.", "*3.1 Not ours", "So."))
    assert found[-1] == (Kind.METHOD, "Method", "Data\nWe take. 3.1 Not ours So.")


def test_limitations_are_a_part_of_their_own():
    found = read(running(*FACE, "*2 Discussion", "So what.", "*Limitations", "It fails."))
    assert found[-1] == (Kind.LIMITATIONS, "Limitations", "It fails.")
    assert found[-2] == (Kind.DISCUSSION, "Discussion", "So what.")


def test_an_appendix_after_the_references_is_kept():
    references = ("*References", "[1] A. Author. *A Book.*", "A. Krizhevsky. Networks.", "*Nature")
    body = ("*2 Method", "We do.", *references, "*A Proofs", "It holds.", "*A.1 More", "Indeed.")
    found = read(running(*FACE, *body, "*B Prompts", "Say it."))
    assert [kind for kind, *_ in found[-3:]] == [Kind.METHOD, Kind.APPENDIX, Kind.APPENDIX]
    assert found[-2:] == [
        (Kind.APPENDIX, "Proofs", "It holds.\nMore\nIndeed."),
        (Kind.APPENDIX, "Prompts", "Say it."),
    ]


def test_references_without_a_heading_are_dropped():
    entries = [f"[{number}] A. Author, A Journal {number}." for number in range(1, 9)]
    body = ["*2 Results", "[3] shows it.", "[4] too.", *entries]
    assert read(running(*FACE, *body))[-1] == (
        Kind.RESULTS,
        "Results",
        "[3] shows it. [4] too.",
    )


def test_a_word_broken_at_a_lines_end_is_whole():
    lines = ("A ro-", "bust well-", "known GPT-", "4 works; the re-", "liable and well-known one.")
    assert read(running(*FACE, *lines))[-1][2] == (
        "It matters. A robust well-known GPT-4 works; the reliable and well-known one."
    )


def test_a_caption_is_a_line_of_its_own():
    found = read(running(*FACE, "We see in", "Figure 1: A plot."))
    assert found[-1][2] == "It matters. We see in\nFigure 1: A plot."


def test_a_paper_without_headings_is_one_part():
    assert read(running("*A letter", "It says.")) == [(Kind.OTHER, "", "A letter It says.")]


def test_a_paper_that_says_no_more_than_its_abstract_is_refused():
    with pytest.raises(ParseFailed, match="holds no text beyond an abstract"):
        read(running(*FACE[:4]))


PROSE = "We describe the widget and how it was made, in a line as long as lines of prose are."


def lines(*texts, top=700):
    """Return lines from `top` down. A leading ">" moves a line to the middle, a "~" is a label."""
    made = []
    for at, text in enumerate(texts):
        height = top - 12 * at
        if text.startswith(">"):
            shown = text[1:]
            made.append((height, "F", shown, 72 + 190 - round(3.6 * len(shown))))
        else:
            made.append((height, "T" if text.startswith("~") else "F", text.removeprefix("~")))
    return made


@pytest.mark.parametrize(
    ("heading", "kind", "title"),
    [
        ("I N T R O D U C T I O N", Kind.INTRODUCTION, "INTRODUCTION"),
        ("R E L A T E D  W O R K", Kind.RELATED, "RELATED WORK"),
        ("R E L A T E D W O R K", Kind.RELATED, "RELATED WORK"),
        ("I NTRODUCTION", Kind.INTRODUCTION, "INTRODUCTION"),
        ("C ONCLUSION", Kind.CONCLUSION, "CONCLUSION"),
    ],
)
def test_a_heading_in_spaced_or_small_capitals_is_one(heading, kind, title):
    found = read(running("*A Title", "*Abstract", "We show it.", heading, "It matters."))
    assert found[-1] == (kind, title, "It matters.")


@pytest.mark.parametrize(
    ("heading", "title"),
    [
        ("2 W IDGETS AT WORK", "WIDGETS AT WORK"),
        ("2 A METHOD FOR ALL", "A METHOD FOR ALL"),
        ("2 W I D G E T S", "WIDGETS"),
    ],
)
def test_small_capitals_are_joined_where_the_paper_knows_the_word(heading, title):
    found = read(running(*FACE, "Our widgets.", heading, "We do."))
    assert found[-1][1:] == (title, "We do.")


def test_a_numbered_heading_in_capitals_may_go_on_in_the_next_line():
    body = ("2 EXPERIMENTS AND", "RESULTS", "We see.", "3 SUMMARY", "It is.", "RESULTS", "Good.")
    found = read(running(*FACE, *body))
    assert [part[1] for part in found[2:]] == ["EXPERIMENTS AND RESULTS", "SUMMARY", "RESULTS"]


CENTRED = [
    *(">INTRODUCTION", PROSE, PROSE, PROSE, ">THE WIDGETS AND", ">THEIR MAKERS", PROSE, PROSE),
    *("WIDGETS AT THE EDGE", PROSE, PROSE, ">CONCLUSIONS", PROSE, PROSE),
]


def test_capitals_in_the_middle_are_headings_where_others_are_set_so():
    found = read(lines(*CENTRED))
    assert [heading for _, heading, _ in found] == [
        "INTRODUCTION",
        "THE WIDGETS AND THEIR MAKERS",
        "CONCLUSIONS",
    ]
    assert "WIDGETS AT THE EDGE" in found[1][2]


def test_capitals_in_the_middle_are_text_where_no_usual_heading_is_set_so():
    found = read(lines("INTRODUCTION", *CENTRED[1:11], "CONCLUSIONS", PROSE))
    assert [heading for _, heading, _ in found] == ["INTRODUCTION", "CONCLUSIONS"]


LABELS = ["~0.0", "~0.5", "~1.0", "~Epoch", "~Accuracy (%)", "~ours"]


def test_the_labels_of_a_figure_do_not_break_the_paragraph():
    found = read(lines(PROSE, PROSE, "and the sentence goes", *LABELS, "on after the figure."))
    assert found[0][2] == f"{PROSE} {PROSE} and the sentence goes on after the figure."


ROWS = [
    "~Model Acc. F1",
    "~BERT 81.2 80.1",
    "~GPT 93.7 91.0",
    "~Ours 95.1 94.2",
    "~+ all 96.0 95.5",
]


@pytest.mark.parametrize("caption", [[], ["~Table 2: Results."], [*LABELS, "~Table 2: Results."]])
def test_the_numbers_of_a_table_stay_whatever_its_font(caption):
    found = read(lines(PROSE, PROSE, *caption, *ROWS, PROSE))
    text = " ".join(part[2] for part in found)
    assert "BERT 81.2 80.1" in text
    assert "Epoch" not in text


def test_a_few_short_lines_in_another_font_are_text():
    found = read(lines(PROSE, PROSE, "and x", *LABELS[:4], "holds."))
    assert found[0][2].endswith("and x 0.0 0.5 1.0 Epoch holds.")


def test_a_pdf_says_what_made_it():
    info = b"9 0 obj <</Producer(pdfTeX-1.40.25)>> endobj trailer <</Info 9 0 R"
    made = make_pdf(running(*FACE))
    assert parse_pdf(made).generator == ""
    assert parse_pdf(made.replace(b"trailer <<", info)).generator == "pdfTeX-1.40.25"


def test_a_page_that_cannot_be_read_is_a_gap():
    whole = make_pdf(running(*FACE), running("It goes on.", top=400))
    assert parse_pdf(whole).gap == ""
    broken = whole.replace(b"/Kids[6 0 R 8 0 R]", b"/Kids[6 0 R 99 0 R]")
    gap = "has pages that cannot be read, the first is 2"
    assert parse_pdf(broken).gap == gap
    assert translated(gap)


@pytest.mark.parametrize(
    ("heads", "gap"),
    [
        (["1 Introduction", "2 Method", "5 Results"], "goes from section 2 to 5"),
        (["1 Introduction", "2 Method", "4 Results"], ""),  # One heading may look like text.
        (["1 Introduction", "2 Method", "7 Apples"], ""),
        (["4 Results", "5 Conclusion"], "begins with section 4"),
    ],
)
def test_sections_that_are_missing_are_a_gap(heads, gap):
    pages = [running(f"*{head}", *[f"{PROSE} {head[:1]}."] * 4) for head in heads]
    assert parse_pdf(make_pdf(*pages)).gap == gap


def test_too_many_pages_are_refused():
    with pytest.raises(ParseFailed, match="has 1001 pages, limit 1000"):
        parse_pdf(make_pdf(*([] for _ in range(1001))))


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"<html>", bytes(1000)])
def test_what_is_no_pdf_is_refused(data):
    with pytest.raises(ParseFailed, match="cannot be opened as a PDF"):
        parse_pdf(data)
