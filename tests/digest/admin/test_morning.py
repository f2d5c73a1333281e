"""A whole morning in a real browser: from signing in to the published digest."""

from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from digest.models import Post, State
from papers import kinds
from papers.clock import now
from papers.models import Choice, Listing
from tests.digest.ledger.test_accounts import listed
from tests.factories import make_section

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CLICKS = 25
LOADS = 8
LISTED = 42
PICKED = 8
WRONG = "정확도를 73.3% 올린다."
RIGHT = "정확도를 3.2% 올린다."


@pytest.fixture
def day(admin_user):
    """Yesterday with 42 listed papers. Each has a summary, and three have a wrong number."""
    day = now().date() - timedelta(days=1)
    papers = listed(*range(1, LISTED + 1), day=day, at=now())
    for number, paper in enumerate(papers):
        type(paper).objects.filter(pk=paper.pk).update(abstract="It raises accuracy by 3.2%.")
        text = WRONG if number < 3 else RIGHT
        for kind in (kinds.INTRODUCTION, kinds.METHOD, kinds.RESULTS, kinds.LIMITATIONS):
            make_section(
                paper, kind, markdown=text if kind == kinds.RESULTS else "방법을 제안한다."
            )
        make_section(paper, kinds.CONCLUSION, markdown="방법이 유용하다.")
    return day


def test_a_morning_takes_few_clicks_and_few_pages(page, live_server, day):
    loads, clicks = [], []
    page.on("load", lambda loaded: loads.append(loaded.url))
    page.set_viewport_size({"width": 1280, "height": 900})

    def click(locator):
        clicks.append(str(locator))
        locator.click()

    # Sign in.
    page.goto(live_server.url + reverse("admin:login"))
    page.fill("[name=username]", "admin")
    page.fill("[name=password]", "password")
    page.keyboard.press("Enter")

    # Choose 8 of 42, and make the post of them.
    click(page.locator(".desk a", has_text="논문 선정").first)
    for listing in Listing.objects.order_by("rank")[:PICKED]:
        pick = page.locator(f"#pick-{listing.pk}")
        click(pick)
        expect(pick).to_have_attribute("aria-pressed", "true")
    assert Listing.objects.filter(choice=Choice.PICKED).count() == PICKED
    click(page.locator("#day .make button"))

    # Write the intro.
    click(page.locator(".CodeMirror").first)
    page.keyboard.type("오늘은 여덟 편을 골랐다.")
    with page.expect_response(lambda response: response.request.method == "POST"):
        page.keyboard.press("Control+s")
    post = Post.objects.get()
    assert post.intro == "오늘은 여덟 편을 골랐다."

    # Go through the eight, and mend three numbers on the way.
    click(page.locator("#entries-data .entry-title a").first)
    for number in range(1, PICKED + 1):
        expect(page.locator(".neighbours .quiet")).to_contain_text(f"{number}번째")
        if number <= 3:
            part = page.locator(".part:has(.finding.error)").first
            click(part.locator(".rendered"))
            part.locator(".CodeMirror-focused").wait_for()
            page.keyboard.press("Control+a")
            page.keyboard.type(RIGHT)
            page.keyboard.press("Control+Enter")
            expect(page.locator(".part .finding.error")).to_have_count(0)
        click(page.locator("#go-on button"))

    # Publish.
    click(page.locator("#submit-row [name=_publish]"))
    click(page.locator(".confirm form button[type=submit]"))
    expect(page.locator(".state-published").first).to_be_visible()
    post.refresh_from_db()
    assert post.state == State.PUBLISHED
    assert post.entries.filter(paper__sections__public_markdown=RIGHT).count() == PICKED
    assert len(clicks) <= CLICKS, clicks
    assert len(loads) <= LOADS, loads
