"""What became of a paper, on its page in the admin."""

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from playwright.sync_api import expect

from papers.models import Choice
from tests.factories import make_paper, make_post
from tests.papers.way.stories import answer, job, listed, run

pytestmark = pytest.mark.django_db

XSS = "<script>alert(1)</script>\"'><img src=x>"


def address(paper):
    return reverse("admin:papers_paper_why", args=[paper.pk])


def part(client, paper, **headers):
    response = client.get(address(paper), headers={"HX-Request": "true", **headers})
    assert response.status_code == 200
    return response.content.decode()


def test_the_part_has_the_verdict_and_the_lines_with_links(client, editor):
    paper = listed().paper
    answer(paper.arxiv_id)
    html = part(client, paper)
    assert "선정되지 않음: 아직 아무도 결정하지 않았습니다." in html
    assert "2025-10-08 후보에 오름: 3번, 추천 57개, 저장된 응답 1개 중 1개에 있음" in html
    assert '<time datetime="2025-10-08T18:00:00+09:00">2025-10-08 18:00 KST</time>' in html
    assert 'href="/admin/papers/listing/?day=2025-10-08"' in html
    assert "<html" not in html


def test_it_is_a_page_of_its_own_too(client, editor):
    paper = make_paper()
    html = client.get(address(paper)).content.decode()
    assert "<html" in html
    assert f'href="/admin/papers/paper/{paper.pk}/change/"' in html


def test_the_papers_page_stays_light(client, editor):
    paper = make_paper()
    page = reverse("admin:papers_paper_change", args=[paper.pk])
    client.get(page)  # Checks the paper.
    with CaptureQueriesContext(connection) as before:
        client.get(page)
    listed(paper)
    for minute in range(20):
        run(job(paper, section=str(minute)), minute=minute, message="tried")
    with CaptureQueriesContext(connection) as after:
        html = client.get(page).content.decode()
    assert f'hx-get="{address(paper)}"' in html
    assert "tried" not in html
    assert len(after) == len(before)


def test_reading_it_writes_nothing(client, editor):
    paper = listed(choice=Choice.PICKED).paper
    with CaptureQueriesContext(connection) as queries:
        part(client, paper)
    assert {query["sql"].split()[0] for query in queries} == {"SELECT"}
    assert client.post(address(paper)).status_code == 405


def test_who_may_not_view_papers_does_not_see_it(client):
    paper = make_paper()
    assert client.get(address(paper)).status_code == 302
    client.force_login(User.objects.create_user("lee", is_staff=True))
    assert client.get(address(paper)).status_code == 403


def test_who_may_view_only_papers_sees_no_jobs_and_no_links_to_other_pages(client):
    user = User.objects.create_user("lee", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_paper"))
    client.force_login(user)
    paper = listed().paper
    run(job(paper, state="failed", reason="no door"), "failed", message="no door")
    make_post(papers=[paper])
    html = part(client, paper)
    assert "no door" not in html
    assert "/admin/papers/listing/" not in html
    assert "/admin/digest/post/" not in html


def test_an_unknown_paper_is_not_found(client, editor):
    assert client.get("/admin/papers/paper/99999/why/").status_code == 404


def test_hostile_text_is_text(client, editor):
    paper = listed(make_paper(title=XSS), choice=Choice.EXCLUDED, reason=XSS).paper
    make_post("draft", papers=[paper], title=XSS)
    run(job(paper, state="failed", reason=XSS), "failed", message=XSS)
    assert "<script>alert" not in part(client, paper)
    assert "<script>alert" not in client.get(address(paper)).content.decode()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_it_is_fetched_when_opened_and_anew_each_time(desk):
    listing = listed()
    desk.goto_admin("admin:papers_paper_change", listing.paper.pk)
    panel = desk.locator(".way-panel")
    expect(panel.locator("li")).to_have_count(0)
    panel.locator("summary").focus()
    desk.keyboard.press("Enter")
    expect(panel.locator(".verdict")).to_contain_text("아직 아무도 결정하지 않았습니다")
    desk.keyboard.press("Enter")
    expect(panel).not_to_have_attribute("open", "")
    listing.choice, listing.reason = Choice.EXCLUDED, "주제 밖"
    listing.save()
    desk.keyboard.press("Enter")
    expect(panel.locator(".verdict")).to_contain_text("주제 밖")
    panel.get_by_role("link", name="바로 가기").click()
    expect(desk).to_have_url(
        f"{desk.url.split('/admin/')[0]}/admin/papers/listing/?day={listing.day}"
    )
