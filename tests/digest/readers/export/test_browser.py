"""The files behind a static web server, in a real browser: all is there, and all works."""

import re
import subprocess
import sys
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import pytest
from playwright.sync_api import expect

from tests.digest.ledger.test_accounts import listed
from tests.digest.readers.export.test_export import run
from tests.factories import make_paper, make_post, make_section

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ID = "2510.06208"
FORMULA = r"$\sum_{i=1}^{n} \sqrt{x_i}$"


@pytest.fixture
def host(front, settings, tmp_path):
    """The address of `python -m http.server`, which serves an export of a small site."""
    folder = tmp_path / "site"
    folder.mkdir()
    command = ["-m", "http.server", "0", "--bind", "127.0.0.1", "--directory", str(folder)]
    process = subprocess.Popen(
        [sys.executable, "-u", *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        (port,) = re.findall(r"port (\d+)", process.stdout.readline())
        settings.SITE_URL = f"http://127.0.0.1:{port}"
        make_it()
        assert "0 refused, 0 dead links." in run(folder, "--check")
        yield settings.SITE_URL
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


def make_it():
    paper = make_paper(arxiv_id=ID, title="On $O(n^2)$ attention")
    paper.tags.add("강화 학습")
    make_section(paper, markdown=f"수식 {FORMULA} 하나.")
    make_post(papers=[paper], slug="한글-주소")
    listed(1, 2)


@pytest.fixture
def said(page, host, tmp_path):
    """What the browser complains of. Pages come with the headers of the file for hosts."""
    lines = (tmp_path / "site" / "_headers").read_text().splitlines()[1:]
    own = dict(line.strip().split(": ", 1) for line in lines)
    assert "script-src 'self'" in own["Content-Security-Policy"]

    def with_headers(route):
        response = route.fetch()
        route.fulfill(response=response, headers=response.headers | own)

    page.route("**/*", with_headers)
    said = []
    page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
    # A page that only leads on takes no part in the transition between pages: Chromium says so.
    page.on("pageerror", lambda error: "ViewTransition" in str(error) or said.append(str(error)))
    page.on(
        "response",
        lambda each: each.status >= 400 and said.append(f"{each.status} {each.url}"),
    )
    yield said
    page.unroute_all(behavior="ignoreErrors")  # The server ends now.


def test_a_reader_walks_over_all_links_and_finds_no_dead_one(page, host, said):
    waiting, seen = [f"{host}/", f"{host}/en/"], set()
    while waiting:
        address = waiting.pop()
        if address in seen:
            continue
        seen.add(address)
        if not address.endswith("/"):
            assert page.request.get(address).status == 200, address
            continue
        page.goto(address)
        links = page.eval_on_selector_all("[href]", "all => all.map(each => each.href)")
        found = {urldefrag(urljoin(address, link))[0].partition("?")[0] for link in links}
        waiting += [link for link in found if link.startswith(host)]
    assert said == []
    paths = {unquote(urlsplit(each).path) for each in seen}
    assert {
        "/2025/10/08/한글-주소/", "/en/tags/강화-학습/", f"/papers/{ID}.bib", "/ledger/2025/10/",
        "/marks/", f"/papers/{ID}/report/", "/search/", "/feed.xml", "/trends/52-weeks/",
    } <= paths  # fmt: skip


def test_what_a_page_does_works_without_the_server(page, host, said):
    page.goto(f"{host}/2025/10/08/")  # A day leads to its only digest.
    expect(page).to_have_url(re.compile("/2025/10/08/%ED.*/"))
    assert page.locator("math").first.bounding_box()["width"] > 0
    page.locator("button.theme").click()
    page.locator("button.theme").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.goto(f"{host}/")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.locator("form.search [name=q]").fill("attention")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("검색")
    expect(page.locator("main")).to_contain_text("서버가 필요")
    assert said == []


def test_marks_are_kept_and_saved_as_references(page, host, said):
    page.goto(f"{host}/en/papers/{ID}/")
    page.locator(".marks button").first.click()
    page.goto(f"{host}/en/marks/")
    with page.expect_download() as saved:
        page.locator("[data-export=bib]").click()
    assert f"arXiv:{ID}" in saved.value.path().read_text()
    assert said == []
