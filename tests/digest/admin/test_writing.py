"""The page to read and write one entry, its parts, and the way through a post."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from digest.models import Entry, State
from papers import kinds
from papers.clock import now
from papers.editing import authorship
from papers.fulltext.base import Kind, Part, Text
from papers.models import (
    Finding,
    FullText,
    Job,
    JobKind,
    JobState,
    Proposal,
    Report,
    Section,
    UnsavedText,
    Writer,
)
from papers.pipeline import checking
from tests.factories import make_paper, make_post, make_section

pytestmark = pytest.mark.django_db

XSS = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
JSON = {"Accept": "application/json"}


def write(entry):
    return reverse("admin:digest_entry_write", args=[entry.pk])


def part(paper, kind=kinds.METHOD, language="ko"):
    return reverse("admin:papers_paper_section", args=[paper.pk, language, kind])


@pytest.fixture
def entry(editor):
    return make_post(state=State.DRAFT, papers=1).entries.select_related("paper", "post").get()


@pytest.fixture
def save(client, editor):
    def send(address, **fields):
        sent = {"_editor": str(editor.pk), "_tab": "a", "_opened": "1", **fields}
        return client.post(address, sent, headers=JSON)

    return send


def fields_of(client, address):
    """Return what a browser would send of a part's form."""
    form = client.get(address).context["form"]
    data = {}
    for bound in form:
        value = bound.value()
        if value in (None, False) or bound.field.disabled:
            continue
        data[bound.html_name] = value
    for name in form.shared:
        data[form[name].html_initial_name] = form._standing(name)
    return data


# --- The page --------------------------------------------------------------------------------


def test_it_shows_the_source_beside_all_that_is_written(client, entry):
    paper = entry.paper
    paper.abstract = "An abstract with $x^2$."
    paper.save()
    make_section(paper, kinds.METHOD, language="en", markdown="An **English** method.")
    Entry.objects.update(note="A *note*.")
    Entry.objects.get().save()
    paper.tags.add("agents")
    page = client.get(write(entry)).content.decode()
    for shown in ("An abstract with x²", "<strong>English</strong>", "<em>note</em>", "agents"):
        assert shown in page
    assert page.index('data-language="ko"') < page.index('data-language="en"')
    assert page.index("part-ko-introduction") < page.index("part-ko-method")


def test_a_get_writes_nothing(client, entry):
    client.get(write(entry))  # The session and the content types are there now.
    addresses = [write(entry), part(entry.paper), part(entry.paper, kinds.INTRODUCTION)]
    addresses += [reverse("admin:digest_entry_note", args=[entry.pk])]
    for name in ("tags", "proposals", "full_text"):
        addresses.append(reverse(f"admin:papers_paper_{name}", args=[entry.paper_id]))
    with CaptureQueriesContext(connection) as asked:
        for address in addresses:
            assert client.get(address).status_code == 200
    words = [query["sql"].lstrip("(").split()[0] for query in asked]
    assert set(words) <= {"SELECT", "SAVEPOINT", "RELEASE"}


def test_hostile_texts_are_texts(client, entry):
    paper = entry.paper
    paper.title = paper.abstract = paper.organization = XSS
    paper.save()
    make_section(paper, kinds.OTHER, heading=XSS, markdown=XSS)
    paper.tags.add("x<b>")
    Report.objects.create(paper=paper, text=XSS)
    page = client.get(write(entry)).content.decode()
    assert "<script>alert" not in page
    assert "<img" not in page.split('id="content-main"')[1]


def crowd(sections, entries):
    """Return an entry of a paper with so many sections, findings and reports, among others."""
    post = make_post(state=State.DRAFT, papers=entries)
    entry = post.entries.select_related("paper").first()
    paper = entry.paper
    paper.abstract = "It works in some cases. " * 60
    paper.save()
    paper.sections.all().delete()
    places = [(kind, language) for kind in kinds.TABLE for language in ("ko", "en")]
    for kind, language in places[: max(1, sections)]:
        heading = "A heading" if kind == kinds.OTHER else ""
        section = make_section(
            paper, kind, language=language, heading=heading, markdown="정확도를 77.7% 올린다. " * 30
        )
        Report.objects.create(paper=paper, section=section, text="A mistake.")
    checking.check([paper])
    Job.objects.create(kind=JobKind.DRAFT, arxiv_id=paper.arxiv_id, next_at=now())
    return entry


def test_it_takes_as_many_queries_for_twelve_sections_as_for_one(client, editor):
    taken = []
    few, many = crowd(1, 1), crowd(12, 30)
    for entry in (few, few, many):
        with CaptureQueriesContext(connection) as asked:
            response = client.get(write(entry))
        taken.append(len(asked))
    assert Finding.objects.filter(paper=many.paper_id).count() > 12
    assert taken[1] == taken[2] < 30
    assert len(response.content) < 150_000


def test_the_way_leads_through_the_post_in_its_order(client, editor):
    post = make_post(state=State.DRAFT, papers=3)
    first, second, third = post.entries.all()
    Entry.objects.filter(pk=first.pk).update(position=9)
    way = client.get(write(third)).context["neighbours"]
    assert (way.number, way.before, way.after) == (2, write(second), write(first))
    assert client.get(write(second)).context["neighbours"].before == ""
    assert client.get(write(first)).context["neighbours"].after == ""


def test_a_paper_that_was_taken_out_is_on_no_way(client, editor):
    entry = make_post(papers=2).entries.first()
    Entry.objects.filter(pk=entry.pk).update(position=None)
    way = client.get(write(entry)).context["neighbours"]
    assert (way.number, way.before, way.after) == (None, "", "")


def test_who_may_only_look_is_offered_nothing_to_write(client, entry):
    viewer = User.objects.create_user("park", is_staff=True)
    assert client.get(write(entry)).status_code == 200
    client.force_login(viewer)
    assert client.get(write(entry)).status_code == 403
    viewer.user_permissions.add(Permission.objects.get(codename="view_post"))
    page = client.get(write(entry)).content.decode()
    assert "data-open" not in page
    assert 'id="go-on"' not in page
    assert client.get(part(entry.paper)).status_code == 403
    assert client.get(reverse("admin:papers_paper_tags", args=[entry.paper_id])).status_code == 403
    assert client.get(reverse("admin:digest_entry_note", args=[entry.pk])).status_code == 403
    assert client.post(write(entry)).status_code == 403


def test_nobody_sees_it_signed_out(client, entry):
    client.logout()
    assert client.get(write(entry)).status_code == 302
    assert client.get(part(entry.paper)).status_code == 302


# --- A section -------------------------------------------------------------------------------


def test_a_section_is_saved_in_place_and_checked(client, entry, save, editor):
    paper, address = entry.paper, part(entry.paper, kinds.INTRODUCTION)
    Section.objects.update(origin=Writer.MODEL)
    UnsavedText.objects.create(
        user=editor,
        page=f"papers.paper/{paper.pk}",
        texts={
            "ko:introduction::markdown": {"label": "", "value": "Neu: 77%", "at": 1, "tab": "a"}
        },
        kept_at=now(),
    )
    sent = fields_of(client, address) | {"ko-introduction-markdown": "Neu: 77%"}
    response = save(address, **sent)
    assert response.status_code == 200
    assert response.json()["fields"]["ko-introduction-markdown"]["value"] == "Neu: 77%"
    section = paper.sections.get(kind=kinds.INTRODUCTION)
    assert (section.markdown, section.origin) == ("Neu: 77%", Writer.EDITOR)
    assert section.history.first().history_user == editor
    assert section.findings.filter(text__contains="77").exists()
    assert not UnsavedText.objects.exists()


def test_its_fields_have_the_names_of_the_papers_page(client, entry):
    page = client.get(part(entry.paper, kinds.INTRODUCTION)).content.decode()
    assert 'data-unsaved="ko:introduction::markdown"' in page
    assert f'data-unsaved-page="papers.paper/{entry.paper_id}"' in page


def test_a_missing_section_is_made_where_it_belongs(client, entry, save):
    address = part(entry.paper, kinds.GIST, "en")
    assert save(address, **fields_of(client, address)).status_code == 200
    assert not entry.paper.sections.filter(kind=kinds.GIST).exists()
    sent = fields_of(client, address) | {"en-gist-markdown": "One line."}
    assert save(address, **sent).status_code == 200
    made = entry.paper.sections.get(kind=kinds.GIST)
    assert (made.markdown, made.language, made.position) == ("One line.", "en", 0)


def test_a_section_that_was_changed_meanwhile_is_not_undone(client, entry, save):
    address = part(entry.paper, kinds.INTRODUCTION)
    sent = fields_of(client, address) | {"ko-introduction-markdown": "Mine"}
    section = entry.paper.sections.get(kind=kinds.INTRODUCTION)
    section.markdown = "Theirs"
    section.save()
    response = save(address, **sent)
    assert response.status_code == 409
    theirs = {"value": "Theirs", "carried": "Theirs"}
    assert response.json()["conflicts"] == {"ko-introduction-markdown": theirs}
    section.refresh_from_db()
    assert section.markdown == "Theirs"


def test_a_section_that_was_made_meanwhile_is_a_conflict(client, entry, save):
    address = part(entry.paper, kinds.METHOD)
    sent = fields_of(client, address) | {"ko-method-markdown": "Mine"}
    make_section(entry.paper, kinds.METHOD, markdown="Theirs")
    response = save(address, **sent)
    assert response.status_code == 409
    assert entry.paper.sections.get(kind=kinds.METHOD).markdown == "Theirs"


def test_a_gist_that_is_too_long_is_refused_with_words(client, entry, save):
    address = part(entry.paper, kinds.GIST)
    response = save(address, **fields_of(client, address) | {"ko-gist-markdown": "글" * 121})
    assert response.status_code == 422
    assert list(response.json()["errors"]) == ["ko-gist-markdown"]


def test_a_section_of_ones_own_heading_is_found_by_it(client, entry, save):
    section = make_section(
        entry.paper, kinds.OTHER, heading="데이터 & <b>", markdown="old", position=7
    )
    page = client.get(write(entry))
    place = page.context["columns"][0].parts[-1]
    assert place.section == section
    sent = fields_of(client, place.address) | {f"{place.name}-markdown": "new"}
    assert save(place.address, **sent).status_code == 200
    section.refresh_from_db()
    assert (section.markdown, section.heading) == ("new", "데이터 & <b>")


@pytest.mark.parametrize(
    ("kind", "language"), [("gone", "ko"), (kinds.OTHER, "ko"), ("method", "xx")]
)
def test_a_section_that_is_offered_nowhere_is_not_made(client, entry, kind, language):
    assert client.get(part(entry.paper, kind, language)).status_code == 404


def test_a_form_of_another_person_is_refused(client, entry, save):
    address = part(entry.paper, kinds.INTRODUCTION)
    assert save(address, _editor="0").status_code == 403


# --- Note, tags, source, proposals, drafts -----------------------------------------------------


def test_the_note_is_saved_by_itself(client, entry, save):
    address = reverse("admin:digest_entry_note", args=[entry.pk])
    page = client.get(address).content.decode()
    assert f'data-unsaved="{entry.paper_id}:note"' in page
    assert save(address, **fields_of(client, address) | {"note": "Lies das."}).status_code == 200
    entry.refresh_from_db()
    assert (entry.note, entry.position) == ("Lies das.", 1)


def test_tags_are_changed_only_where_one_may(client, entry, save, editor):
    address = reverse("admin:papers_paper_tags", args=[entry.paper_id])
    sent = fields_of(client, address) | {"tags": ["agents", "언어 모델"]}
    assert save(address, **sent).status_code == 200
    assert set(entry.paper.tags.names()) == {"agents", "언어 모델"}
    published = make_post(papers=1).entries.get()
    editor.groups.clear()
    rights = Permission.objects.filter(codename__in=["change_paper", "view_post"])
    editor.user_permissions.set(rights)
    address = reverse("admin:papers_paper_tags", args=[published.paper_id])
    assert save(address, tags=["new"]).status_code == 403
    assert client.get(write(published)).context["may_tag"] is False


def test_the_full_text_comes_by_its_sections(client, entry):
    address = reverse("admin:papers_paper_full_text", args=[entry.paper_id])
    assert "<details>" not in client.get(address).content.decode()
    parts = (Part(Kind.METHOD, "Method <b>", "First.\nSecond & third."),)
    FullText.objects.create(
        paper=entry.paper,
        version=1,
        format="html",
        checksum="0" * 64,
        parts=Text(parts, "html").as_json()["parts"],
        parsed_at=now(),
    )
    page = client.get(address).content.decode()
    assert "Method &lt;b&gt;" in page
    assert "<p>Second &amp; third.</p>" in page
    assert "Second" not in client.get(write(entry)).content.decode()


def test_a_full_text_says_what_it_was_read_from_and_that_a_part_is_one(client, entry):
    FullText.objects.create(
        paper=entry.paper,
        version=3,
        format="md",
        parts=[Part(Kind.METHOD, "Method", "First.")._asdict()],
        generator="<maker>",
        gap="goes from section 2 to 5",
        parsed_at=now(),
    )
    page = client.get(reverse("admin:papers_paper_full_text", args=[entry.paper_id]))
    shown = page.content.decode()
    assert "v3" in shown
    assert "&lt;maker&gt;" in shown
    assert "논문 전체가 아닙니다(2절 다음이 5절)." in shown
    assert "Hugging Face" in shown


def test_a_proposal_is_decided_and_leads_back(client, entry):
    section = entry.paper.sections.first()
    proposal = Proposal.of(
        "markdown", "Besser.", paper=entry.paper, section=section, origin=Writer.MODEL
    )
    proposal.save()
    cards = reverse("admin:papers_paper_proposals", args=[entry.paper_id])
    assert cards in client.get(write(entry)).content.decode()
    assert write(entry) in client.get(cards, {"back": write(entry)}).content.decode()
    decide = reverse("admin:papers_proposal_decide", args=[proposal.pk, "refuse"])
    assert client.post(decide, {"back": write(entry)}).url == write(entry)
    paper = reverse("admin:papers_paper_change", args=[entry.paper_id])
    assert client.post(decide, {"back": "//evil.example/"}).url == paper


def test_one_section_is_drafted_anew(client, entry, settings):
    settings.MODEL_URL = "http://model.example/"
    assert 'data-redraft="ko method"' in client.get(write(entry)).content.decode()
    address = reverse("admin:papers_paper_redraft", args=[entry.paper_id])
    response = client.post(address, {"_redraft": "ko method"})
    job = Job.objects.get(kind=JobKind.DRAFT)
    assert (job.section, job.language) == ("method", "ko")
    assert reverse("admin:papers_job_change", args=[job.pk]) in response.content.decode()
    assert client.post(address, {"_redraft": "ko nothing"}).status_code == 400


# --- Marking as reviewed -----------------------------------------------------------------------


def read(client, entry, language="ko"):
    columns = client.get(write(entry)).context["columns"]
    parts = next(each.parts for each in columns if each.language == language)
    return [each.read for each in parts if each.section.markdown]


@pytest.fixture
def go_on(client, editor):
    def send(entry, read, **more):
        return client.post(write(entry), {"_editor": editor.pk, "read": read}, **more)

    return send


def test_what_was_read_is_reviewed_and_the_next_comes(client, editor, go_on):
    post = make_post(state=State.DRAFT, papers=2)
    first, second = post.entries.all()
    english = make_section(first.paper, kinds.METHOD, language="en")
    response = go_on(first, read(client, first), headers=JSON)
    assert response.json() == {"next": write(second), "said": ""}
    korean = first.paper.sections.filter(language="ko")
    assert [each.reviewer for each in korean] == [editor, editor]
    assert korean[0].history.first().history_user == editor
    english.refresh_from_db()
    assert english.reviewed_at is None
    last = go_on(second, read(client, second))
    assert last.url == reverse("admin:digest_post_change", args=[post.pk])


def test_a_text_that_is_another_by_now_is_not_marked(client, entry, go_on):
    shown = read(client, entry)
    section = entry.paper.sections.get(kind=kinds.RESULTS)
    section.markdown = "Another"
    section.save()
    said = go_on(entry, shown, headers=JSON).json()
    assert said["next"] == write(entry)
    assert section.title in said["said"]
    section.refresh_from_db()
    assert section.reviewed_at is None
    assert entry.paper.sections.get(kind=kinds.INTRODUCTION).reviewed_at
    assert go_on(entry, shown).url == write(entry)


def test_a_colleagues_review_stays_while_it_holds(client, entry, editor, go_on):
    lee = User.objects.create_user("lee")
    old, current = entry.paper.sections.order_by("kind")
    Section.objects.update(reviewer=lee, reviewed_at=now())
    Section.objects.filter(pk=old.pk).update(written_at=now() + timedelta(seconds=1))
    go_on(entry, read(client, entry))
    old.refresh_from_db()
    current.refresh_from_db()
    assert (old.reviewer, current.reviewer) == (editor, lee)


@pytest.mark.parametrize("sent", ["", "x:y", "1", "99999999999999999999:a", ":", "٣:a"])
def test_odd_marks_mark_nothing(entry, sent, go_on):
    assert go_on(entry, sent).status_code == 302
    assert not Section.objects.exclude(reviewed_at=None).exists()


def test_a_section_of_another_paper_is_not_marked(client, entry, go_on):
    other = make_post(state=State.DRAFT, papers=1).entries.get()
    go_on(entry, read(client, other))
    assert not Section.objects.exclude(reviewed_at=None).exists()


def test_nobody_marks_in_the_name_of_another(client, entry):
    assert client.post(write(entry), {"_editor": 0, "read": read(client, entry)}).status_code == 403
    assert not Section.objects.exclude(reviewed_at=None).exists()


# --- The post's list ---------------------------------------------------------------------------


def rows(client, post):
    page = client.get(reverse("admin:digest_post_change", args=[post.pk])).content.decode()
    return [each.split("</strong>")[0] for each in page.split('class="entry-title"')[1:]]


def test_the_list_says_how_far_each_paper_is(client, editor):
    post = make_post(state=State.DRAFT, papers=[make_paper() for _ in range(4)])
    empty, drafting, wrong, read_one = post.entries.all()
    Job.objects.create(kind=JobKind.DRAFT, arxiv_id=drafting.paper.arxiv_id, state=JobState.RUNNING)
    make_section(wrong.paper, markdown="정확도를 77.7% 올린다. TODO")
    section = make_section(read_one.paper)
    Section.objects.filter(pk=section.pk).update(reviewer=editor, reviewed_at=now())
    checking.check([each.paper for each in post.entries.all()])
    errors = Finding.objects.errors().filter(paper=wrong.paper).count()
    assert errors
    shown = rows(client, post)
    assert write(empty) in shown[0]
    assert ["초안 작성 중" in row for row in shown] == [False, True, False, False]
    assert [f"오류 {errors}건" in row for row in shown] == [False, False, True, False]
    assert [editor.username in row for row in shown] == [False, False, False, True]


def test_only_sections_in_the_language_of_the_post_make_a_summary(client, editor):
    post = make_post(state=State.DRAFT, papers=[make_paper(), make_paper()])
    foreign, both = post.entries.all()
    make_section(foreign.paper, language="en")
    for language in ("ko", "en"):
        make_section(both.paper, language=language)
    without, written = rows(client, post)
    assert '<span class="chip warn">한국어 섹션 없음</span>' in without
    assert "chip good" not in without
    assert "한국어 섹션 없음" not in written
    assert written.count("chip good") == 1


def live(client, post):
    return client.get(reverse("admin:digest_post_live", args=[post.pk]))


@pytest.mark.parametrize(
    ("state", "said", "again"),
    [
        (JobState.DUE, "초안 대기 중", "2"),
        (JobState.RUNNING, "초안 작성 중", "2"),
        (JobState.DONE, "초안 작성 완료", ""),
        (JobState.FAILED, "실패", ""),
    ],
)
def test_what_is_fetched_again_says_how_each_draft_is(client, entry, state, said, again):
    Job.objects.create(
        kind=JobKind.DRAFT,
        arxiv_id=entry.paper.arxiv_id,
        state=state,
        next_at=now() if state == JobState.DUE else None,
        reason=XSS if state == JobState.FAILED else "",
    )
    row = live(client, entry.post).content.decode()
    alone = client.get(reverse("admin:digest_entry_live", args=[entry.pk])).content.decode()
    assert said in row.split(f'data-live-for="state-{entry.pk}"')[1]
    assert said in alone
    for page in (row, alone):
        assert f'data-again="{again}"' in page
        assert "<script>alert" not in page


def test_nothing_of_an_unknown_post_is_fetched_again(client, editor):
    for name in ("admin:digest_post_live", "admin:digest_entry_live"):
        assert client.get(reverse(name, args=[10**6])).status_code == 404


def test_states_take_as_many_queries_for_thirty_papers_as_for_one(client, editor):
    taken = []
    for papers in (1, 1, 30):
        post = make_post(state=State.DRAFT, papers=papers)
        for entry in post.entries.select_related("paper"):
            about = {"kind": JobKind.DRAFT, "arxiv_id": entry.paper.arxiv_id}
            Job.objects.create(next_at=now(), **about)
        with CaptureQueriesContext(connection) as asked:
            assert len(live(client, post).content) < 1_000 + 1_000 * papers
        taken.append(len(asked))
    assert taken[1] == taken[2] < 12


def test_the_list_takes_as_many_queries_for_thirty_as_for_one(client, editor):
    taken = []
    for papers in (1, 1, 30):
        post = make_post(state=State.DRAFT, papers=papers)
        with CaptureQueriesContext(connection) as asked:
            rows(client, post)
        taken.append(len([each for each in asked if each["sql"].startswith("SELECT")]))
    assert taken[1] == taken[2]


def test_writing_begins_at_the_first_paper_that_waits(client, editor):
    post = make_post(State.DRAFT, 3)
    first, second, third = post.entries.order_by("position")
    begin = reverse("admin:digest_post_write", args=[post.pk])
    page = client.get(reverse("admin:digest_post_change", args=[post.pk])).text
    assert f'href="{begin}"' in page
    authorship.review_all(first.paper.sections.all(), editor)
    assert client.get(begin).url == write(second)
    authorship.review_all(Section.objects.filter(paper__in=[second.paper, third.paper]), editor)
    assert client.get(begin).url == write(first)
    third.paper.sections.update(markdown="")
    assert client.get(begin).url == write(third)


def test_a_post_without_papers_has_nothing_to_write(client, editor):
    post = make_post(State.DRAFT, 0)
    change = reverse("admin:digest_post_change", args=[post.pk])
    begin = reverse("admin:digest_post_write", args=[post.pk])
    assert begin not in client.get(change).text
    assert client.get(begin).url == change
