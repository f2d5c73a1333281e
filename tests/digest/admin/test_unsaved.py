"""The server's copy of what is typed and not saved, and saving in place, without a browser."""

import json
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from digest.models import Post, State
from papers import kinds
from papers.clock import now
from papers.editing import unsaved
from papers.models import Section, UnsavedText
from papers.tasks import forget_unsaved_texts
from tests.digest.admin.test_meanwhile import address, opened
from tests.factories import make_paper, make_post, make_section

pytestmark = pytest.mark.django_db
PAGE = "digest.post/1"
AT = 1_764_400_000_000


def text(value, at=AT, label="title"):
    return {"value": value, "at": at, "label": label}


@pytest.fixture
def keep(client, editor):
    def send(texts, tab="a", **more):
        body = {"user": editor.pk, "tab": tab, "pages": {PAGE: texts}} | more
        return client.post(reverse("admin:unsaved"), json.dumps(body), "application/json")

    return send


def kept(client, page=PAGE):
    answer = client.get(reverse("admin:unsaved"), {"page": page}).json()
    return {name: each["value"] for name, each in answer["kept"].get(page, {}).items()}


def test_texts_are_kept_by_field_and_the_newest_wins(client, keep):
    keep({"title": text("one"), "intro": text("two")})
    keep({"title": text("newer", AT + 5)}, tab="b")
    keep({"title": text("late", AT + 1)})
    assert kept(client) == {"title": "newer", "intro": "two"}
    assert UnsavedText.objects.count() == 1
    keep({"title": text(None, 0)})
    assert "title" in kept(client)
    keep({"title": text(None, AT + 5), "intro": text(None, 0)})
    assert not UnsavedText.objects.exists()


def test_nobody_reads_or_writes_those_of_another(client, keep, editor):
    keep({"title": text("mine")})
    other = User.objects.create_user("park", is_staff=True)
    client.force_login(other)
    assert kept(client) == {}
    assert keep({"title": text("under the wrong name")}).status_code == 403
    client.logout()
    assert client.get(reverse("admin:unsaved")).status_code == 302
    client.force_login(editor)
    assert kept(client) == {"title": "mine"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[" * 100_000,
        b"[]",
        b"{}",
        b'{"pages": 1}',
        b'{"user": 0, "tab": "a", "pages": {"p": {}}}',
        b'{"user": USER, "tab": "a", "pages": {"a\\u0000": {}}}',
        b'{"user": USER, "tab": "a", "pages": {"a\\ud800": {}}}',
        b'{"user": USER, "tab": "a", "pages": {%s}}'
        % b",".join(b'"%d": {}' % number for number in range(unsaved.MAX_PAGES + 1)),
    ],
)
def test_what_is_no_unsaved_text_is_refused(client, editor, body):
    body = body.replace(b"USER", str(editor.pk).encode())
    response = client.post(reverse("admin:unsaved"), body, "application/json")
    assert response.status_code in {400, 403}
    assert client.post(reverse("admin:unsaved_offer"), body, "application/json").status_code in {
        200,
        400,
    }


@pytest.mark.parametrize(
    "texts",
    [
        [],
        {"title": 1},
        {"title": {"value": 1, "at": 1, "label": ""}},
        {"title": {"value": "", "at": "1", "label": ""}},
        {"title": text("x" * (unsaved.MAX_TEXT + 1))},
        {f"{number}": text("") for number in range(unsaved.MAX_TEXTS + 1)},
        {"x" * (unsaved.MAX_NAME + 1): text("")},
        {f"{number}": text("x" * unsaved.MAX_TEXT) for number in range(6)},
    ],
)
def test_what_is_too_much_or_odd_is_refused_and_leaves_the_rest(client, keep, texts):
    keep({"intro": text("kept")})
    assert keep(texts).status_code == 400
    assert kept(client) == {"intro": "kept"}


def test_characters_that_cannot_be_stored_are_left_out(client, keep):
    keep({"title": text("a\0b\ud800c")})
    assert kept(client) == {"title": "abc"}


def test_an_offer_shows_the_difference_and_no_markup_of_its_own(client, editor):
    sent = [text("<b>new</b> words") | {"page": PAGE, "name": "title", "shown": "old words"}]
    response = client.post(reverse("admin:unsaved_offer"), json.dumps(sent), "application/json")
    page = response.content.decode()
    assert "&lt;b&gt;new&lt;/b&gt;" in page
    assert "<del>old " in page


def test_old_ones_are_forgotten(keep, monkeypatch):
    keep({"title": text("x")})
    forget_unsaved_texts()
    assert UnsavedText.objects.exists()
    monkeypatch.setattr(unsaved, "now", lambda: now() + timedelta(days=unsaved.DAYS, minutes=1))
    forget_unsaved_texts()
    assert not UnsavedText.objects.exists()


def in_place(client, editor, row, sent, **more):
    body = {"_editor": str(editor.pk), "_tab": "a", "_opened": str(AT), "_continue": ""} | more
    body = {name: value for name, value in (sent | body).items() if value is not None}
    return client.post(address(row), body, headers={"Accept": "application/json"})


def test_saving_forgets_what_was_saved_and_keeps_what_another_tab_has_newer(client, keep, editor):
    post = make_post(pk=1, state=State.DRAFT)
    sent = opened(client, address(post)) | {"title": "Saved"}
    keep({"title": text("Saved"), "intro": text("untouched")}, tab="z")
    assert in_place(client, editor, post, sent).status_code == 200
    assert kept(client) == {"intro": "untouched"}
    sent = opened(client, address(post)) | {"title": "Again"}
    keep({"title": text("newer, in another tab", AT + 10)}, tab="z")
    in_place(client, editor, post, sent)
    assert kept(client)["title"] == "newer, in another tab"


def test_saving_without_script_forgets_too(client, keep):
    post = make_post(pk=1, state=State.DRAFT)
    sent = opened(client, address(post)) | {"title": "Saved"}
    keep({"title": text("Saved")})
    assert client.post(address(post), sent).status_code == 302
    assert kept(client) == {}


def test_the_answer_says_what_each_field_has_now(client, editor):
    post = make_post(state=State.DRAFT)
    sent = opened(client, address(post)) | {"title": "  Ein   Titel "}
    answer = in_place(client, editor, post, sent).json()
    post.refresh_from_db()
    assert answer["fields"]["title"] == {"value": post.title, "carried": post.title}
    assert answer["reload"] is False
    sent = opened(client, address(post)) | {"_publish": "1"}
    assert in_place(client, editor, post, sent).json()["next"].endswith("/publish/")


def test_a_conflict_is_409_with_both_texts_and_a_refusal_422(client, editor):
    post = make_post(state=State.DRAFT)
    sent = opened(client, address(post))
    Post.objects.update(title="<i>Theirs</i>")
    refused = in_place(client, editor, post, sent | {"title": "Ours"})
    assert refused.status_code == 409
    theirs = {"value": "<i>Theirs</i>", "carried": "<i>Theirs</i>"}
    assert refused.json()["conflicts"] == {"title": theirs}
    assert "&lt;i&gt;Theirs" in refused.json()["errors"]["title"][0]
    refused = in_place(client, editor, post, sent | {"title": ""})
    assert refused.status_code == 422
    assert list(refused.json()["errors"]) == ["title"]


def test_what_was_sent_before_and_stored_is_no_conflict(client, editor):
    post = make_post(state=State.DRAFT)
    sent = opened(client, address(post))
    in_place(client, editor, post, sent | {"title": "Erst"})
    tried = {"tried-title": ["Davor", "Erst"], "title": "Dann"}
    assert in_place(client, editor, post, sent | tried).status_code == 200
    post.refresh_from_db()
    assert post.title == "Dann"


def test_a_page_of_one_person_is_not_saved_as_another(client, editor):
    post = make_post(state=State.DRAFT)
    sent = opened(client, address(post))
    other = User.objects.create_superuser("park")
    client.force_login(other)
    assert in_place(client, editor, post, sent | {"title": "Kims"}).status_code == 403
    assert Post.objects.get().title == post.title


def test_a_row_that_is_gone_was_not_saved(client, editor):
    post = make_post(state=State.DRAFT)
    sent = opened(client, address(post))
    page = address(post)
    post.delete()
    body = sent | {"_editor": str(editor.pk)}
    response = client.post(page, body, headers={"Accept": "application/json"})
    assert response.status_code == 410
    assert response.json()["general"]


def test_a_new_part_is_saved_twice_from_one_page(client, editor):
    paper = make_paper()
    sent = opened(client, address(paper))
    field, *_ = [name for name, kind in sent.items() if name[-5:] == "-kind" and kind == "method"]
    name = field.replace("-kind", "-markdown")
    answer = in_place(client, editor, paper, sent | {name: "Erst."}).json()
    assert answer["fields"][name] == {"value": "Erst.", "carried": "Erst."}
    carried = {f"initial-{each}": now["carried"] for each, now in answer["fields"].items()}
    again = sent | carried | {name: "Dann."}
    assert in_place(client, editor, paper, again).status_code == 200
    assert Section.objects.get().markdown == "Dann."


def test_fields_have_names_that_stay(client, editor):
    paper = make_paper()
    make_section(paper, kinds.METHOD)
    page = client.get(address(paper)).content.decode()
    assert f'data-unsaved-page="papers.paper/{paper.pk}"' in page
    assert 'data-unsaved="ko:method::markdown"' in page
    assert 'data-unsaved="en:results::markdown"' in page


def test_keeping_takes_few_queries(keep, django_assert_max_num_queries):
    keep({"title": text("x")})
    with django_assert_max_num_queries(8):
        keep({"title": text("y", AT + 1)})


def test_an_odd_or_long_text_does_not_keep_the_others_from_being_offered(client, editor):
    place = {"page": PAGE, "name": "title", "shown": ""}
    sent = [
        text("x" * (unsaved.MAX_TEXT + 1)) | place,
        text("odd clock", at=10**30) | place,
        text("before all clocks", at=-(10**30)) | place,
        text("Unharmed") | place,
    ]
    response = client.post(reverse("admin:unsaved_offer"), json.dumps(sent), "application/json")
    assert response.status_code == 200
    assert "Unharmed" in response.content.decode()


def test_a_clock_that_is_ahead_keeps_nothing_later_from_being_kept(client, keep):
    keep({"title": text("from a machine whose clock is ahead", at=AT * 2)})
    keep({"title": text("later", at=int(now().timestamp() * 1000) + 60_000)}, tab="b")
    assert kept(client) == {"title": "later"}


def test_pages_with_odd_names_have_nothing_kept(client, editor):
    for odd in ("a\0", "\ud800"):
        asked = {"page": odd.encode("utf-8", "surrogatepass")}
        assert client.get(reverse("admin:unsaved"), asked).json()["kept"] == {}


def test_a_text_that_was_never_offered_stays_until_it_is(client, keep, editor):
    post = make_post(pk=1, state=State.DRAFT)
    sent = opened(client, address(post)) | {"title": "Saved"}
    keep({"title": text("Another, typed before")}, tab="z")
    in_place(client, editor, post, sent, _opened="0")
    assert kept(client) == {"title": "Another, typed before"}
    sent = opened(client, address(post)) | {"title": "Saved again"}
    in_place(client, editor, post, sent, _opened="9" * 5000)
    assert kept(client) == {"title": "Another, typed before"}


def test_a_new_row_that_was_saved_leaves_nothing_for_the_next(client, keep, editor):
    address_of_new = reverse("admin:digest_post_add")
    sent = opened(client, address_of_new)
    sent |= {"date": "2025-10-07", "title": "Neu", "slug": "neu", "language": "ko"}
    keep({}, pages={"digest.post/new": {"title": text("Neu")}})
    body = sent | {"_editor": str(editor.pk), "_tab": "a", "_opened": str(AT), "_continue": ""}
    response = client.post(address_of_new, body, headers={"Accept": "application/json"})
    assert response.json()["again"] is False, response.json()
    assert kept(client, "digest.post/new") == {}


@pytest.mark.parametrize("step", ["_draft", "_publish", "_save"])
def test_a_step_leads_to_the_page_that_shows_it(client, editor, step):
    post = make_post(state=State.DRAFT, papers=1)
    sent = opened(client, address(post)) | {"title": "Neu", step: "1"}
    answer = in_place(client, editor, post, sent, _continue=None).json()
    assert (answer["fields"]["title"]["carried"], answer["again"]) == ("Neu", True)
    post.refresh_from_db()
    assert post.title == "Neu"
    if step == "_draft":
        assert len(client.get(answer["next"]).context["messages"]) == 1


def test_a_conflict_of_tags_says_them_as_its_field_takes_them(client, editor):
    post = make_post(state=State.DRAFT)
    sent = opened(client, address(post))
    post.tags.add("large models", "RL")
    refused = in_place(client, editor, post, sent | {"tags": ["mine"]})
    now_there = refused.json()["conflicts"]["tags"]
    assert (refused.status_code, sorted(now_there["value"])) == (409, ["RL", "large models"])
