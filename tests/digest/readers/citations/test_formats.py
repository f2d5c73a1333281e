"""Citations say the same in every format. Libraries read them back, field by field."""

import warnings
from datetime import date
from urllib.parse import parse_qs

import pytest
import rispy
from hypothesis import given
from hypothesis import strategies as st
from pybtex.database import parse_string
from pybtex.richtext import Text

from digest.readers.citations import Reference, bibtex, coins, ris
from digest.readers.citations.coins import MOST_AUTHORS

PLAIN = Reference(
    "2510.06208",
    "BrowserAgent: Building Web Agents",
    ("Ada Lovelace", "홍길동", "Ludwig van Beethoven"),
    date(2025, 10, 7),
    "cs.CL",
)


def reference(**fields):
    names = ("arxiv_id", "title", "authors", "day", "category")
    return Reference(**{name: getattr(PLAIN, name) for name in names} | fields)


def entries_of(text):
    return parse_string(text, "bibtex").entries


def plain(tex):
    """Return TeX as the text that it stands for."""
    for name, sign in {
        "textbackslash": "\\",
        "textbraceleft": "{",
        "textbraceright": "}",
        "textasciitilde": "~",
        "textasciicircum": "^",
    }.items():
        tex = tex.replace(f"\\{name}{{}}", {"{": "\0", "}": "\1", "\\": "\2"}.get(sign, sign))
    tex = tex.replace("{", "").replace("}", "").replace("\\", "")
    return tex.translate({0: "{", 1: "}", 2: "\\"})


def test_bibtex_has_every_field():
    (entry,) = entries_of(bibtex([PLAIN])).values()
    assert str(Text.from_latex(entry.fields["title"])) == PLAIN.title
    assert [" ".join(map(str, person.last_names)) for person in entry.persons["author"]] == [
        "Lovelace",
        "홍길동",
        "Beethoven",
    ]
    assert dict(entry.fields) | {"title": ""} == {
        "title": "",
        "year": "2025",
        "month": "10",
        "eprint": "2510.06208",
        "archivePrefix": "arXiv",
        "primaryClass": "cs.CL",
        "doi": "10.48550/arXiv.2510.06208",
        "url": "https://arxiv.org/abs/2510.06208",
    }


def test_ris_has_every_field():
    (entry,) = rispy.loads(ris([PLAIN]))
    assert entry == {
        "type_of_reference": "UNPB",
        "id": "arXiv:2510.06208",
        "title": PLAIN.title,
        "authors": ["Lovelace, Ada", "홍길동", "van Beethoven, Ludwig"],
        "year": "2025",
        "date": "2025/10/07",
        "publisher": "arXiv",
        "note": "arXiv:2510.06208 [cs.CL]",
        "doi": "10.48550/arXiv.2510.06208",
        "urls": ["https://arxiv.org/abs/2510.06208"],
        "file_attachments1": "https://arxiv.org/pdf/2510.06208",
    }


def test_coins_has_every_field():
    assert parse_qs(coins(PLAIN), strict_parsing=True) == {
        "ctx_ver": ["Z39.88-2004"],
        "rft_val_fmt": ["info:ofi/fmt:kev:mtx:dc"],
        "rft.type": ["preprint"],
        "rft.title": [PLAIN.title],
        "rft.au": list(PLAIN.authors),
        "rft.date": ["2025-10-07"],
        "rft.publisher": ["arXiv"],
        "rft_id": ["info:doi/10.48550/arXiv.2510.06208", "https://arxiv.org/abs/2510.06208"],
    }


def test_a_line_of_text_has_what_a_reader_needs():
    assert PLAIN.line == (
        "Ada Lovelace, 홍길동, Ludwig van Beethoven. “BrowserAgent: Building Web Agents.”"
        " arXiv:2510.06208, 2025. https://arxiv.org/abs/2510.06208"
    )
    assert reference(title="Why?", authors=()).line.startswith("“Why?” arXiv:")
    assert " et al. “" in reference(authors=("Ada Lovelace",) * 9).line


@pytest.mark.parametrize(
    "title",
    [
        r"50% & $5 #1 a_b {x} ~ ^ \frac",
        'Say "hi" and “hi”',
        "Open { brace",
        "} close",
        "π₀.₅ and τ²-Bench: ℝ³, 10⁶",
        "한국어 제목과 GPT-4o",
        r"\input{/etc/passwd} @misc{x, title={y}}",
        "A" * 500,
    ],
)
def test_each_sign_of_a_title_comes_back(title):
    (entry,) = entries_of(bibtex([reference(title=title)])).values()
    assert plain(entry.fields["title"]) == title
    assert rispy.loads(ris([reference(title=title)]))[0]["title"] == title
    assert parse_qs(coins(reference(title=title)))["rft.title"] == [title]


@given(st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=60))
def test_no_title_breaks_a_file_of_many(word):
    of_two = [reference(title=word, authors=(word,)), PLAIN]
    of_two[1] = reference(arxiv_id="2510.00001")
    assert list(entries_of(bibtex(of_two))) == ["arXiv:2510.06208", "arXiv:2510.00001"]
    assert len(rispy.loads(ris(of_two))) == 2


def test_capitals_inside_words_are_kept_from_styles():
    title = bibtex([reference(title="BrowserAgent beats LLM and 3D on WebArena: A Study")])
    assert "{BrowserAgent} beats {LLM} and {3D} on {WebArena}: A Study" in title


@pytest.mark.parametrize(
    ("author", "in_bibtex", "in_ris"),
    [
        ("Ada Lovelace", "Lovelace, Ada", "Lovelace, Ada"),
        ("Ada M. Lovelace", "Lovelace, Ada M.", "Lovelace, Ada M."),
        ("Ludwig van Beethoven", "van Beethoven, Ludwig", "van Beethoven, Ludwig"),
        ("Martin L. King Jr.", "King, Jr., Martin L.", "King, Martin L., Jr."),
        ("홍길동", "홍길동", "홍길동"),
        ("홍 길동", "{홍 길동}", "홍 길동"),
        ("王 小明", "{王 小明}", "王 小明"),
        ("Gemma Team", "{Gemma Team}", "Gemma Team"),
        ("Barnes and Noble", "{Barnes and Noble}", "Barnes and Noble"),
        ("NVIDIA, Inc.", "{NVIDIA, Inc.}", "NVIDIA, Inc."),
        ("others", "{others}", "others"),
        ("Plato", "Plato", "Plato"),
        ("~ ~", r"{\textasciitilde{} \textasciitilde{}}", "~ ~"),
        ("Ada~Lovelace Jr.", r"{Ada\textasciitilde{}Lovelace Jr.}", "Ada~Lovelace Jr."),
        ("Jos{e} Ruiz", r"{Jos\textbraceleft{}e\textbraceright{} Ruiz}", "Jos{e} Ruiz"),
    ],
)
def test_names_are_parted_as_their_owners_part_them(author, in_bibtex, in_ris):
    (entry,) = entries_of(bibtex([reference(authors=(author,))])).values()
    assert len(entry.persons["author"]) == 1
    assert f'author = "{in_bibtex}"' in bibtex([reference(authors=(author,))])
    assert rispy.loads(ris([reference(authors=(author,))]))[0]["authors"] == [in_ris]


def test_a_paper_without_authors_day_and_category_has_what_its_id_tells():
    bare = reference(authors=(), day=None, category="")
    (entry,) = entries_of(bibtex([bare])).values()
    assert (entry.fields["year"], entry.fields["month"], dict(entry.persons)) == ("2025", "10", {})
    assert "primaryClass" not in entry.fields
    assert rispy.loads(ris([bare]))[0]["date"] == "2025/10"
    assert parse_qs(coins(bare))["rft.date"] == ["2025-10"]


def test_an_old_id_is_of_its_century():
    old = reference(arxiv_id="hep-th/9901001", day=None)
    assert old.iso_date == "1999-01"
    assert reference(arxiv_id="math/0309136", day=None).iso_date == "2003-09"
    assert list(entries_of(bibtex([old]))) == ["arXiv:hep-th/9901001"]


def test_files_have_all_authors_and_a_page_has_some():
    authors = tuple(f"Ada Number{n}" for n in range(3_000))
    (entry,) = entries_of(bibtex([reference(authors=authors)])).values()
    assert [person.last_names[0] for person in entry.persons["author"]] == [
        f"Number{n}" for n in range(3_000)
    ]
    assert len(rispy.loads(ris([reference(authors=authors)]))[0]["authors"]) == 3_000
    assert parse_qs(coins(reference(authors=authors)))["rft.au"] == list(authors[:MOST_AUTHORS])


def test_nothing_warns():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ris([PLAIN])
        bibtex([PLAIN])
