"""`manage.py takedown`: a paper's text is found nowhere any more, and nothing brings it back."""

import subprocess
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from digest import ledger
from digest.backups import tools
from digest.keeping import takedown, tombstones
from digest.models import Act, AuditRecord, Entry, Post, SnapshotPart, TrashedPost
from digest.publishing import snapshots, trash
from digest.search import index
from papers import jobs, kinds
from papers.clock import now
from papers.models import (
    FullText,
    Job,
    JobKind,
    JobState,
    Listing,
    ModelCall,
    Origin,
    Paper,
    Proposal,
    Section,
    SourceAnswer,
    Subject,
    UnsavedText,
    Writer,
)
from papers.pipeline import ingest, sections
from papers.pipeline.steps import STEPS
from papers.sources.base import DayAnswer, FoundPaper
from papers.sources.items import Remark
from tests.addresses import ARXIV_ID, make_site
from tests.factories import DAY, make_paper, make_post, make_section

pytestmark = pytest.mark.django_db(transaction=True)

MARK = "Zweibrückenzeichen"
"""A word that nothing else has."""
ADDRESSES = [
    "/",
    "/feed.xml",
    "/rss.xml",
    "/feed.json",
    "/feed-short.xml",
    "/papers/feed.xml",
    "/corrections.xml",
    "/papers.json",
    "/sitemap.xml",
    "/sitemap-papers.xml",
    "/search/?q=Zweibr%C3%BCckenzeichen",
    "/search.json?q=Zweibr%C3%BCckenzeichen",
    "/tags/",
    "/ledger/",
    "/ledger.json",
    "/llms.txt",
    "/2025/10/08/daily-papers/",
    "/2025/10/08/daily-papers.md",
    "/2025/10/08/daily-papers.json",
    "/2025/10/08/daily-papers.bib",
    "/2025/10/08/daily-papers.ris",
    "/en/2025/10/08/daily-papers/",
    "/2025/10/",
    "/trends/",
]
OF_THE_PAPER = [
    f"/papers/{ARXIV_ID}{end}" for end in ("/", ".md", ".json", ".bib", ".ris", "/report/")
]


@pytest.fixture
def paper() -> Paper:
    """Return a published paper whose text stands wherever a text can stand."""
    make_site()
    paper = Paper.objects.get(arxiv_id=ARXIV_ID)
    told = f"{MARK} steht hier und ist lang genug."
    paper.title = f"{told} Titel"
    paper.abstract = paper.raw_abstract = f"{told} Abstract."
    paper.authors, paper.keywords = [f"A. {MARK}"], [MARK]
    paper.save()
    for section in paper.sections.all():
        section.markdown = section.public_markdown = section.public_html = told
        section.save()
    entry = Entry.objects.get(paper=paper)
    entry.note = entry.public_note = told
    entry.save()
    FullText.objects.create(
        paper=paper, version=1, format="html", checksum="0", parts=[{"text": told}], parsed_at=now()
    )
    Proposal.of("title", told, paper=paper, origin="arxiv").save()
    ModelCall.objects.filter(paper=paper).update(reply=told, message=told)
    item = f'{{"paper": {{"id": "{ARXIV_ID}", "title": "{told}"}}}}'
    SourceAnswer.objects.update(
        listed_ids=[ARXIV_ID], pages=[f'[{item}, {{"paper": {{"id": "x"}}}}]']
    )
    kim = User.objects.get(username="lee")
    typed = {"value": told, "shown": "", "at": 0, "tab": ""}
    UnsavedText.objects.create(
        user=kim, page=f"papers.section/{paper.sections.first().pk}", texts={"markdown": typed},
        kept_at=now(),
    )  # fmt: skip
    UnsavedText.objects.create(
        user=kim, page=f"digest.post/{entry.post_id}", kept_at=now(),
        texts={f"{paper.pk}:note": typed, "intro": typed | {"value": "of the day"}},
    )  # fmt: skip
    jobs.add(JobKind.DRAFT, Subject(arxiv_id=ARXIV_ID))
    Job.objects.filter(kind=JobKind.DRAFT).update(state=JobState.FAILED, reason=told)
    snapshots.take(entry.post_id)
    draft = make_post("draft", papers=[paper], slug="of-the-trash")
    trash.put(draft, User.objects.get(username="lee"))
    AuditRecord.objects.create(act=Act.CHANGED, about=str(paper), changes=[["title", "", told]])
    for _ in index.refresh_all():
        pass
    return paper


def dumped() -> str:
    """Return the whole database as SQL."""
    address, env = tools.address()
    program = tools.program("pg_dump", tools.server_major())
    said = subprocess.run([program, *address], env=env, capture_output=True, check=True)
    return said.stdout.decode()


def shown() -> dict[str, tuple[int, str]]:
    client = Client()
    answers = {address: client.get(address) for address in ADDRESSES}
    return {
        address: (answer.status_code, getattr(answer, "content", b"").decode())
        for address, answer in answers.items()
    }


def test_the_text_is_nowhere(paper):
    before = shown()
    assert sum(MARK in text for _, text in before.values()) > 8
    assert MARK in dumped()
    call_command("takedown", ARXIV_ID, yes=True, by="kim", reason="the authors ask for it")
    after = shown()
    assert {address for address, (_, text) in after.items() if MARK in text} <= {
        address
        for address in after
        if "search" in address  # The word that was asked for.
    }
    assert {address: code for address, (code, _) in after.items()} == {
        address: code for address, (code, _) in before.items()
    }
    assert not [line for line in dumped().splitlines() if MARK in line]


def test_what_was_typed_about_something_else_stays(paper):
    call_command("takedown", ARXIV_ID, yes=True)
    assert [list(each.texts) for each in UnsavedText.objects.all()] == [["intro"]]


def test_search_finds_nothing(paper):
    call_command("takedown", ARXIV_ID, yes=True)
    assert ARXIV_ID not in Client().get(f"/search.json?q={MARK}").content.decode()


@pytest.mark.parametrize("address", OF_THE_PAPER)
def test_its_addresses_are_gone_for_good(paper, address):
    assert Client().get(address).status_code == 200
    call_command("takedown", ARXIV_ID, yes=True)
    assert Client().get(address).status_code == 410


def test_the_audit_says_who_and_why(paper):
    call_command("takedown", ARXIV_ID, yes=True, by="kim", reason="the authors ask for it")
    record = AuditRecord.objects.latest("pk")
    assert (record.act, record.person, record.about, record.reason) == (
        Act.TAKEN_DOWN, "kim", ARXIV_ID, "the authors ask for it",
    )  # fmt: skip


def test_the_audit_is_append_only_again(paper):
    call_command("takedown", ARXIV_ID, yes=True)
    with pytest.raises(Exception, match="only added to"):
        AuditRecord.objects.update(person="")


def test_the_day_still_adds_up(paper):
    call_command("takedown", ARXIV_ID, yes=True)
    days = [day for day in ledger.days(DAY, DAY) if day.source == "huggingface"]
    assert all(day.balances for day in days)
    assert Listing.objects.get(paper=paper).reason == "taken down"


def test_what_a_refused_item_said_goes_too(paper):
    remark = Remark(1, ARXIV_ID, "title", "missing").as_json()
    SourceAnswer.objects.update(listed_ids=[], refusals=[remark])
    call_command("takedown", ARXIV_ID, yes=True)
    assert MARK not in dumped()


def test_a_dry_run_changes_nothing(paper, capsys):
    before = dumped().count(MARK)
    call_command("takedown", ARXIV_ID, dry_run=True)
    assert dumped().count(MARK) == before
    assert "rows would go" in capsys.readouterr().out


def test_a_second_time_changes_nothing(paper, capsys):
    call_command("takedown", ARXIV_ID, yes=True)
    acts = AuditRecord.objects.count()
    call_command("takedown", ARXIV_ID, yes=True)
    assert "0 rows, 0 left." in capsys.readouterr().out
    assert AuditRecord.objects.count() == acts


def test_words_about_other_things_are_named_and_stay(paper, capsys):
    Post.objects.filter(entries__paper=paper).update(intro=f"Heute: {paper.title}")
    call_command("takedown", ARXIV_ID, yes=True)
    assert "rows of digest_post still have its title" in capsys.readouterr().out


def test_other_papers_of_the_digest_stay(paper):
    other = make_paper(title="Another paper of that day")
    make_section(other, kinds.RESULTS, markdown="Anderes.")
    make_post(papers=[paper, other], slug="both")
    snapshots.take(Post.objects.get(slug="both").pk)
    call_command("takedown", ARXIV_ID, yes=True)
    post = Post.objects.get(slug="both")
    assert [entry.paper for entry in post.entries.all()] == [other]
    assert Section.objects.filter(paper=other).exists()
    assert SnapshotPart.objects.filter(post=post, paper_id=other.pk).exists()
    assert "Another paper" in Client().get(post.get_absolute_url()).content.decode()


@pytest.fixture
def gone(paper) -> Paper:
    takedown.take_down(paper, by="", reason="")
    paper.refresh_from_db()
    return paper


def test_a_source_does_not_bring_it_back(gone):
    day = DAY + timedelta(days=3)
    page = f'[{{"paper": {{"id": "{ARXIV_ID}", "summary": "{MARK}"}}}}]'
    found = FoundPaper(arxiv_id=ARXIV_ID, title=MARK, raw_title=MARK, abstract=MARK, rank=1)
    said = {"source": "huggingface", "day": day, "pages": (page,), "fetched_at": now()}
    ingest.store(DayAnswer(papers=(found,), refusals=(), notices=(), **said))
    assert MARK not in dumped()
    assert Listing.objects.get(day=day).choice == "excluded"


def test_a_refused_item_does_not_bring_it_back(gone):
    page = f'[{{"paper": {{"id": "{ARXIV_ID}", "summary": "{MARK}"}}}}]'
    refused = (Remark(1, ARXIV_ID, "title", "missing"),)
    said = {"source": "huggingface", "day": DAY, "pages": (page,), "fetched_at": now()}
    ingest.store(DayAnswer(papers=(), refusals=refused, notices=(), **said))
    assert MARK not in dumped()


def test_arxiv_drafts_and_jobs_do_not_bring_it_back(gone):
    assert gone.offer({"title": MARK, "abstract": MARK}, Origin.ARXIV) == (set(), [])
    text = sections.NewText(gone.pk, "ko", kinds.RESULTS, MARK)
    assert sections.write([text], origin=Writer.EXTRACTIVE) == {"refused": 1}
    jobs.add(JobKind.DRAFT, Subject(arxiv_id=ARXIV_ID))
    job = Job.objects.get(kind=JobKind.DRAFT, arxiv_id=ARXIV_ID)
    jobs.run(job.pk, STEPS)
    job.refresh_from_db()
    assert (job.state, job.reason) == (JobState.FAILED, f"{ARXIV_ID} was taken down")


def test_an_imported_file_does_not_bring_it_back(gone, tmp_path, capsys):
    path = tmp_path / "2025-11-01-daily-papers.md"
    path.write_text(
        f"---\ntitle: Daily\n---\n\n# 1. [{MARK}](https://arxiv.org/abs/{ARXIV_ID})\n\n"
        f"## Introduction\n\n{MARK}\n\n"
        "# 2. [Another](https://arxiv.org/abs/2510.55555)\n\n## Introduction\n\nAnderes.\n"
    )
    call_command("import_jekyll", path)
    assert MARK not in dumped()
    assert f"{ARXIV_ID} was taken down here, and is left out" in capsys.readouterr().err
    assert list(Entry.objects.values_list("paper__arxiv_id", flat=True)) == ["2510.55555"]


def test_a_restored_site_takes_it_down_again(gone):
    ids = tombstones.known()
    assert ids == [ARXIV_ID]
    Paper.objects.update(origins={}, title=f"{MARK} wie im Backup")
    tombstones.hold([*ids, "2510.77777"])
    assert tombstones.known() == [ARXIV_ID, "2510.77777"]
    assert MARK not in dumped()


@pytest.mark.parametrize("other", ["digest_kept", "digest_loaded"])
def test_while_another_site_is_beside_this_one_it_is_refused(paper, other):
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA {other}")
    try:
        with pytest.raises(CommandError, match="--forget"):
            call_command("takedown", ARXIV_ID, yes=True)
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP SCHEMA {other}")


@pytest.mark.parametrize(("text", "code"), [("2510.99999", 1), ("nonsense", 2)])
def test_what_is_not_known_is_refused(text, code):
    with pytest.raises(CommandError) as refused:
        call_command("takedown", text, yes=True)
    assert refused.value.returncode == code


def test_the_trash_is_left_too(paper):
    call_command("takedown", ARXIV_ID, yes=True)
    assert MARK not in str([post.rows for post in TrashedPost.objects.all()])
