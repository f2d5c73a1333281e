"""The editors' page of a day's papers: picking, excluding, and making the day's post."""

from datetime import UTC, date, datetime

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from digest import ledger, publishing
from digest.models import Post, State
from papers.models import Choice, Listing, SourceAnswer
from papers.sources.items import Remark
from tests.digest.ledger.test_accounts import listed as ledger_lists
from tests.factories import make_paper, make_post, make_section

pytestmark = pytest.mark.django_db

DAY = date(2025, 10, 7)
LIST = "/admin/papers/listing/"
GONE = "목록에서 내려감"
XSS = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


def listed(rank, day=DAY, **fields):
    paper = fields.pop("paper", None) or make_paper()
    return Listing.objects.create(
        **{"paper": paper, "source": "huggingface", "day": day, "rank": rank, "upvotes": 3} | fields
    )


def act(client, action, *listings, **fields):
    chosen = [listing.pk for listing in listings]
    address = f"{LIST}?day__isnull=0"
    return client.post(
        address, {"action": action, "_selected_action": chosen, **fields}, follow=True
    )


def choose(client, listing, choice, **fields):
    address = reverse("admin:papers_listing_choose", args=[listing.pk])
    response = client.post(address, {"choice": choice, **fields})
    listing.refresh_from_db()
    return response


def test_a_paper_that_its_source_names_no_more_is_marked_and_stays(client, editor):
    gone, still = listed(1), listed(2)
    assert GONE not in client.get(LIST, follow=True).content.decode()  # No answer is stored yet.
    for hour, ids in enumerate(([gone, still], [still])):
        SourceAnswer.objects.create(
            source="huggingface",
            day=DAY,
            fetched_at=datetime(2025, 10, 7, hour, tzinfo=UTC),
            pages=[],
            checksum=str(hour),
            listed_ids=[each.paper.arxiv_id for each in ids],
        )
    page = client.get(LIST, follow=True).content.decode()
    assert page.count(GONE) == 1
    assert page.index(gone.paper.title) < page.index(GONE) < page.index(still.paper.title)


def test_the_newest_day_is_shown_in_the_order_of_the_source(client, editor):
    second, first = listed(2), listed(1)
    listed(1, day=date(2025, 10, 1))
    response = client.get(LIST, follow=True)
    assert response.redirect_chain == [(f"{LIST}?day=2025-10-07", 302)]
    assert list(response.context["cl"].result_list) == [first, second]
    assert response.context["day"].earlier == date(2025, 10, 1)
    everything = client.get(f"{LIST}?day__isnull=0")
    assert everything.context["cl"].result_count == 3


def test_without_any_paper_the_list_is_empty(client, editor):
    assert client.get(LIST).status_code == 200


def test_a_day_that_cannot_be_leads_back_to_the_list(client, editor):
    listed(1)
    for nonsense in ("2025-13-40", "x", "9999-99-99", "%00"):
        assert client.get(f"{LIST}?day={nonsense}", follow=True).status_code == 200


def test_one_press_picks_excludes_and_puts_back(client, editor):
    listing = listed(1)
    page = choose(client, listing, "picked").content.decode()
    assert listing.choice == Choice.PICKED
    assert f'id="choice-{listing.pk}"' in page
    assert 'id="day"' in page
    choose(client, listing, "excluded", **{f"reason-{listing.pk}": "중복"})
    assert (listing.choice, listing.reason) == (Choice.EXCLUDED, "중복")
    choose(client, listing, "pending")
    assert (listing.choice, listing.reason) == (Choice.PENDING, "")
    assert choose(client, listing, "eaten").status_code == 400
    assert listing.history.count() == 4
    assert listing.history.first().history_user == editor


def test_several_are_picked_excluded_and_put_back_by_actions(client, editor):
    first, second, other = listed(1), listed(2), listed(3)
    act(client, "pick", first, second)
    assert set(Listing.objects.filter(choice=Choice.PICKED)) == {first, second}
    act(client, "leave_out", second, reason="  이미   다룸 ")
    second.refresh_from_db()
    assert (second.choice, second.reason) == (Choice.EXCLUDED, "이미 다룸")
    act(client, "put_back", first, second)
    assert Listing.objects.filter(choice=Choice.PENDING).count() == 3
    assert second.history.first().history_user == editor
    assert other.history.count() == 1


@pytest.mark.parametrize("reason", ["x" * 201, "bell \x07"])
def test_a_reason_that_cannot_be_stored_changes_nothing(client, editor, reason):
    listing = listed(1)
    assert act(client, "leave_out", listing, reason=reason).status_code == 200
    choose(client, listing, "excluded", **{f"reason-{listing.pk}": reason})
    assert (listing.choice, listing.reason) == (Choice.PENDING, "")


def test_a_choice_of_who_may_not_publish_has_no_reason(client, editor):
    """Readers of the ledger see a reason at once."""
    rights = Group.objects.get(name="Editors").permissions.exclude(codename="publish_post")
    editor.groups.clear()
    editor.user_permissions.set(rights)
    one, many, form, old = (listed(rank) for rank in range(1, 5))
    page = choose(client, one, "excluded", **{f"reason-{one.pk}": "Unsaid"}).content.decode()
    assert 'name="reason' not in page
    act(client, "leave_out", many, reason="Unsaid")
    address = reverse("admin:papers_listing_change", args=[form.pk])
    assert 'name="reason"' not in client.get(address).content.decode()
    client.post(address, {"choice": "excluded", "reason": "Unsaid"})
    old.reason = "Unsaid"
    old.save()
    version = old.history.latest()
    Listing.objects.filter(pk=old.pk).update(reason="")
    address = reverse("admin:papers_listing_simple_history", args=[old.pk, version.pk])
    client.post(address, {"choice": "excluded", "reason": "Unsaid"})
    stored = Listing.objects.values_list("choice", "reason")
    assert list(stored) == [(Choice.EXCLUDED, "")] * 4
    page = client.get(f"{LIST}?day__isnull=0").content.decode()
    assert 'name="reason' not in page


def test_a_publishers_reason_stays_where_another_excludes_the_paper_again(client, editor):
    one, many = listed(1), listed(2)
    act(client, "leave_out", one, many, reason="중복")
    editor.groups.clear()
    editor.user_permissions.set(
        Group.objects.get(name="Editors").permissions.exclude(codename="publish_post")
    )
    page = choose(client, one, "excluded").content.decode()
    act(client, "leave_out", many)
    assert set(Listing.objects.values_list("reason", flat=True)) == {"중복"}
    assert "중복" in page


def test_the_days_post_is_made_of_the_picked_papers(client, editor):
    listed(1), listed(2, choice=Choice.PICKED), listed(3, choice=Choice.PICKED)
    page = client.get(f"{LIST}?day={DAY}").content.decode()
    assert reverse("admin:papers_listing_make_post") in page
    response = client.post(reverse("admin:papers_listing_make_post"), {"day": "2025-10-07"})
    post = Post.objects.get()
    assert response.url == reverse("admin:digest_post_change", args=[post.pk])
    assert post.entries.count() == 2


def test_one_action_picks_and_makes_the_post(client, editor):
    first, second = listed(1), listed(2)
    act(client, "make_post", first, second)
    assert [entry.paper for entry in Post.objects.get().entries.all()] == [
        first.paper,
        second.paper,
    ]


def test_papers_of_two_days_make_no_post(client, editor):
    response = act(client, "make_post", listed(1), listed(1, day=date(2025, 10, 6)))
    assert len(response.context["messages"]) == 1
    assert not Post.objects.exists()


def test_a_day_that_has_a_post_says_so_and_takes_the_picked_ones(client, editor):
    first, second = listed(1, choice=Choice.PICKED), listed(2)
    post = publishing.build(DAY, [first.paper])
    post.title = XSS
    post.save()
    response = act(client, "make_post", second)
    page = response.content.decode()
    assert post.entries.count() == 1
    assert reverse("admin:digest_post_change", args=[post.pk]) in page
    assert "<script>alert" not in page
    assert response.context["day"].missing == 1
    client.post(reverse("admin:papers_listing_make_post"), {"day": "2025-10-07", "add": "1"})
    assert [entry.paper for entry in post.entries.all()] == [first.paper, second.paper]


def test_adding_to_a_published_post_waits_for_publish_changes(client, editor):
    post = make_post(state=State.PUBLISHED, papers=1)
    listed(1, day=post.date, choice=Choice.PICKED)
    client.post(reverse("admin:papers_listing_make_post"), {"day": post.date, "add": "1"})
    assert post.entries.filter(public_position=None).count() == 1
    assert publishing.has_changes(post)


def test_nothing_picked_makes_no_post_and_says_so(client, editor):
    listed(1)
    address = reverse("admin:papers_listing_make_post")
    response = client.post(address, {"day": "2025-10-07"}, follow=True)
    assert len(response.context["messages"]) == 1
    assert not Post.objects.exists()
    assert client.post(address, {"day": "nonsense"}).status_code == 400


def test_what_the_source_said_cannot_be_edited(client, editor):
    listing = listed(1)
    address = reverse("admin:papers_listing_change", args=[listing.pk])
    client.post(
        address, {"choice": "picked", "reason": "", "rank": 9, "upvotes": 99, "day": "2020-01-01"}
    )
    listing.refresh_from_db()
    assert (listing.choice, listing.rank, listing.upvotes) == (Choice.PICKED, 1, 3)
    assert listing.day == DAY
    assert client.get(reverse("admin:papers_listing_add")).status_code == 403
    assert client.post(reverse("admin:papers_listing_delete", args=[listing.pk])).status_code == 403


def test_choosing_needs_a_post_a_token_and_the_right(client, editor):
    listing = listed(1)
    addresses = [
        reverse("admin:papers_listing_choose", args=[listing.pk]),
        reverse("admin:papers_listing_make_post"),
    ]
    data = {"choice": "picked", "day": "2025-10-07"}
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(editor)
    viewer = User.objects.create_user("reader", is_staff=True)
    viewer.user_permissions.add(Permission.objects.get(codename="view_listing"))
    for address in addresses:
        assert client.get(address).status_code == 405
        assert strict.post(address, data).status_code == 403
    client.force_login(viewer)
    for address in addresses:
        assert client.post(address, data).status_code == 403
    client.logout()
    for address in addresses:
        assert client.post(address, data).url.startswith(reverse("admin:login"))
    listing.refresh_from_db()
    assert listing.choice == Choice.PENDING


def test_the_list_takes_as_many_queries_for_many_papers_as_for_two(
    client, editor, django_assert_num_queries
):
    def fill(ranks):
        for rank in ranks:
            paper = make_paper()
            paper.tags.add("tag", f"tag {rank}")
            make_section(paper)
            make_post(state=State.DRAFT, papers=[paper])
            listed(rank, paper=paper)

    fill(range(1, 3))
    with CaptureQueriesContext(connection) as few:
        client.get(f"{LIST}?day={DAY}")
    fill(range(3, 15))
    with django_assert_num_queries(len(few)):
        client.get(f"{LIST}?day={DAY}")


def test_what_sources_wrote_is_shown_as_text(client, editor):
    paper = make_paper(title=XSS, organization=XSS)
    paper.tags.add(XSS[:90])
    listing = listed(1, paper=paper, choice=Choice.EXCLUDED, reason=XSS)
    for address in (
        f"{LIST}?day={DAY}",
        reverse("admin:papers_listing_change", args=[listing.pk]),
        reverse("admin:papers_listing_history", args=[listing.pk]),
    ):
        page = client.get(address).content.decode()
        assert "alert(1)" in page
        assert "<script>alert" not in page
        assert "<img src=x" not in page


def test_the_overview_names_the_newest_day_and_the_posts_in_work(client, editor):
    assert client.get("/admin/").status_code == 200
    listed(1, choice=Choice.PICKED)
    draft, changed = make_post(state=State.DRAFT), make_post(state=State.PUBLISHED)
    Post.objects.filter(pk=changed.pk).update(title="Geändert")
    page = client.get("/admin/").content.decode()
    assert draft.title in page
    assert "Geändert" in page
    assert f"day={DAY}" in page


def panel(client, day=DAY):
    page = client.get(f"{LIST}?day={day}")
    return page.context["day"], " ".join(page.text.partition('class="account"')[2][:3_000].split())


def test_the_days_panel_says_what_the_ledger_says(client, editor):
    on = date(2025, 10, 8)
    first, second, _ = ledger_lists(1, 2, 3, day=on, refusals=[Remark(4, None, "", "no id")])
    Listing.objects.filter(paper=second).update(choice=Choice.EXCLUDED, reason="중복")
    make_post(papers=[first, make_paper()], date=on)
    day, text = panel(client, on)
    [account] = ledger.days(on, on)
    assert day.accounts == (account,)
    assert (account.published, account.left_out, len(account.failed), account.added) == (1, 2, 1, 1)
    assert "전체 4편 = 수록 1편 + 제외 2편 + 실패 1편 + 미정 0편" in text
    assert str(account.state.label) in text
    assert "편집자가 추가" in text


def test_a_day_that_no_source_was_asked_for_says_so(client, editor):
    listed(1)
    _, text = panel(client, date(2020, 1, 1))
    assert "아직 수집하지 않음" in text


def test_a_paper_that_no_list_has_is_pointed_out_as_in_the_ledger(client, editor):
    listed(1)  # A row without an answer.
    _, text = panel(client)
    assert "합계가 맞지 않음" in text
