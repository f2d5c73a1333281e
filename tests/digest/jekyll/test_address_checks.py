"""`import_jekyll --check-urls` asks this site for a list of old addresses."""

import pytest
from django.http import HttpResponse, HttpResponsePermanentRedirect

from digest.jekyll import address_checks
from digest.jekyll.address_checks import ListRefused
from tests.digest.jekyll.files_of_posts import run, write
from tests.factories import make_post

pytestmark = pytest.mark.django_db

PAPER = ("2504.01111", {"Introduction": "소개."})


def check(tmp_path, *lines):
    path = tmp_path / "urls.txt"
    path.write_text("\n".join(lines))
    return run("import_jekyll", check_urls=path)


def test_each_address_of_a_list_is_alive_redirected_or_dead(tmp_path):
    write(tmp_path, "2025-04-28-post.md", PAPER)
    run("import_jekyll", tmp_path)
    gone = make_post("withdrawn", papers=1)
    ran = check(
        tmp_path,
        "# the old blog's sitemap",
        "",
        "https://old.example/2025/04/28/post.html",
        "/2025/04/28/post/",
        "https://old.example/nowhere/?page=2#top",
        gone.get_absolute_url(),
        "https://old.example/없음/",
    )
    assert ran.failed == "3 dead addresses: see above."
    assert "line 3: https://old.example/2025/04/28/post.html -> /2025/04/28/post/: 200" in ran.out
    assert "line 5: https://old.example/nowhere/?page=2#top: 404 Not Found" in ran.err
    assert f"line 6: {gone.get_absolute_url()}: 410 Gone" in ran.err
    assert "line 7: https://old.example/없음/: 404 Not Found" in ran.err
    assert ran.out.endswith("5 addresses, 3 dead, 1 redirected, 1 as they were.\n")


def test_a_list_without_dead_addresses_is_well(tmp_path):
    post = make_post(papers=1)
    ran = check(tmp_path, post.get_absolute_url(), "/about")
    assert (ran.err, ran.failed) == ("", "")


def test_what_is_no_address_of_a_page_is_named(tmp_path):
    ran = check(tmp_path, "mailto:a@b.example", "https://[", "javascript:alert(1)", "/a\x07b")
    assert ran.failed == "4 dead addresses: see above."
    assert "line 2: https://[: no address of a page" in ran.err


def test_the_site_is_asked_without_a_cookie():
    asked = []

    def handler(request):
        asked.append(request)
        return HttpResponse()

    (answer,) = address_checks.ask([(1, "/옛글/?a=b#c")], handler)
    assert answer.status == 200
    assert (asked[0].path, asked[0].META["QUERY_STRING"]) == ("/옛글/", "a=b")
    assert not asked[0].COOKIES


def test_redirects_that_lead_round_end():
    def handler(request):
        return HttpResponsePermanentRedirect("/b" if request.path == "/a" else "/a")

    (answer,) = address_checks.ask([(1, "/a")], handler)
    assert answer.is_dead


def test_an_address_that_leads_out_of_the_site_is_not_dead():
    def handler(request):
        return HttpResponsePermanentRedirect("https://elsewhere.example/x")

    (answer,) = address_checks.ask([(1, "/a")], handler)
    assert not answer.is_dead
    assert "-> https://elsewhere.example/x" in answer.said


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"/a\n/\xff", "line 2: not UTF-8"),
        (b"/a\n/" + b"x" * 2_000, "line 2: over 2,000 characters"),
        (b"/a\n" * 100_001, "line 100001: over 100,000 addresses"),
        (b"#" * (4 * 1024 * 1024 + 1), "over 4 MiB"),
    ],
)
def test_a_list_that_cannot_be_read_is_refused_with_its_line(data, said):
    with pytest.raises(ListRefused, match=said):
        address_checks.addresses(data)


def test_a_list_that_is_not_there_is_wrong_usage(tmp_path):
    ran = run("import_jekyll", check_urls=tmp_path / "none.txt")
    assert "No such file" in ran.failed
