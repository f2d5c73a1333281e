"""Two people edit one row: saving a form does not undo, or claim, changes made since it opened."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

import pytest
from django.contrib.auth.models import Permission, User
from django.db import close_old_connections, connection, transaction
from django.urls import reverse

from digest import publishing
from digest.admin.forms import PostForm
from digest.models import Entry, Post, State
from digest.publishing import gate, steps
from papers import kinds
from papers.clock import now
from papers.editing.forms import SectionForm
from papers.models import Paper, Section, Writer
from papers.pipeline.sections import NewText, write
from tests.digest.confirming import confirm
from tests.factories import make_paper, make_post, make_section

pytestmark = pytest.mark.django_db

XSS = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


class FormReader(HTMLParser):
    """Collects what a browser would send from an unchanged form, without any button."""

    def __init__(self, page):
        super().__init__()
        self.data, self.open, self.area, self.select = {}, False, None, None
        self.feed(page.replace("\r\n", "\n"))  # As every browser does.

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        name, value = attrs.get("name"), attrs.get("value") or ""
        if tag == "form":
            self.open = attrs.get("id", "").endswith("_form")
        elif not self.open or "disabled" in attrs:
            return
        elif tag == "textarea":
            self.area, self.data[name] = name, ""
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select and "selected" in attrs:
            self.data.setdefault(self.select, []).append(value)
        elif tag == "input" and name and (attrs.get("type") != "checkbox" or "checked" in attrs):
            self.data[name] = value

    def handle_endtag(self, tag):
        if tag == "textarea" and self.area:
            text = self.data[self.area].removeprefix("\n")
            self.data[self.area], self.area = text.replace("\n", "\r\n"), None
        elif tag == "select":
            self.select = None
        elif tag == "form":
            self.open = False

    def handle_data(self, data):
        if self.area:
            self.data[self.area] += data


def address(row):
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def opened(client, url):
    return FormReader(client.get(url).content.decode()).data | {"_continue": "1"}


def field_of(form, value):
    """Return the name of the only visible field that holds `value`."""
    names = [name for name, held in form.items() if held == value and "initial-" not in name]
    assert len(names) == 1, names
    return names[0]


def steps_of(post):
    return tuple(getattr(post, name) for name in steps.STEP_FIELDS if name != "intro_html")


STEPS = {
    "publish": (State.DRAFT, publishing.publish),
    "schedule": (State.DRAFT, lambda post: publishing.schedule(post, now() + timedelta(hours=2))),
    "withdraw": (State.PUBLISHED, publishing.withdraw),
    "show changes": (State.PUBLISHED, publishing.publish_changes),
}


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("when", ["while the form is open", "while it is saved"])
def test_a_form_that_is_saved_after_a_step_takes_no_step_back(
    client, editor, monkeypatch, step, when
):
    state, move = STEPS[step]
    post = make_post(state=state, papers=2)
    Post.objects.update(intro="Neues")
    Entry.objects.update(note="Neues")
    sent = opened(client, address(post)) | {"title": "Titel", "entries-0-note": "Notiz"}
    moved = Post.objects.get()
    if when == "while the form is open":
        move(moved)
    else:
        clean = PostForm.clean
        monkeypatch.setattr(PostForm, "clean", lambda form: (move(moved), clean(form))[1])
        sent["entries-1-DELETE"] = "on"
    assert client.post(address(post), sent).status_code == 302
    post.refresh_from_db()
    assert steps_of(post) == steps_of(moved)
    assert post.state != state or step == "show changes"
    assert post.title == "Titel"
    entry = post.entries.first()
    assert entry.note == "Notiz"
    public = step in {"publish", "show changes"}
    assert (entry.public_note, post.public_intro) == (("Neues", "Neues") if public else ("", ""))
    newest = post.history.first()
    assert (newest.title, newest.state, newest.history_user) == ("Titel", post.state, editor)
    if when == "while it is saved" and public:
        assert post.entries.last().position is None  # It is not deleted, because readers see it.


def test_a_section_form_that_is_saved_after_a_step_takes_no_public_text_back(
    client, editor, monkeypatch
):
    post = make_post(papers=1)
    first, second = Section.objects.all()
    Section.objects.update(markdown="Zweite Fassung", html="<p>Zweite Fassung</p>")
    sent = opened(client, address(first.paper))
    name = next(name for name, text in sent.items() if text == "Zweite Fassung")
    clean = SectionForm.clean

    def clean_late(form):
        publishing.publish_changes(Post.objects.get(pk=post.pk))
        return clean(form)

    monkeypatch.setattr(SectionForm, "clean", clean_late)
    assert client.post(address(first.paper), sent | {name: "Dritte"}).status_code == 302
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.markdown, first.public_markdown) == ("Dritte", "Zweite Fassung")
    assert first.public_html == "<p>Zweite Fassung</p>"
    assert second.public_markdown == "Zweite Fassung"


def test_a_form_with_a_paper_that_is_gone_by_now_says_so(client, editor):
    post = make_post(state=State.DRAFT, papers=2)
    sent = opened(client, address(post)) | {"entries-0-note": "Notiz"}
    post.entries.first().delete()
    assert client.post(address(post), sent).status_code == 200


TEXTS = {
    "title": "Ein Titel",
    "intro": "Zeile\n\nnoch eine",
    "note": "Hinweis\n",
    "markdown": "글\n\n둘째",
    "abstract": "One.\nTwo.",
    "authors": ["Grace Hopper", "이순신"],
    "keywords": ["a", "b c"],
    "organization": "KAIST",
    "project_url": "https://example.org/p",
    "code_url": "https://example.org/c",
}
OF_POST = ["title", "intro", "note"]
OF_PAPER = ["title", "abstract", "authors", "keywords", "organization", "project_url", "code_url"]
ROWS = [
    *[("post", name) for name in OF_POST],
    *[("paper", name) for name in OF_PAPER],
    ("paper", "markdown"),
]


def make_row(kind, name):
    """Return a row with a text in the field `name`, and the row whose page edits it."""
    if kind == "post":
        page = make_post(state=State.DRAFT, papers=1)
    else:
        page = make_paper(origins={name: "arxiv"})
        make_section(page, origin=Writer.MODEL)
    row = {"note": Entry, "markdown": Section}.get(name)
    row = row.objects.get() if row else page
    setattr(row, name, TEXTS[name])
    row.save()
    return row, page


def other(value, word):
    if isinstance(value, list):
        return [*value, word]
    return f"{value}{word}"


def as_typed(value):
    text = "\n".join(value) if isinstance(value, list) else value
    return text.replace("\n", "\r\n")


@pytest.mark.parametrize(("kind", "name"), ROWS)
def test_what_two_hands_changed_is_an_error_that_shows_the_first(client, editor, kind, name):
    row, page = make_row(kind, name)
    theirs, ours = other(TEXTS[name], "-theirs"), other(TEXTS[name], "-ours")
    sent = opened(client, address(page))
    field = field_of(sent, as_typed(TEXTS[name]))
    client.post(address(page), sent | {field: as_typed(theirs)})
    before = row.history.count()
    response = client.post(address(page), sent | {field: as_typed(ours)})
    assert response.status_code == 409
    row.refresh_from_db()
    assert getattr(row, name) == theirs
    assert row.history.count() == before
    shown = response.content.decode()
    standing = shown.partition('<pre class="standing">')[2].partition("</pre>")[0]
    assert "-theirs" in standing
    assert f"{editor} 님이" in shown
    assert "<del>" in shown
    assert "<ins>" in shown
    again = FormReader(shown).data
    assert again[field] == as_typed(ours)
    assert client.post(address(page), again | {"_continue": "1"}).status_code == 302
    row.refresh_from_db()
    assert getattr(row, name) == ours


@pytest.mark.parametrize(("kind", "name"), ROWS)
def test_what_was_left_alone_keeps_the_newer_value_and_is_not_claimed(client, editor, kind, name):
    row, page = make_row(kind, name)
    theirs = other(TEXTS[name], "-theirs")
    sent = opened(client, address(page))
    setattr(row, name, theirs)
    row.save()
    before = row.history.count()
    ours = {"slug": "anders", "arxiv_published_at_0": "2025-10-01", "arxiv_published_at_1": "12:00"}
    assert client.post(address(page), sent | ours).status_code == 302
    row.refresh_from_db()
    page.refresh_from_db()
    assert getattr(row, name) == theirs
    if kind == "post":
        assert page.slug == "anders"
    else:
        assert page.origins == {name: "arxiv", "arxiv_published_at": "editor"}
    if isinstance(row, Section):
        assert row.origin == Writer.MODEL
    assert row.history.count() == before + (row == page)


def test_a_missing_part_that_two_people_write_is_a_conflict(client, editor):
    paper = make_paper()
    sent = opened(client, address(paper))
    field, *_ = [
        name for name, kind in sent.items() if name[-5:] == "-kind" and kind == kinds.METHOD
    ]
    text = field.replace("-kind", "-markdown")
    assert client.post(address(paper), sent | {text: "Theirs."}).status_code == 302
    left_alone = client.post(address(paper), sent)
    assert left_alone.status_code == 302
    response = client.post(address(paper), sent | {text: "Ours."})
    assert response.status_code == 409
    assert Section.objects.get().markdown == "Theirs."
    again = FormReader(response.content.decode()).data
    assert client.post(address(paper), again | {"_continue": "1"}).status_code == 302
    assert Section.objects.get().markdown == "Ours."


def test_both_may_have_changed_a_text_to_the_same(client, editor):
    post = make_post(state=State.DRAFT)
    sent = opened(client, address(post))
    for title in ("Gleich", "Gleich"):
        assert client.post(address(post), sent | {"title": title}).status_code == 302


def test_the_error_shows_the_other_text_as_text(client, editor):
    post = make_post(state=State.DRAFT)
    sent = opened(client, address(post))
    Post.objects.update(title=XSS)
    page = client.post(address(post), sent | {"title": "Meins"}).content.decode()
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    assert "<img src=x" not in page


@pytest.mark.parametrize("make", [lambda: make_post(state=State.DRAFT), make_paper])
def test_tags_given_meanwhile_stay(client, editor, make):
    row = make()
    row.tags.add("C++", "언어 모델", "vision, language")
    sent = opened(client, address(row))
    row.tags.add("theirs")
    assert client.post(address(row), sent).status_code == 302
    assert set(row.tags.names()) == {"C++", "언어 모델", "vision, language", "theirs"}
    response = client.post(address(row), sent | {"tags": ["C++", "ours"]})
    assert set(response.context["adminform"].form.errors) == {"tags"}
    assert "theirs" in row.tags.names()


def test_a_date_that_a_source_gave_meanwhile_is_not_emptied_and_one_can_be_changed(client, editor):
    paper = make_paper(origins={"title": "arxiv"})
    sent = opened(client, address(paper))
    moment = datetime(2025, 10, 7, 1, 2, 3, 456, tzinfo=UTC)
    Paper.objects.update(arxiv_published_at=moment)
    assert client.post(address(paper), sent | {"organization": "KAIST"}).status_code == 302
    paper.refresh_from_db()
    assert paper.arxiv_published_at == moment
    assert paper.origins == {"title": "arxiv", "organization": "editor"}
    sent = opened(client, address(paper)) | {"arxiv_published_at_0": "2025-10-01"}
    assert client.post(address(paper), sent | {"title": ""}).status_code == 200
    assert client.post(address(paper), sent).status_code == 302
    paper.refresh_from_db()
    assert paper.arxiv_published_at.date().isoformat() == "2025-10-01"


@pytest.mark.parametrize("carried", ["", "nonsense", "2025-13-01 00:00", "x" * 10_000])
def test_a_date_that_no_page_carried_is_no_crash(client, editor, carried):
    paper = make_paper()
    sent = opened(client, address(paper)) | {"initial-arxiv_published_at": carried}
    assert client.post(address(paper), sent).status_code in {200, 302}


def test_an_order_made_meanwhile_stays_where_only_a_note_is_written(client, editor):
    post = make_post(state=State.DRAFT, papers=2)
    first, second = post.entries.all()
    sent = opened(client, address(post))
    client.post(address(post), sent | {"entries-0-position": "2", "entries-1-position": "1"})
    assert client.post(address(post), sent | {"entries-0-note": "Notiz"}).status_code == 302
    assert list(post.entries.all()) == [second, first]
    assert client.post(address(post), sent | {"entries-0-position": "0"}).status_code == 302
    assert list(post.entries.all()) == [first, second]


def test_an_entry_by_itself_has_the_same_care(client, editor):
    post = make_post(papers=1)
    entry = post.entries.get()
    sent = opened(client, address(entry))
    Entry.objects.update(note="Anders", public_note="Anders")
    response = client.post(address(entry), sent | {"note": "Meins"})
    assert set(response.context["adminform"].form.errors) == {"note"}
    assert client.post(address(entry), opened(client, address(entry)) | {"note": "x"})
    entry.refresh_from_db()
    assert (entry.note, entry.public_note) == ("x", "Anders")


def test_a_text_is_not_reviewed_by_who_saw_another(client, editor):
    paper = make_paper()
    section = make_section(paper, origin=Writer.MODEL, markdown="alt")
    sent = opened(client, address(paper))
    text = field_of(sent, "alt")
    write([NewText(paper.pk, "ko", section.kind, "neu")], origin=Writer.MODEL)
    write([NewText(paper.pk, "ko", kinds.METHOD, "auch neu")], origin=Writer.MODEL)
    ticked = sent | {text.replace("markdown", "reviewed"): "on"}
    response = client.post(address(paper), ticked)
    assert list(response.context["inline_admin_formsets"][0].formset.errors[0]) == ["reviewed"]
    said = client.post(address(paper), sent | {"_reviewed": "ko"}, follow=True).content.decode()
    assert "검토로 표시하지 않았습니다" in said
    assert "서론 (ko), 방법 (ko)" in said
    assert "저장하고 검토 완료로 표시했습니다" not in said
    assert not paper.sections.exclude(reviewed_at=None).exists()
    again = opened(client, address(paper)) | {"_reviewed": "ko"}
    said = client.post(address(paper), again, follow=True).content.decode()
    assert "검토로 표시하지" not in said
    assert paper.sections.filter(reviewer=editor).count() == 2


def test_of_texts_that_are_reviewed_at_once_those_that_were_shown_are(client, editor):
    paper = make_paper()
    shown = make_section(paper, markdown="alt")
    stale = {"reviewer": editor, "reviewed_at": now() - timedelta(days=1)}
    own = make_section(paper, kinds.RESULTS, markdown="auch alt", **stale)
    sent = opened(client, address(paper))
    heading = {"kind": kinds.OTHER, "heading": "데이터"}
    late = Section.objects.create(paper=paper, language="ko", markdown="neu", **heading)
    said = client.post(address(paper), sent | {"_reviewed": "ko"}, follow=True).content.decode()
    assert "데이터 (ko)" in said
    for section in (shown, own, late):
        section.refresh_from_db()
    assert shown.reviewer == editor
    assert own.reviewed_at > own.written_at
    assert late.reviewed_at is None


def test_who_may_not_change_sections_marks_none(client, editor):
    section = make_section(make_paper())
    sent = opened(client, address(section.paper))
    change = Permission.objects.get(codename="change_section")
    editor.groups.get().permissions.remove(change)
    client.post(address(section.paper), sent | {"_reviewed": "ko"})
    section.refresh_from_db()
    assert section.reviewed_at is None


def test_a_review_given_meanwhile_is_not_taken_away(client, editor):
    section = make_section(make_paper(), markdown="alt")
    sent = opened(client, address(section.paper))
    reviewer = User.objects.create_user("lee")
    Section.objects.update(reviewer=reviewer, reviewed_at=now())
    client.post(address(section.paper), sent | {field_of(sent, "alt"): "neu"})
    section.refresh_from_db()
    assert (section.markdown, section.reviewer) == ("neu", reviewer)


@pytest.mark.parametrize("where", ["paper", "section"])
def test_a_heading_stays_as_readers_see_it(client, editor, where):
    section = make_section(make_paper(), kinds.OTHER, heading="데이터", markdown="글")
    url = address(section.paper if where == "paper" else section)
    text = field_of(opened(client, url), "글")
    heading = text.replace("markdown", "heading")
    assert f'name="{heading}" value="데이터"' in client.get(url).content.decode()
    assert heading not in opened(client, url)
    sent = opened(client, url) | {text: "neu", heading: "Anders"}
    assert client.post(url, sent).status_code == 302
    section.refresh_from_db()
    assert (section.markdown, section.heading) == ("neu", "데이터")


def test_an_older_text_of_a_machine_that_is_brought_back_is_the_editors(client, editor):
    post = make_post(papers=1)
    section = Section.objects.first()
    machine = {"origin": Writer.MODEL, "drafter": "m-1", "scope": "abstract"}
    first = section.markdown
    Section.objects.filter(pk=section.pk).update(**machine)
    section.refresh_from_db()
    section.save()
    version = section.history.latest()
    write([NewText(section.paper_id, "ko", section.kind, "neu")], origin=Writer.MODEL)
    reviewer = User.objects.create_user("lee")
    Section.objects.update(reviewer=reviewer, reviewed_at=now())
    Section.objects.update(public_markdown="öffentlich", public_html="<p>öffentlich</p>")
    url = reverse("admin:papers_section_simple_history", args=[section.pk, version.pk])
    assert client.post(url, opened(client, url)).status_code == 302
    section.refresh_from_db()
    assert section.markdown == first
    assert (section.origin, section.drafter, section.scope) == (Writer.EDITOR, "", "")
    assert (section.public_html, section.reviewer) == ("<p>öffentlich</p>", reviewer)
    newest = section.history.latest()
    assert (newest.history_user, newest.origin) == (editor, Writer.EDITOR)
    write([NewText(section.paper_id, "ko", section.kind, "noch neuer")], origin=Writer.MODEL)
    section.refresh_from_db()
    assert section.markdown == first
    assert publishing.has_changes(post)


def test_an_older_version_that_says_the_same_claims_nothing(client, editor):
    section = make_section(make_paper(), origin=Writer.MODEL)
    section.reviewed_at = now()
    section.save()
    url = reverse(
        "admin:papers_section_simple_history", args=[section.pk, section.history.last().pk]
    )
    versions = section.history.count()
    assert client.post(url, opened(client, url)).status_code == 302
    section.refresh_from_db()
    assert section.origin == Writer.MODEL
    assert section.reviewed_at
    assert section.history.count() == versions


def test_older_facts_that_are_brought_back_leave_the_others(client, editor):
    paper = make_paper(title="Erste", origins={"title": "arxiv", "abstract": "arxiv"})
    paper.title, paper.origins = "Zweite", {"title": "import", "abstract": "arxiv", "keywords": "x"}
    paper.save()
    url = reverse("admin:papers_paper_simple_history", args=[paper.pk, paper.history.last().pk])
    assert client.post(url, opened(client, url)).status_code == 302
    paper.refresh_from_db()
    assert paper.title_html == "Erste"
    assert paper.origins == {"title": "editor", "abstract": "arxiv", "keywords": "x"}


def test_who_may_only_look_restores_nothing(client):
    section = make_section(make_paper(), markdown="As it is.")
    user = User.objects.create_user("view", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    client.force_login(user)
    version = section.history.first().pk
    older = reverse("admin:papers_section_simple_history", args=[section.pk, version])
    assert client.get(older).status_code == 200
    assert client.post(older, {"markdown": "Another."}).status_code == 403
    section.refresh_from_db()
    assert section.markdown == "As it is."


@pytest.mark.parametrize("version", ["gone", "nonsense", "0"])
def test_what_is_gone_is_not_brought_back_by_its_history(client, editor, version):
    post = make_post(state=State.DRAFT)
    number = post.history.latest().pk if version == "gone" else version
    url = reverse("admin:digest_post_simple_history", args=[post.pk, number])
    sent = opened(client, address(post))
    if version == "gone":
        post.delete()
    assert client.get(url).status_code == 404
    assert client.post(url, sent).status_code == 404


def test_publishing_a_post_tells_what_it_changes_in_papers_that_are_public(client, editor):
    shown = make_post(papers=2)
    known, unchanged = [entry.paper for entry in shown.entries.all()]
    withdrawn = make_post(state=State.WITHDRAWN, papers=1).entries.get().paper
    post = make_post(state=State.DRAFT, papers=[make_paper(), known, unchanged, withdrawn])
    make_post(papers=[known])
    Section.objects.filter(paper=withdrawn).update(markdown="nicht öffentlich")
    url = reverse("admin:digest_post_publish", args=[post.pk])
    assert 'class="diff"' not in client.get(url).content.decode()
    section = known.sections.first()
    section.markdown = section.markdown.replace("다룬다", f"연구한다 {XSS}")
    section.save()
    make_section(known, kinds.METHOD, markdown="새 절")
    page = client.get(url).content.decode()
    assert page.count('class="diff"') == 2
    assert "<ins>연구한다" in page
    assert "<ins>새 절</ins>" in page
    assert "nicht öffentlich" not in page
    assert "<script>alert" not in page
    errors_shown = [each.key for each in gate.errors(post)]
    confirm(client, url, override="All of it is harmless.", shown=errors_shown)
    section.refresh_from_db()
    assert section.public_markdown == section.markdown


@pytest.mark.parametrize(
    ("state", "step"),
    [
        (State.PUBLISHED, "publish"),
        (State.DRAFT, "publish"),
        (State.WITHDRAWN, "publish"),
        (State.DRAFT, "schedule"),
        (State.WITHDRAWN, "withdraw"),
        (State.PUBLISHED, "schedule"),
    ],
)
def test_a_step_that_is_refused_says_why(client, editor, state, step):
    post = make_post(state=state, papers=1)
    sent = opened(client, address(post))
    client.post(address(post), sent | {"entries-0-DELETE": "on"}, follow=True)
    day = now() + timedelta(days=1)
    url = reverse(f"admin:digest_post_{step}", args=[post.pk])
    at = {"at_0": f"{day:%Y-%m-%d}", "at_1": "10:00"}
    response = client.post(url, at, follow=True)
    assert response.status_code == 200
    assert [message.level_tag for message in response.context["messages"]] == ["error"]
    post.refresh_from_db()
    assert post.state == state


@pytest.mark.django_db(transaction=True)
def test_a_save_waits_for_the_one_before_it_and_sees_what_it_did(client, admin_user):
    client.force_login(admin_user)
    post = make_post(state=State.DRAFT)
    sent = opened(client, address(post))

    def save():
        try:
            return client.post(address(post), sent | {"title": "Meins"})
        finally:
            close_old_connections()
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Post.objects.update(title="Anders")
            answer = pool.submit(save)
            wait_for_a_waiting_save()
        response = answer.result()
    assert set(response.context["adminform"].form.errors) == {"title"}
    assert Post.objects.get().title == "Anders"


def wait_for_a_waiting_save():
    """Wait until another connection waits for our row, or long enough to know that none does."""
    waiting = "SELECT pg_sleep(0.05), count(*) FROM pg_locks WHERE NOT granted"
    with connection.cursor() as cursor:
        for _ in range(200):
            cursor.execute(waiting)
            if cursor.fetchone()[1]:
                return
