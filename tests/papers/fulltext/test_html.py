"""arXiv's HTML becomes parts with headings. Authors, references and furniture are dropped."""

import json

import pytest
from selectolax.lexbor import LexborHTMLParser

from papers.fulltext.base import Kind, ParseFailed
from papers.fulltext.html import parse_html
from papers.text.cleaning import fold

FULL = {
    "0903.1000.html": [
        (Kind.ABSTRACT, "Abstract"),
        (Kind.INTRODUCTION, "Introduction"),
        (Kind.OTHER, "Bernstein polynomials and approximations"),
        (Kind.OTHER, "The Weierstrass approximation theorem via Bernstein polynomials"),
        (Kind.OTHER, "Derivatives of Bernstein approximations"),
        (
            Kind.OTHER,
            "A probabilistic interpretation of the Bernstein approximation of a copula",
        ),
    ],
    "1307.8133.html": [
        (Kind.ABSTRACT, "Abstract"),
        (Kind.INTRODUCTION, "Introduction"),
        (Kind.OTHER, "Band Deformation"),
        (Kind.OTHER, "Drift Kinematics"),
        (Kind.OTHER, "Tumbler geometry"),
        (Kind.CONCLUSION, "Conclusion"),
        (Kind.OTHER, "Acknowledgements"),
        (Kind.APPENDIX, "Residence Times"),
        (Kind.APPENDIX, "Simulation Method"),
    ],
    "2501.11120v1.html": [
        (Kind.ABSTRACT, "Abstract"),
        (Kind.INTRODUCTION, "Introduction"),
        (Kind.OTHER, "Out-of-context reasoning"),
        (Kind.OTHER, "Awareness of behaviors"),
        (Kind.OTHER, "Awareness of backdoors"),
        (Kind.RESULTS, "Multi-Persona experiments"),
        (Kind.RELATED, "Related work"),
        (Kind.DISCUSSION, "Discussion"),
        (Kind.LIMITATIONS, "Limitations and future work"),
        (Kind.CONCLUSION, "Conclusion"),
        (Kind.OTHER, "Acknowledgments"),
        (Kind.APPENDIX, "Author contributions"),
        (Kind.APPENDIX, "Supplementary results"),
        (Kind.APPENDIX, "Full experimental details"),
    ],
}
UNNUMBERED = {Kind.ABSTRACT, Kind.APPENDIX, Kind.LIMITATIONS}
FURNITURE = ["LaTeXML", "Generated", "Report issue", "footnotetext", "⬇", "{mdframed}", "@pegasus"]

corpus_file = pytest.mark.parametrize("name", FULL)


@pytest.fixture
def recorded(corpus, name):
    return (corpus / "fulltext" / name).read_bytes()


@pytest.mark.corpus
@corpus_file
def test_a_recorded_paper_has_its_sections(recorded, name):
    assert [(part.kind, part.heading) for part in parse_html(recorded).parts] == FULL[name]


@pytest.mark.corpus
@corpus_file
def test_a_recorded_paper_has_as_many_sections_as_its_manifest_says(corpus, recorded, name):
    manifest = json.loads((corpus / "fulltext" / "MANIFEST.json").read_text())
    (sections,) = [row["sections"] for row in manifest if row["file"] == name]
    found = [
        part
        for part in parse_html(recorded).parts
        if part.kind not in UNNUMBERED and not part.heading.startswith("Acknowledg")
    ]
    assert len(found) == sections


@pytest.mark.corpus
@corpus_file
def test_a_recorded_paper_lists_no_reference_and_no_author(corpus, recorded, name):
    manifest = json.loads((corpus / "fulltext" / "MANIFEST.json").read_text())
    (listed,) = [row["bibitems"] for row in manifest if row["file"] == name]
    tree = LexborHTMLParser(recorded.decode())
    entries, notes, face = (
        [fold(node.text()) for node in tree.css(selector)]
        for selector in (".ltx_bibitem", ".ltx_role_footnote", ".ltx_contact, .ltx_title_document")
    )
    assert len(entries) == listed
    text = "\n".join(part.text for part in parse_html(recorded).parts)
    # REVTeX repeats its footnotes among the references.
    found = [entry[-60:] for entry in entries if entry[-60:] in text]
    assert [ending for ending in found if ending not in "".join(notes)] == []
    assert [words for words in face if words and words in text] == []
    assert [words for words in FURNITURE if words in text] == []


@pytest.mark.corpus
@corpus_file
def test_a_recorded_paper_keeps_its_formulas_as_tex_only(recorded, name):
    text = "\n".join(part.text for part in parse_html(recorded).parts)
    assert text.count("$") > 100
    assert not set("⁢⁡") & set(text)  # MathML's invisible operators


@pytest.mark.corpus
@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("0903.1000.html", r"$b_{i,m}(t)=\binom{m}{i}\,t^{i}(1-t)^{m-i},$"),
        ("0903.1000.html", "Theorem 1."),
        ("0903.1000.html", "Some identities and estimates"),
        ("1307.8133.html", r"Experiment | 1 | $0.535\pm 0.009$ | $0.066\pm 0.007$ | 20"),
        ("1307.8133.html", "For particle-particle and particle-wall interactions."),
        ("2501.11120v1.html", "Normal answers | 20% | None | No triggers"),
        ("2501.11120v1.html", "Make Me Say rules"),
    ],
)
def test_a_recorded_paper_has_the_line(recorded, line):
    assert line in "\n".join(part.text for part in parse_html(recorded).parts).split("\n")


def read(body):
    return parse_html(f'<body><article class="ltx_document">{body}</article>'.encode()).parts


def only(body):
    (part,) = read(body)
    return part.text


def section(title, text, kind="section", level=2):
    return (
        f'<section class="ltx_{kind}">'
        f'<h{level} class="ltx_title ltx_title_{kind}">{title}</h{level}>'
        f'<div class="ltx_para"><p class="ltx_p">{text}</p></div>'
    )


def test_a_formula_becomes_tex_without_the_breaks_arxiv_put_into_it():
    tex = "\\displaystyle a%\n_{1}\\%\n b &lt; c"
    assert only(f'<p>So <math alttext="{tex}"><mi>a</mi></math>.</p>') == "So $a_{1}\\% b < c$."


def test_a_formula_without_tex_keeps_what_it_shows():
    assert only("<p>So <math><mi>a</mi></math>.</p>") == "So a."


def test_a_footnote_follows_the_paragraph_it_would_break():
    note = (
        '<span class="ltx_note ltx_role_footnote"><sup class="ltx_note_mark">1</sup>'
        '<span class="ltx_note_outer"><span class="ltx_note_content">'
        '<sup class="ltx_note_mark">1</sup><span class="ltx_tag ltx_tag_note">1</span>'
        '<span class="ltx_p">Aside.</span></span></span></span>'
    )
    assert only(f"<p>A word{note} goes on.</p><p>Next.</p>") == "A word goes on.\nAside.\nNext."


def test_a_row_of_a_table_is_one_line_whatever_its_cells_hold():
    rows = (
        '<tr><td class="ltx_td">Model</td><td class="ltx_td"><p>Accuracy</p><p>(%)</p></td></tr>'
        '<tr><td class="ltx_td"></td><td class="ltx_td">95.98</td></tr>'
    )
    assert only(f"<table>{rows}</table><p>After.</p>") == "Model | Accuracy (%)\n| 95.98\nAfter."


def test_limitations_are_a_part_of_their_own_wherever_they_stand():
    limits = section("Limitations.", "It fails.", "paragraph", 5) + "</section>"
    impact = section("Impact", "It helps.", "paragraph", 5) + "</section>"
    body = section("5 Discussion", "So what.") + limits + impact + "</section>"
    body += section("Proofs", "QED.", "appendix") + "</section>"
    body += section("Limitations", "It costs.", "appendix") + "</section>"
    assert [tuple(part) for part in read(body)] == [
        (Kind.DISCUSSION, "Discussion", "So what.\nImpact\nIt helps."),
        (Kind.LIMITATIONS, "Limitations", "It fails."),
        (Kind.APPENDIX, "Proofs", "QED."),
        (Kind.LIMITATIONS, "Limitations", "It costs."),
    ]


def test_acknowledgements_do_not_take_what_follows_in_their_section():
    thanks = (
        '<div class="ltx_acknowledgements"><h6 class="ltx_title ltx_title_acknowledgements">'
        "Acknowledgements.</h6>Thanks.</div>"
    )
    parts = read(section("Conclusion", "Done.") + thanks + "<p>Table 1.</p></section>")
    assert [tuple(part) for part in parts] == [
        (Kind.CONCLUSION, "Conclusion", "Done.\nTable 1."),
        (Kind.OTHER, "Acknowledgements", "Thanks."),
    ]


def test_references_under_an_ordinary_heading_are_dropped_too():
    body = section("Method", "We do.") + "</section>" + section("References", "[1] A.")
    body += section("NeurIPS Paper Checklist", "Yes.")
    assert [part.heading for part in read(body)] == ["Method"]


def test_a_paper_without_sections_is_one_part():
    assert [tuple(part) for part in read("<p>A letter.</p><p>It ends.</p>")] == [
        (Kind.OTHER, "", "A letter.\nIt ends.")
    ]


def test_chapters_and_their_sections_are_parts():
    body = section("Chapter 1 Results", "First.", "chapter") + section("2.1 Setup", "Second.")
    assert [part.heading for part in read(body)] == ["Chapter 1 Results", "Setup"]


def test_text_is_clean():
    assert only("<p>re\xadli\u200bable\u202e &#0;&#x1;caf&#x65;&#x301;\n\n  é</p>") == (
        "reliable \ufffdcafé é"
    )


def test_bytes_that_are_no_utf8_do_not_stop_the_reader():
    page = b'<article class="ltx_document"><p>a\xff\xfeb</p>'
    assert parse_html(page).parts[0].text == "a\ufffd\ufffdb"


def test_nesting_is_no_recursion():
    assert only("<div>" * 5_000 + "deep" + "</div>" * 5_000) == "deep"


@pytest.mark.parametrize("page", ["", "<p>Access denied</p>", "<html><body>429", "{}"])
def test_a_page_that_is_no_paper_is_refused(page):
    with pytest.raises(ParseFailed, match=r"is not arXiv's HTML"):
        parse_html(page.encode())


@pytest.mark.parametrize(
    "body",
    [
        "",
        '<div class="ltx_authors">A. Author</div>',
        f'<div class="ltx_abstract">{section("Abstract", "All there is.", "abstract", 6)}</div>',
    ],
)
def test_a_paper_that_says_no_more_than_its_abstract_is_refused(body):
    with pytest.raises(ParseFailed, match="holds no text beyond an abstract"):
        read(body)
