"""What pages show of findings is current, and stored only by who changes or answers something."""

import pytest
from django.urls import reverse

from digest.models import State
from digest.publishing import gate
from papers import kinds
from papers.models import Finding, Section, Term
from papers.pipeline import checking
from tests.factories import make_paper, make_post, make_section

pytestmark = pytest.mark.django_db

ABSTRACT = "It reaches 73.3% accuracy."
WRONG = "정확도는 83.3%다."


@pytest.fixture
def section():
    return make_section(make_paper(abstract=ABSTRACT), kinds.RESULTS, markdown=WRONG)


def page_of(client, paper):
    return client.get(reverse("admin:papers_paper_change", args=[paper.pk])).content.decode()


def told(findings):
    return [(each.check_name, each.code, each.level, each.start, each.end) for each in findings]


def test_what_is_current_is_what_a_check_would_store(section):
    before = checking.current([section.paper])
    assert not Finding.objects.exists()
    assert [each.pk for each in before if each.pk] == []
    checking.check([section.paper])
    assert told(checking.current([section.paper])) == told(before)
    assert all(each.pk for each in checking.current([section.paper]))
    Section.objects.update(markdown="정확도는 73.3%다.")
    assert "83.3%" not in {each.text for each in checking.current([section.paper])}
    assert Finding.objects.filter(text="83.3%").exists()


def test_errors_come_first_and_what_was_accepted_last(section, admin_user):
    make_section(section.paper, kinds.INTRODUCTION, markdown="BrowserAgent를 다룬다.", position=1)
    found = checking.current([section.paper])
    assert [each.level for each in found] == sorted(
        (each.level for each in found), key=["error", "warning", "unchecked"].index
    )
    checking.check([section.paper])
    checking.accept(Finding.objects.errors().get(text="83.3%"), admin_user, "Table 3")
    assert checking.current([section.paper])[-1].text == "83.3%"


def test_a_post_shows_what_its_gate_would_store():
    texts = ["- Goal: 하나", "- Goal: 둘", "셋을 다룬다."]
    papers = [make_section(make_paper(), markdown=text).paper for text in texts]
    post = make_post(State.DRAFT, papers=papers)
    before = gate.current(post)
    assert not Finding.objects.exists()
    assert "unlabelled" in {each.code for each in before}
    assert sorted(told(gate.findings(post))) == sorted(told(before))


def test_a_finding_that_is_not_stored_is_accepted_all_the_same(client, editor, section):
    page = page_of(client, section.paper)
    [finding] = [each for each in checking.current([section.paper]) if each.text == "83.3%"]
    answer = reverse("admin:papers_finding_answer_new", args=[section.paper_id, finding.key])
    assert answer in page
    response = client.post(answer, {f"reason-{finding.key}": "표 3에 있다"})
    stored = Finding.objects.get(text="83.3%")
    assert (stored.reason, stored.accepted_by) == ("표 3에 있다", editor)
    assert f'id="finding-{stored.pk}"' in response.text


def test_what_is_gone_meanwhile_is_said_and_answers_nothing(client, editor, section):
    [finding] = [each for each in checking.current([section.paper]) if each.text == "83.3%"]
    Section.objects.update(markdown="정확도는 73.3%다.")
    answer = reverse("admin:papers_finding_answer_new", args=[section.paper_id, finding.key])
    response = client.post(answer, {f"reason-{finding.key}": "표 3에 있다"})
    assert "finding quiet" in response.text
    assert not Finding.objects.exclude(accepted_at=None).exists()


def test_a_reason_is_the_persons_own_and_must_be_given(client, editor, section):
    checking.check([section.paper])
    finding = Finding.objects.get(text="83.3%")
    name = f"reason-{finding.pk}"
    field = page_of(client, section.paper).partition(f'name="{name}"')[2].partition(">")[0]
    assert " value=" not in field
    answer = reverse("admin:papers_finding_answer", args=[finding.pk])
    refused = client.post(answer, {name: "  "}).text
    assert 'role="alert"' in refused
    assert f'aria-describedby="error-{finding.pk}"' in refused
    assert Finding.objects.errors().filter(pk=finding.pk).exists()


def test_saving_a_text_stores_what_it_gives_cause_to(client, editor, section):
    address = reverse("admin:papers_section_change", args=[section.pk])
    client.post(address, {"kind": section.kind, "markdown": "정확도는 99.9%다."})
    assert Finding.objects.filter(text="99.9%").exists()


def test_another_glossary_is_seen_at_once(client, editor, section):
    checking.check([section.paper])
    Section.objects.update(markdown="주의 기제를 쓴다.")
    checking.check([section.paper])
    Term.objects.create(english="attention", rendering="어텐션", variants=["주의 기제"])
    assert "terms" in {each.check_name for each in checking.current([section.paper])}


def test_the_list_of_findings_begins_with_open_errors(client, editor, section, admin_user):
    make_section(section.paper, kinds.METHOD, markdown="정확도는 99.9%다.")
    checking.check([section.paper])
    checking.accept(Finding.objects.get(text="83.3%"), admin_user, "Table 3")
    shown = client.get(reverse("admin:papers_finding_changelist")).context["cl"].result_list
    assert shown[0].text == "99.9%"
    assert list(shown)[-1].text == "83.3%"
