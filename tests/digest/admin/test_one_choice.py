"""A paper that two sources list for a day: one entry, one choice, whoever made it and where."""

from datetime import date

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone

from digest import publishing
from digest.admin import choosing
from digest.admin.days import Day
from papers.models import Choice, Listing, Paper
from papers.models.paper import TAKEN_DOWN
from papers.pipeline.arxiv_facts import list_for_editor
from papers.pipeline.ingest import store
from papers.sources.base import DayAnswer, FoundPaper
from papers.way.listed import lines
from papers.way.rows import Rows
from tests.digest.admin.test_choosing import take_back
from tests.digest.admin.test_listings import choose

pytestmark = pytest.mark.django_db

DAY = date(2025, 10, 8)
PAGE = f"/admin/papers/listing/?day={DAY}"


def listed(source, *numbers, withdrawn=False):
    """Let a source list papers of these numbers, in this order."""
    store(
        DayAnswer(
            tuple(
                FoundPaper(
                    f"2510.{n:05}", f"Paper {n}", f"Paper {n}", "", rank, withdrawn=withdrawn
                )
                for rank, n in enumerate(numbers, start=1)
            ),
            (),
            (),
            source=source,
            day=DAY,
            fetched_at=timezone.now(),
            pages=(f"{source} {numbers}",),
        )
    )


def listing(source, number=1):
    return Listing.objects.get(source=source, day=DAY, paper__arxiv_id=f"2510.{number:05}")


def choices(number=1):
    rows = Listing.objects.filter(day=DAY, paper__arxiv_id=f"2510.{number:05}")
    return {(row.choice, row.reason) for row in rows}


@pytest.fixture
def twice():
    """Both sources list papers 1 and 2; arXiv names them the other way round, and one more."""
    listed("huggingface", 1, 2)
    listed("arxivnew", 3, 2, 1)


def rows(client, address=PAGE):
    return client.get(address).context_data["rows"]


def test_it_stands_once_and_names_both_sources(twice, client, editor):
    found = rows(client)
    assert [row.listing.paper.title for row in found] == ["Paper 1", "Paper 2", "Paper 3"]
    assert [len(row.sources) for row in found] == [2, 2, 1]
    page = client.get(PAGE).content.decode().split("<tbody")[1]
    assert "Hugging Face Daily Papers</span>" in page
    assert "arXiv 공지</span>" in page
    alone = rows(client, f"{PAGE}&source__exact=arxivnew")
    assert [row.listing.paper.title for row in alone] == ["Paper 3", "Paper 2", "Paper 1"]
    everything = rows(client, "/admin/papers/listing/?day__isnull=0")
    assert len(everything) == 3


def test_a_paper_that_an_editors_link_named_first_shows_its_votes(client, editor):
    paper = Paper.objects.create(arxiv_id="2510.00001", title="Paper 1")
    list_for_editor([paper], DAY)
    listed("huggingface", 2, 1)
    Listing.objects.filter(source="huggingface").update(upvotes=7)
    [row] = [row for row in rows(client) if row.listing.paper == paper]
    assert (row.listing.source, row.listing.rank, row.listing.upvotes) == ("huggingface", 2, 7)


def test_a_choice_at_either_entry_is_about_the_paper_of_that_day(twice, client, editor):
    choose(client, listing("arxivnew"), Choice.PICKED)
    assert choices() == {("picked", "")}
    choose(client, listing("huggingface"), Choice.EXCLUDED)
    assert choices() == {("excluded", "")}
    assert choices(2) == {("pending", "")}


def test_it_is_taken_back_for_both_and_not_after_another_choice(twice, client, editor):
    page = choose(client, listing("huggingface"), Choice.PICKED).content.decode()
    assert take_back(client, listing("huggingface"), page).status_code == 200
    assert choices() == {("pending", "")}
    page = choose(client, listing("huggingface"), Choice.PICKED).content.decode()
    choose(client, listing("arxivnew"), Choice.EXCLUDED)
    assert take_back(client, listing("huggingface"), page).status_code == 409
    assert choices() == {("excluded", "")}


def test_several_are_chosen_at_once_for_both_sources(twice, client, editor):
    ticked = [listing("huggingface").pk, listing("huggingface", 2).pk]
    client.post(PAGE, {"action": "pick", "_selected_action": ticked})
    assert choices() == choices(2) == {("picked", "")}
    day = Day.of(DAY)
    assert (day.listed, day.picked, day.excluded, day.undecided) == (3, 2, 0, 1)
    assert [paper.title for paper in publishing.papers_of(DAY)] == ["Paper 1", "Paper 2"]


def test_the_form_of_one_listing_chooses_for_both(twice, client, admin_client):
    address = reverse("admin:papers_listing_change", args=[listing("arxivnew").pk])
    form = admin_client.get(address).context_data["adminform"].form
    values = {name: form[name].value() or "" for name in form.fields}
    values |= {"choice": "excluded", "reason": "off topic"}
    admin_client.post(address, values)
    assert choices() == {("excluded", "off topic")}


def test_a_source_that_comes_later_finds_the_choice_made(client, editor):
    listed("huggingface", 1, 2)
    choose(client, listing("huggingface"), Choice.PICKED)
    listed("arxivnew", 2, 1)
    assert choices() == {("picked", "")}
    assert choices(2) == {("pending", "")}
    list_for_editor(Paper.objects.all(), DAY)
    assert choices() == {("picked", "")}


def test_a_withdrawal_at_one_source_leaves_the_paper_out_unless_a_person_chose(client, editor):
    listed("arxivnew", 1, 2)
    choose(client, listing("arxivnew", 2), Choice.PICKED)
    listed("huggingface", 1, 2, withdrawn=True)
    assert choices() == {("excluded", "withdrawn")}
    assert choices(2) == {("picked", "")}


def test_a_withdrawn_paper_that_was_put_back_stays_so_when_an_editors_link_names_it(client, editor):
    listed("huggingface", 1, 2, withdrawn=True)
    choose(client, listing("huggingface"), Choice.PENDING)
    Paper.objects.update(withdrawn=True)
    list_for_editor(Paper.objects.all(), DAY)
    assert choices() == {("pending", "")}
    assert choices(2) == {("excluded", "withdrawn")}


def test_a_paper_that_is_known_as_withdrawn_by_then_is_left_out_at_all_its_entries():
    listed("huggingface", 1)
    Paper.objects.update(withdrawn=True)
    list_for_editor(Paper.objects.all(), DAY)
    assert choices() == {("excluded", "withdrawn")}


def test_a_link_to_a_paper_that_was_taken_down_is_left_out():
    gone = Paper.objects.create(arxiv_id="2510.00001", title="2510.00001")
    gone.origins = {TAKEN_DOWN: "2025-10-08"}
    gone.save()
    list_for_editor([gone], DAY)
    assert choices() == {("excluded", "taken down")}


def test_what_was_taken_down_meanwhile_is_not_taken_back(twice, client, editor):
    choose(client, listing("huggingface"), Choice.PICKED)
    page = choose(client, listing("huggingface"), Choice.PENDING).content.decode()
    taken = Listing.objects.filter(paper__arxiv_id="2510.00001")
    taken.update(choice=Choice.EXCLUDED, reason="taken down")  # As a takedown does, in SQL.
    assert take_back(client, listing("huggingface"), page).status_code == 409
    assert choices() == {("excluded", "taken down")}


def test_papers_that_were_ticked_are_chosen_though_another_source_named_them_since(client, editor):
    listed("arxivnew", 1, 2)
    ticked = [listing("arxivnew").pk, listing("arxivnew", 2).pk]
    listed("huggingface", 2)
    client.post(PAGE, {"action": "pick", "_selected_action": ticked})
    assert choices() == choices(2) == {("picked", "")}


def test_who_may_give_no_reason_keeps_the_one_that_came_meanwhile(twice, rf):
    chosen = [listing("huggingface")]
    author = User.objects.create_user("author", is_staff=True)
    for row in (listing("huggingface"), listing("arxivnew")):
        row.choice, row.reason = Choice.EXCLUDED, "off topic"
        row.save()
    request = rf.post(PAGE)
    request.user = author
    choosing.choose_all(request, chosen, Choice.EXCLUDED)
    assert choices() == {("excluded", "off topic")}


def test_it_is_gone_once_no_source_lists_it(twice, client, editor):
    listed("huggingface", 2)
    assert not any(row.gone for row in rows(client))
    listed("arxivnew", 3, 2)
    assert [row.listing.paper.title for row in rows(client) if row.gone] == ["Paper 1"]


def test_an_opened_entry_lists_other_days_alone(twice, client, editor):
    page = client.get(reverse("admin:papers_listing_details", args=[listing("huggingface").pk]))
    assert not page.context["others"].exists()


def test_its_way_tells_a_decision_once(twice, client, editor):
    choose(client, listing("huggingface"), Choice.PICKED)
    paper = Paper.objects.get(arxiv_id="2510.00001")
    told = [line.what for line in lines(Rows.read(paper.arxiv_id))]
    assert [each for each in told if "(Hugging Face" in each] == [
        "선정됨 (Hugging Face Daily Papers, 2025-10-08)"
    ]
    assert not [each for each in told if "(arXiv" in each]
