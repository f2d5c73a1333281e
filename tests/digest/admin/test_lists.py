"""Each list of the admin: as many queries for many rows as for few, and a page that is small."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from itertools import count

import pytest
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from taggit.models import Tag

from digest.models import Act, AuditRecord, Correction, Entry, State
from papers.clock import now
from papers.models import (
    Finding,
    Job,
    JobKind,
    JobState,
    ModelCall,
    Proposal,
    Report,
    SourceAnswer,
    Term,
)
from tests.factories import DAY, make_paper, make_post, make_section

pytestmark = pytest.mark.django_db

MANY = 40
LONG = "정확도가 40% 올랐다. " * 40
numbers = count(1)


def section():
    return make_section(make_paper(title=f"{LONG[:200]} {next(numbers)}"), markdown=LONG)


def finding():
    text = section()
    number = str(next(numbers))
    span = {"start": 0, "end": 1}
    told = {"message": "The text shouts: “%(marks)s”.", "data": {"marks": number}}
    fields = {"check_name": "numbers", "code": "x", "level": "error", "checksum": number}
    Finding.objects.create(paper=text.paper, section=text, **span, **told, **fields)


def report():
    text = section()
    Report.objects.create(paper=text.paper, section=text, text=LONG)


def proposal():
    text = section()
    Proposal.of("markdown", LONG, paper=text.paper, section=text, origin="model").save()


def job():
    paper = make_paper()
    Job.objects.create(
        kind=JobKind.DRAFT, arxiv_id=paper.arxiv_id, state=JobState.FAILED, reason=LONG
    )


def call():
    asked = {"model": "m", "prompt_version": "1", "source_checksum": "0", "asked_at": now()}
    ModelCall.objects.create(paper=make_paper(), language="ko", reply=LONG * 50, **asked)


def answer():
    SourceAnswer.objects.create(
        source="huggingface",
        day=DAY,
        fetched_at=now() + timedelta(seconds=next(numbers)),
        pages=[LONG * 100],
        listed_ids=["2510.00001"] * 50,
    )


def tag():
    make_paper().tags.add(f"topic {next(numbers)}")


def correction():
    post = make_post(papers=1)
    paper = post.papers.first()
    Correction.objects.create(post=post, paper=paper, text=LONG[:400], corrected_at=now())


def user():
    person = User.objects.create_user(f"editor{next(numbers)}", email="editor@example.org")
    person.groups.set(Group.objects.all())


def attempt(model):
    more = {"failures_since_start": 5} if model is AccessAttempt else {}
    agent = f"Mozilla {next(numbers)} " * 10
    model.objects.create(username="kim", ip_address="198.51.100.7", user_agent=agent, **more)


def audit_record():
    rows = [["markdown", LONG[:200], LONG[:200]]] * 5
    act = {"act": Act.CHANGED, "model": "papers.section", "key": "1", "about": LONG[:250]}
    AuditRecord.objects.create(person=f"kim{next(numbers)}", changes=rows, reason=LONG[:250], **act)


LISTS: dict[str, Callable[[], object]] = {
    "papers_section": section,
    "papers_finding": finding,
    "papers_report": report,
    "papers_proposal": proposal,
    "papers_job": job,
    "papers_modelcall": call,
    "papers_sourceanswer": answer,
    "papers_term": lambda: Term.objects.create(english=f"term {next(numbers)}", rendering="용어"),
    "taggit_tag": tag,
    "digest_post": lambda: make_post(state=State.DRAFT, papers=1, title=LONG[:200]),
    "digest_entry": lambda: make_post(state=State.DRAFT, papers=1),
    "digest_correction": correction,
    "digest_auditrecord": audit_record,
    "auth_user": user,
    "axes_accesslog": lambda: attempt(AccessLog),
    "axes_accessfailurelog": lambda: attempt(AccessFailureLog),
    "axes_accessattempt": lambda: attempt(AccessAttempt),
}


def make(name: str, times: Iterable[object]) -> None:
    for _ in times:
        LISTS[name]()


@pytest.mark.parametrize("name", LISTS)
def test_many_rows_cost_as_many_queries_as_few_and_a_small_page(client, admin_user, name):
    client.force_login(admin_user)
    address = reverse(f"admin:{name}_changelist")
    make(name, range(2))
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    make(name, range(MANY - 2))
    with CaptureQueriesContext(connection) as many:
        page = client.get(address)
    assert page.context["cl"].result_count >= MANY
    assert len(many) == len(few) < 30
    assert len(page.content) < 150_000


def test_lists_read_no_text_that_they_do_not_show(client, admin_user):
    client.force_login(admin_user)
    answer()
    call()
    for name, column in (("papers_sourceanswer", "pages"), ("papers_modelcall", "reply")):
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse(f"admin:{name}_changelist"))
        assert not [each["sql"] for each in asked if f'"{column}"' in each["sql"]]


def test_a_tag_knows_how_often_it_is_used_where_none_is(client, admin_user):
    client.force_login(admin_user)
    Tag.objects.create(name="unused")
    make_paper().tags.add("used")
    make_paper().tags.add("used")
    page = client.get(reverse("admin:taggit_tag_changelist"), {"o": "3"})
    assert [each.uses for each in page.context["cl"].result_list] == [0, 2]


def test_a_long_reason_is_shortened_in_the_list_alone(client, admin_user):
    client.force_login(admin_user)
    job()
    key = Job.objects.get().pk
    assert LONG.strip() not in client.get(reverse("admin:papers_job_changelist")).text
    assert LONG.strip() in client.get(reverse("admin:papers_job_change", args=[key])).text


def test_an_empty_list_says_whether_there_is_nothing_or_nothing_matches(client, admin_user):
    client.force_login(admin_user)
    address = reverse("admin:papers_term_changelist")
    empty = client.get(address).text
    assert "아직 아무것도 없습니다" in empty
    assert reverse("admin:papers_term_add") in empty
    Term.objects.create(english="attention", rendering="어텐션")
    sought = client.get(address, {"q": "zzzz"}).text
    assert "해당하는 항목이 없습니다" in sought
    assert "모두 보기" in sought


@pytest.mark.parametrize("name", ["papers_finding", "papers_proposal"])
def test_to_sort_them_no_text_of_all_papers_is_read(client, admin_user, name):
    client.force_login(admin_user)
    make(name, range(2))
    with CaptureQueriesContext(connection) as asked:
        client.get(reverse(f"admin:{name}_changelist"))
    assert not [
        each["sql"] for each in asked if "JOIN" in each["sql"] and "markdown" in each["sql"]
    ]


def test_the_list_of_posts_groups_nothing_and_counts_no_paper_that_was_taken_out(
    client, admin_user
):
    client.force_login(admin_user)
    post = make_post(papers=3)
    Entry.objects.filter(pk=post.entries.first().pk).update(position=None)
    make_post(papers=0, state=State.DRAFT)
    with CaptureQueriesContext(connection) as asked:
        page = client.get(reverse("admin:digest_post_changelist"))
    assert sorted(each.paper_count for each in page.context["cl"].result_list) == [0, 2]
    rows = [each["sql"] for each in asked if '"digest_post"."intro"' in each["sql"]]
    assert not [sql for sql in rows if '"digest_post"."intro", ' in sql.partition(" GROUP BY ")[2]]
