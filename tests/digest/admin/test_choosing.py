"""The rows of a day's papers: what they show and bring, a choice taken back, and their cost."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from digest.models import State, SuggestedDay, Suggestion
from papers import kinds
from papers.clock import now
from papers.models import Choice, Job, JobKind, JobState, Listing, SourceAnswer
from papers.pipeline import checking
from tests.digest.admin.test_listings import DAY, LIST, XSS, choose, listed
from tests.factories import make_paper, make_post, make_section

pytestmark = pytest.mark.django_db


def opened(client, listing):
    return client.get(reverse("admin:papers_listing_details", args=[listing.pk]))


def live(client, day=DAY):
    return client.get(reverse("admin:papers_listing_live"), {"day": day})


def take_back(client, listing, page):
    way = page.split('data-way="')[1].split('"')[0]
    response = client.post(reverse("admin:papers_listing_undo", args=[listing.pk]), {"way": way})
    listing.refresh_from_db()
    return response


def answered(listing, *counts, hours=range(100)):
    """Store an answer an hour that gives the paper so many upvotes."""
    arxiv_id = listing.paper.arxiv_id
    for hour, count in zip(hours, counts, strict=False):
        SourceAnswer.objects.create(
            source=listing.source,
            day=listing.day,
            fetched_at=datetime(2025, 10, 7, tzinfo=UTC) + timedelta(hours=hour),
            pages=[f'[{{"paper": {{"id": "{arxiv_id}", "upvotes": {count}}}}}]'],
            checksum=str(hour),
            listed_ids=[arxiv_id],
        )


def make_job(listing, state, kind=JobKind.DRAFT, **fields):
    fields = {"next_at": now() if state in {"due", "waiting"} else None, **fields}
    return Job.objects.create(kind=kind, arxiv_id=listing.paper.arxiv_id, state=state, **fields)


def fill(ranks, day=DAY):
    """List papers that have all that a row can show."""
    papers = [_listed_with_all(rank, day) for rank in ranks]
    make_post(state=State.DRAFT, papers=papers)


def _listed_with_all(rank, day):
    paper = make_paper(
        title=f"A title of a length that is usual among the papers of a day: number {rank}",
        organization="An organization of some name",
        abstract="A long abstract. " * 80,
        code_url="https://example.org/code",
    )
    paper.tags.add("tag", f"tag {rank}")
    make_section(paper)
    make_job(listed(rank, day=day, paper=paper), JobState.FAILED, reason="no abstract " * 20)
    return paper


def test_an_opened_row_brings_what_helps_to_choose(client, editor):
    paper = make_paper(
        abstract="We *propose* $x^2$.\n\nIt works.",
        keywords=["agents"],
        organization="DAMO",
        code_url="https://example.org/code",
        project_url="https://example.org/project",
    )
    listing = listed(1, paper=paper, upvotes=87)
    before = listed(7, paper=paper, day=date(2025, 9, 30), choice=Choice.EXCLUDED, reason="중복")
    post = make_post(state=State.DRAFT, papers=[paper])
    make_section(paper, kinds.RESULTS, markdown="정확도가 77.7% 올랐다.")
    checking.check([paper])
    answered(listing, 12, 40, 87)
    page = opened(client, listing).content.decode()
    assert "<p>It works.</p>" in page
    for word in ("agents", "DAMO", paper.code_url, paper.project_url, "Ada Lovelace", post.title):
        assert word in page
    assert "12 → <strong>87</strong>" in page
    assert "<polyline" in page
    assert f"day={before.day}" in page
    assert "중복" in page
    assert "77.7" in page
    assert "We *propose*" not in client.get(f"{LIST}?day={DAY}").content.decode()


def test_what_an_opened_row_shows_of_others_is_text(client, editor):
    post = make_post(state=State.DRAFT, papers=0, title=XSS)
    paper = make_paper(
        abstract=XSS, authors=[XSS], keywords=[XSS], organization=XSS, comment=XSS, categories=[XSS]
    )
    post.entries.create(paper=paper)
    listed(1, paper=paper, day=date(2025, 9, 30), choice=Choice.EXCLUDED, reason=XSS)
    make_job(listing := listed(1, paper=paper), JobState.FAILED, reason=XSS)
    for page in (opened(client, listing), live(client), client.get(f"{LIST}?day={DAY}")):
        assert "alert(1)" in page.content.decode()
        assert "<script>alert" not in page.content.decode()
        assert "<img src=x" not in page.content.decode()


@pytest.mark.parametrize(
    "pages",
    [["not JSON"], ["{}"], ["[1, null, {}]"], ['[{"paper": []}]'], ["[" * 100_000], []],
)
def test_an_answer_that_cannot_be_read_gives_no_growth(client, editor, pages):
    listing = listed(1, upvotes=3)
    answered(listing, 1)
    SourceAnswer.objects.update(pages=pages)
    page = opened(client, listing).content.decode()
    assert "<polyline" not in page


def test_odd_counts_are_left_out(client, editor):
    listing = listed(1, upvotes=9)
    answered(listing, "true", -4, '"5"', 10**9, 2, "null", 9)
    page = opened(client, listing).content.decode()
    assert "2 → <strong>9</strong>" in page


def test_of_many_answers_few_are_read(client, editor, django_assert_max_num_queries):
    listing = listed(1, upvotes=95)
    answered(listing, *range(96))
    with django_assert_max_num_queries(12):
        page = opened(client, listing).content.decode()
    assert "0 → <strong>95</strong>" in page
    assert page.split('points="')[1].split('"')[0].count(",") == 8


def test_a_choice_is_taken_back(client, editor):
    listing = listed(1)
    page = choose(client, listing, "excluded", **{f"reason-{listing.pk}": "중복"}).content.decode()
    back = take_back(client, listing, page)
    assert (listing.choice, listing.reason) == (Choice.PENDING, "")
    assert "data-way" not in back.content.decode()
    assert listing.history.first().history_user == editor


def test_a_choice_of_a_machine_comes_back_with_its_reason(client, editor):
    listing = listed(1)
    Listing.objects.update(choice=Choice.EXCLUDED, reason="withdrawn")
    page = choose(client, listing, "picked").content.decode()
    take_back(client, listing, page)
    assert (listing.choice, listing.reason) == (Choice.EXCLUDED, "withdrawn")


def test_what_a_colleague_chose_since_is_not_undone(client, editor):
    listing = listed(1)
    page = choose(client, listing, "picked").content.decode()
    colleague = User.objects.create_user("lee", is_staff=True)
    colleague.groups.add(Group.objects.get(name="Editors"))
    client.force_login(colleague)
    assert take_back(client, listing, page).status_code == 409
    choose(client, listing, "excluded")
    client.force_login(editor)
    assert take_back(client, listing, page).status_code == 409
    assert listing.choice == Choice.EXCLUDED


def test_a_way_back_is_of_one_paper_and_cannot_be_forged(client, editor):
    one, other = listed(1), listed(2)
    page = choose(client, one, "picked").content.decode()
    assert take_back(client, other, page).status_code == 409
    assert take_back(client, one, 'data-way="x"').status_code == 400
    one.refresh_from_db()
    assert (one.choice, other.choice) == (Choice.PICKED, Choice.PENDING)


@pytest.mark.parametrize("state", JobState.values)
def test_a_row_says_how_far_its_draft_is(client, editor, state):
    said = {
        "due": "초안 대기 중",
        "waiting": "초안 대기 중",
        "running": "초안 작성 중",
        "done": "초안 작성 완료",
        "failed": "초록 없음",
    }
    listing = listed(1)
    make_job(listing, state, reason="no abstract" if state == "failed" else "")
    page = live(client).content.decode()
    assert said[state] in page.split(f'data-live-for="state-{listing.pk}"')[1]
    assert said[state] in client.get(f"{LIST}?day={DAY}").content.decode()
    again = page.split('data-again="')[1].split('"')[0]
    assert bool(again) == (state in {"due", "waiting", "running"})


def test_what_is_live_tells_of_no_paper_without_a_draft(client, editor):
    for rank in range(1, 100):
        listed(rank)
    drafted = listed(100)
    make_job(drafted, "running")
    page = live(client).content.decode()
    assert page.count("data-live-for") == 1
    assert f'data-live-for="state-{drafted.pk}"' in page


def test_what_happens_now_counts_more_than_what_failed(client, editor):
    listing = listed(1)
    make_job(listing, "failed", language="en", reason="no abstract")
    make_job(listing, "running")
    make_job(listing, "running", JobKind.FULL_TEXT)
    page = live(client).content.decode()
    assert "초안 1건 작성 중" in page
    assert "논문 본문 가져오는 중" in page
    assert "초록 없음" not in page


def test_a_picked_paper_waits_for_its_draft(client, editor, settings):
    settings.AUTO_DRAFT = "picked"
    listing = listed(1)
    choose(client, listing, "picked")
    assert "초안 1건 대기 중" in live(client).content.decode()


def test_the_fragments_need_the_right_and_no_writing(client, editor):
    listing = listed(1)
    addresses = [
        reverse("admin:papers_listing_details", args=[listing.pk]),
        reverse("admin:papers_listing_live") + f"?day={DAY}",
    ]
    for address in addresses:
        assert client.post(address).status_code == 405
    assert client.get(reverse("admin:papers_listing_live"), {"day": "x"}).status_code == 400
    assert client.get(reverse("admin:papers_listing_details", args=[999])).status_code == 404
    client.force_login(User.objects.create_user("nobody", is_staff=True))
    for address in addresses:
        assert client.get(address).status_code == 403


def test_who_may_only_read_sees_choices_and_no_buttons(client, editor):
    listing = listed(1, choice=Choice.PICKED)
    viewer = User.objects.create_user("reader", is_staff=True)
    viewer.user_permissions.add(Permission.objects.get(codename="view_listing"))
    client.force_login(viewer)
    page = client.get(f"{LIST}?day={DAY}").content.decode()
    assert f'id="pick-{listing.pk}"' not in page
    assert "action-select" not in page
    assert opened(client, listing).status_code == 200
    undo = reverse("admin:papers_listing_undo", args=[listing.pk])
    assert client.post(undo, {"way": "x"}).status_code == 403


def test_the_server_filters_and_sorts_where_no_script_does(client, editor):
    few = listed(1, upvotes=1, paper=make_paper(title="B", code_url="https://example.org/c"))
    many = listed(2, upvotes=9, choice=Choice.PICKED, paper=make_paper(title="A"))
    page = client.get(f"{LIST}?day={DAY}")
    assert page.context["bar"].whole
    bar = page.context["bar"]
    shown = {way.key: way.address for way in [*bar.sorts, *bar.choices, bar.code] if way.key}

    def result(key):
        page = client.get(LIST + shown[key])
        assert not page.context["bar"].whole or key == "rank"
        return list(page.context["cl"].result_list)

    assert result("votes") == result("title") == result("choice") == [many, few]
    assert result("rank") == [few, many]
    assert result("picked") == [many]
    assert result("pending") == result("code") == [few]
    assert result("excluded") == []


def suggest(*listings, learned=True):
    """Store suggestions as the worker does, in this order."""
    SuggestedDay.objects.create(day=DAY, picks=29, learned=learned, made_from="")
    for position, listing in enumerate(listings, start=1):
        votes = {"kind": "votes", "votes": listing.upvotes, "place": 1}
        words = {"kind": "often", "words": ["agents"]}
        place = {"position": position, "rank": position}
        Suggestion.objects.create(listing=listing, reasons=[votes, words], **place)


def test_suggested_papers_are_marked_with_reasons_and_sorted(client, editor):
    rest = [listed(rank, paper=make_paper()) for rank in range(1, 9)]
    best = listed(9, upvotes=12)
    assert "suggested" not in {way.key for way in bar_of(client).sorts}
    suggest(best, *rest)
    page = client.get(f"{LIST}?day={DAY}").content.decode()
    assert "추천 12회, 그날 1위 · 편집자가 자주 선정한 단어: agents" in page
    assert page.count('<span class="suggested">') == 8
    assert f'id="listing-{best.pk}" data-suggested="1"' in page
    assert "추천 수 순서입니다" not in page
    [way] = [way for way in bar_of(client).sorts if way.key == "suggested"]
    shown = client.get(LIST + way.address).context["cl"].result_list
    assert list(shown) == [best, *rest]
    details = opened(client, rest[-1]).content.decode()
    assert "그날 9번째" in details
    assert "편집자가 자주 선정한 단어: agents" in details
    assert not Listing.objects.exclude(choice=Choice.PENDING).exists()


def test_while_few_picks_are_known_a_day_says_that_votes_order_it(client, editor):
    suggest(listed(1), learned=False)
    page = client.get(f"{LIST}?day={DAY}").content.decode()
    assert "이전 선정이 29건 있으며, 30건부터는" in page
    assert '<span class="suggested">' not in page


def bar_of(client):
    return client.get(f"{LIST}?day={DAY}").context["bar"]


def test_a_day_of_42_is_small_quick_and_as_many_queries_as_one_of_2(client, editor):
    fill(range(1, 3))
    page = f"{LIST}?day={DAY}"
    client.get(page)
    with CaptureQueriesContext(connection) as few:
        client.get(page)
    with CaptureQueriesContext(connection) as few_live:
        live(client)
    fill(range(3, 43))
    with CaptureQueriesContext(connection) as many:
        response = client.get(page)
    with CaptureQueriesContext(connection) as many_live:
        assert len(live(client).content) < 40_000
    assert len(many) == len(few) < 30
    assert len(many_live) == len(few_live) < 12
    assert len(response.content) < 150_000
    assert response.content.count(b"<tbody") == 42


def test_all_days_of_200_listings_are_small(client, editor, django_assert_max_num_queries):
    for day in range(1, 6):
        fill(range(1, 41), date(2025, 9, day))
    with django_assert_max_num_queries(29):
        response = client.get(f"{LIST}?day__isnull=0")
    assert response.context["cl"].result_count == 200
    assert len(response.content) < 150_000
