"""Differences lose nothing and invent nothing, and mark words, not letters."""

from hypothesis import given
from hypothesis import strategies as st

from papers.text.differences import Mark, Piece, Row, merged, pieces, rows, shortened


def one_side(found, without):
    return "".join(piece.text for piece in found if piece.mark != without)


@given(st.text(alphabet="가나 ab\n."), st.text(alphabet="가나 ab\n."))
def test_the_pieces_give_both_texts(before, after):
    found = pieces(before, after)
    assert one_side(found, Mark.ADDED) == before
    assert one_side(found, Mark.REMOVED) == after


def test_a_changed_word_is_marked_alone():
    assert pieces("본 연구는 그림을 다룬다.", "본 연구는 언어를 다룬다.") == [
        Piece(Mark.SAME, "본 연구는 "),
        Piece(Mark.REMOVED, "그림을 "),
        Piece(Mark.ADDED, "언어를 "),
        Piece(Mark.SAME, "다룬다."),
    ]


def test_equal_texts_have_one_piece_and_empty_ones_none():
    assert pieces("같다", "같다") == [Piece(Mark.SAME, "같다")]
    assert pieces("", "") == []


def test_long_unchanged_text_is_shortened_beside_the_change():
    text = "x " * 2_000
    found = shortened(pieces(text + "alt", text + "neu"), context=20)
    assert [piece.mark for piece in found] == [Mark.SAME, Mark.REMOVED, Mark.ADDED]
    assert len(found[0].text) < 30


def test_texts_too_long_to_compare_are_shown_whole():
    before, after = "a " * 5_000, "b " * 5_000
    assert pieces(before, after) == [Piece(Mark.REMOVED, before), Piece(Mark.ADDED, after)]


@given(st.text(alphabet="가나 ab\n.다"), st.text(alphabet="가나 ab\n.다"))
def test_rows_side_by_side_are_both_texts(before, after):
    found = rows(before, after)
    assert "".join(row.before for row in found) == before
    assert "".join(row.after for row in found) == after
    assert merged(before, after, ()) == before
    assert merged(before, after, range(len(found))) == after


def test_a_sentence_or_a_line_is_a_row():
    assert rows("하나. 둘이다!\n- 셋", "하나. 둘입니다!\n- 셋\n- 넷") == [
        Row("하나. ", "하나. "),
        Row("둘이다!\n", "둘입니다!\n"),
        Row("- 셋", "- 셋\n"),
        Row("", "- 넷"),
    ]


def test_only_what_is_taken_is_taken():
    before, after = "3.5배 빠르다. 작다.", "3.5배 빠릅니다. 작습니다."
    assert merged(before, after, {1}) == "3.5배 빠르다. 작습니다."


def test_a_text_that_repeats_itself_is_not_compared_word_by_word():
    before, after = "a b\n" * 1_500 + "x", "b a\na b\n" * 750 + "y"
    found = pieces(before, after)
    assert "".join(each.text for each in found if each.mark != Mark.ADDED) == before
    assert "".join(each.text for each in found if each.mark != Mark.REMOVED) == after
