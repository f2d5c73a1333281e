"""The editors' pages of papers: facts, sections, proposals, preview and history."""

import pytest
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from selectolax.lexbor import LexborHTMLParser

from digest.models import State
from papers import kinds
from papers.clock import now
from papers.models import (
    Origin,
    Paper,
    Proposal,
    ProposalState,
    Section,
    SourceAnswer,
    Writer,
)
from papers.pipeline.sections import NewText, write
from tests.factories import make_paper, make_post, make_section

pytestmark = pytest.mark.django_db

XSS = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


def change(paper):
    return reverse("admin:papers_paper_change", args=[paper.pk])


def form_of(client, paper, **fields):
    """Return what a browser sends for the paper's form as shown, including line ends."""
    page = client.get(change(paper))
    data = {}
    forms = [page.context["adminform"].form]
    for inline in page.context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    for form in forms:
        for bound in form:
            value = bound.value()
            if bound.name == "tags":
                value = list(paper.tags.names())
            elif bound.name == "arxiv_published_at":
                data |= {f"{bound.html_name}_0": "", f"{bound.html_name}_1": ""}
                continue
            if value is None or value is False:
                continue
            data[bound.html_name] = value.replace("\n", "\r\n") if isinstance(value, str) else value
            if bound.field.show_hidden_initial:
                data[bound.html_initial_name] = data[bound.html_name]
    return data | {"_continue": "1"} | fields


def save(client, paper, **fields):
    response = client.post(change(paper), form_of(client, paper, **fields))
    paper.refresh_from_db()
    return response


def field_of(client, paper, kind, language="ko"):
    """Return the name of the form field for a section's text."""
    for inline in client.get(change(paper)).context["inline_admin_formsets"]:
        for form in inline.formset.forms:
            if inline.opts.language == language and form.initial["kind"] == kind:
                return form["markdown"].html_name
    raise AssertionError(f"no field for {kind} in {language}")


def test_the_way_to_a_paper_names_papers_once_and_the_page_leads_to_where_it_is_written(
    client, editor
):
    post = make_post(state=State.DRAFT, papers=1)
    entry = post.entries.get()
    page = LexborHTMLParser(client.get(change(entry.paper)).text)
    way = [part.attributes["href"] for part in page.css("#header-inner a.truncate")]
    assert way == [reverse("admin:papers_paper_changelist"), change(entry.paper)]
    written = [a.attributes["href"] for a in page.css(".paper-links a")]
    assert written[-2:] == [
        reverse("admin:digest_post_change", args=[post.pk]),
        reverse("admin:digest_entry_write", args=[entry.pk]),
    ]


def test_only_the_changed_facts_become_the_editors(client, editor):
    paper = make_paper(abstract="One.\nTwo.", origins={"title": "arxiv", "abstract": "arxiv"})
    response = save(client, paper, title="A title of ours", tags=["언어 모델"])
    assert response.status_code == 302
    assert paper.title == "A title of ours"
    assert paper.origins == {"title": "editor", "abstract": "arxiv"}
    assert list(paper.tags.names()) == ["언어 모델"]


def test_saving_an_unchanged_form_changes_nothing(client, editor):
    paper = make_paper(abstract="One.\nTwo.", keywords=["a", "b c"])
    section = make_section(paper, markdown="하나\n\n둘\n", origin=Writer.MODEL, drafter="m-1")
    save(client, paper)
    assert paper.origins == {}
    assert section.history.count() == 1
    section.refresh_from_db()
    assert (section.markdown, section.origin) == ("하나\n\n둘\n", Writer.MODEL)
    assert paper.history.count() == 1


def test_authors_are_one_a_line(client, editor):
    paper = make_paper()
    save(client, paper, authors="Grace Hopper\r\n\r\n  이순신 \r\n")
    assert paper.authors == ["Grace Hopper", "이순신"]
    assert paper.origins == {"authors": "editor"}


def test_a_changed_section_is_the_editors_and_waits_for_readers(client, editor):
    post = make_post(papers=1)
    paper = post.entries.get().paper
    section = paper.sections.first()
    Section.objects.update(origin=Writer.MODEL, drafter="m-1", scope="abstract", prompt_version="3")
    before = section.public_markdown
    save(client, paper, **{field_of(client, paper, section.kind): "고친 **글**"})
    section.refresh_from_db()
    assert section.markdown == "고친 **글**"
    assert (section.origin, section.drafter, section.scope, section.prompt_version) == (
        Writer.EDITOR,
        "",
        "",
        "",
    )
    assert section.public_markdown == before
    other = paper.sections.exclude(pk=section.pk).get()
    assert other.origin == Writer.MODEL


def test_a_missing_section_is_written_and_an_empty_one_is_not_made(client, editor):
    paper = make_paper()
    save(client, paper, **{field_of(client, paper, kinds.METHOD): "방법"})
    section = paper.sections.get()
    assert (section.kind, section.language, section.position) == (kinds.METHOD, "ko", 2)
    save(client, paper, **{field_of(client, paper, kinds.METHOD, "en"): "Method"})
    assert paper.sections.filter(language="en").get().markdown == "Method"


def test_a_section_of_a_kind_that_is_gone_holds_up_no_edit(client, editor):
    paper = make_paper()
    section = make_section(paper, kind="gone")
    save(client, paper, title="A better title", **{field_of(client, paper, "gone"): "고친 글"})
    section.refresh_from_db()
    assert (paper.title, section.kind, section.markdown) == ("A better title", "gone", "고친 글")


def test_a_section_is_emptied_not_deleted(client, editor):
    paper = make_paper()
    section = make_section(paper)
    save(client, paper, **{field_of(client, paper, section.kind): ""})
    section.refresh_from_db()
    assert (section.markdown, section.html) == ("", "")


def extra(client, paper, **fields):
    """Return the form fields of a section that is added by hand after the Korean ones."""
    inline = client.get(change(paper)).context["inline_admin_formsets"][0].formset
    number = inline.total_form_count()
    row = {"kind": "other", "heading": "", "markdown": "", "id": "", "paper": paper.pk} | fields
    return {f"{inline.prefix}-{number}-{name}": value for name, value in row.items()} | {
        f"{inline.prefix}-TOTAL_FORMS": number + 1
    }


def test_a_section_with_a_heading_of_its_own_is_added_last(client, editor):
    paper = make_paper()
    fields = extra(client, paper, heading="데이터", markdown="공개 자료")
    assert save(client, paper, **fields).status_code == 302
    section = paper.sections.get()
    assert (section.kind, section.heading, section.position) == (kinds.OTHER, "데이터", 7)


def test_an_empty_section_may_be_added_as_reviewed(client, editor):
    paper = make_paper()
    save(client, paper, **extra(client, paper, heading="데이터", reviewed="on"))
    section = paper.sections.get()
    assert section.is_reviewed
    assert section.written_at <= now()


@pytest.mark.parametrize("heading", ["", "데이터"])
def test_a_heading_is_there_once(client, editor, heading):
    paper = make_paper()
    make_section(paper, kinds.OTHER, heading="데이터")
    fields = extra(client, paper, heading=heading, markdown="글")
    response = save(client, paper, **fields)
    assert response.status_code == 200
    errors = response.context["inline_admin_formsets"][0].formset.errors
    assert "heading" in errors[-1]
    assert paper.sections.count() == 1


def test_reviewing_names_the_reviewer(client, editor):
    paper = make_paper()
    section = make_section(paper, origin=Writer.MODEL)
    name = field_of(client, paper, section.kind).replace("markdown", "reviewed")
    save(client, paper, **{name: "on"})
    section.refresh_from_db()
    assert section.reviewer == editor
    assert section.reviewed_at
    assert section.origin == Writer.MODEL


def test_who_changes_a_reviewed_text_stands_for_what_it_says_now(client, editor):
    paper = make_paper()
    other = User.objects.create_user("lee")
    section = make_section(paper, reviewer=other, reviewed_at=now())
    text = field_of(client, paper, section.kind)
    save(client, paper, **{text: "고친 글"})
    section.refresh_from_db()
    assert section.reviewer == editor
    assert section.reviewed_at >= section.written_at


def test_all_sections_of_a_language_are_reviewed_at_once(client, editor):
    paper = make_paper()
    make_section(paper)
    make_section(paper, kinds.METHOD)
    make_section(paper, kinds.RESULTS, markdown="")
    english = make_section(paper, kinds.METHOD, language="en")
    assert save(client, paper, _reviewed="ko").url == change(paper)
    assert paper.sections.filter(reviewer=editor, language="ko").count() == 2
    english.refresh_from_db()
    assert english.reviewer is None


def test_a_text_written_meanwhile_is_not_overwritten(client, editor):
    paper = make_paper()
    section = make_section(paper, origin=Writer.MODEL, markdown="alt")
    name = field_of(client, paper, section.kind)
    sent = form_of(client, paper)
    write([NewText(paper.pk, "ko", section.kind, "neu")], origin=Writer.MODEL, drafter="m-2")
    assert client.post(change(paper), sent).status_code == 302
    section.refresh_from_db()
    assert section.markdown == "neu"
    response = client.post(change(paper), sent | {name: "meins"})
    assert response.status_code == 409
    assert "markdown" in response.context["inline_admin_formsets"][0].formset.errors[0]
    section.refresh_from_db()
    assert (section.markdown, section.origin) == ("neu", Writer.MODEL)


def test_a_section_drafted_meanwhile_is_not_made_twice(client, editor):
    paper = make_paper()
    name = field_of(client, paper, kinds.METHOD)
    sent = form_of(client, paper, **{name: "meins"})
    write([NewText(paper.pk, "ko", kinds.METHOD, "neu")], origin=Writer.MODEL)
    assert client.post(change(paper), sent).status_code == 409
    assert paper.sections.get().markdown == "neu"


def test_a_paper_is_added_by_its_link_once(client, editor):
    fields = {
        "arxiv_id": "https://arxiv.org/abs/2510.06208v2",
        "title": "By hand",
        "arxiv_published_at_0": "",
        "arxiv_published_at_1": "",
        "_continue": "1",
    }
    address = reverse("admin:papers_paper_add")
    assert client.post(address, fields).status_code == 302
    paper = Paper.objects.get()
    assert (paper.arxiv_id, paper.origins) == ("2510.06208", {"title": "editor"})
    for wrong in ("2510.06208", "http://arxiv.org/pdf/2510.06208", "nonsense"):
        response = client.post(address, fields | {"arxiv_id": wrong})
        assert set(response.context["adminform"].form.errors) == {"arxiv_id"}
    assert Paper.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("title", "x" * 501),
        ("title", "bell \x07"),
        ("abstract", "x" * 20_001),
        ("abstract", "x" * 10_000_000),
        ("abstract", "hidden \u202e"),
        ("authors", "x" * 301),
        ("authors", "bell \x07"),
        ("authors", "\n".join(map(str, range(5_001)))),
        ("keywords", "null \x00"),
        ("project_url", "javascript:alert(1)"),
        ("code_url", "x" * 501),
        ("code_url", "http://example.org:99999/"),
        ("tags", [f"tag {number}" for number in range(1000)]),
    ],
)
def test_what_cannot_be_stored_is_an_error_at_its_field(client, editor, field, value):
    paper = make_paper()
    response = save(client, paper, **{field: value})
    assert response.status_code == 200
    assert set(response.context["adminform"].form.errors) == {field}
    assert paper.history.count() == 1


@pytest.mark.parametrize("text", ["x" * 10_000_000, "bell \x07", "가" * 200_001])
def test_a_section_that_cannot_be_stored_is_an_error_at_its_field(client, editor, text):
    paper = make_paper()
    section = make_section(paper)
    response = save(client, paper, **{field_of(client, paper, section.kind): text})
    assert response.status_code == 200
    assert list(response.context["inline_admin_formsets"][0].formset.errors[0]) == ["markdown"]
    assert section.history.count() == 1


def test_an_older_fact_that_is_brought_back_is_the_editors(client, editor):
    paper = make_paper(title="Erste", origins={"title": "arxiv", "abstract": "arxiv"})
    paper.title = "Zweite"
    paper.save()
    version = paper.history.get(title="Erste")
    address = reverse("admin:papers_paper_simple_history", args=[paper.pk, version.pk])
    assert client.get(address).status_code == 200
    client.post(address, form_of(client, paper, title="Erste"))
    paper.refresh_from_db()
    assert paper.title == "Erste"
    assert paper.origins == {"title": "editor", "abstract": "arxiv"}


def test_an_older_text_of_a_section_is_brought_back(client, editor):
    post = make_post(papers=1)
    section = Section.objects.filter(paper__entries__post=post).first()
    first, public = section.markdown, section.public_html
    section.markdown = "verdorben"
    section.save()
    version = section.history.get(markdown=first)
    address = reverse("admin:papers_section_simple_history", args=[section.pk, version.pk])
    assert client.get(address).status_code == 200
    client.post(address, {"kind": section.kind, "markdown": first, "initial-markdown": first})
    section.refresh_from_db()
    assert (section.markdown, section.public_html) == (first, public)
    assert section.history.first().history_user == editor


def propose(paper, text="새 글"):
    section = make_section(paper, markdown="옛 글")
    write([NewText(paper.pk, "ko", section.kind, text)], origin=Writer.MODEL, drafter="m-1")
    return Proposal.objects.get(section=section)


def decide(proposal, verdict):
    return reverse("admin:papers_proposal_decide", args=[proposal.pk, verdict])


def test_a_proposal_is_shown_with_its_difference_and_accepted(client, editor):
    paper = make_paper()
    proposal = propose(paper)
    page = client.get(change(paper)).content.decode()
    assert "<del>옛 </del>" in page
    assert "<ins>새 </ins>" in page
    response = client.post(decide(proposal, "accept"))
    assert response.url == change(paper)
    proposal.refresh_from_db()
    assert proposal.state == ProposalState.ACCEPTED
    assert proposal.section.markdown == "새 글"
    assert proposal.section.reviewer == editor


def test_a_proposal_is_refused_and_a_decided_one_says_so(client, editor):
    proposal = propose(make_paper())
    client.post(decide(proposal, "refuse"), follow=True)
    response = client.post(decide(proposal, "refuse"), follow=True)
    assert len(response.context["messages"]) == 1
    proposal.refresh_from_db()
    assert (proposal.state, proposal.decided_by) == (ProposalState.REJECTED, editor)
    assert client.post(decide(proposal, "shred")).status_code == 404
    page = client.get(reverse("admin:papers_proposal_change", args=[proposal.pk]))
    assert decide(proposal, "accept") in page.content.decode()
    assert decide(proposal, "refuse") not in page.content.decode()


def test_a_proposal_is_decided_by_a_post_of_an_editor_alone(client, editor):
    proposal = propose(make_paper())
    assert client.get(decide(proposal, "accept")).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(editor)
    assert strict.post(decide(proposal, "accept")).status_code == 403
    client.force_login(User.objects.create_user("reader", is_staff=True))
    assert client.post(decide(proposal, "accept")).status_code == 403
    client.logout()
    assert client.post(decide(proposal, "accept")).url.startswith(reverse("admin:login"))
    proposal.refresh_from_db()
    assert proposal.state == ProposalState.OPEN


def test_the_preview_is_the_sites_own_renderer(client, editor):
    address = reverse("admin:render")
    assert address == "/admin/render/"
    html = client.post(address, {"text": "**한글(English)**은 $x^2$ " + XSS}).content.decode()
    assert "<strong>한글(English)</strong>은" in html
    assert " x² " in html
    assert "<script" not in html
    assert "onerror=" not in html.replace("&lt;img src=x onerror=", "")
    assert client.post(address, {"text": "x" * 200_001}).status_code == 413
    assert client.get(address).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(editor)
    assert strict.post(address, {"text": "x"}).status_code == 403
    client.force_login(User.objects.create_user("reader", is_staff=True))
    assert client.post(address, {"text": "x"}).status_code == 403
    client.logout()
    assert client.post(address, {"text": "x"}).status_code == 302


def test_the_way_to_a_papers_page_stays_on_this_host(client, editor):
    paper = make_paper()
    make_post(papers=[paper])
    way = client.get(change(paper)).context["absolute_url"]
    assert way == paper.get_absolute_url()
    kind = ContentType.objects.get_for_model(Paper).pk
    assert client.get(f"/admin/r/{kind}/{paper.pk}/").url == paper.get_absolute_url()
    for odd in ("/admin/r/999/1/", "/admin/r/x/1/", f"/admin/r/{kind}/x/"):
        assert client.get(odd).status_code == 404


def test_what_sources_and_models_wrote_is_shown_as_text(client, admin_user):
    client.force_login(admin_user)
    paper = make_paper(title=XSS, organization=XSS, abstract=XSS, authors=[XSS], keywords=[XSS])
    section = make_section(paper, kinds.OTHER, heading=XSS, drafter=XSS[:90], markdown=XSS)
    Proposal.of("title", XSS + "!", paper=paper, origin=XSS[:20], drafter=XSS[:90]).save()
    answer = SourceAnswer.objects.create(
        source="huggingface",
        day="2025-10-08",
        fetched_at="2025-10-08T00:00Z",
        pages=[XSS],
        listed_ids=[XSS],
        refusals=[XSS],
    )
    paper.tags.add(XSS[:90])
    addresses = [
        change(paper),
        reverse("admin:papers_paper_changelist"),
        reverse("admin:papers_paper_history", args=[paper.pk]),
        reverse("admin:papers_section_change", args=[section.pk]),
        reverse("admin:papers_section_history", args=[section.pk]),
        reverse("admin:papers_proposal_changelist"),
        reverse("admin:papers_proposal_change", args=[Proposal.objects.get().pk]),
        reverse("admin:papers_sourceanswer_change", args=[answer.pk]),
    ]
    for address in addresses:
        page = client.get(address).content.decode()
        assert "alert(1)" in page, address
        assert "<script>alert" not in page, address
        assert "<img src=x" not in page, address


@pytest.mark.parametrize("name", ["paper", "proposal", "sourceanswer", "section"])
def test_a_list_takes_as_many_queries_for_many_rows_as_for_two(
    client, admin_user, django_assert_num_queries, name
):
    client.force_login(admin_user)

    def fill(count):
        for number in range(count):
            paper = make_paper()
            make_section(paper, reviewer=admin_user, reviewed_at=now())
            Proposal.of("title", f"{number}", paper=paper, origin=Origin.ARXIV).save()
            SourceAnswer.objects.create(
                source="huggingface",
                day="2025-10-08",
                fetched_at=now(),
                pages=[],
                listed_ids=[],
                checksum=str(paper.pk),
            )

    address = reverse(f"admin:papers_{name}_changelist")
    fill(2)
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    fill(10)
    with django_assert_num_queries(len(few)):
        client.get(address)


def test_a_paper_is_found_by_any_spelling_of_its_id(client, editor):
    paper = make_paper(arxiv_id="2510.06208")
    make_paper()
    address = reverse("admin:papers_paper_changelist")
    for spelling in ("2510.06208v1", "https://huggingface.co/papers/2510.06208", paper.title):
        response = client.get(address, {"q": spelling})
        assert list(response.context["cl"].queryset) == [paper]


def test_an_answer_of_a_source_is_read_not_written(client, admin_user, editor):
    answer = SourceAnswer.objects.create(
        source="huggingface",
        day="2025-10-08",
        fetched_at="2025-10-08T00:00Z",
        pages=["[]"],
        listed_ids=[],
    )
    address = reverse("admin:papers_sourceanswer_change", args=[answer.pk])
    client.force_login(editor)
    assert client.get(address).status_code == 403
    client.force_login(admin_user)
    assert client.get(address).status_code == 200
    assert client.post(address, {"source": "editor"}).status_code == 403


def test_a_paper_completes_as_one_types_its_title_or_id(client, editor):
    paper = make_paper(title="Etwas Besonderes", arxiv_id="2510.06208")
    make_paper()
    which = {"app_label": "digest", "model_name": "entry", "field_name": "paper"}
    for term in ("besonder", "2510.06208v2"):
        answer = client.get(reverse("admin:autocomplete"), which | {"term": term}).json()
        assert answer["results"] == [{"id": str(paper.pk), "text": str(paper)}]


def test_a_proposal_taken_in_part_says_that_its_rest_stays_open(client, editor):
    section = make_section(make_paper(), markdown="첫 문장. 둘째 문장.")
    new = NewText(section.paper_id, "ko", section.kind, "새 첫 문장. 새 둘째 문장.")
    write([new], origin=Writer.MODEL, drafter="model-1")
    proposal = Proposal.objects.get()
    page = client.get(change(section.paper)).content.decode()
    standing = page.split('name="standing" value="')[1].split('"')[0]
    address = reverse("admin:papers_proposal_decide", args=[proposal.pk, "accept"])
    response = client.post(address, {"standing": standing, "row": "1"}, follow=True)
    assert "나머지 제안은 그대로" in response.content.decode()
    section.refresh_from_db()
    assert section.markdown == "첫 문장. 새 둘째 문장."
