"""Tables whose columns line up, whatever letters are in them."""

from unicodedata import normalize

from papers.management.tables import cut, lines, width


def test_a_hangul_syllable_is_two_columns_wide_composed_or_not():
    assert width("가나") == width("ab") * 2
    assert width("한") == width(normalize("NFD", "한")) == 2


def test_a_mark_above_a_letter_takes_no_column():
    assert width("e\u0301") == 1


def test_columns_line_up_and_numbers_end_at_the_right():
    table = lines(("file", "papers"), [("글.md", 8), ("post.md", 12)], right={"papers"})
    assert table == ["file     papers", "글.md         8", "post.md      12"]
    assert len(set(map(width, table))) == 1


def test_a_long_cell_is_cut_to_its_width():
    assert cut("가나다라마", 6) == "가나…"
    assert cut("abcdef", 6) == "abcdef"
    assert all(width(line) <= 10 for line in lines(("name",), [("가" * 50,)], most=10))
