"""A better renderer reaches the texts that are stored already, and moves nothing else of them."""

from io import StringIO

import feedparser
import pytest
from django.core.management import CommandError, call_command

from digest import publishing
from digest.models import Entry, Post
from digest.publishing import rerendering
from papers import jobs
from papers.models import Job, JobKind, JobState, Origin, Paper, Run, Section, Subject
from papers.pipeline.steps import STEPS
from papers.text import rendering
from tests.factories import make_paper, make_post, make_section

pytestmark = pytest.mark.django_db

TEXT = "값은 $10^6$이다."
HTML = "<p>값은 10⁶이다.</p>"
OLD = "<p>값은 <math><msup><mn>10</mn><mn>6</mn></msup></math>이다.</p>"
TOO_LONG = "x" * (rendering.MAX_LENGTH + 1)


@pytest.fixture
def post(settings):
    settings.FEED_DELAY *= 0
    paper = make_paper(title=r"$\pi_0$ \& \textbf{C}o", origins={"title": "arxiv"})
    make_section(paper, markdown=TEXT)
    make_section(paper, "method", markdown=TEXT, position=2)
    post = make_post(papers=[paper], intro=TEXT)
    entry = post.entries.get()
    entry.note = TEXT
    entry.save()
    publishing.publish_changes(post)
    Section.objects.filter(kind="method").update(markdown="새 글", html="<p>새 글</p>")
    Paper.objects.update(title_html="old", title_plain="old")
    Section.objects.update(renderer="markdown-1", public_html=OLD)
    Section.objects.filter(markdown=TEXT).update(html=OLD)
    Post.objects.update(intro_html=OLD, public_intro_html=OLD)
    Entry.objects.update(note_html=OLD, public_note_html=OLD)
    post.refresh_from_db()
    return post


def run():
    out, err = StringIO(), StringIO()
    call_command("render", stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def histories():
    return [model.history.count() for model in (Paper, Section, Post, Entry)]


def test_all_forms_of_all_texts_are_made_anew_and_nothing_else_moves(client, post):
    before = histories(), feedparser.parse(client.get("/feed.xml").content).entries[0]
    assert run() == ("5 rows, 5 changed, 0 left.\n", "")
    after = histories(), feedparser.parse(client.get("/feed.xml").content).entries[0]
    assert before[0] == after[0]
    for name in ("id", "updated", "published"):
        assert before[1][name] == after[1][name]
    assert "10⁶" in after[1].content[0].value
    paper = Paper.objects.get()
    assert (paper.title, paper.title_plain) == (r"$\pi_0$ & Co", "π₀ & Co")
    assert set(Section.objects.values_list("public_html", "renderer")) == {
        (HTML, rendering.VERSION)
    }
    assert set(Section.objects.values_list("html", flat=True)) == {HTML, "<p>새 글</p>"}
    stored = Post.objects.get()
    assert (stored.intro_html, stored.public_intro_html) == (HTML, HTML)
    assert stored.updated_at == post.updated_at
    entry = Entry.objects.get()
    assert (entry.note_html, entry.public_note_html) == (HTML, HTML)
    assert run() == ("5 rows, 0 changed, 0 left.\n", "")


@pytest.mark.parametrize("origin", [Origin.EDITOR, Origin.IMPORT])
def test_a_title_of_a_person_is_only_rendered(origin):
    title = r"A \& B"
    paper = make_paper(title=title, origins={"title": origin.value})
    Paper.objects.update(title_plain="old")
    run()
    paper.refresh_from_db()
    assert (paper.title, paper.title_plain) == (title, title)


def test_a_text_that_cannot_be_rendered_is_named_and_keeps_its_html(post):
    Section.objects.filter(kind="method").update(markdown=TOO_LONG, public_markdown=TOO_LONG)
    with pytest.raises(CommandError, match=r"^2 texts cannot be rendered"):
        run()
    section = Section.objects.get(kind="method")
    assert (section.html, section.public_html) == ("<p>새 글</p>", OLD)
    assert Section.objects.get(kind="introduction").public_html == HTML
    named = [str(remark) for done in rerendering.render_all() for remark in done.damaged]
    assert len(named) == 2
    assert all(str(section) in name and "limit 200,000" in name for name in named)


def test_a_public_text_that_would_vanish_is_named_and_stays(post):
    Section.objects.filter(kind="method").update(public_markdown="[x]: /y")
    with pytest.raises(CommandError, match=r"^1 texts"):
        run()
    assert Section.objects.get(kind="method").public_html == OLD


def test_what_is_edited_meanwhile_stays_as_its_editor_saved_it(post):
    rendered = rerendering.render_all()
    next(rendered)  # The paper. Then the sections are read, all at once.
    next(rendered)
    Section.objects.filter(kind="method").update(markdown="더 새 글", html="<p>더 새 글</p>")
    list(rendered)
    assert Section.objects.get(kind="method").html == "<p>더 새 글</p>"


def test_a_migration_makes_it_due_once_for_each_renderer(post):
    call_command("migrate", verbosity=0)
    call_command("migrate", verbosity=0)
    job = Job.objects.get(kind=JobKind.RENDER)
    assert (job.state, job.topic) == (JobState.DUE, rendering.VERSION)
    jobs.run(job.pk, STEPS)
    assert Run.objects.get(job=job).counts == {"rendered": 5, "changed": 5}
    call_command("migrate", verbosity=0)
    assert Job.objects.get(kind=JobKind.RENDER).state == JobState.DONE


def test_an_empty_site_has_nothing_to_render():
    call_command("migrate", verbosity=0)
    assert not Job.objects.exists()


def test_an_older_process_leaves_the_job_of_a_newer_renderer():
    with pytest.raises(jobs.PermanentFailure):
        rerendering.step(Subject(topic="markdown-999"))


def test_what_an_older_version_decoded_is_decoded_again_from_what_was_given():
    given = {"title": "10¹2 of it", "raw_title": "10^12\n of it", "abstract": r"A \& B"}
    origins = dict.fromkeys(["title", "abstract", "authors", "keywords", "comment"], "arxiv")
    lists = {"authors": [r"Jevti\'c"], "keywords": [r"$\mu$P"], "comment": r"12 pages \& code"}
    make_paper(**given, **lists, organization=r"R\&D", origins=origins)
    run()
    paper = Paper.objects.get()
    assert (paper.title, paper.title_plain) == ("10¹² of it", "10¹² of it")
    assert (paper.abstract, paper.raw_abstract) == ("A & B", r"A \& B")
    assert (paper.authors, paper.comment) == (["Jevtić"], "12 pages & code")
    assert paper.keywords == ["μP"]
    assert paper.organization == r"R\&D"  # No source is known to have given it.
    assert paper.history.count() == 1


def test_what_any_source_said_is_decoded():
    make_paper(title=r"A \& B", raw_title=r"A \& B", origins={"title": "another source"})
    run()
    assert Paper.objects.get().title == "A & B"
