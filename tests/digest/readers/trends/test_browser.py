"""Trends in a real browser, without script: plots have names, numbers unfold, files come down."""

import re

import pytest
from playwright.sync_api import expect

from tests.digest.readers.test_browser import SIZES, barriers, overflow
from tests.digest.readers.trends.site import NOW, listed, make_field
from tests.factories import make_post

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LONG = "a-keyword-that-is-one-long-word-without-any-blank-in-it-at-all-" * 2


@pytest.fixture
def reader(browser, live_server, settings):
    """A page without script, on a site with a risen topic and one with a long name."""
    settings.SITE_URL = live_server.url
    listed(NOW, LONG, papers=3)
    agents = make_field()
    agents[0].tags.add("agents")
    make_post(papers=agents[:2], date=NOW)
    context = browser.new_context(java_script_enabled=False, base_url=live_server.url)
    yield context.new_page()
    context.close()


def test_each_plot_has_a_name_and_its_numbers_in_a_table(reader):
    reader.goto("/en/trends/")
    plots = reader.get_by_role("img")
    names = [plot.get_attribute("aria-label") for plot in plots.all()]
    assert "Papers about agents, week by week" in names
    assert names[-2:] == [
        "Papers listed on each day, and those of them in digests",
        "Median of the upvotes of listed papers, week by week",
    ]
    folds = reader.get_by_text("The numbers")
    assert folds.count() >= 3
    for fold in folds.all():
        fold.click()
    row = reader.get_by_role("row", name=re.compile("^agents"))
    expect(row.first).to_be_visible()
    expect(reader.get_by_role("row", name=str(NOW))).to_have_text(re.compile(r"11\s+2"))


def test_a_topic_leads_to_its_page_its_tag_and_its_file(reader):
    reader.goto("/en/trends/26-weeks/")
    reader.get_by_role("link", name="agents", exact=True).first.click()
    expect(reader.get_by_role("heading", level=1)).to_have_text("agents")
    assert reader.url.endswith("/en/trends/topics/agents/26-weeks/")
    with reader.expect_download() as download:
        reader.get_by_role("link", name="CSV").click()
    assert download.value.suggested_filename == "agents-26-weeks.csv"
    reader.get_by_role("link", name="All papers with this tag").click()
    assert reader.url.endswith("/en/tags/agents/")


@pytest.mark.parametrize("size", [*SIZES.values(), {"width": 320, "height": 600}])
def test_open_numbers_and_long_names_fit_into_the_window(page, reader, live_server, size):
    page.set_viewport_size(size)
    for address in ("/trends/52-weeks/", "/en/trends/topics/agents/52-weeks/"):
        page.goto(live_server.url + address)
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        assert overflow(page) <= 0
        assert barriers(page) == []


def test_the_site_leads_to_the_page(reader):
    reader.goto("/en/")
    reader.get_by_role("navigation", name="Site").get_by_role("link", name="Trends").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text("Trends")


def test_a_printed_plot_keeps_the_colours_of_its_key(reader):
    """Browsers print no background unless they are told to."""
    reader.goto("/en/trends/")
    reader.emulate_media(media="print")
    adjust = "key => getComputedStyle(key, '::before').printColorAdjust"
    keys = reader.locator("figure .key").all()
    assert len(keys) == 2
    assert {key.evaluate(adjust) for key in keys} == {"exact"}
