"""Pages and documents for programs say who wrote a text, from what, and who reviewed it."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from digest import publishing
from papers import kinds
from papers.clock import now
from papers.editing import authorship
from papers.models import Scope, Section, Writer
from tests.factories import make_paper, make_post, make_section

pytestmark = pytest.mark.django_db

WRITTEN = datetime(2025, 10, 8, 1, tzinfo=UTC)
REVIEWED = datetime(2025, 10, 8, 18, tzinfo=UTC)  # The 9th in Seoul.
MODEL = {
    "origin": Writer.MODEL,
    "drafter": "m-7b",
    "prompt_version": "3",
    "scope": Scope.FULL_TEXT,
    "written_at": WRITTEN,
}
EXTRACTIVE = MODEL | {
    "origin": Writer.EXTRACTIVE,
    "drafter": "extractive-3",
    "prompt_version": "",
}


@pytest.fixture
def reviewer():
    return User.objects.create_user("kim-login", first_name="Kim", last_name="Editor")


def reviewed(section, user, at=REVIEWED):
    section.reviewer, section.reviewed_at = user, at
    section.save(update_fields=["reviewer", "reviewed_at"])


def said(client, section, prefix=""):
    """Return the lines of provenance on the page of the section's paper."""
    html = client.get(prefix + section.paper.get_absolute_url()).content.decode()
    return re.findall(r'<p class="provenance">\s*<span>(.*?)</span>', html, re.DOTALL)


def test_a_reader_sees_model_prompt_source_and_reviewer(client, reviewer):
    section = make_section(make_paper(), **MODEL)
    reviewed(section, reviewer)
    make_post(papers=[section.paper])
    [line] = said(client, section)
    assert line == (
        "언어 모델 작성, 논문 본문 기반 (m-7b, 프롬프트 3) · 검토: Kim Editor, 2025년 10월 9일"
    )
    [line] = said(client, section, "/en")
    assert "full text (m-7b, prompt 3)" in line
    assert line.endswith(" · reviewed by Kim Editor, Oct. 9, 2025")


@pytest.mark.parametrize(
    ("made", "by", "line"),
    [
        (MODEL, "m-7b", "언어 모델 작성, 논문 일부 기반: 서론, 결과 (m-7b, 프롬프트 3)"),
        (
            EXTRACTIVE,
            "extractive-3",
            "논문 본문 문장 그대로 인용, 논문 일부 기반: 서론, 결과 (extractive-3)",
        ),
    ],
)
def test_a_reader_sees_from_which_parts_a_draft_was_made(client, made, by, line):
    section = make_section(make_paper(), **made | {"scope": "parts:introduction,results"})
    make_post(papers=[section.paper])
    assert said(client, section) == [line]
    [line] = said(client, section, "/en")
    assert f", from parts of the paper: introduction, results ({by}" in line
    assert "full text" not in line
    data = client.get(f"/papers/{section.paper.arxiv_id}.json").json()
    assert data["sections"][0]["scope"] == "parts:introduction,results"


@pytest.mark.parametrize("scope", ["parts:", "parts:<b>,x", "something new"])
def test_a_scope_that_nobody_knows_is_left_out(client, scope):
    section = make_section(make_paper(), **MODEL | {"scope": scope})
    make_post(papers=[section.paper])
    assert said(client, section) == ["언어 모델 작성 (m-7b, 프롬프트 3)"]
    Section.objects.update(
        public_origin=Writer.EXTRACTIVE, public_drafter="", public_prompt_version=""
    )
    assert said(client, section) == ["논문 본문 문장 그대로 인용"]


def test_own_sentences_of_the_abstract_and_of_a_whole_text_are_told_apart(client):
    paper = make_paper()
    make_section(paper, **EXTRACTIVE | {"scope": Scope.ABSTRACT})
    section = make_section(paper, kinds.LIMITATIONS, **EXTRACTIVE)
    make_post(papers=[paper])
    assert set(said(client, section)) == {
        "초록 문장 그대로 인용 (extractive-3)",
        "논문 본문 문장 그대로 인용 (extractive-3)",
    }


def test_a_reviewer_without_a_name_is_an_editor_and_no_login_is_told(client, reviewer):
    section = make_section(make_paper(), **MODEL)
    post = make_post(papers=[section.paper])
    User.objects.update(first_name="", last_name="")
    reviewed(section, reviewer)
    for address in (section.paper.get_absolute_url(), post.get_absolute_url()):
        for suffix in ("/", ".md", ".json"):
            page = client.get(address.rstrip("/") + suffix).content.decode()
            assert "편집자" in page
            assert "kim-login" not in page
    reviewer.delete()
    assert said(client, section)[0].endswith("검토: 편집자, 2025년 10월 9일")


def test_a_korean_reviewer_is_named_in_the_korean_order(client, reviewer):
    section = make_section(make_paper(), **MODEL)
    make_post(papers=[section.paper])
    User.objects.update(first_name="하늘", last_name="김")
    reviewed(section, reviewer)
    assert said(client, section)[0].endswith("검토: 김하늘, 2025년 10월 9일")


def test_a_review_after_publishing_shows_at_once_and_can_be_taken_back(client, reviewer):
    section = make_section(make_paper(), **MODEL)
    make_post(papers=[section.paper])
    section.refresh_from_db()
    assert "검토" not in said(client, section)[0]
    authorship.review(section, reviewer)
    section.save()
    assert "검토: Kim Editor" in said(client, section)[0]
    authorship.review(section, None)
    section.save()
    assert "검토" not in said(client, section)[0]


def test_a_review_of_a_text_that_readers_do_not_see_waits_for_its_publishing(client, reviewer):
    section = make_section(make_paper(), **MODEL)
    post = make_post(papers=[section.paper])
    section.refresh_from_db()
    section.markdown = "고친 글"
    authorship.now_the_editors(section)
    authorship.review(section, reviewer)
    section.save()
    assert said(client, section) == ["언어 모델 작성, 논문 본문 기반 (m-7b, 프롬프트 3)"]
    publishing.publish_changes(post)
    assert said(client, section)[0].startswith("편집자 작성 · 검토: Kim Editor")


def test_the_review_of_the_public_text_stays_while_another_is_written(client, reviewer):
    section = make_section(make_paper(), **MODEL)
    reviewed(section, reviewer)
    make_post(papers=[section.paper])
    section.refresh_from_db()
    section.markdown = "고친 글"
    authorship.now_the_editors(section)
    authorship.review(section, None)
    section.save()
    assert "검토: Kim Editor" in said(client, section)[0]


def test_a_review_older_than_the_text_is_none_of_it(client, reviewer):
    section = make_section(make_paper(), **MODEL | {"written_at": REVIEWED + timedelta(hours=1)})
    reviewed(section, reviewer)
    make_post(papers=[section.paper])
    assert "검토" not in said(client, section)[0]


def test_sections_that_differ_say_it_each_and_the_rest_stays_one_line(client, reviewer):
    paper = make_paper()
    first, second = make_section(paper, **MODEL), make_section(paper, kinds.RESULTS, **MODEL)
    make_post(papers=[paper])
    assert len(said(client, first)) == 1
    reviewed(second, reviewer)
    lines = said(client, first)
    assert ["검토" in line for line in lines] == [False, True]


def test_what_most_sections_have_in_common_is_said_once(client):
    paper = make_paper()
    first = make_section(paper, **MODEL)
    make_section(paper, kinds.METHOD, **MODEL)
    make_section(paper, kinds.RESULTS, origin=Writer.IMPORT)
    post = make_post(papers=[paper])
    alone, others = said(client, first)
    assert alone == "이전 글에서 가져옴"
    assert others == "그 밖의 섹션: 언어 모델 작성, 논문 본문 기반 (m-7b, 프롬프트 3)"
    assert client.get(post.get_absolute_url()).content.decode().count(others) == 1


def test_json_tells_the_same_of_every_section(client, reviewer):
    section = make_section(make_paper(), **MODEL)
    bare = make_section(section.paper, kinds.RESULTS, origin=Writer.IMPORT)
    reviewed(section, reviewer)
    post = make_post(papers=[section.paper])
    alone = client.get(f"/papers/{section.paper.arxiv_id}.json").json()
    [of_post] = client.get(post.get_absolute_url().rstrip("/") + ".json").json()["papers"]
    assert [each.pop("evidence") for each in alone["sections"]] == [[], []]
    assert of_post["sections"] == alone["sections"]
    first, second = alone["sections"]
    assert first | MODEL | {"written_at": "2025-10-08T01:00:00Z"} == first
    assert (first["reviewed_by"], first["reviewed_at"]) == ("Kim Editor", "2025-10-08T18:00:00Z")
    assert (second["reviewed_by"], second["reviewed_at"]) == (None, None)
    bare.refresh_from_db()
    assert datetime.fromisoformat(second["written_at"]) == bare.written_at.replace(
        microsecond=bare.written_at.microsecond // 1000 * 1000
    )


def test_a_review_changes_no_feed(client, reviewer, settings):
    settings.FEED_DELAY = timedelta(0)
    section = make_section(make_paper(), **MODEL)
    make_post(papers=[section.paper])
    before = client.get("/feed.xml").content
    assert "m-7b, 프롬프트 3".encode() in before
    reviewed(section, reviewer, now())
    assert client.get("/feed.xml").content == before


def test_reviewers_cost_no_query_of_their_own(client):
    def cost(papers):
        post = make_post(papers=papers)
        for section in Section.objects.filter(paper__posts=post):
            name = f"editor{section.pk}"
            reviewed(section, User.objects.create_user(name, first_name=name), now())
        client.get(post.get_absolute_url())
        with CaptureQueriesContext(connection) as found:
            assert f"editor{section.pk}" in client.get(post.get_absolute_url()).content.decode()
        return len(found)

    make_post(papers=1)
    assert cost(papers=2) == cost(papers=9)
