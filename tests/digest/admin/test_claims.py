"""Editors see what each sentence rests on, choose another sentence, or say that it is their own."""

import json

import pytest
from django.contrib.auth.models import Permission, User
from django.urls import reverse
from selectolax.lexbor import LexborHTMLParser

from digest import publishing
from digest.models import Post, State
from digest.publishing import approval, changes
from papers import kinds
from papers.clock import now
from papers.models import Evidence, Found, Paper, quotes_of
from papers.pipeline import checking, evidence, evidence_choices, full_texts
from papers.pipeline.quotable import Quotable
from tests.factories import make_paper, make_post, make_section
from tests.papers.checks.test_evidence import ATTENTION
from tests.papers.pipeline.test_evidence import FOREIGN, PROPOSED, attention, store_full_text

pytestmark = pytest.mark.django_db


@pytest.fixture
def paper(editor):
    paper = attention(version=1)
    make_section(paper, kinds.METHOD, markdown=f"{PROPOSED} {FOREIGN}")
    store_full_text(paper, "We train on eight P100 GPUs <b> for twelve hours in all.")
    checking.check([paper])
    return paper


@pytest.fixture
def row(paper):
    return Evidence.objects.get(found=Found.MATCHED)


def address_of(row):
    return reverse("admin:papers_paper_evidence", args=[row.section.paper_id, row.pk])


def page_of(client, paper):
    post = make_post(State.DRAFT, [paper])
    answer = client.get(reverse("admin:digest_entry_write", args=[post.entries.get().pk]))
    return LexborHTMLParser(answer.text)


def claims_of(client, section):
    address = reverse("admin:papers_paper_claims", args=[section.paper_id, section.pk])
    return LexborHTMLParser(client.get(address).text)


def offers(client, row):
    answer = LexborHTMLParser(client.get(address_of(row)).text)
    return [json.loads(each.attributes["hx-vals"]) for each in answer.css(".offered button")]


def now_(row):
    row.refresh_from_db()
    return row.found, [each.text for each in quotes_of(row.quotes)], row.chosen_by


def test_the_page_has_each_sentence_with_its_quote_and_the_words_that_match(client, paper):
    page = page_of(client, paper)
    section = paper.sections.get()
    first, second = claims_of(client, section).css(".claim")
    assert first.css_first("q").text() == ATTENTION[2].strip()
    assert {"Transformer", "attention"} <= {mark.text() for mark in first.css("mark")}
    assert second.css("q") == []
    assert "논문에 가까운 문장 없음" in second.text()
    address = reverse("admin:papers_paper_claims", args=[paper.pk, section.pk])
    assert page.css_first(".claims").attributes["data-load"] == address
    assert "근거 없는 문장 1개" in page.css_first(".claims summary").text()


def test_another_sentence_is_chosen_and_taken_back(client, editor, row):
    offered = offers(client, row)
    assert len(offered) == 6
    before = quotes_of(row.quotes)[0].text
    answer = client.post(address_of(row), offered[1])
    found, [text], by = now_(row)
    assert (found, by) == (Found.CHOSEN, editor)
    assert text != before
    assert text in LexborHTMLParser(answer.text).css_first("q").text()
    checking.check(Paper.objects.all())
    assert now_(row)[1] == [text]
    client.post(address_of(row), {"back": "1"})
    assert now_(row) == (Found.MATCHED, [before], editor)


def test_a_sentence_of_ones_own_is_said_so(client, editor, row):
    client.post(address_of(row), {"own": "1"})
    assert now_(row) == (Found.OWN, [], editor)
    client.post(address_of(row), {"back": "1"})
    assert now_(row)[0] == Found.MATCHED


def choose_what_goes(client, paper):
    """Choose a sentence of the full text that the next version lacks. Return the row and it."""
    row = Evidence.objects.get(found=Found.MATCHED)
    gone = "We train on eight P100 GPUs <b> for twelve hours in all."
    quotable = Quotable(paper, full_texts.newest([paper])[paper.pk])
    quote = next(quotable.quote(at) for at, text in enumerate(quotable.texts) if text == gone)
    client.post(address_of(row), {"place": json.dumps(evidence_choices.place_of(quote))})
    assert now_(row)[:2] == (Found.CHOSEN, [gone])
    store_full_text(paper, "Nothing of this was said before in the paper.", version=2)
    checking.check([paper])
    return row, gone


def test_a_chosen_sentence_that_is_gone_is_shown_with_what_was_found_instead(client, editor, paper):
    row, gone = choose_what_goes(client, paper)
    assert "선택한 문장 1개가 없어짐" in page_of(client, paper).css_first(".claims summary").text()
    claim = claims_of(client, row.section).css_first(".claim")
    assert claim.css_first("s").text() == gone
    assert claim.css_first("q:not(:has(s))").text() == ATTENTION[2].strip()
    instead = claim.css_first(f"#instead-{row.pk}-1").attributes["hx-vals"]
    answer = client.post(address_of(row), json.loads(instead))
    assert now_(row) == (Found.CHOSEN, [ATTENTION[2].strip()], editor)
    assert gone not in answer.text


@pytest.mark.parametrize("said", ["own", "back"])
def test_whatever_an_editor_says_then_a_lost_sentence_is_told_no_more(client, paper, said):
    row, gone = choose_what_goes(client, paper)
    row.refresh_from_db()
    assert row.lost == gone
    client.post(address_of(row), {said: "1"})
    row.refresh_from_db()
    assert row.lost == ""


@pytest.mark.parametrize(
    "place", ["", "{}", "3", "[]", '[null, 0, 10, "x"]', '[0, 0, 7, ""]', "[" * 99, '"a"']
)
def test_what_is_no_sentence_of_the_paper_is_refused(client, row, place):
    before = now_(row)
    answer = client.post(address_of(row), {"place": place})
    assert "다시 불러와 주세요" in answer.text
    assert now_(row) == before


def test_a_text_that_is_another_by_now_is_told(client, row):
    offered = offers(client, row)
    row.section.markdown = FOREIGN
    row.section.save()
    for sent in (offered[0], {"own": "1"}, {"back": "1"}):
        assert "다시 불러와 주세요" in client.post(address_of(row), sent).text
    address = address_of(row)
    row.delete()
    assert "다시 불러와 주세요" in client.get(address).text


def test_a_choice_that_a_colleague_made_meanwhile_stays(editor, row):
    mine, theirs = (Evidence.objects.get(pk=row.pk) for _ in range(2))
    evidence_choices.claim_as_own(theirs, editor)
    with pytest.raises(evidence_choices.Gone):
        evidence_choices.take_back(mine, editor)
    assert now_(row)[0] == Found.OWN


def test_a_choice_waits_for_who_reviews_or_publishes_the_section(
    editor, row, django_assert_max_num_queries
):
    with django_assert_max_num_queries(30) as asked:
        evidence_choices.claim_as_own(Evidence.objects.get(pk=row.pk), editor)
    said = [each["sql"] for each in asked.captured_queries]
    [lock] = [n for n, sql in enumerate(said) if "FOR NO KEY UPDATE" in sql]
    [update] = [n for n, sql in enumerate(said) if sql.startswith("UPDATE")]
    assert "papers_section" in said[lock]
    assert lock < update


def test_a_check_that_began_before_a_choice_does_not_undo_it(editor, row):
    papers = [row.section.paper]
    batch = evidence.Batch(papers, {})  # Without the full text, and with another abstract:
    batch.quotable[papers[0].pk] = Quotable(make_paper(abstract=""), ())
    batch.read(row.section)
    evidence_choices.claim_as_own(Evidence.objects.get(pk=row.pk), editor)
    assert batch.save() == {row.section_id}
    assert now_(row)[0] == Found.OWN


def test_who_may_not_edit_is_offered_nothing(client, paper, row):
    looker = User.objects.create_user("looker", is_staff=True)
    looker.user_permissions.set(
        Permission.objects.filter(codename__in=["view_post", "view_paper", "view_section"])
    )
    client.force_login(looker)
    claims = claims_of(client, row.section)
    assert len(claims.css(".claim q")) == 1
    assert claims.css("[hx-get], [hx-post]") == []
    assert client.get(address_of(row)).status_code == 403
    assert client.post(address_of(row), {"own": "1"}).status_code == 403


def test_a_choice_goes_public_with_the_changes_and_is_shown_before(client, editor, row):
    post = make_post(State.PUBLISHED, [row.section.paper])
    row.refresh_from_db()
    assert row.public_found == Found.MATCHED
    assert not publishing.has_changes(post)
    client.post(address_of(row), {"own": "1"})
    assert publishing.has_changes(post)
    assert Post.objects.with_changes().get().changed
    [change] = changes.changes(post)
    assert change.place.endswith("방법 (ko) — 각 문장의 근거")
    row.refresh_from_db()
    assert row.public_found == Found.MATCHED
    publishing.publish_changes(post)
    row.refresh_from_db()
    assert row.public_found == Found.OWN
    assert not publishing.has_changes(post)


def test_a_choice_of_who_may_not_publish_is_no_approved_one(client, row):
    post = make_post(State.SCHEDULED, [row.section.paper])
    assert approval.edited_unapproved([post]) == set()
    Evidence.objects.update(found=Found.OWN, quotes=[], chosen_at=now())
    assert approval.edited_unapproved([post]) == {post.pk}
