"""Nothing goes public with a number its paper does not state, unless a person overrides it."""

from datetime import timedelta
from threading import Thread

import pytest
import time_machine
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.core.management import CommandError, call_command
from django.db import DatabaseError, OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from digest import publishing
from digest.models import Post, State
from digest.publishing import gate
from papers import kinds
from papers.clock import now
from papers.models import Choice, Finding, Listing, Paper, Section, Source, Term
from papers.pipeline import checking, extractive_drafts
from tests.digest.confirming import confirm
from tests.factories import DAY, make_paper, make_post, make_section

pytestmark = pytest.mark.django_db

ABSTRACT = "We train a model. It reaches 73.3% accuracy."
RIGHT, WRONG = (f"제안한 모델은 {n}%의 정확도를 보였다." for n in (73.3, 83.3))


@pytest.fixture
def post():
    """Return a draft with a number that its paper does not state."""
    paper = make_paper(abstract=ABSTRACT, title="A model")
    make_section(paper, kinds.RESULTS, markdown=WRONG)
    return make_post(State.DRAFT, papers=[paper])


def mend():
    section = Section.objects.get()
    section.markdown = RIGHT
    section.save()


def test_a_wrong_number_stands_before_the_public_and_after_the_fix_it_goes_through(post):
    with pytest.raises(publishing.Blocked, match=r"83\.3%"):
        publishing.publish(post)
    assert not Post.objects.published().exists()
    mend()
    publishing.publish(post)
    assert Post.objects.published().exists()


def test_a_person_may_answer_for_it_and_that_is_kept(post, admin_user):
    shown = frozenset(finding.key for finding in gate.errors(post))
    publishing.publish(post, override=gate.Override(admin_user, "Table 3 has it", shown))
    assert Post.objects.published().exists()
    finding = Finding.objects.get(level="error")
    assert (finding.accepted_by, finding.reason) == (admin_user, "Table 3 has it")


def test_changes_to_a_published_post_pass_the_gate_too(post):
    mend()
    publishing.publish(post)
    section = Section.objects.get()
    section.markdown = WRONG
    section.save()
    with pytest.raises(publishing.Blocked):
        publishing.publish_changes(post)
    section.refresh_from_db()
    assert section.public_markdown == RIGHT


def test_a_scheduled_post_passes_it_when_it_is_scheduled_and_when_it_is_due(post):
    at = now() + timedelta(hours=1)
    with pytest.raises(publishing.Blocked):
        publishing.schedule(post, at)
    mend()
    publishing.schedule(post, at)
    Section.objects.update(markdown=WRONG)
    with time_machine.travel(at + timedelta(minutes=1)):
        publishing.publish_due()
    post.refresh_from_db()
    assert post.state == State.DRAFT
    assert "83.3%" in post.history.latest().history_change_reason


def test_a_reason_answers_for_what_was_shown_and_for_nothing_else(client, editor, post):
    shown = gate.errors(post)[0].key
    Section.objects.update(markdown="제안한 모델은 99.9%의 정확도를 보였다.")
    client.post(publish_page(post), {"override": "83.3 is in table 3", "shown": shown})
    assert not Post.objects.published().exists()
    assert not Finding.objects.exclude(accepted_at=None).exists()


def test_a_text_that_was_emptied_blocks_nothing(post):
    make_section(post.entries.get().paper, kinds.METHOD, markdown=RIGHT)
    assert gate.errors(post)
    section = Section.objects.get(kind=kinds.RESULTS)
    section.markdown = ""
    section.save()
    assert gate.errors(post) == []
    publishing.publish(post)


def test_an_old_error_that_readers_see_already_holds_up_no_correction_elsewhere():
    bad, good = (make_paper(abstract=ABSTRACT) for _ in range(2))
    make_section(bad, kinds.RESULTS, markdown=WRONG)
    section = make_section(good, kinds.RESULTS, markdown=RIGHT)
    post = make_post(papers=[bad, good])
    section.markdown = f"{RIGHT} 자료는 공개되어 있다."
    section.save()
    publishing.publish_changes(post)
    section.markdown = WRONG
    section.save()
    with pytest.raises(publishing.Blocked, match=good.arxiv_id):
        publishing.publish_changes(post)


@pytest.mark.django_db(transaction=True)
def test_what_was_checked_is_what_goes_public(post, monkeypatch):
    mend()
    gate.errors(post)  # Checked before, so that the next check writes nothing and holds no lock.
    section = Section.objects.get()
    look, refused = gate.errors, []

    def write_meanwhile():
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '500ms'")
        try:
            Section.objects.filter(pk=section.pk).update(markdown=WRONG)
        except OperationalError as error:
            refused.append(error)
        connection.close()

    def look_while_another_writes(post):
        found = look(post)
        writer = Thread(target=write_meanwhile)
        writer.start()
        writer.join()
        return found

    monkeypatch.setattr(gate, "errors", look_while_another_writes)
    publishing.publish(post)
    section.refresh_from_db()
    assert section.public_markdown == RIGHT
    assert refused


def test_a_post_that_cannot_be_published_holds_up_no_other(post, client, editor):
    late, at = make_post(State.SCHEDULED), now() - timedelta(minutes=1)
    Post.objects.update(state=State.SCHEDULED, scheduled_at=at)
    publishing.publish_due()
    late.refresh_from_db()
    post.refresh_from_db()
    assert (late.state, post.state) == (State.PUBLISHED, State.DRAFT)
    assert "예약 발행 실패" in client.get(reverse("admin:index")).content.decode()


def test_a_crash_over_one_post_holds_up_no_other(monkeypatch):
    posts = [make_post(State.SCHEDULED) for _ in range(2)]
    Post.objects.update(scheduled_at=now() - timedelta(minutes=1))
    look = gate.errors

    def crash_over_one(post):
        if post.pk == posts[1].pk:
            raise RuntimeError("a fault of ours")
        return look(post)

    monkeypatch.setattr(gate, "errors", crash_over_one)
    assert publishing.publish_due() == 1
    assert Post.objects.published().get() == posts[0]
    assert Post.objects.get(pk=posts[1].pk).state == State.SCHEDULED


def test_an_extractive_summary_with_missing_sections_is_not_blocked():
    paper = make_paper(abstract=ABSTRACT)
    extractive_drafts.draft([paper])
    drafted = set(paper.sections.values_list("kind", flat=True))
    assert kinds.LIMITATIONS not in drafted
    publishing.publish(make_post(State.DRAFT, papers=[paper]))
    assert Post.objects.published().exists()


def test_a_paper_that_was_taken_out_of_the_post_blocks_nothing(post):
    make_section(other := make_paper(abstract=ABSTRACT), markdown=RIGHT)
    publishing.add_entries(post, [other])
    post.entries.exclude(paper=other).delete()
    publishing.publish(post)


# --- In the admin ------------------------------------------------------------------------------
def publish_page(post):
    return reverse("admin:digest_post_publish", args=[post.pk])


def test_the_confirm_page_names_each_error_and_refuses_without_a_reason(client, editor, post):
    page = client.get(publish_page(post)).content.decode()
    assert "83.3%" in page
    assert 'name="override"' in page
    confirm(client, publish_page(post))
    assert not Post.objects.published().exists()
    [error] = gate.current_errors(post)
    shown = error.key
    assert f'name="shown" value="{shown}"' in page
    confirm(client, publish_page(post), override="표 3에 있다", shown=shown)
    assert Post.objects.published().exists()
    assert Finding.objects.get(level="error").accepted_by == editor


def test_what_was_typed_is_there_still_where_the_gate_refuses(client, editor, post):
    mend()
    publishing.publish(post)
    Section.objects.update(markdown=WRONG)
    response = confirm(client, publish_page(post), text="표의 수치를 바로잡음")
    page = response.content.decode()
    assert response.status_code == 200
    assert "표의 수치를 바로잡음" in page
    assert "83.3%" in page


def test_a_reason_that_is_too_long_publishes_nothing(client, editor, post):
    shown = gate.errors(post)[0].key
    confirm(client, publish_page(post), override="x" * 501, shown=shown)
    assert not Post.objects.published().exists()
    assert Finding.objects.filter(accepted_at=None).exists() or not Finding.objects.exists()


def test_the_posts_page_shows_what_blocks_it(client, editor, post):
    page = client.get(reverse("admin:digest_post_change", args=[post.pk])).content.decode()
    assert "83.3%" in page
    assert "오류 1건" in page


def test_a_finding_is_accepted_beside_its_text_and_taken_back(client, editor, post):
    paper = post.entries.get().paper
    page = client.get(reverse("admin:papers_paper_change", args=[paper.pk])).content.decode()
    assert "It reaches 73.3% accuracy." in page
    gate.findings(post)
    finding = Finding.objects.get(level="error")
    answer = reverse("admin:papers_finding_answer", args=[finding.pk])
    assert client.get(answer).status_code == 405
    client.post(answer, {f"reason-{finding.pk}": ""})
    assert Finding.objects.errors().exists()
    client.post(answer, {f"reason-{finding.pk}": "표 3에 있다"})
    assert not Finding.objects.errors().exists()
    client.post(answer, {f"reason-{finding.pk}": "too"})  # A page that was open meanwhile.
    assert Finding.objects.get(pk=finding.pk).reason == "표 3에 있다"
    client.post(answer, {"undo": "1"})
    assert Finding.objects.errors().exists()


def test_who_may_not_change_findings_may_not_answer(client, post):
    client.force_login(User.objects.create_user("reader", is_staff=True))
    gate.findings(post)
    answer = reverse("admin:papers_finding_answer", args=[Finding.objects.get(level="error").pk])
    assert client.post(answer, {"reason": "x"}).status_code == 403


# --- From a terminal ---------------------------------------------------------------------------
def test_build_post_does_not_publish_past_the_gate():
    paper = make_paper(abstract=ABSTRACT)
    make_section(paper, kinds.RESULTS, markdown=WRONG)
    Listing.objects.create(
        paper=paper, source=Source.HUGGINGFACE, day=DAY, rank=1, choice=Choice.PICKED
    )
    with pytest.raises(CommandError, match=r"83\.3%"):
        call_command("build_post", str(DAY), "--publish")
    assert Post.objects.get().state == State.DRAFT


NO_SPACE = """
    CREATE FUNCTION no_space() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE disk_full USING MESSAGE = 'No space left on device'; END $$;
    CREATE TRIGGER no_space BEFORE UPDATE ON digest_post
        FOR EACH STATEMENT EXECUTE FUNCTION no_space();
"""


def test_build_post_that_could_not_publish_can_be_run_again():
    paper = make_paper(abstract=ABSTRACT)
    make_section(paper, markdown="방법을 제안한다.")
    Listing.objects.create(
        paper=paper, source=Source.HUGGINGFACE, day=DAY, rank=1, choice=Choice.PICKED
    )
    with connection.cursor() as cursor:
        cursor.execute(NO_SPACE)
        with pytest.raises(DatabaseError, match="No space left"):
            call_command("build_post", str(DAY), "--publish")
        cursor.execute("DROP TRIGGER no_space ON digest_post")
    call_command("build_post", str(DAY), "--publish")
    assert Post.objects.get().state == State.PUBLISHED


def test_lint_digest_tells_errors_from_what_a_full_text_would_settle(post, capsys):
    with pytest.raises(CommandError, match="1 errors"):
        call_command("lint_digest", str(post.date))
    assert "a full text would have to settle:\n  " in capsys.readouterr().out
    mend()
    call_command("lint_digest", str(post.date))
    assert capsys.readouterr().out.endswith("0 error, 4 warning, 0 unchecked.\n")


def test_lint_digest_of_a_day_without_a_post_says_so():
    with pytest.raises(CommandError, match="build_post"):
        call_command("lint_digest", "2025-01-01")


# --- Across a post -----------------------------------------------------------------------------
def post_of(*introductions):
    papers = []
    for text in introductions:
        papers.append(paper := make_paper())
        make_section(paper, markdown=text)
    return make_post(State.DRAFT, papers=papers)


def codes(post):
    of_little_texts = {"short", *(f"no_{kind}" for kind in kinds.TABLE)}
    return {each.code for each in gate.findings(post)} - of_little_texts


def test_an_introduction_labelled_otherwise_than_most_is_pointed_out(client, editor):
    post = post_of("- Goal: 하나", "- Goal: 둘", "셋을 다룬다.")
    assert codes(post) == {"unlabelled"}
    page = client.get(reverse("admin:digest_post_change", args=[post.pk])).content.decode()
    assert "Goal" in page
    publishing.publish(post)  # A warning does not block it.


def test_an_oddly_spaced_title_of_an_imported_file_is_pointed_out():
    post = post_of("하나를 다룬다.")
    Paper.objects.update(raw_title="Mixing   Mechanisms")
    assert codes(post) == set()
    Paper.objects.update(origins={"title": "import"})
    assert codes(post) == {"white_space"}


def test_what_a_post_as_a_whole_gives_cause_to_stands_beside_the_text_and_goes_with_its_cause():
    post = post_of("- Goal: 하나", "- Goal: 둘", "셋을 다룬다.")
    gate.findings(post)
    [finding] = post.findings.all()
    assert finding.section.markdown == "셋을 다룬다."
    gate.findings(post)
    assert post.findings.get() == finding
    post.entries.filter(paper=finding.paper).delete()
    gate.findings(post)
    assert not post.findings.exists()


def test_it_goes_with_a_text_that_is_written_anew_and_with_the_post(admin_client):
    post = post_of("- Goal: 하나", "- Goal: 둘", "셋을 다룬다.")
    gate.findings(post)
    section = post.findings.get().section
    section.markdown = "- Goal: 셋"
    section.save()
    checking.check([section.paper])
    assert not post.findings.exists()
    section.markdown = "셋을 다룬다."
    section.save()
    gate.findings(post)
    assert post.findings.exists()
    admin_client.post(reverse("admin:digest_post_delete", args=[post.pk]), {"post": "yes"})
    assert not Post.objects.exists()
    assert not Finding.objects.filter(code="unlabelled").exists()


def test_papers_of_two_posts_are_compared_in_each_alone():
    post = post_of("- Goal: 하나", "- Goal: 둘", "셋을 다룬다.")
    other = make_post(State.DRAFT, papers=[entry.paper for entry in post.entries.all()[2:]])
    assert codes(post) == {"unlabelled"}
    assert codes(other) == set()
    assert codes(post) == {"unlabelled"}


def test_a_longer_post_costs_the_gate_no_more_queries():
    ContentType.objects.get_for_model(Post)  # Each process queries it once.
    counts = []
    for papers in (3, 20):
        post = post_of("셋을 다룬다.", *["- Goal: 하나"] * papers)
        with CaptureQueriesContext(connection) as captured:
            assert codes(post) == {"unlabelled"}
        counts.append(len(captured))
    assert counts[1] == counts[0]


def test_two_renderings_of_a_term_in_one_post_are_pointed_out():
    assert codes(post_of("어텐션을 쓴다.", "어텐션이 좋다.", "주의 메커니즘을 쓴다.")) == {
        "two_renderings"
    }
    assert codes(post_of("주의 메커니즘을 쓴다.", "주의 메커니즘이 좋다.")) == set()


def test_the_house_decides_on_a_rendering_for_all_posts(client, admin_client):
    admin_client.post(
        reverse("admin:papers_term_add"),
        {"english": "Attention", "language": "ko", "rendering": "어텐션", "variants": "주의"},
    )
    post = post_of("주의 메커니즘을 쓴다.", "주의 메커니즘이 좋다.")
    assert codes(post) == {"house_term"}
    Term.objects.all().delete()
    assert codes(post) == set()


def test_the_terms_of_a_digest_are_listed_with_their_papers(capsys):
    post = post_of("어텐션을 쓴다.", "어텐션이 좋다.", "주의 메커니즘을 쓴다.")
    with pytest.raises(CommandError, match="1 terms"):
        call_command("terms", "--digest", str(post.date))
    out = capsys.readouterr().out
    assert "attention (mixed)\n  어텐션: 2, in papers 1 (1), 2 (1)\n  주의: 1, in papers 3" in out
    with pytest.raises(CommandError, match="build_post"):
        call_command("terms", "--digest", "2025-01-01")


def test_known_errors_are_those_that_the_gate_would_find(django_assert_num_queries):
    posts = [make_post(State.DRAFT, 3) for _ in range(3)]
    texts = [paper.sections.first() for post in posts[:2] for paper in post.papers.all()]
    for text in texts:
        text.markdown = "It reaches 99.7% of 12,345."
        text.save()
    found = {post.pk: gate.errors(post) for post in posts}
    with django_assert_num_queries(2):
        assert gate.known_errors(posts) == found
    assert [len(found[post.pk]) for post in posts][2] == 0
    assert found[posts[0].pk]
    with django_assert_num_queries(0):
        assert gate.known_errors([]) == {}
