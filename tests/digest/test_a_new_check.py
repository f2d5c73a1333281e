"""A new check needs a module, such as `tests.papers.checks.loud`, and a line in the registry."""

from dataclasses import replace

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from digest import publishing
from digest.models import Post, State
from digest.publishing import gate
from papers.checks import registry
from papers.models import Finding, Section
from papers.pipeline import checking
from tests.factories import make_paper, make_post, make_section
from tests.papers.checks import loud

pytestmark = pytest.mark.django_db

CALM = "본 연구는 새로운 방법을 제안하고 실험한다."
SAID = {
    "section": "The section shouts.",
    "paper": "The paper shouts.",
    "post": "An earlier one asks too.",
}


@pytest.fixture(autouse=True)
def _line_of_registration(monkeypatch):
    monkeypatch.setattr(registry, "CHECKS", (*registry.CHECKS, loud.CHECK))


def post_that_shouts(scope):
    """Make a post in which the check finds something in a section, a paper or the whole post."""
    papers = [make_paper(title="A calm title") for _ in range(2)]
    if scope == "paper":
        papers = [papers[0], make_paper(title="A title!")]
    for paper in papers:
        loud_text = {"section": f"{CALM} 빠르다!", "post": f"{CALM} 빠른가?"}
        make_section(paper, markdown=loud_text.get(scope, CALM))
    return make_post(State.DRAFT, papers=papers)


@pytest.mark.parametrize("scope", SAID)
def test_what_it_says_is_stored_and_stands_before_the_public(scope, admin_user):
    post = post_that_shouts(scope)
    with pytest.raises(publishing.Blocked, match=SAID[scope]):
        publishing.publish(post)
    shown = gate.errors(post)
    stored = Finding.objects.filter(check_name="loud", code=scope)
    assert set(stored) == {each for each in shown if each.code == scope}
    override = gate.Override(admin_user, "It may", frozenset(each.key for each in shown))
    publishing.publish(post, override=override)
    assert Post.objects.published().get() == post
    assert {each.reason for each in stored.all()} == {"It may"}


@pytest.mark.parametrize("scope", SAID)
def test_the_commands_print_it(scope, capsys):
    post = post_that_shouts(scope)
    with pytest.raises(CommandError, match="errors"):
        call_command("lint_digest", str(post.date))
    assert f"error: {SAID[scope]}" in capsys.readouterr().out
    ids = post.papers.values_list("arxiv_id", flat=True)
    with pytest.raises(CommandError, match="errors"):
        call_command("check_sections", "--paper", *ids)
    assert f"error: {SAID[scope]}" in capsys.readouterr().out


@pytest.mark.parametrize("scope", SAID)
def test_the_admin_shows_it_with_its_name(scope, client, editor):
    post = post_that_shouts(scope)
    page = client.get(reverse("admin:digest_post_change", args=[post.pk])).content.decode()
    assert SAID[scope] in page
    gate.findings(post)
    found = Finding.objects.filter(check_name="loud", code=scope).first()
    page = client.get(reverse("admin:papers_paper_change", args=[found.paper_id])).content.decode()
    assert SAID[scope] in page
    page = client.get(reverse("admin:papers_finding_changelist")).content.decode()
    assert SAID[scope] in page
    assert "loud" in page


def put_in_place_of_it(monkeypatch, check):
    monkeypatch.setattr(registry, "CHECKS", (*registry.CHECKS[:-1], check))


def test_a_new_version_of_it_reads_all_sections_again_and_says_it_the_new_way(monkeypatch):
    def whisper(*given):
        said = loud.CHECK.section(*given)
        return [replace(each, level="warning", message="The section whispers.") for each in said]

    paper = post_that_shouts("section").papers.first()
    checking.check([paper])
    put_in_place_of_it(monkeypatch, replace(loud.CHECK, section=whisper))
    assert checking.check([paper])["sections read"] == 0
    put_in_place_of_it(monkeypatch, replace(loud.CHECK, section=whisper, version=2))
    assert checking.check([paper])["sections read"] == 1
    [finding] = paper.findings.filter(check_name="loud")
    assert (finding.level, finding.message) == ("warning", "The section whispers.")


def test_what_it_said_goes_when_it_is_taken_off_the_list(monkeypatch):
    post = post_that_shouts("post")
    gate.findings(post)
    assert Finding.objects.filter(check_name="loud").exists()
    monkeypatch.setattr(registry, "CHECKS", registry.CHECKS[:-1])
    gate.findings(post)
    assert not Finding.objects.filter(check_name="loud").exists()
    assert not Section.objects.filter(checked="").exists()
