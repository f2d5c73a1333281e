"""A recorded day is read over a real socket, drafted, built, published, and shown to readers."""

import gzip
import io
import json
from collections import Counter

import pytest
from django.core.management import CommandError, call_command

from digest.models import Post
from papers import kinds
from papers.models import Listing, Paper, Proposal, Section, SourceAnswer, Writer

pytestmark = pytest.mark.django_db

DAY = "2025-10-07"


def run(*args, **options):
    out = io.StringIO()
    call_command(*args, stdout=out, stderr=io.StringIO(), **options)
    return out.getvalue()


def item(number, **fields):
    paper = {
        "id": f"2510.{number:05}",
        "title": f"Paper {number}",
        "summary": "We study widgets. We propose a method. Results show a gain of 3.2%.",
        "authors": [{"name": "Ada Lovelace"}],
        "upvotes": number,
        "publishedAt": "2025-10-06T00:00:00.000Z",
    }
    return {"paper": paper | fields, "title": paper["title"], "publishedAt": "2025-10-06T00:00:00Z"}


@pytest.fixture
def hugging_face(httpserver, settings):
    """Stand in for Hugging Face. `hugging_face(items)` sets the items of the day."""
    settings.HUGGINGFACE_URL = httpserver.url_for("").rstrip("/")

    def serve(items):
        httpserver.clear()
        for page, answer in (("0", items), ("1", [])):
            httpserver.expect_request(
                "/api/daily_papers", query_string={"date": DAY, "limit": "100", "p": page}
            ).respond_with_json(answer)

    return serve


def everything():
    models = (Paper, Section, Listing, SourceAnswer, Proposal)
    return [list(model.objects.order_by("pk").values()) for model in models]


def test_from_the_socket_to_the_page(hugging_face, client, settings):
    hugging_face([item(1), item(2)])
    assert "2 listed" in run("ingest", "--date", DAY)
    assert "2 papers" in run("draft", "--date", DAY)
    run("build_post", DAY, "--all", "--publish")
    post = Post.objects.published().get()
    page = client.get(post.get_absolute_url()).content.decode()
    for fact in ("Paper 1", "Paper 2", "3.2%"):
        assert fact in page


def test_the_second_time_nothing_is_written(hugging_face):
    hugging_face([item(1), item(2)])
    for _ in range(2):
        run("ingest", "--date", DAY)
        run("draft", "--date", DAY)
        before = everything()
    run("ingest", "--date", DAY)
    run("draft", "--date", DAY)
    assert everything() == before
    assert Proposal.objects.count() == 0


def test_an_editors_change_survives_ingest_and_draft_byte_for_byte(hugging_face):
    hugging_face([item(1)])
    run("ingest", "--date", DAY)
    run("draft", "--date", DAY)
    section = Section.objects.get(kind=kinds.METHOD)
    mine = "내가  쓴 글\n\n- 목록 `x`"
    section.markdown, section.origin = mine, Writer.EDITOR
    section.save()
    hugging_face([item(1, summary="Another abstract. We propose another method.")])
    run("ingest", "--date", DAY)
    run("draft", "--date", DAY)
    section.refresh_from_db()
    assert section.markdown == mine
    assert Proposal.objects.get().section == section


def test_a_bad_item_is_told_and_the_rest_is_kept(hugging_face):
    hugging_face([item(1), item(2, id="not an id")])
    err = io.StringIO()
    with pytest.raises(CommandError, match="1 items were refused"):
        call_command("ingest", "--date", DAY, stdout=io.StringIO(), stderr=err)
    assert f"huggingface {DAY}: item 2: paper.id: 'not an id' is not an arXiv id" in err.getvalue()
    assert Paper.objects.count() == 1
    assert len(SourceAnswer.objects.get().refusals) == 1


def test_a_source_that_is_down_is_told_and_nothing_is_stored(httpserver, settings):
    settings.HUGGINGFACE_URL = httpserver.url_for("").rstrip("/")
    httpserver.expect_request("/api/daily_papers").respond_with_data("oops", status=500)
    with pytest.raises(CommandError, match="1 days failed"):
        run("ingest", "--date", DAY)
    assert not SourceAnswer.objects.exists()


def test_the_extractive_drafter_refuses_another_language(hugging_face):
    hugging_face([item(1)])
    run("ingest", "--date", DAY)
    with pytest.raises(CommandError, match="--language en"):
        run("draft", "--date", DAY, "--language", "ko")
    assert not Section.objects.exists()


def test_a_second_post_for_a_day_is_refused(hugging_face):
    hugging_face([item(1)])
    run("ingest", "--date", DAY)
    run("build_post", DAY, "--all")
    with pytest.raises(CommandError, match=DAY):
        run("build_post", DAY, "--all")
    assert Post.objects.count() == 1


@pytest.mark.corpus
def test_a_recorded_day_comes_in_whole(corpus, hugging_face, client, settings):
    settings.FEED_DELAY *= 0
    items = json.loads(gzip.decompress((corpus / "hf_daily" / f"{DAY}.json.gz").read_bytes()))
    hugging_face(items)
    run("ingest", "--date", DAY)
    assert set(Paper.objects.values_list("arxiv_id", flat=True)) == {
        each["paper"]["id"] for each in items
    }
    run("draft", "--date", DAY)
    before = everything()
    run("ingest", "--date", DAY)
    assert everything() == before
    run("build_post", DAY, "--all", "--publish")
    shares = Counter(Section.objects.exclude(markdown="").values_list("kind", flat=True))
    assert shares[kinds.INTRODUCTION] >= 0.9 * len(items)
    page = client.get(Post.objects.get().get_absolute_url()).content.decode()
    feeds = [client.get(path).content.decode() for path in ("/feed.xml", "/rss.xml")]
    for each in Paper.objects.all():
        assert f"/abs/{each.arxiv_id}" in page
        assert all(f"/abs/{each.arxiv_id}" in feed for feed in feeds)
