"""Readers' reports in the admin: they stand beside the text, and one button decides them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from papers import kinds
from papers.clock import now
from papers.models import Report, ReportState
from tests.factories import make_paper, make_post, make_section

pytestmark = pytest.mark.django_db

LIST = reverse("admin:papers_report_changelist")
EVIL = "<script>alert(1)</script> see https://evil.example/ and more"


@pytest.fixture
def report():
    section = make_section(make_paper(), kinds.RESULTS, markdown="정확도는 **40%**다.")
    make_post(papers=[section.paper])
    return Report.objects.create(paper=section.paper, section=section, text=EVIL)


def decide(report, verdict):
    return reverse("admin:papers_report_decide", args=[report.pk, verdict])


def page_of(client, report):
    return client.get(reverse("admin:papers_report_change", args=[report.pk])).content.decode()


def test_a_report_stands_beside_the_text_that_readers_see(client, editor, report):
    section = report.section
    section.refresh_from_db()
    section.markdown = "정확도는 38%다."
    section.save()
    html = page_of(client, report)
    assert "정확도는 <strong>40%</strong>다." in html
    assert "38%" not in html
    form = reverse("admin:papers_paper_change", args=[report.paper_id])
    assert f'href="{form}#section-{section.pk}"' in html
    assert f'id="section-{section.pk}"' in client.get(form).content.decode()
    assert report.paper.get_absolute_url() in html


def test_a_readers_words_are_text_and_no_link(client, editor, report):
    paper = reverse("admin:papers_paper_change", args=[report.paper_id])
    for html in (
        page_of(client, report),
        client.get(LIST).content.decode(),
        client.get(paper).content.decode(),
    ):
        assert "&lt;script&gt;alert(1)" in html
        assert "<script>alert(1)" not in html
        assert 'href="https://evil.example' not in html


def test_a_report_shows_at_its_section_until_it_is_answered(client, editor, report):
    whole = Report.objects.create(paper=report.paper, text="요약 전체가 이상합니다.")
    paper = reverse("admin:papers_paper_change", args=[report.paper_id])
    html = client.get(paper).content.decode()
    for each in (report, whole):
        assert reverse("admin:papers_report_change", args=[each.pk]) in html
    assert "정확도는 <strong>40%" in page_of(client, whole)
    for each in (report, whole):
        client.post(decide(each, "fixed"))
    html = client.get(paper).content.decode()
    assert "evil.example" not in html
    assert "이상합니다" not in html


@pytest.mark.parametrize(
    ("verdict", "state"), [("fixed", ReportState.FIXED), ("no-mistake", ReportState.REJECTED)]
)
def test_a_button_answers_a_report_and_notes_who(client, editor, report, verdict, state):
    assert client.post(decide(report, verdict)).url == LIST
    report.refresh_from_db()
    assert (report.state, report.decided_by) == (state, editor)
    assert report.decided_at <= now()
    html = page_of(client, report)
    assert decide(report, verdict) not in html


def test_another_answer_may_follow_the_first(client, editor, report):
    client.post(decide(report, "fixed"))
    client.post(decide(report, "no-mistake"))
    report.refresh_from_db()
    assert report.state == ReportState.REJECTED


def test_open_reports_come_first_and_are_counted(client, editor, report):
    answered = Report.objects.create(
        paper=report.paper, text="나중에 온 글", state=ReportState.FIXED, decided_at=now()
    )
    assert list(client.get(LIST).context["cl"].result_list) == [report, answered]
    overview = client.get("/admin/").content.decode()
    assert "새 오류 제보 1건" in overview
    assert f"{LIST}?state__exact=open" in overview
    client.post(decide(report, "fixed"))
    assert "새 오류 제보" not in client.get("/admin/").content.decode()


def test_more_reports_cost_no_more_queries(client, editor, report):
    def cost():
        with CaptureQueriesContext(connection) as found:
            client.get(LIST)
            client.get(reverse("admin:papers_paper_change", args=[report.paper_id]))
        return len(found)

    cost()
    before = cost()
    for number in range(5):
        Report.objects.create(paper=report.paper, section=report.section, text=f"{number}")
    assert cost() == before


def test_a_report_of_a_section_that_is_gone_stays_a_report(client, editor, report):
    report.section.delete()
    report.refresh_from_db()
    assert "독자에게 표시되는 요약이 없습니다." in page_of(client, report)
    assert client.get(LIST).status_code == 200


def test_only_who_may_answers_and_only_by_post(client, editor, admin_user, report):
    for verdict in ("fixed", "no-mistake"):
        assert client.get(decide(report, verdict)).status_code == 405
    assert client.post(decide(report, "delete")).status_code == 404
    change = reverse("admin:papers_report_change", args=[report.pk])
    assert client.post(change, {"text": "x", "state": "fixed"}).status_code == 403
    editor.groups.clear()
    assert client.post(decide(report, "fixed")).status_code == 403
    client.logout()
    assert client.post(decide(report, "fixed")).status_code == 302
    report.refresh_from_db()
    assert (report.state, report.text) == (ReportState.OPEN, EVIL)
