"""Old addresses lead to where a post is now, in every spelling, and to nothing that is hidden."""

from unicodedata import normalize
from urllib.parse import quote

import pytest
from django.contrib.redirects.models import Redirect
from django.core.management import CommandError, call_command
from django.utils.translation import override

from digest import publishing
from digest.models import ImportedFile, Post
from tests.digest.jekyll.files_of_posts import run, write
from tests.digest.readers.pages.asking import Visitor, serving
from tests.factories import make_post

pytestmark = pytest.mark.django_db

PAPER = ("2504.01111", {"Introduction": "소개."})
NAME = "2025-04-28-moved.md"
HERE = "/2025/04/28/moved/"
FRONT = "title: Moved\npermalink: /daily-2025-04-28\nredirect_from:\n  - /2025/04/28/옛글/"
DRAFT = f"{FRONT}\npublished: false"


@pytest.mark.parametrize(
    "address",
    [
        "/daily-2025-04-28",
        "/daily-2025-04-28/",
        "/daily-2025-04-28.html",
        "/daily-2025-04-28/index.html",
        "/daily-2025-04-28?utm_source=feed",
        "/2025/04/28/옛글/",
        normalize("NFD", "/2025/04/28/옛글/"),
        quote("/2025/04/28/옛글/"),
        quote(normalize("NFD", "/2025/04/28/옛글")),
    ],
)
def test_an_old_address_leads_here_in_every_spelling(tmp_path, client, address):
    write(tmp_path, NAME, PAPER, front=FRONT)
    assert run("import_jekyll", tmp_path).failed == ""
    response = client.get(address)
    assert (response.status_code, response["Location"]) == (301, HERE)


def test_they_lead_to_the_same_page_whatever_the_language_of_who_publishes(tmp_path):
    write(tmp_path, NAME, PAPER, front=DRAFT)
    run("import_jekyll", tmp_path)
    with override("en"):
        publishing.publish(Post.objects.get(), gated=False)
    assert set(Redirect.objects.values_list("new_path", flat=True)) == {HERE}


@pytest.mark.django_db(transaction=True)
def test_the_servers_front_redirects_too(tmp_path):
    write(tmp_path, NAME, PAPER, front=FRONT)
    run("import_jekyll", tmp_path)
    with serving() as front:
        for address in ("/daily-2025-04-28.html", normalize("NFD", "/2025/04/28/옛글/")):
            response = Visitor(front).get(address)
            assert (response.status_code, response["Location"]) == (301, HERE)


def test_the_second_import_adds_no_redirect(tmp_path):
    write(tmp_path, NAME, PAPER, front=FRONT)
    run("import_jekyll", tmp_path)
    before = list(Redirect.objects.values())
    assert ", 0 redirects added" in run("import_jekyll", tmp_path).out
    assert list(Redirect.objects.values()) == before


def test_an_address_of_the_site_or_of_another_post_is_never_led_away(tmp_path, client):
    other = make_post(papers=1)
    taken = [
        "/",
        "/about",
        "/tags/",
        "/2025/04/28/",
        "/admin/x/",
        "/feed",
        "/en/",
        "/en/about/",
        "/static/x.css",
        "/.well-known/security.txt",
        other.get_absolute_url(),
    ]
    listed = "".join(f"\n  - {path}" for path in taken)
    write(tmp_path, NAME, PAPER, front=f"title: Moved\nredirect_from:{listed}")
    said = run("import_jekyll", tmp_path).err
    for path in taken:
        assert f"old address {path}: the site itself has this address" in said
        assert not Redirect.objects.filter(old_path=path).exists()
    assert client.get(other.get_absolute_url()).status_code == 200
    assert client.get("/about")["Location"] == "/about/"


@pytest.mark.parametrize("path", ["/index.html", "/en/index.html"])
def test_the_first_page_is_never_led_away(tmp_path, path):
    write(tmp_path, NAME, PAPER, front=f"title: Moved\nredirect_from: {path}")
    said = run("import_jekyll", tmp_path).err
    assert f"old address {path}: the site itself has this address" in said
    assert not Redirect.objects.filter(old_path=path).exists()


def test_an_address_that_leads_elsewhere_is_named_once(tmp_path):
    for day in ("2025-04-28", "2025-04-29"):
        front = f"title: {day}\nredirect_from: /same/"
        write(tmp_path, f"{day}-post.md", PAPER, front=front)
    said = run("import_jekyll", tmp_path).err
    assert said.count("old address /same") == 1
    assert "old address /same/: it leads to /2025/04/28/post/ already" in said


def test_the_first_redirect_wins_and_the_other_is_named(tmp_path):
    for day in ("2025-04-28", "2025-04-29"):
        front = f"title: {day}\nredirect_from: /same.html"
        write(tmp_path, f"{day}-post.md", PAPER, front=front)
    said = run("import_jekyll", tmp_path).err
    assert "2025-04-29-post.md: line 1: old address /same.html: it leads to" in said
    assert Redirect.objects.get(old_path="/same.html").new_path == "/2025/04/28/post/"


@pytest.mark.parametrize("names", [("a", "b"), ("b", "a")])
def test_a_posts_own_address_wins_over_another_that_only_names_it(tmp_path, names):
    fronts = {"a": "title: A\nredirect_from: /2025/04/29/b.html", "b": "title: B"}
    days = {"a": "2025-04-28", "b": "2025-04-29"}
    paths = [write(tmp_path, f"{days[n]}-{n}.md", PAPER, front=fronts[n]) for n in names]
    said = "".join(run("import_jekyll", path).err for path in paths)
    assert Redirect.objects.get(old_path="/2025/04/29/b.html").new_path == "/2025/04/29/b/"
    assert "old address /2025/04/29/b.html: it led" in said or "leads to /2025/04/29/b/" in said
    before = list(Redirect.objects.values())
    run("import_jekyll", tmp_path)
    assert list(Redirect.objects.values()) == before


def test_a_redirect_that_a_person_made_stays(tmp_path):
    Redirect.objects.create(site_id=1, old_path="/2025/04/28/moved.html", new_path="/about/")
    write(tmp_path, NAME, PAPER)
    assert "it leads to /about/ already" in run("import_jekyll", tmp_path).err


def test_a_dry_run_tells_of_an_address_in_two_files(tmp_path):
    write(tmp_path, "2025-04-28-a.md", PAPER, front="title: A\nredirect_from: /2025/04/29/b.html")
    write(tmp_path, "2025-04-29-b.md", PAPER, front="title: B")
    said = run("import_jekyll", "--dry-run", tmp_path).err
    assert "old address /2025/04/29/b.html: 2025-04-28-a.md has it too, 2025-04-29-b.md" in said


def test_a_draft_has_no_redirect_until_it_is_published(tmp_path, client):
    write(tmp_path, NAME, PAPER, front=DRAFT)
    run("import_jekyll", tmp_path)
    assert not Redirect.objects.exists()
    assert client.get("/daily-2025-04-28").status_code == 404
    publishing.publish(Post.objects.get(), gated=False)
    assert client.get("/daily-2025-04-28")["Location"] == HERE


def test_a_draft_that_is_imported_again_remembers_more_addresses(tmp_path):
    write(tmp_path, NAME, PAPER, front="title: Draft\npublished: false")
    run("import_jekyll", tmp_path)
    run("import_jekyll", tmp_path, permalink="/old/:title/")
    assert "/2025/04/28/moved.html" in ImportedFile.objects.get().old_paths
    assert "/old/moved/" in ImportedFile.objects.get().old_paths


def test_a_withdrawn_post_is_gone_at_its_old_address_too(tmp_path, client):
    write(tmp_path, NAME, PAPER, front=FRONT)
    run("import_jekyll", tmp_path)
    publishing.withdraw(Post.objects.get())
    response = client.get("/daily-2025-04-28", follow=True)
    assert response.status_code == 410


def test_the_zone_of_the_old_builder_decides_the_day_in_an_address(tmp_path, client):
    front = "title: Morning\ndate: 2025-04-28 08:15:00 +0900"
    write(tmp_path, NAME, PAPER, front=front)
    run("import_jekyll", "--zone", "UTC", tmp_path)
    assert client.get("/2025/04/27/moved.html")["Location"] == HERE


def test_a_zone_that_is_none_is_wrong_usage(tmp_path):
    with pytest.raises(CommandError, match="no time zone"):
        call_command("import_jekyll", tmp_path, "--zone", "Mars/Base")


@pytest.mark.parametrize("given", [".", "blog"])
def test_folders_before_posts_are_part_of_the_address_also_below_another_folder(
    tmp_path, client, given
):
    write(tmp_path, f"blog/papers/_posts/{NAME}", PAPER)
    run("import_jekyll", tmp_path / given)
    assert client.get("/papers/2025/04/28/moved.html")["Location"] == HERE
