"""arXiv's HTML becomes parts with headings. Authors, references and furniture are dropped."""

import json

import pytest
from selectolax.lexbor import LexborHTMLParser

from papers.fulltext.base import Kind, ParseFailed
from papers.fulltext.html import parse_html
from papers.fulltext.sandbox import Limits, parse
from papers.jobs.reasons import translated
from papers.text.cleaning import fold
from tests.papers.fulltext import renderings

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
def test_a_recorded_paper_is_whole_and_names_its_generator(recorded, name):
    text = parse_html(recorded)
    assert text.gap == ""
    assert text.generator.startswith("LaTeXML 0.8.")


@pytest.mark.corpus
@corpus_file
def test_a_recorded_paper_says_the_same_with_other_names_written_as_xhtml(recorded, name):
    page = renderings.xhtml(recorded.decode())
    assert "<div" in page
    assert "/>" in page
    assert "ltx_" not in page.replace("ltx_ERROR", "")
    assert parse_html(page.encode()).parts == parse_html(recorded).parts


@pytest.mark.corpus
@corpus_file
def test_a_recorded_paper_says_the_same_by_its_structure_alone(recorded, name):
    page = renderings.bare(recorded.decode())
    assert "class=" not in page
    found, known = parse_html(page.encode()), parse_html(recorded)
    assert [part[:2] for part in found.parts] == [part[:2] for part in known.parts]
    assert list(map(prose, found.parts)) == list(map(prose, known.parts))
    assert found.gap == ""


def prose(part):
    """Return the paragraphs: long lines, without tables and equations that stand alone."""
    lines = [line for line in part.text.split("\n") if len(line) > 80 and line[0] not in "$|"]
    return [line for line in lines if " | " not in line]


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


@pytest.mark.parametrize(
    "page",
    [
        *("", "<p>Access denied</p>", "<html><body>429", "{}"),
        "<html><body><main><h1>No HTML for '2510.00001'</h1><p>HTML is not available.</p></main>",
    ],
)
def test_a_page_that_is_no_paper_is_refused(page):
    with pytest.raises(ParseFailed, match=r"is not a paper's page"):
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


def test_an_abstract_in_the_head_of_the_paper_is_kept_and_other_heads_are_not():
    abstract = f'<div class="ltx_abstract">{section("Abstract", "All.", "abstract", 6)}</div>'
    body = f"<header>{abstract}</header><header>Menu</header>{section('Method', 'We do.')}"
    assert [part.text for part in read(body)] == ["All.", "We do."]


STRUCTURE = """<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head>
<meta name="generator" content="latexml-oxide (version 0.5.1)"/><title/></head><body>
<nav><ol><li><a href="#1">1 Introduction</a></li></ol></nav>
<main><h1>Widgets</h1><div/><p>Ada Lovelace<br/>London</p>
<div><h6>Abstract</h6><p>We make widgets.</p></div>
<section><h2><span>1 </span>Introduction</h2><span/><p>They matter.</p></section>
<section><h2><span>2 </span>Method</h2><p>We mill.</p>
<section><h3><span>2.1 </span>Tools</h3><p>A mill.</p><ol><li><p>• First.</p></li></ol></section>
</section>
<section><h2>3 Conclusion</h2><p>They work.</p></section>
<section role="doc-bibliography"><h2>References</h2><ol><li>[1] A Book.</li></ol></section>
<section><h2><span>Appendix A </span>Proofs</h2><p>QED.</p></section>
<section><h2><span>B </span>Prompts</h2><p>Say it.</p></section>
</main><footer>Generated</footer></body></html>"""


def test_a_page_without_known_names_is_read_by_its_sections():
    text = parse_html(STRUCTURE.encode())
    assert [tuple(part) for part in text.parts] == [
        (Kind.ABSTRACT, "Abstract", "We make widgets."),
        (Kind.INTRODUCTION, "Introduction", "They matter."),
        (Kind.METHOD, "Method", "We mill.\nTools\nA mill.\nFirst."),
        (Kind.CONCLUSION, "Conclusion", "They work."),
        (Kind.APPENDIX, "Proofs", "QED."),
        (Kind.APPENDIX, "Prompts", "Say it."),
    ]
    assert text.generator == "latexml-oxide 0.5.1"
    assert text.gap == ""


def test_headings_side_by_side_count_by_their_ranks():
    page = "<article><h1>T</h1><p>Ada</p><h2>Introduction</h2><p>So.</p><h3>More</h3><p>Yes.</p>"
    page += "<h2>Results</h2><p>Good.</p></article>"
    assert [tuple(part) for part in parse_html(page.encode()).parts] == [
        (Kind.INTRODUCTION, "Introduction", "So.\nMore\nYes."),
        (Kind.RESULTS, "Results", "Good."),
    ]


def test_an_empty_element_of_xhtml_takes_nothing_in():
    assert only('<p>A <span title="a > b"/>b <b/>c.</p><script/><p>D.</p>') == "A b c.\nD."


@pytest.mark.parametrize(
    "start", ["<a " + "b='" * 400_000, "<a " + "x" * 2_000_000, "<a" * 1_000_000, '<a "' * 700_000]
)
def test_looking_for_empty_elements_takes_time_by_the_length(start):
    only(f"<p>A.</p>{start}")


CONTENT = '<annotation-xml encoding="MathML-Content"><ci>a</ci></annotation-xml>'


@pytest.mark.parametrize(
    "note",
    [
        '<annotation encoding="application/x-tex">a_{1}</annotation>',
        f'{CONTENT}<annotation encoding="application/x-tex">a_{{1}}</annotation>',
    ],
)
def test_a_formulas_tex_may_stand_in_its_annotation(note):
    assert only(f"<p>So <math><semantics><mi>a</mi>{note}</semantics></math>.</p>") == "So $a_{1}$."


def test_a_formula_without_tex_does_not_say_itself_twice():
    assert only(f"<p>So <math><semantics><mi>a</mi>{CONTENT}</semantics></math>.</p>") == "So a."


CAPTION = "<figcaption>Figure 1: A plot.</figcaption>"


@pytest.mark.parametrize(
    "figure",
    [
        f"<figure><table><tr><td class='ltx_td'>0.5</td></tr></table>{CAPTION}</figure>",
        f"<figure><svg><text>0.5</text></svg>{CAPTION}</figure>",
    ],
)
@pytest.mark.parametrize("element", ["p", 'span class="ltx_p"', "div"])
def test_a_figure_in_a_paragraph_follows_it(element, figure):
    name = element.split()[0]
    text = only(f"<{element}>A word {figure} goes on.</{name}><p>Next.</p>")
    lines = [line for line in text.split("\n") if line != "0.5"]
    assert lines == ["A word goes on.", "Figure 1: A plot.", "Next."]


def test_the_labels_of_a_drawing_are_no_text_and_a_framed_box_is():
    box = "Say what the reader of this box should know, in a sentence that is longer than a label."
    drawing = "<svg><title>Plot</title><text>0.5</text><foreignObject>Epoch</foreignObject>"
    framed = f"<foreignObject><p>{box} {box}</p></foreignObject></svg>"
    assert only(f"<p>Before.</p>{drawing}{framed}<p>After.</p>") == f"Before.\n{box} {box}\nAfter."


@pytest.mark.parametrize(
    ("head", "generator"),
    [
        (
            "<!--Generated on Sun Jan 19 17:28:51 2025 by LaTeXML (version 0.8.8) http://a/.-->",
            "LaTeXML 0.8.8",
        ),
        ('<meta name="Generator" content="A&lt;b&gt; \u202e  maker">', "A<b> maker"),
        (f'<meta name="generator" content="{"x" * 1000}">', "x" * 80),
        ("<!-- by hand -->", ""),
    ],
)
def test_the_generator_is_what_the_page_says_cleaned_and_cut(head, generator):
    page = f'<html><head>{head}</head><article class="ltx_document"><p>A.</p></article></html>'
    assert parse_html(page.encode()).generator == generator


ERROR = '<span class="ltx_ERROR">\\fail</span>'
WHOLE = section("1 Introduction", "So.") + "</section>" + section("2 Conclusion", "Done.")


@pytest.mark.parametrize(
    ("page", "gap"),
    [
        (WHOLE, ""),
        (section("Method", "We do.") + "</section>" + section("References", "[1] A."), ""),
        (section("Method", "We do."), "ends without a conclusion and without references"),
        (WHOLE.replace("2 C", "5 C"), "goes from section 1 to 5"),
        (
            WHOLE.replace("1 I", "I").replace("2 C", "C"),
            "goes from the introduction to the conclusion",
        ),
        (WHOLE + "<p>Conversion to HTML had a Fatal error</p>", "says that its conversion failed"),
        (
            WHOLE + '<span class="ltx_ERROR">\\fail</span> </section>',
            "ends in an error of its conversion",
        ),
        (WHOLE + '<span class="ltx_ERROR">\\fail</span><p>More.</p>', ""),
        (section("Results", "") + "</section>" + WHOLE, "has nothing under its heading “Results”"),
        (WHOLE + "</section>" + section("Acknowledgments", ""), ""),
        (WHOLE + "</section>" + section("References", "[1]") + "</section>" + section("B", ""), ""),
    ],
)
def test_a_page_that_is_not_the_whole_paper_says_why(page, gap):
    text = parse_html(f'<article class="ltx_document">{page}</article>'.encode())
    assert text.gap == gap
    assert not gap or translated(gap)


@pytest.mark.parametrize(
    ("page", "gap"),
    [
        ("<style>.ltx_page_error {color: red}</style>", ""),
        ('<p class="ltx_p">Pages say: Conversion to HTML had a Fatal error.</p>', ""),
        ('<div class="ltx_page_error">Oh.</div>', "says that its conversion failed"),
    ],
)
def test_a_paper_that_speaks_of_failed_conversions_has_not_failed(page, gap):
    text = parse_html(f'{page}<article class="ltx_document">{WHOLE}{page}</article>'.encode())
    assert text.gap == gap


@pytest.mark.parametrize(
    "part",
    [
        "<section><h2>A</h2>B",
        "<math><mi>x</mi><annotation encoding=tex>y</annotation>",
        "<div>Conversion to HTML had a Fatal error</div><p><b>Conversion",
    ],
)
def test_hostile_nesting_takes_time_by_its_length(part):
    page = f"<html><body><h2>A</h2>So.<h2>References</h2>{part * 40_000}"
    assert parse(page.encode(), "text/html", Limits(cpu_s=20, wall_s=60)).parts


def test_a_page_that_breaks_off_is_not_whole():
    page = f'<html><body><article class="ltx_document">{WHOLE}'
    assert parse_html(page.encode()).gap == "breaks off before its end"
    assert translated("breaks off before its end")
    assert parse_html(f"{page}</article></body></html>".encode()).gap == ""


def numbered(*numbers):
    tag = '<span class="ltx_tag ltx_tag_section">{} </span>'
    sections = [section(tag.format(number) + "Widgets", "Yes.") for number in numbers]
    return parse_html(f'<div class="ltx_document">{"</section>".join(sections)}'.encode())


@pytest.mark.parametrize(
    ("numbers", "gap"),
    [
        ("1 2 5", "goes from section 2 to 5"),
        ("I II IV", "goes from section 2 to 4"),
        ("3 4", "begins with section 3"),
        ("1 2 3 A B", "ends without a conclusion and without references"),
        ("1.1 1.2", "ends without a conclusion and without references"),
    ],
)
def test_a_section_that_is_left_out_is_noticed_by_the_numbers(numbers, gap):
    assert numbered(*numbers.split()).gap == gap
    assert translated(gap)
