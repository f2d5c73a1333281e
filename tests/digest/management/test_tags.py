"""`manage.py rename_tag` and `manage.py merge_tags`."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from taggit.models import Tag

from digest.models import TagChange
from tests.factories import make_paper, make_post

pytestmark = pytest.mark.django_db


def run(*arguments):
    """Return the lines that a command prints."""
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue().splitlines()


def carrying(*names, public=False):
    paper = make_paper()
    paper.tags.add(*names)
    if public:
        make_post(papers=[paper])
    return paper


def test_a_tag_is_renamed_and_renaming_it_again_changes_nothing(client):
    paper = carrying("resoning", public=True)
    preview = run("rename_tag", "Resoning", "reasoning", "--dry-run")
    assert preview[-1] == (
        "Nothing was written (dry run): 1 papers, 0 posts, 4 public pages, 1 feeds."
    )
    assert "/tags/resoning/: leads to /tags/reasoning/" in preview
    assert Tag.objects.get().name == "resoning"
    done = run("rename_tag", "resoning", "reasoning")
    assert done[:-1] == preview[:-1]
    assert list(paper.tags.values_list("name", "slug")) == [("reasoning", "reasoning")]
    assert client.get("/tags/resoning/").url == "/tags/reasoning/"
    assert run("rename_tag", "resoning", "reasoning") == [
        "The tag is called “reasoning” already: 0 renamed."
    ]
    assert TagChange.objects.count() == 1


def test_the_name_alone_changes(client):
    carrying("LLM")
    run("rename_tag", "llm", "Large language models", "--keep-address")
    assert Tag.objects.values_list("name", "slug").get() == ("Large language models", "llm")


def test_an_address_that_leads_elsewhere_is_not_taken():
    carrying("GPT-4", "other")
    run("rename_tag", "GPT-4", "GPT")
    run("rename_tag", "other", "GPT 4")
    assert Tag.objects.get(name="GPT 4").slug == "gpt-4_1"


def test_tags_are_merged_and_merging_them_again_changes_nothing(client):
    papers = [carrying(name, public=True) for name in ("hugginface", "huggingface", "hugging-face")]
    names = ("hugginface", "huggingface", "hugging-face")
    preview = run("merge_tags", *names, "--dry-run")
    assert preview[:4] == [
        "“hugginface”: 1 papers (1 public), 0 posts (0 public)",
        "“huggingface”: 1 papers (1 public), 0 posts (0 public)",
        "“hugging-face”: 1 papers (1 public), 0 posts (0 public)",
        "Afterwards “hugging-face”: 3 papers (3 public), 0 posts (0 public)",
    ]
    assert "/tags/hugginface/: leads to /tags/hugging-face/" in preview
    assert preview[-1] == (
        "Nothing was written (dry run): 2 papers, 0 posts, 8 public pages, 3 feeds."
    )
    assert Tag.objects.count() == 3
    done = run("merge_tags", *names)
    assert done[:-1] == preview[:-1]
    assert done[-1].startswith("2 merged into “hugging-face”: 2 papers")
    assert {paper.tags.get().name for paper in papers} == {"hugging-face"}
    assert run("merge_tags", *names) == ["All of these are “hugging-face” already: 0 merged."]


@pytest.mark.parametrize(("arguments", "said"), [
    (("rename_tag", "reasonin", "x"), "There is no tag “reasonin”. Is “reasoning” meant?"),
    (("rename_tag", "zzz", "x"), "There is no tag “zzz”."),
    (("rename_tag", "reasoning", "Vision"), "merge_tags 'reasoning' 'vision'"),
    (("rename_tag", "reasoning", "\ue000"), "letter or a digit"),
    (("merge_tags", "vision", "nothing"), "There is no tag “nothing”."),
    (("merge_tags", "nothing", "vision"), "There is no tag “nothing”."),
])  # fmt: skip
def test_what_cannot_be_done_is_said(arguments, said):
    carrying("reasoning", "vision")
    with pytest.raises(CommandError) as refused:
        run(*arguments)
    assert said in str(refused.value)
    assert not TagChange.objects.exists()
