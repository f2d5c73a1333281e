"""An editor's text is kept byte for byte, whatever a source or a drafter says afterwards."""

import json
from datetime import date

import pytest
from werkzeug import Request, Response

from papers.models import Paper, Proposal, Subject, Writer
from papers.pipeline import steps
from papers.text.cleaning import fold
from tests.digest.admin.test_papers import field_of, save
from tests.papers.sources.atom import make_entry, make_feed

pytestmark = pytest.mark.django_db

DAY = date(2025, 10, 8)
ID = "2510.00001"
FIRST = {"title": "First title", "summary": "We study widgets. We propose a method."}
SECOND = {"title": "Second title", "summary": "We study gadgets. We propose another method."}
THIRD = {"title": "Third title", "summary": "We look at gears. We introduce a third method."}
MINE = {
    "title": "나의  제목 — $x<y$",
    "abstract": "We  wrote this. We propose what we say.\n\n  둘째 줄 ",
    "section": "내가  쓴 글\n\n- 목록 `x`\n  - 둘째  \n",
}


@pytest.fixture
def sources(httpserver, settings):
    """Stand in for Hugging Face and arXiv.

    `say(hugging_face, arxiv)` sets what they say about the paper.
    """
    settings.HUGGINGFACE_URL = httpserver.url_for("").rstrip("/")
    settings.ARXIV_API_URL = httpserver.url_for("/api/query")
    settings.ARXIV_INTERVAL_S = 0
    said = {}

    def day(request: Request) -> Response:
        items = [{"paper": {"id": ID, **said["huggingface"]}}] if request.args["p"] == "0" else []
        return Response(json.dumps(items), content_type="application/json")

    httpserver.expect_request("/api/daily_papers").respond_with_handler(day)
    httpserver.expect_request("/api/query").respond_with_handler(
        lambda request: Response(make_feed(make_entry(ID, **said["arxiv"])))
    )

    def say(huggingface, arxiv, version):
        said.update(huggingface=huggingface, arxiv=arxiv | {"version": version, "published": None})

    return say


def come_in():
    steps.ingest_day(Subject(day=DAY))
    steps.arxiv_metadata(Subject(arxiv_id=ID))
    steps.draft_paper(Subject(arxiv_id=ID))


def test_every_edited_field_stays_and_what_is_new_is_proposed(client, editor, sources):
    sources(FIRST, FIRST, "v1")
    come_in()
    paper = Paper.objects.get()
    section = paper.sections.exclude(markdown="").first()
    assert section.origin == Writer.EXTRACTIVE
    field = field_of(client, paper, section.kind, section.language)
    save(
        client,
        paper,
        title=MINE["title"],
        abstract=MINE["abstract"],
        **{field: MINE["section"].replace("\n", "\r\n")},
    )
    section.refresh_from_db()
    assert section.origin == Writer.EDITOR
    assert section.markdown.strip() == MINE["section"].strip()
    words = paper.title, paper.abstract, section.markdown, section.html
    sources(SECOND, THIRD, "v2")
    for _ in range(2):
        come_in()
    paper.refresh_from_db()
    section.refresh_from_db()
    assert (paper.title, paper.abstract, section.markdown, section.html) == words
    assert paper.version == 2
    assert section.history.count() == 2  # The draft and the editor's text.
    facts = Proposal.objects.filter(section=None).values_list("field", "origin", "value")
    assert set(facts) == {
        ("title", "huggingface", "Second title"),
        ("abstract", "huggingface", SECOND["summary"]),
        ("title", "arxiv", "Third title"),
        ("abstract", "arxiv", THIRD["summary"]),
    }
    draft = Proposal.objects.get(section=section)
    assert (draft.field, draft.origin) == ("markdown", Writer.EXTRACTIVE)
    assert draft.value in fold(paper.abstract)
