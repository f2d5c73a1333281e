"""What a source says of a paper is taken out of its answer, and all else stays."""

import json

import pytest

from papers.sources import redaction

ID, OTHER = "2510.06208", "2510.06209"


def test_an_item_of_a_list_keeps_its_place_and_its_id_alone():
    items = [{"paper": {"id": OTHER, "title": f"cites {ID}"}}, {"paper": {"id": ID, "title": "x"}}]
    [page] = redaction.without([json.dumps(items)], {ID})
    assert json.loads(page) == [items[0], {"paper": {"id": ID}, "removed": "taken down"}]
    assert redaction.without([page], {ID}) == [page]


@pytest.mark.parametrize("spelt", [f"{ID}v3", f"arXiv:{ID}", f" https://arxiv.org/abs/{ID} "])
def test_an_item_goes_however_its_id_is_spelt(spelt):
    [page] = redaction.without([json.dumps([{"paper": {"id": spelt, "title": "x"}}])], {ID})
    assert json.loads(page) == [{"paper": {"id": ID}, "removed": "taken down"}]


def test_a_list_is_one_whatever_its_texts_say():
    items = [{"paper": {"id": OTHER, "summary": "an <entry> of XML"}}, {"paper": {"id": ID}}]
    items[1]["paper"]["title"] = "x"
    [page] = redaction.without([json.dumps(items)], {ID})
    assert json.loads(page) == [items[0], {"paper": {"id": ID}, "removed": "taken down"}]


def test_an_entry_of_a_feed_is_emptied():
    other = f"<entry><id>oai:arXiv.org:{OTHER}v1</id>see {ID}</entry>"
    page = f"<feed>{other}<entry><id>oai:arXiv.org:{ID}v1</id><title>x</title></entry></feed>"
    [left] = redaction.without([page], {ID})
    assert left == f"<feed>{other}<entry><id>taken down</id></entry></feed>"


def test_an_id_that_only_begins_alike_is_another():
    page = "<feed><entry><id>oai:arXiv.org:2510.062081v1</id></entry></feed>"
    assert redaction.without([page], {ID}) == [page]


@pytest.mark.parametrize("page", ["{", f'{{"id": "{ID}"}}', "[" * 100_000])
def test_a_page_of_no_known_form_that_names_it_is_emptied(page):
    assert redaction.without([page + ID], {ID}) == [""]


@pytest.mark.parametrize("page", ["", "[]", "not JSON", f"{OTHER}"])
def test_a_page_that_does_not_name_it_stays(page):
    assert redaction.without([page], {ID}) == [page]


def test_many_entries_without_an_end_take_no_time_that_grows_with_the_square():
    page = "<entry" * 200_000 + ID
    assert redaction.without([page], {ID})
