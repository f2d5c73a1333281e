"""What an export writes: every public address, nothing private, and only what changed."""

import json
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from io import StringIO
from urllib.parse import quote

import pytest
from django.contrib.contenttypes.models import ContentType
from django.contrib.redirects.models import Redirect
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.test.signals import template_rendered
from taggit.models import Tag

from digest import publishing
from digest.models import Entry, Post, State
from digest.publishing import tag_changes
from digest.readers.export import plan
from digest.readers.export.folder import Folder
from digest.readers.export.lists import Written
from digest.readers.export.names import LIST
from digest.readers.pages import many, rows
from digest.readers.sitemaps import PaperSitemap
from papers.clock import now
from papers.models import Section
from tests.digest.ledger.test_accounts import listed
from tests.digest.readers.export.test_folder import no_file_larger_than, tree
from tests.digest.readers.trends.site import make_field
from tests.factories import make_paper, make_post, make_section

pytestmark = pytest.mark.django_db(transaction=True)

ID = "2510.06208"
POST = "2025/10/08/한글-주소"


@pytest.fixture
def post(front):
    """A published post; the stored pages are emptied when the test ends."""
    paper = make_paper(arxiv_id=ID, title="On $O(n^2)$ attention")
    paper.tags.add("강화 학습")
    make_section(paper)
    return make_post(papers=[paper, make_paper(arxiv_id="hep-th/9901001")], slug="한글-주소")


def run(path, *options, exit_code=0):
    """Run the command. Return what it said."""
    said, code = StringIO(), 0
    try:
        call_command("export_site", str(path), *options, stdout=said, stderr=said)
    except CommandError as error:
        code = error.returncode
        said.write(str(error))
    assert code == exit_code, said.getvalue()
    return said.getvalue()


def text(path, name):
    return (path / name).read_text()


# --- What there is --------------------------------------------------------------------------------


def test_each_public_address_is_a_file(post, tmp_path):
    assert "0 refused, 0 dead links." in run(tmp_path, "--check")
    names = set(tree(tmp_path))
    wanted = [
        "index.html", "404.html", "_headers", "_redirects", "robots.txt", "llms.txt", "favicon.ico",
        "feed.xml", "rss.xml", "feed.json", "feed-short.xml", "papers/feed.xml", "corrections.xml",
        "sitemap.xml", "sitemap-papers-en.xml", "papers.json", "ledger.json", "trends.csv",
        "static/site.css", "static/marks/mine.js", "archive/index.html", "archive/tags/index.html",
        "2025/index.html", "2025/10/index.html", "2025/10/08/index.html", "search/index.html",
        f"{POST}/index.html", f"{POST}.md", f"{POST}.json", f"{POST}.bib", f"{POST}.ris",
        f"papers/{ID}/index.html", f"papers/{ID}.md", f"papers/{ID}.json", f"papers/{ID}.bib",
        f"papers/{ID}.ris", f"papers/{ID}/report/index.html", "papers/hep-th/9901001/index.html",
        "tags/index.html", "tags/강화-학습/index.html", "tags/강화-학습/feed.xml",
        "marks/index.html", "about/index.html", "feeds/index.html", "ledger/index.html",
        "trends/index.html", "trends/52-weeks/index.html",
    ]  # fmt: skip
    assert set(wanted) - names == set()
    english = {f"en/{name}" for name in wanted if name.endswith(".html") or "/feed" in name}
    assert english - names == {"en/tags/강화-학습/feed.xml"}
    assert not {name for name in names if name.startswith(("admin", "preview", "static/admin"))}


def test_a_file_has_the_bytes_of_the_stored_page(post, tmp_path, visitor):
    run(tmp_path)
    for address, name in (
        ("/", "index.html"),
        (post.get_absolute_url(), f"{POST}/index.html"),
        (f"/en/papers/{ID}.md", f"en/papers/{ID}.md"),
        (f"/papers/{ID}.bib", f"papers/{ID}.bib"),
        ("/feed.xml", "feed.xml"),
        ("/ledger/", "ledger/index.html"),
    ):
        assert (tmp_path / name).read_bytes() == visitor.get(address).content, address
    etag, size = json.loads(text(tmp_path, LIST))["files"]["index.html"]
    assert (etag, size) == (
        visitor.get("/").headers["ETag"],
        (tmp_path / "index.html").stat().st_size,
    )


def test_a_sitemap_with_more_addresses_than_one_may_have_goes_on_in_files(
    post, tmp_path, visitor, monkeypatch
):
    monkeypatch.setattr(PaperSitemap, "limit", 1)
    assert "0 refused, 0 dead links." in run(tmp_path, "--check")
    pages = [text(tmp_path, f"sitemap-papers{number}.xml") for number in ("", "-2")]
    assert sorted(page.count("<loc>") for page in pages) == [1, 1]
    assert pages[0] != pages[1]
    assert "/sitemap-papers-2.xml</loc>" in text(tmp_path, "sitemap.xml")
    for address in ("/sitemap-papers-2.xml", "/sitemap-papers.xml?p=2"):
        assert visitor.get(address).content.decode() == pages[1]
    for address in ("/sitemap-papers-1.xml", "/sitemap-papers-3.xml", "/sitemap-no-2.xml"):
        assert visitor.get(address).status_code == 404


def test_a_stored_page_whose_bytes_are_damaged_is_made_anew(post, tmp_path):
    run(tmp_path / "whole")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE digest_storedpage SET body = set_byte(body, 60, 255 - get_byte(body, 60))"
        )
    run(tmp_path / "damaged")
    assert tree(tmp_path / "damaged") == tree(tmp_path / "whole")


def test_nothing_private_is_a_file(post, tmp_path):
    secret = make_paper(title="A secret title")
    make_section(secret, markdown="A secret text.")
    for state in (State.DRAFT, State.IN_REVIEW, State.SCHEDULED):
        hidden = make_post(state, papers=[secret], slug=f"secret-{state}", title="A secret post")
        hidden.tags.add("secret tag")
    secret.tags.add("secret tag")
    section = Section.objects.filter(paper__arxiv_id=ID).first()
    section.markdown = "A secret change."
    section.save()
    run(tmp_path)
    files = tree(tmp_path)
    assert not [name for name, data in files.items() if b"secret" in data or "secret" in name]


def test_what_was_withdrawn_says_so_at_its_address(post, tmp_path, visitor):
    run(tmp_path)
    make_post(papers=1, date=date(2025, 9, 1))
    publishing.withdraw(post, reason="비공개 데이터")
    assert "0 refused, 0 dead links." in run(tmp_path, "--check")
    assert "비공개 데이터" in text(tmp_path, f"{POST}/index.html")
    assert "410" in text(tmp_path, f"en/papers/{ID}/index.html")
    for form in ("md", "json", "bib", "ris"):
        assert not (tmp_path / f"{POST}.{form}").exists()
        assert not (tmp_path / f"papers/{ID}.{form}").exists()
    assert not (tmp_path / "2025/10").joinpath("index.html").exists()
    rules = text(tmp_path, "_redirects")
    for address in (f"/{POST}/", f"/{POST}.md", f"/en/{POST}.json", f"/papers/{ID}.bib"):
        assert visitor.get(address).status_code == 410
        assert f"{quote(address)} {quote(address)} 410!\n" in rules


@pytest.mark.parametrize("begun", [False, True])
def test_what_is_withdrawn_during_an_export_is_no_longer_written(
    post, tmp_path, monkeypatch, begun
):
    make_post(papers=1, date=date(2025, 9, 1))
    run(tmp_path / "stored")
    site = tmp_path / "site"
    if begun:
        run(site)
        redo(site)
    planned = plan.of

    def then_withdrawn(*args):
        found = planned(*args)
        publishing.withdraw(post, reason="비공개 데이터")
        return found

    monkeypatch.setattr(plan, "of", then_withdrawn)
    run(site, exit_code=1)
    assert not [name for name, data in tree(site).items() if b"attention" in data]
    assert "비공개 데이터" in text(site, f"{POST}/index.html")


def redo(path):
    """Let all files count as to be written, as after a run that was stopped."""
    with Folder.at(path) as folder:
        folder.finish(dict.fromkeys(folder.list, Written("", 0)))


def test_a_withdrawn_text_goes_though_the_page_that_says_so_cannot_be_made(
    post, tmp_path, monkeypatch
):
    run(tmp_path)
    make_post(papers=1, date=date(2025, 9, 1))
    publishing.withdraw(post, reason="비공개 데이터")
    monkeypatch.setattr("digest.readers.views.public.render", lambda *_, **__: 1 / 0)
    said = run(tmp_path, exit_code=1)
    assert f"/{POST}/: the site responds with 500; the log says why" in said
    assert "410" in text(tmp_path, f"{POST}/index.html")
    assert not [name for name, data in tree(tmp_path).items() if b"attention" in data]


def test_the_pages_of_a_long_list_are_all_there(front, tmp_path):
    papers = [make_paper() for _ in range(61)]
    for paper in papers:
        paper.tags.add("many")
    make_post(papers=papers)
    assert "0 dead links." in run(tmp_path, "--check")
    assert 'href="/tags/many/page/3/"' in text(tmp_path, "tags/many/page/2/index.html")
    assert text(tmp_path, "en/tags/many/page/3/index.html").count('class="title"') == 1


def test_the_topics_that_trends_lead_to_have_their_pages(front, tmp_path):
    make_field()
    assert "0 dead links." in run(tmp_path, "--check")
    names = set(tree(tmp_path))
    assert {
        "trends/topics/agents/index.html",
        "en/trends/topics/agents/4-weeks/index.html",
        "trends/topics/agents/26-weeks.csv",
    } <= names


def test_a_day_without_a_digest_and_the_months_of_the_ledger_are_there(post, tmp_path):
    for day in (date(2025, 8, 30), date(2025, 10, 6), date(2025, 10, 15)):
        listed(*range(1, 4), day=day)
    assert "0 dead links." in run(tmp_path, "--check")
    for prefix in ("", "en/"):
        assert "3" in text(tmp_path, f"{prefix}2025/10/15/index.html")
        assert (tmp_path / f"{prefix}ledger/2025/08/index.html").exists()
    days = json.loads(text(tmp_path, "ledger.json"))["days"]
    assert len(days) == 47


def test_what_needs_the_server_says_so(post, tmp_path, settings):
    settings.CONTACT_EMAIL = "editors@papers.example"
    run(tmp_path)
    assert "needs the server" in text(tmp_path, "en/search/index.html")
    report = text(tmp_path, f"en/papers/{ID}/report/index.html")
    assert "needs the server" in report
    assert "mailto:editors@papers.example" in report
    assert "needs the server" in json.loads(text(tmp_path, "papers.json"))["error"]


# --- Old addresses --------------------------------------------------------------------------------


def redirect(old, new):
    Redirect.objects.create(site_id=1, old_path=old, new_path=new)


def leads_to(path, name):
    page = text(path, name)
    assert '<meta name="robots" content="noindex">' in page
    return page.split('<meta http-equiv="refresh" content="0; url=')[1].split('"')[0]


def test_old_addresses_lead_to_their_pages(post, tmp_path, settings):
    new = post.get_absolute_url()
    redirect("/daily-papers/2025/10/08/title.html", new)
    redirect("/without/a/slash", new)
    redirect(quote("/옛-주소/"), "https://elsewhere.example/?a=1&b=2")
    redirect("/old/atom.xml", "/feed.xml")
    redirect("/gone/", "")
    redirect("/with/?a=query", new)
    redirect("/../../etc/passwd", new)
    redirect("//evil.example/", new)
    redirect("/javascript/", "javascript:alert(1)")
    assert "0 refused, 0 dead links." in run(tmp_path, "--check")
    page = text(tmp_path, "daily-papers/2025/10/08/title.html")
    assert f'<link rel="canonical" href="{settings.SITE_URL}{new}">' in page
    assert leads_to(tmp_path, "without/a/slash/index.html") == new
    assert leads_to(tmp_path, "옛-주소/index.html") == "https://elsewhere.example/?a=1&amp;b=2"
    assert (
        text(tmp_path, "old/atom.xml") == text(tmp_path, "feed.xml") == text(tmp_path, "atom.xml")
    )
    assert "410" in text(tmp_path, "gone/index.html")
    assert leads_to(tmp_path, "2025/10/08/index.html") == new
    assert leads_to(tmp_path, "feed/index.html") == "/feed.xml"
    rules = text(tmp_path, "_redirects").splitlines()
    assert f"/without/a/slash {new} 301" in rules
    assert f"{quote('/옛-주소/')} https://elsewhere.example/?a=1&b=2 301" in rules
    assert "/gone/ /gone/ 410!" in rules
    assert not [rule for rule in rules if "query" in rule or "javascript" in rule]
    assert not (tmp_path.parent / "etc").exists()


def test_a_page_is_stronger_than_an_old_address(post, tmp_path):
    for old in (f"/papers/{ID}/", f"/papers/{ID}.md/", "/papers", "/tags/", "/_redirects"):
        redirect(old, "/about/")
    assert "0 refused, 0 dead links." in run(tmp_path, "--check")
    assert "attention" in text(tmp_path, f"papers/{ID}/index.html")
    assert "/about/" in text(tmp_path, "_redirects")
    assert (tmp_path / f"papers/{ID}.md").is_file()


def test_no_rule_takes_the_address_of_a_page(post, tmp_path):
    pages = ("/search/", "/ledger/", "/static/site.css", f"/papers/{ID}/", "/tags", "/about/")
    for old in pages:
        redirect(old, "" if old.startswith(("/papers", "/tags")) else "/archive/")
    redirect("/index.html", "")
    run(tmp_path)
    rules = [line.split()[0] for line in text(tmp_path, "_redirects").splitlines()]
    assert not {*pages, "/index.html"} & set(rules)
    assert "attention" in text(tmp_path, f"papers/{ID}/index.html")


def test_an_old_address_that_leads_to_itself_or_nowhere_has_no_file(post, tmp_path):
    redirect("/loop/", "/loop/")
    redirect("/slash", "/slash/")
    redirect("/there/", "/back/")
    redirect("/back/", "/there/?again=1")
    redirect("/nowhere/", "/no/page/")
    redirect("/broken/", "https://[")
    for number in range(10):
        redirect(f"/step/{number}/", f"/step/{number + 1}/")
    redirect("/step/10/", "/about/")
    assert "0 refused, 0 dead links." in run(tmp_path, "--check")
    assert not {"loop", "slash", "there", "back", "nowhere", "broken"} & set(os.listdir(tmp_path))
    assert not [each for each in ("loop", "there") if each in text(tmp_path, "_redirects")]
    assert leads_to(tmp_path, "step/7/index.html") == "/step/8/"


@pytest.mark.parametrize("state", [State.DRAFT, State.SCHEDULED])
def test_an_old_address_of_what_is_not_public_tells_nothing(post, tmp_path, settings, state):
    hidden = make_post(state, papers=1, slug="secret").get_absolute_url()
    host = settings.SITE_URL.partition("://")[2]
    redirect("/blog/one.html", hidden)
    redirect("/blog/two.html", settings.SITE_URL + hidden)
    redirect("/blog/three.html", f"http://{host.upper()}{hidden}")
    redirect("/blog/four.html", "/blog/one.html")
    assert "0 refused, 0 dead links." in run(tmp_path, "--check")
    files = tree(tmp_path)
    assert not [name for name, data in files.items() if b"secret" in data or "blog" in name]


def test_pages_that_are_gone_are_made_once(post, tmp_path):
    for number in range(20):
        redirect(f"/gone/{number}/", "")
    made = []
    template_rendered.connect(count := lambda template, **_: made.append(template.name))
    run(tmp_path)
    template_rendered.disconnect(count)
    assert made.count("410.html") == 1
    assert "410" in text(tmp_path, "gone/19/index.html")


def test_what_a_tag_was_called_leads_to_it_and_its_feed_goes_on(post, tmp_path):
    tag = Tag.objects.get()
    tag.name, tag.slug = "Reinforcement Learning", "reinforcement-learning"
    tag.save()
    make_post(papers=1, date=date(2025, 9, 1)).tags.add("merged")
    tag_changes.merge([Tag.objects.get(name="merged")], tag)
    assert "0 refused, 0 dead links." in run(tmp_path, "--check")
    for old in ("강화-학습", "강화 학습", "Reinforcement Learning", "merged"):
        for prefix in ("", "/en"):
            name = f"{prefix}/tags/{old}/index.html".removeprefix("/")
            assert leads_to(tmp_path, name) == f"{prefix}/tags/reinforcement-learning/"
    new = text(tmp_path, "tags/reinforcement-learning/feed.xml")
    assert text(tmp_path, "tags/강화-학습/feed.xml") == new
    assert "<feed" in text(tmp_path, "tags/merged/feed.xml")


def test_rules_for_hosts_are_not_too_many(post, tmp_path):
    Redirect.objects.bulk_create(
        Redirect(site_id=1, old_path=f"/old/{n}/", new_path="/") for n in range(1100)
    )
    said = run(tmp_path)
    assert "old addresses had no room in _redirects" in said
    rules = text(tmp_path, "_redirects").splitlines()
    assert len(rules) == 1000
    assert rules[0] == "/old/1099/ / 301"
    assert leads_to(tmp_path, "old/0/index.html") == "/"


def test_the_headers_that_protect_a_page_are_there_for_hosts(post, tmp_path, visitor):
    run(tmp_path)
    first, *lines = text(tmp_path, "_headers").splitlines()
    assert first == "/*"
    policy = visitor.get("/").headers["Content-Security-Policy"]
    (ours,) = [line for line in lines if line.startswith("  Content-Security-Policy: ")]
    directives = ours.partition(": ")[2].split("; ")
    assert directives == sorted(policy.split("; "))


# --- A second time --------------------------------------------------------------------------------


def times(path):
    return {each: each.stat().st_mtime_ns for each in path.rglob("*") if each.is_file()}


def test_a_second_run_writes_nothing(post, tmp_path):
    listed(1, day=date(2025, 10, 6))
    run(tmp_path)
    before = times(tmp_path)
    assert run(tmp_path).startswith("0 files written, ")
    assert times(tmp_path) == before


def test_only_what_changed_is_written(post, tmp_path):
    other = make_post(papers=1, date=date(2025, 9, 1))
    run(tmp_path)
    before = times(tmp_path)
    entry = other.entries.get()
    entry.note = "A new note."
    entry.save()
    publishing.publish_changes(other, override=None)
    said = run(tmp_path)
    changed = {
        each.relative_to(tmp_path).as_posix()
        for each, at in times(tmp_path).items()
        if before[each] != at
    }
    address = other.get_absolute_url()[1:-1]
    assert {f"{address}/index.html", f"en/{address}.md", LIST} <= changed
    assert not {f"{POST}/index.html", f"papers/{ID}.json", "archive/index.html"} & changed
    assert said.startswith(f"{len(changed) - 1} files written, ")


def test_what_a_hand_did_to_files_is_undone_and_what_it_added_stays(post, tmp_path):
    run(tmp_path)
    whole = tree(tmp_path)
    (tmp_path / "index.html").unlink()
    (tmp_path / "feed.xml").write_text("<feed/>")
    (tmp_path / "CNAME").write_text("papers.example")
    assert run(tmp_path).startswith("2 files written, ")
    assert tree(tmp_path) == {**whole, "CNAME": b"papers.example"}


def test_a_file_that_somebody_put_where_a_page_comes_is_named(post, tmp_path):
    run(tmp_path)
    (tmp_path / "tags" / "new").mkdir()
    (tmp_path / "tags" / "new" / "index.html").write_text("mine")
    post.tags.add("new")
    said = run(tmp_path, exit_code=1)
    assert "tags/new/index.html: it was there before, and no export wrote it: move it away" in said
    assert text(tmp_path, "tags/new/index.html") == "mine"


@pytest.mark.parametrize("is_wanted_still", [True, False])
def test_a_file_that_somebody_put_there_outlives_a_run_that_was_stopped(
    post, tmp_path, monkeypatch, is_wanted_still
):
    run(tmp_path)
    (tmp_path / "tags" / "new").mkdir()
    (tmp_path / "tags" / "new" / "index.html").write_text("mine")
    post.tags.add("new")
    run_stopped(tmp_path, monkeypatch)
    if not is_wanted_still:
        post.tags.remove("new")
    run(tmp_path, exit_code=int(is_wanted_still))
    assert text(tmp_path, "tags/new/index.html") == "mine"


def test_a_file_put_where_a_page_was_due_outlives_a_run_that_was_stopped(
    post, tmp_path, monkeypatch
):
    run(tmp_path)
    post.tags.add("new")
    run_stopped(tmp_path, monkeypatch)
    (tmp_path / "tags" / "new").mkdir()
    (tmp_path / "tags" / "new" / "index.html").write_text("mine")
    said = run(tmp_path, exit_code=1)
    assert "tags/new/index.html: it was there before, and no export wrote it: move it away" in said
    post.tags.remove("new")
    run(tmp_path)
    assert text(tmp_path, "tags/new/index.html") == "mine"


def run_stopped(path, monkeypatch):
    """Run the command, and stop it before it writes its first file."""

    def stopped(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Folder, "write", stopped)
        with pytest.raises(KeyboardInterrupt):
            run(path)


def test_a_file_put_where_one_was_deleted_outlives_a_run_that_was_stopped(
    post, tmp_path, monkeypatch
):
    post.tags.add("new")
    run(tmp_path)
    post.tags.remove("new")
    run_stopped(tmp_path, monkeypatch)
    (tmp_path / "tags" / "new").mkdir()
    (tmp_path / "tags" / "new" / "index.html").write_text("mine")
    run(tmp_path)
    assert text(tmp_path, "tags/new/index.html") == "mine"


@pytest.mark.parametrize("after", [0, 1, 40])
def test_a_run_that_was_stopped_is_ended_by_the_next(post, tmp_path, monkeypatch, after):
    make_post(papers=1, date=date(2025, 9, 1))
    publishing.withdraw(make_post(papers=1, date=date(2025, 9, 2)))
    write, count = Folder.write, iter(range(10_000))

    def stopping(self, *file):
        if next(count) == after:
            raise KeyboardInterrupt
        write(self, *file)

    monkeypatch.setattr(Folder, "write", stopping)
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path / "stopped")
    monkeypatch.undo()
    run(tmp_path / "stopped")
    run(tmp_path / "fresh")
    assert tree(tmp_path / "stopped") == tree(tmp_path / "fresh")


def test_nothing_is_written_after_ctrl_c_was_pressed_twice(post, tmp_path, monkeypatch):
    write, begun, ended = Folder.write, [], []

    def slowly(self, name, data):
        begun.append(name)
        try:
            if len(begun) in {3, 4}:
                os.kill(os.getpid(), signal.SIGINT)
                time.sleep(1)
            write(self, name, data)
        finally:
            ended.append(name)

    with monkeypatch.context() as patch:
        patch.setattr(Folder, "write", slowly)
        with pytest.raises(KeyboardInterrupt):
            run(tmp_path / "stopped")
        assert ended == begun
    run(tmp_path / "stopped")
    run(tmp_path / "fresh")
    assert tree(tmp_path / "stopped") == tree(tmp_path / "fresh")


def test_what_is_published_when_an_export_begins_is_wholly_in_the_next(post, tmp_path, monkeypatch):
    run(tmp_path)
    etags = many.etags

    def then_published(at):
        found = etags(at)
        with ThreadPoolExecutor(1) as elsewhere:
            elsewhere.submit(publish).result()
        return found

    def publish():
        make_post(papers=1, date=date(2025, 10, 9), slug="late")
        connection.close()

    with monkeypatch.context() as patch:
        patch.setattr(many, "etags", then_published)
        run(tmp_path)
    files = tree(tmp_path)
    assert not [name for name, data in files.items() if "/late" in name or b"/late/" in data]
    run(tmp_path)
    assert (tmp_path / "2025/10/09/late/index.html").exists()
    assert "/2025/10/09/late/" in text(tmp_path, "index.html")


# --- What goes wrong ------------------------------------------------------------------------------


def test_a_page_that_cannot_be_made_is_named_and_keeps_its_file(post, tmp_path, monkeypatch):
    run(tmp_path)
    before = text(tmp_path, f"papers/{ID}.json")
    monkeypatch.setattr("digest.readers.views.paper.paper_document", lambda *_: 1 / 0)
    paper = post.entries.first().paper
    paper.title = "Another title"
    paper.save()
    said = run(tmp_path, exit_code=1)
    assert f"/papers/{ID}.json: the site responds with 500; the log says why" in said
    assert text(tmp_path, f"papers/{ID}.json") == before
    assert "Another title" in text(tmp_path, f"papers/{ID}.md")
    monkeypatch.undo()
    assert "0 refused" in run(tmp_path)
    assert "Another title" in text(tmp_path, f"papers/{ID}.json")


def test_a_kept_file_that_is_gone_is_named_by_the_check(post, tmp_path, monkeypatch):
    run(tmp_path)
    (tmp_path / "archive").rename(tmp_path.parent / "moved")
    (tmp_path / "archive").symlink_to(tmp_path.parent / "moved")
    monkeypatch.setattr("digest.readers.views.paper.paper_document", lambda *_: 1 / 0)
    (tmp_path / "papers" / f"{ID}.json").unlink()
    paper = post.entries.first().paper
    paper.title = "Another title"
    paper.save()
    said = run(tmp_path, "--check", exit_code=1)
    assert f"papers/{ID}.json: it cannot be read: No such file or directory" in said
    assert "archive/index.html: archive is a file or a link, and should be a folder" in said


def test_a_database_that_fails_is_one_line(post, tmp_path):
    def failing(execute, sql, *args):
        if "digest_tagalias" in sql:
            raise OperationalError("the connection is lost")
        return execute(sql, *args)

    with connection.execute_wrapper(failing):
        said = run(tmp_path, exit_code=1)
    assert "The database cannot be asked: the connection is lost. What is written stays" in said


def test_a_dead_link_is_named(post, tmp_path):
    intro = '<p><a href="/nowhere/">x</a></p>'
    Post.objects.filter(pk=post.pk).update(public_intro="x", public_intro_html=intro)
    said = run(tmp_path, "--check", exit_code=1)
    assert f"{POST}/index.html leads to /nowhere/, which is no file" in said


def test_an_address_too_long_for_a_file_is_named(post, tmp_path):
    post.tags.add("강" * 100)
    said = run(tmp_path, exit_code=1)
    assert "is longer than 255 bytes: give it a shorter address" in said
    assert (tmp_path / "index.html").exists()


def test_a_disk_that_is_full_is_one_line_and_the_next_run_ends_it(post, tmp_path):
    run(tmp_path / "fresh")
    with no_file_larger_than(20_000):
        said = run(tmp_path / "full", exit_code=1)
    assert "cannot be written: File too large. What is written stays; run it again" in said
    run(tmp_path / "full")
    assert tree(tmp_path / "full") == tree(tmp_path / "fresh")


def test_a_folder_that_is_none_of_ours_is_refused(post, tmp_path):
    (tmp_path / "thesis.tex").write_text("years of work")
    assert "is not empty, and no export wrote it" in run(tmp_path, exit_code=1)
    assert "name a folder" in run(tmp_path / "thesis.tex", exit_code=1)
    assert set(tree(tmp_path)) == {"thesis.tex"}


def test_a_site_with_debug_is_not_exported(post, tmp_path, settings):
    settings.DEBUG = True
    assert "set DEBUG=off" in run(tmp_path, exit_code=1)


def test_an_empty_site_has_its_frame(front, tmp_path):
    assert "0 refused, 0 dead links." in run(tmp_path, "--check")
    assert (tmp_path / "index.html").exists()


def test_a_damaged_slug_or_id_leads_to_no_file_outside(front, tmp_path):
    paper = make_paper()
    post = make_post(papers=[paper, make_paper()])
    Entry.objects.filter(post=post, paper=paper).update(public_note="x")
    Post.objects.filter(pk=post.pk).update(slug="../../up")
    paper.tags.add("tag")
    Tag.objects.update(slug="../../up")
    assert rows.read("/", now() + timedelta(1)) is None
    run(tmp_path / "site")
    assert set(tmp_path.iterdir()) == {tmp_path / "site"}


def test_a_database_whose_content_types_were_never_asked_for_is_exported(front, tmp_path):
    ContentType.objects.all().delete()
    ContentType.objects.clear_cache()
    assert "0 refused" in run(tmp_path)
