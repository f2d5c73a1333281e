"""The editors' post pages: what is saved, which state changes, and what readers see meanwhile."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import gettext

from digest import publishing
from digest.admin import posts
from digest.models import Entry, Post, State
from digest.publishing import gate
from digest.publishing.changes import changes
from digest.publishing.preview import preview
from papers import kinds
from papers.clock import now
from papers.models import Section
from tests.digest.confirming import confirm
from tests.factories import make_paper, make_post, make_section

pytestmark = pytest.mark.django_db

XSS = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


def change(post):
    return reverse("admin:digest_post_change", args=[post.pk])


def step(post, name):
    return reverse(f"admin:digest_post_{name}", args=[post.pk])


def form_of(post, **fields):
    """Return what a browser sends for the post's form as shown, with a browser's line ends."""
    entries = list(post.entries.filter(position__isnull=False))
    data = {
        "title": post.title,
        "intro": post.intro.replace("\n", "\r\n"),
        "tags": list(post.tags.names()),
        "date": post.date,
        "slug": post.slug,
        "language": post.language,
        "entries-TOTAL_FORMS": len(entries),
        "entries-INITIAL_FORMS": len(entries),
        "_continue": "1",
    }
    for index, entry in enumerate(entries):
        data |= {
            f"entries-{index}-id": entry.pk,
            f"entries-{index}-post": post.pk,
            f"entries-{index}-paper": entry.paper_id,
            f"entries-{index}-position": entry.position,
            f"entries-{index}-note": entry.note.replace("\n", "\r\n"),
        }
    return data | fields


def save(client, post, **fields):
    response = client.post(change(post), form_of(post, **fields))
    post.refresh_from_db()
    return response


def errors(response):
    assert response.status_code == 200
    return response.context["adminform"].form.errors


def texts(response):
    return [str(message) for message in response.context["messages"]]


def test_an_editor_changes_a_post_and_its_tags(client, editor):
    post = make_post(state=State.DRAFT)
    names = ["언어 모델", "papers", "C++", "vision, language"]
    response = save(client, post, title="새 제목", intro="**한글(English)**은", tags=names)
    assert response.status_code == 302
    assert post.title == "새 제목"
    assert "<strong>한글(English)</strong>은" in post.intro_html
    assert set(post.tags.names()) == set(names)


def test_saving_an_unchanged_form_changes_nothing(client, editor):
    post = make_post(state=State.PUBLISHED, papers=2, intro="하나\n\n둘\n")
    post.entries.update(note="첫째\n둘째", public_note="첫째\n둘째")
    publishing.publish_changes(post)
    posts, entries = post.history.count(), Entry.history.count()
    save(client, post, tags=list(post.tags.names()))
    assert post.intro == "하나\n\n둘\n"
    assert not publishing.has_changes(post)
    assert Entry.history.count() == entries
    assert post.history.count() == posts


def test_entries_are_ordered_noted_and_added(client, editor):
    post = make_post(state=State.DRAFT, papers=2)
    first, second = post.entries.all()
    other = make_paper()
    save(
        client,
        post,
        **{
            "entries-0-position": 1,
            "entries-1-position": 0,
            "entries-1-note": "읽어 볼 만하다",
            "entries-TOTAL_FORMS": 3,
            "entries-2-paper": other.pk,
            "entries-2-post": post.pk,
            "entries-2-position": 0,
            "entries-2-note": "",
        },
    )
    assert [entry.paper for entry in post.entries.all()] == [second.paper, first.paper, other]
    second.refresh_from_db()
    assert second.note == "읽어 볼 만하다"


def test_an_entry_with_an_empty_position_is_not_taken_out(client, editor):
    post = make_post(state=State.PUBLISHED, papers=1)
    save(client, post, **{"entries-0-position": ""})
    assert post.entries.get().position == 1


def test_a_paper_taken_out_of_a_published_post_stays_for_readers_and_can_come_back(client, editor):
    post = make_post(state=State.PUBLISHED, papers=2)
    gone, kept = post.entries.all()
    save(client, post, **{"entries-0-DELETE": "on"})
    gone.refresh_from_db()
    assert gone.position is None
    assert gone.public_position == 1
    assert Post.objects.with_public_entries().get(pk=post.pk).public_entries == [gone, kept]
    page = client.get(change(post))
    assert page.context["changed"]
    assert list(page.context["taken_out"]) == [gone]
    save(client, post, _put_back=[str(gone.pk), "nonsense"])
    assert [entry.pk for entry in post.entries.all()] == [kept.pk, gone.pk]


def test_a_paper_taken_out_can_be_chosen_again(client, editor):
    post = make_post(state=State.PUBLISHED, papers=2)
    gone = post.entries.first()
    save(client, post, **{"entries-0-DELETE": "on"})
    save(
        client,
        post,
        **{
            "entries-TOTAL_FORMS": 2,
            "entries-1-paper": gone.paper_id,
            "entries-1-post": post.pk,
            "entries-1-position": "0",
            "entries-1-note": "wieder da",
        },
    )
    gone.refresh_from_db()
    assert gone.position == 3
    assert gone.note == "wieder da"
    assert post.entries.count() == 2


def test_a_paper_stands_in_a_post_once(client, editor):
    post = make_post(state=State.DRAFT, papers=1)
    fields = {
        "entries-TOTAL_FORMS": 2,
        "entries-1-paper": post.entries.get().paper_id,
        "entries-1-post": post.pk,
        "entries-1-position": "0",
        "entries-1-note": "",
    }
    assert save(client, post, **fields).status_code == 200
    assert post.entries.count() == 1


def test_a_paper_taken_out_of_a_draft_is_gone(client, editor):
    post = make_post(state=State.DRAFT, papers=2)
    save(client, post, **{"entries-0-DELETE": "on"})
    assert post.entries.count() == 1


def test_the_form_moves_no_state(client, editor):
    post = make_post(state=State.DRAFT)
    save(client, post, state="published", published_at="2025-01-01", feed_id="urn:x")
    assert post.state == State.DRAFT
    assert post.published_at is None


def test_publishing_saves_asks_and_publishes(client, editor):
    post = make_post(state=State.DRAFT, papers=2)
    response = save(client, post, title="마지막 제목", _publish="1")
    assert response.url == step(post, "publish")
    assert post.state == State.DRAFT
    asked = client.get(response.url)
    assert "마지막 제목" in asked.content.decode()
    confirm(client, response.url)
    post.refresh_from_db()
    assert post.state == State.PUBLISHED
    assert post.public_title == "마지막 제목"


@pytest.mark.parametrize("name", ["publish", "schedule"])
def test_who_publishes_is_told_what_lacks_and_how_much_is_remarked(client, editor, name):
    korean, english, bare = (make_paper() for _ in range(3))
    for language in ("ko", "en"):
        make_section(korean, language=language)
    make_section(english, language="en")
    post = make_post(state=State.DRAFT, papers=[korean, english, bare])
    page = client.get(step(post, name))
    assert page.text.count("한국어 섹션 없음") == 1
    assert page.text.index("한국어 섹션 없음") > page.text.index(english.title)
    count = len(page.context["remarks"])
    assert count
    assert f"발행을 막지 않는 점검 결과 {count}건" in page.text
    assert f'href="{change(post)}#post-findings"' in page.text


def test_changes_are_shown_before_they_are_published(client, editor):
    post = make_post(state=State.PUBLISHED, papers=2)
    section = Section.objects.filter(paper__entries__post=post).first()
    section.markdown = section.markdown.replace("다룬다", f"연구한다 {XSS}")
    section.save()
    save(client, post, title="다른 제목")
    page = client.get(step(post, "publish")).content.decode()
    assert "<ins>연구한다" in page
    assert "<del>다룬다</del>" in page
    assert "<ins>다른 제목</ins>" in page
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    errors_shown = [each.key for each in gate.errors(post)]
    confirm(client, step(post, "publish"), override="It is harmless.", shown=errors_shown)
    post.refresh_from_db()
    assert post.public_title == "다른 제목"
    assert not publishing.has_changes(post)


def test_without_changes_there_is_nothing_to_publish(client, editor):
    post = make_post(state=State.PUBLISHED)
    updated = post.updated_at
    response = client.post(step(post, "publish"), follow=True)
    assert len(texts(response)) == 1
    post.refresh_from_db()
    assert post.updated_at == updated


def test_an_empty_post_is_refused_with_the_reason(client, editor):
    post = make_post(state=State.DRAFT, papers=0, title=XSS)
    response = client.post(step(post, "publish"), follow=True)
    page = response.content.decode()
    assert len(texts(response)) == 1
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    post.refresh_from_db()
    assert post.state == State.DRAFT


def test_a_post_goes_to_review_and_back(client, editor):
    post = make_post(state=State.DRAFT)
    response = save(client, post, _ask="1", title="검토할 제목")
    client.post(response.url, {"asked": "", "text": ""})
    post.refresh_from_db()
    assert (post.state, post.title) == (State.IN_REVIEW, "검토할 제목")
    save(client, post, _draft="1")
    assert post.state == State.DRAFT


def test_a_published_post_does_not_go_back_to_draft(client, editor):
    post = make_post(state=State.PUBLISHED)
    save(client, post, _draft="1")
    assert post.state == State.PUBLISHED


def test_a_post_is_scheduled_and_taken_off_the_schedule(client, editor):
    post = make_post(state=State.DRAFT)
    assert save(client, post, _schedule="1").url == step(post, "schedule")
    at = (now() + timedelta(days=1)).replace(microsecond=0, second=0)
    confirm(client, step(post, "schedule"), at_0=f"{at:%Y-%m-%d}", at_1="23:59")
    post.refresh_from_db()
    assert post.state == State.SCHEDULED
    assert post.scheduled_at > now()
    save(client, post, _draft="1")
    assert (post.state, post.scheduled_at) == (State.DRAFT, None)


@pytest.mark.parametrize("at", [("2020-01-01", "10:00"), ("2020-13-01", "25:00"), ("", "")])
def test_a_time_that_cannot_be_is_an_error_at_its_field(client, editor, at):
    post = make_post(state=State.DRAFT)
    response = client.post(step(post, "schedule"), {"at_0": at[0], "at_1": at[1]})
    assert response.status_code == 200
    assert response.context["form"].errors["at"]
    post.refresh_from_db()
    assert post.state == State.DRAFT


def test_withdrawing_asks_first(client, editor):
    post = make_post(state=State.PUBLISHED)
    assert client.get(step(post, "withdraw")).status_code == 200
    post.refresh_from_db()
    assert post.state == State.PUBLISHED
    client.post(step(post, "withdraw"))
    post.refresh_from_db()
    assert post.state == State.WITHDRAWN


def test_a_post_that_was_public_keeps_its_address_and_cannot_be_deleted(client, admin_user):
    client.force_login(admin_user)
    post, draft = make_post(state=State.PUBLISHED), make_post(state=State.DRAFT)
    save(client, post, slug="elsewhere", date="2020-01-01")
    assert post.slug == "daily-papers"
    assert client.post(reverse("admin:digest_post_delete", args=[post.pk])).status_code == 403
    client.post(reverse("admin:digest_post_delete", args=[draft.pk]), {"post": "yes"})
    assert list(Post.objects.all()) == [post]


@pytest.mark.parametrize("rights", ["editor", "change_post"])
def test_restoring_a_version_from_before_publication_moves_no_address(client, editor, rights):
    if rights == "change_post":
        editor.groups.clear()
        editor.user_permissions.add(Permission.objects.get(codename="change_post"))
    post = make_post(state=State.DRAFT, slug="draft-words", date="2020-01-01", language="en")
    version = post.history.latest()
    post.slug, post.date, post.language = "daily-papers", date(2025, 10, 8), "ko"
    post.save()
    publishing.publish(post)
    page = post.get_absolute_url()
    restore = reverse("admin:digest_post_simple_history", args=[post.pk, version.pk])
    shown = client.get(restore).context["adminform"].form
    assert not set(posts.ADDRESS) & set(shown.fields)
    old = {"date": "2020-01-01", "slug": "draft-words", "language": "en"}
    client.post(restore, {"title": post.title, "intro": "", "tags": [], **old})
    post.refresh_from_db()
    assert (str(post.date), post.slug, post.language) == ("2025-10-08", "daily-papers", "ko")
    assert client.get(page).status_code == 200


@pytest.mark.parametrize("name", ["publish", "withdraw", "schedule"])
def test_only_a_publisher_takes_the_steps_readers_notice(client, editor, name):
    editor.groups.clear()
    for group_permission in Group.objects.get(name="Editors").permissions.exclude(
        codename="publish_post"
    ):
        editor.user_permissions.add(group_permission)
    post = make_post(state=State.PUBLISHED if name == "withdraw" else State.DRAFT)
    before = post.state
    assert client.get(step(post, name)).status_code == 403
    assert client.post(step(post, name)).status_code == 403
    assert f'name="_{name}"' not in client.get(change(post)).content.decode()
    post.refresh_from_db()
    assert post.state == before


@pytest.mark.parametrize("name", ["publish", "withdraw", "schedule", "preview"])
def test_the_steps_and_the_preview_are_closed_to_strangers(client, name):
    post = make_post(state=State.DRAFT)
    assert client.get(step(post, name)).url.startswith(reverse("admin:login"))
    client.force_login(User.objects.create_user("reader", is_staff=True))
    assert client.get(step(post, name)).status_code == 403


def test_every_step_refuses_a_request_without_a_token(editor):
    client = Client(enforce_csrf_checks=True)
    client.force_login(editor)
    post = make_post(state=State.PUBLISHED)
    for address in (change(post), step(post, "withdraw"), step(post, "publish")):
        assert client.post(address, {"title": "x"}).status_code == 403


def test_the_preview_shows_the_working_text_to_editors_alone(client, editor):
    post = make_post(state=State.PUBLISHED, papers=2)
    section = Section.objects.filter(paper__entries__post=post).first()
    section.markdown = "아직 **공개되지 않은** 글"
    section.save()
    response = client.get(step(post, "preview"))
    assert "<strong>공개되지 않은</strong>" in response.content.decode()
    assert {"private", "no-store"} <= set(response["Cache-Control"].split(", "))
    assert response["X-Robots-Tag"] == "noindex"
    client.logout()
    assert "공개되지 않은" not in client.get(post.get_absolute_url()).content.decode()


def test_the_preview_writes_nothing_and_follows_the_working_order(client, editor):
    post = make_post(state=State.DRAFT, papers=3)
    first, second, third = post.entries.all()
    first.position, second.position = 2, 1
    third.position, third.public_position = None, 3
    for entry in (first, second, third):
        entry.save()
    shown = preview(post)
    assert shown.public_entries == [second, first]
    assert shown.public_title == post.title
    assert len(shown.public_entries[0].paper.public_sections) == 2
    post.refresh_from_db()
    assert (post.published_at, post.public_title) == (None, "")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("intro", "가" * 200_001),
        ("intro", "a" * 10_000_000),
        ("intro", "숨은 \x07 글자"),
        ("intro", "null \x00"),
        ("title", "숨은 \u202e 글자"),
        ("title", "x" * 201),
        ("title", ""),
        ("slug", ""),
        ("slug", "C++"),
        ("slug", "a/b"),
        ("slug", "x" * 101),
        ("date", "2025-02-30"),
        ("date", ""),
        ("language", "xx"),
        ("tags", [f"tag {number}" for number in range(1000)]),
        ("tags", ["x" * 101]),
        ("tags", ["\ue000"]),
        ("tags", ["bell \x07"]),
    ],
)
def test_what_cannot_be_stored_is_an_error_at_its_field(client, editor, field, value):
    post = make_post(state=State.DRAFT)
    before = post.history.count()
    assert set(errors(save(client, post, **{field: value}))) == {field}
    assert post.history.count() == before
    assert post.tags.count() == 0


def test_a_note_that_cannot_be_stored_is_an_error_at_its_field(client, editor):
    post = make_post(state=State.DRAFT, papers=1)
    response = save(client, post, **{"entries-0-note": "x" * 200_001})
    assert response.status_code == 200
    assert list(response.context["inline_admin_formsets"][0].formset.errors[0]) == ["note"]


def test_a_date_and_slug_taken_by_another_post_are_an_error_at_the_field(client, editor):
    other, post = make_post(state=State.DRAFT), make_post(state=State.DRAFT)
    assert set(errors(save(client, post, date=other.date))) == {"slug"}
    assert post.date != other.date


def test_korean_and_unusual_slugs_are_allowed(client, editor):
    post = make_post(state=State.DRAFT)
    save(client, post, slug="오늘의-논문")
    assert post.slug == "오늘의-논문"


def test_a_post_is_made_by_hand(client, editor):
    fields = {"title": "빈 글", "date": "2025-11-01", "slug": "daily-papers", "language": "ko"}
    client.post(reverse("admin:digest_post_add"), {**fields, "intro": "", "_continue": "1"})
    assert Post.objects.get(title="빈 글").state == State.DRAFT


def test_an_older_version_comes_back_without_moving_the_state(client, editor):
    post = make_post(state=State.DRAFT, title="Erste Fassung")
    publishing.publish(post)
    post.title = "Zweite Fassung"
    post.save()
    version = post.history.filter(title="Erste Fassung", state=State.DRAFT).first()
    address = reverse("admin:digest_post_simple_history", args=[post.pk, version.pk])
    assert client.get(address).status_code == 200
    published_at = post.published_at
    client.post(address, form_of(post, title="Erste Fassung"))
    post.refresh_from_db()
    assert post.title == "Erste Fassung"
    assert (post.state, post.published_at) == (State.PUBLISHED, published_at)
    assert client.get(reverse("admin:digest_post_history", args=[post.pk])).status_code == 200


def test_the_list_tells_what_changed_in_as_many_queries_for_ten_posts_as_for_two(
    client, editor, django_assert_num_queries
):
    address = reverse("admin:digest_post_changelist")
    make_post(state=State.DRAFT)
    changed = make_post(state=State.PUBLISHED)
    Post.objects.filter(pk=changed.pk).update(title="Anders")
    with CaptureQueriesContext(connection) as few:
        page = client.get(address).content.decode()
    assert page.count(gettext("changed since published")) == 1
    for _ in range(8):
        make_post(state=State.PUBLISHED, papers=2)
    with django_assert_num_queries(len(few)):
        client.get(address)


@pytest.mark.parametrize("touch", ["title", "intro", "note", "order", "section", "out", "nothing"])
def test_list_and_publishing_agree_on_what_changed(touch):
    post = make_post(state=State.PUBLISHED, papers=2)
    entry = post.entries.first()
    if touch in {"title", "intro"}:
        setattr(post, touch, "다름")
        post.save()
    elif touch == "section":
        entry.paper.sections.update(markdown="다름")
    elif touch != "nothing":
        name, value = {
            "note": ("note", "다름"),
            "order": ("position", 9),
            "out": ("position", None),
        }[touch]
        setattr(entry, name, value)
        entry.save()
    expected = touch != "nothing"
    assert publishing.has_changes(post) is expected
    assert Post.objects.with_changes().get(pk=post.pk).changed is expected
    assert bool(changes(post)) is expected


def test_what_sources_and_editors_wrote_is_shown_as_text(client, editor):
    paper = make_paper(title=XSS, organization=XSS)
    make_section(paper, markdown=XSS)
    post = make_post(state=State.DRAFT, papers=[paper], title=XSS)
    post.tags.add(XSS[:90])
    entry = post.entries.get()
    entry.note = XSS
    entry.save()
    addresses = [
        change(post),
        reverse("admin:digest_post_changelist"),
        reverse("admin:digest_post_history", args=[post.pk]),
        reverse("admin:digest_entry_history", args=[entry.pk]),
        reverse("admin:taggit_tag_changelist"),
        reverse("admin:index"),
        step(post, "publish"),
        step(post, "schedule"),
    ]
    for address in addresses:
        page = client.get(address).content.decode()
        assert "alert(1)" in page, address
        assert "<script>alert" not in page, address
        assert "<img src=x" not in page, address


def test_the_form_takes_as_many_queries_for_many_papers_as_for_two(
    client, editor, django_assert_num_queries
):
    small, large = (make_post(state=State.DRAFT, papers=papers) for papers in (2, 20))
    for post in (small, large):
        client.get(change(post))  # The first request checks its texts.
    with CaptureQueriesContext(connection) as few:
        client.get(change(small))
    with django_assert_num_queries(len(few)):
        client.get(change(large))
    for name in ("preview", "publish"):
        with CaptureQueriesContext(connection) as few:
            client.get(step(small, name))
        with django_assert_num_queries(len(few)):
            client.get(step(large, name))
        assert len(few) < 30


def test_a_post_of_42_papers_with_findings_is_a_small_page(client, editor):
    papers = [make_paper(abstract="It reaches 73.3% accuracy.") for _ in range(42)]
    for paper in papers:
        for kind in (kinds.INTRODUCTION, kinds.RESULTS):
            make_section(paper, kind, markdown="정확도는 99.9%다. " * 20)
    post = make_post(state=State.DRAFT, papers=papers)
    page = client.get(change(post))
    assert len(page.context["standing"].blocking) >= 84
    assert len(page.content) < 150_000
    assert len(client.get(step(post, "publish")).content) < 150_000
