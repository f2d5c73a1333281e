"""A post's findings: each remark once with its places, and one answer for all of a kind."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from digest.admin import remarks
from digest.models import State
from digest.publishing import gate
from papers import kinds
from papers.models import Finding, Term
from tests.factories import make_paper, make_post, make_section

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


def wrong(*numbers):
    """Return a post of papers, each of which states a number that its abstract does not."""
    papers = []
    for number in numbers:
        paper = make_paper(abstract="It reaches 73.3% accuracy.")
        make_section(paper, kinds.RESULTS, markdown=f"제안한 모델의 정확도는 {number}%다.")
        papers.append(paper)
    return make_post(State.DRAFT, papers=papers)


@pytest.fixture
def post():
    return wrong("83.3", "99.9", "99.9")


def answer(client, post, findings, **fields):
    address = reverse("admin:digest_post_answer", args=[post.pk])
    shown = remarks.names(gate.current(post))
    fields = {"findings": remarks.names(findings), "shown": shown, **fields}
    return client.post(address, fields, headers=HTMX)


def errors(post):
    return gate.current_errors(post)


def one_by_one(client, post, kind):
    address = reverse("admin:digest_post_remarks", args=[post.pk])
    return client.get(address, {"list": "blocking", "kind": kind.name}).text


def page_of(client, post):
    return client.get(reverse("admin:digest_post_change", args=[post.pk])).text


def test_the_same_remark_stands_once_with_its_places(client, editor, post):
    [kind] = remarks.kinds(errors(post))
    first, second = kind.remarks
    assert [len(each.findings) for each in kind.remarks] == [1, 2]
    assert second.first.why not in page_of(client, post)  # It comes when it is asked for.
    html = one_by_one(client, post, kind)
    assert html.count(second.first.why) == 1
    for each in (*first.findings, *second.findings):
        assert f"#section-{each.section_id}" in html


def test_a_kind_is_named_without_what_differs(post):
    [kind] = remarks.kinds(errors(post))
    assert "83.3" not in kind.label
    assert "%(" not in kind.label
    assert "…" in kind.label


def test_errors_stand_before_remarks(client, editor, post):
    html = page_of(client, post)
    assert html.index('id="findings-blocking"') < html.index('id="findings-remarks"')
    levels = [kind.first.level for kind in remarks.kinds(gate.current(post))]
    assert levels == sorted(levels, key=["error", "warning", "unchecked"].index)


def test_a_kind_is_accepted_for_the_post_with_one_reason_kept_with_each(client, editor, post):
    assert not Finding.objects.exists()  # The page stored nothing.
    response = answer(client, post, errors(post), reason="표 3에 있다")
    stored = Finding.objects.exclude(accepted_at=None)
    assert {(each.reason, each.accepted_by) for each in stored} == {("표 3에 있다", editor)}
    assert stored.count() == 3
    assert errors(post) == []
    assert 'id="findings-blocking" role="status" hx-swap-oob="true"' in response.text
    assert "발행을 막는 오류가 없습니다" in response.text


def test_that_is_taken_back_at_once_and_leaves_other_answers(client, editor, post):
    first, *others = errors(post)
    answer(client, post, [first], reason="표 1에 있다")
    answer(client, post, others, reason="표 3에 있다")
    kind = remarks.kinds([each for each in gate.current(post) if each.level == "error"])[0]
    assert {each.first.reason: len(each.findings) for each in kind.answers} == {
        "표 1에 있다": 1,
        "표 3에 있다": 2,
    }
    response = answer(client, post, others_of(kind), undo="1")
    assert "오류 2건" in response.text
    assert Finding.objects.exclude(accepted_at=None).get().reason == "표 1에 있다"


def others_of(kind):
    return next(each.findings for each in kind.answers if len(each.findings) == 2)


def test_an_answer_without_a_reason_says_so_and_accepts_nothing(client, editor, post):
    response = answer(client, post, errors(post), reason=" ")
    assert 'role="alert"' in response.text
    assert not Finding.objects.exclude(accepted_at=None).exists()


def test_what_was_not_on_the_page_is_not_accepted(client, editor, post):
    shown = errors(post)
    paper = post.papers.first()
    make_section(paper, kinds.METHOD, markdown="정확도는 12.5%다.")
    answer(client, post, shown, reason="표 3에 있다")
    assert [each.text for each in errors(post)] == ["12.5%"]


def test_a_kind_whose_texts_are_others_by_now_goes_from_the_page(client, editor, post):
    shown = errors(post)
    for paper in post.papers.all():
        paper.sections.update(markdown="정확도는 73.3%다.")
    response = answer(client, post, shown, shown=remarks.names(shown), reason="표 3에 있다")
    assert 'class="kind' not in response.text
    assert not Finding.objects.exclude(accepted_at=None).exists()


def test_who_may_not_answer_does_not(client, editor, post):
    assert client.get(reverse("admin:digest_post_answer", args=[post.pk])).status_code == 405
    editor.groups.clear()
    assert answer(client, post, errors(post), reason="x").status_code == 403
    [kind] = remarks.kinds(errors(post))
    assert client.get(reverse("admin:digest_post_remarks", args=[post.pk])).status_code == 403
    assert kind.label not in page_of(client, post)


def test_hostile_names_of_findings_answer_nothing(client, editor, post):
    address = reverse("admin:digest_post_answer", args=[post.pk])
    fields = {"findings": "0,x',-1-", "shown": "<b>", "list": '"><script>', "reason": "x"}
    response = client.post(address, fields, headers=HTMX)
    assert response.status_code == 200
    assert "<script>" not in response.text
    address = reverse("admin:digest_post_remarks", args=[post.pk])
    for query in ({}, {"list": "<b>", "kind": "<b>"}, {"kind": "%00"}):
        response = client.get(address, query)
        assert response.status_code == 200
        assert "<b>" not in response.text


def test_without_a_script_the_answer_leads_back_to_the_post(client, editor, post):
    address = reverse("admin:digest_post_answer", args=[post.pk])
    change = reverse("admin:digest_post_change", args=[post.pk])
    assert client.post(address, {"findings": "", "reason": "x"}).url == change


def test_a_longer_post_costs_no_more_queries_and_a_page_that_can_be_loaded(client, editor):
    Term.objects.create(english="attention", rendering="어텐션", variants=["주의 기제"])
    counts = []
    for papers in (3, 30):
        post = wrong(*[f"{number}.7" for number in range(papers)])
        page_of(client, post)
        with CaptureQueriesContext(connection) as captured:
            html = page_of(client, post)
        counts.append(len(captured))
    assert counts[0] == counts[1]
    start = html.index('id="post-findings"')
    findings = html[start : html.index('id="post_form"')]
    assert len(findings.encode()) < 30_000


def test_a_remark_of_many_places_shows_them_when_it_is_asked_for(client, editor):
    few, many = (wrong(*["99.9"] * count) for count in (5, 6))
    assert "#section-" in page_of(client, few)
    assert "#section-" not in page_of(client, many)
    [kind] = remarks.kinds(errors(many))
    assert len(kind.remarks) == 1
    assert one_by_one(client, many, kind).count("#section-") == 6
