"""Additive first: the release before runs on the tables of this one (CONTRIBUTING.md)."""

import pytest
from django.conf import settings
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ModelState, ProjectState

from digest import upgrading
from tests.additive import faults
from tests.release_before import MIGRATIONS

# A migration that takes away what a release no longer used, and that release, which came before.
UNUSED_SINCE: dict[tuple[str, str], str] = {}
# A migration whose constraint the release before keeps by itself, and why.
KEPT_ANYWAY = {
    ("papers", "0028_full_texts_say_what_made_them"): "it reads HTML and PDF, as before",
    ("papers", "0029_sources_hold_on"): "its kinds of jobs are among the new ones",
    ("digest", "0023_search_terms_in_order"): "it writes no NULL among the terms",
}
CONSTRAINT = "it may write rows that break it"


def newer():
    """Yield each migration that the release before does not know, with the state before it."""
    loader = MigrationLoader(None)
    old = {key for node in MIGRATIONS.items() for key in loader.graph.forwards_plan(node)}
    for node in loader.graph.leaf_nodes():
        for key in loader.graph.forwards_plan(node):
            if key not in old and key[0] in MIGRATIONS:
                yield pytest.param(key, id="/".join(key))


@pytest.mark.parametrize("key", list(dict.fromkeys(newer())))
def test_a_migration_leaves_the_release_before_running(key):
    loader = MigrationLoader(None)
    state = loader.project_state(key, at_end=False)
    known = loader.project_state(list(MIGRATIONS.items()))
    found = faults(loader.graph.nodes[key], state, known)
    if key in KEPT_ANYWAY:
        assert found
        found = [each for each in found if not each.endswith(CONSTRAINT)]
    assert key in UNUSED_SINCE or found == []


def test_what_goes_was_unused_for_a_release():
    assert all(upgrading.before(each, settings.VERSION) for each in UNUSED_SINCE.values())


def with_paper():
    state = ProjectState()
    fields = [
        ("id", models.BigAutoField(primary_key=True)),
        ("title", models.CharField(max_length=100)),
        ("note", models.TextField(null=True)),
        ("rank", models.IntegerField(db_default=0)),
    ]
    state.add_model(ModelState("papers", "Paper", fields))
    return state


def faults_of(*operations):
    migration = migrations.Migration("m", "papers")
    migration.operations = list(operations)
    return faults(migration, with_paper(), with_paper())


CHECK = models.CheckConstraint(condition=models.Q(rank__gte=0), name="rank")


@pytest.mark.parametrize(
    "operation",
    [
        migrations.RemoveField("paper", "note"),
        migrations.RenameField("paper", "note", "remark"),
        migrations.DeleteModel("Paper"),
        migrations.RenameModel("Paper", "Article"),
        migrations.AlterModelTable("paper", "articles"),
        migrations.AddField("paper", "x", models.TextField(default="")),
        migrations.AlterField("paper", "note", models.TextField(default="")),
        migrations.AlterField("paper", "rank", models.IntegerField()),
        migrations.AlterField("paper", "rank", models.TextField(db_default="")),
        migrations.AlterField("paper", "title", models.CharField(max_length=50)),
        migrations.AlterField("paper", "title", models.CharField(max_length=100, unique=True)),
        migrations.AddConstraint("paper", CHECK),
        migrations.RunSQL("ALTER TABLE papers_paper DROP  COLUMN note"),
        migrations.SeparateDatabaseAndState([migrations.RemoveField("paper", "note")]),
    ],
    ids=lambda operation: operation.describe(),
)
def test_what_the_release_before_cannot_live_with_is_told(operation):
    assert len(faults_of(operation)) == 1


@pytest.mark.parametrize(
    "operation",
    [
        migrations.CreateModel("Other", [("id", models.BigAutoField(primary_key=True))]),
        migrations.AddField("paper", "x", models.TextField(null=True)),
        migrations.AddField("paper", "x", models.TextField(db_default="")),
        migrations.AddField("paper", "x", models.ManyToManyField("papers.Paper")),
        migrations.AlterField("paper", "note", models.TextField(null=True, help_text="now with")),
        migrations.AlterField("paper", "title", models.CharField(max_length=200)),
        migrations.RunSQL("CREATE INDEX title ON papers_paper (title)"),
        migrations.RunPython(migrations.RunPython.noop),
    ],
    ids=lambda operation: operation.describe(),
)
def test_what_is_added_is_no_fault(operation):
    assert faults_of(operation) == []


def test_a_constraint_may_take_the_place_of_its_own_former_one():
    state = with_paper()
    migrations.AddConstraint("paper", CHECK).state_forwards("papers", state)
    migration = migrations.Migration("m", "papers")
    migration.operations = [
        migrations.RemoveConstraint("paper", "rank"),
        migrations.AddConstraint("paper", CHECK),
    ]
    assert faults(migration, state, state) == []


def test_a_constraint_of_columns_that_come_with_it_is_no_fault():
    size = models.CheckConstraint(condition=models.Q(size__gte=0) | models.Q(size=None), name="x")
    column = migrations.AddField("paper", "size", models.IntegerField(null=True))
    assert faults_of(column, migrations.AddConstraint("paper", size)) == []


def test_what_becomes_of_a_table_that_came_later_is_no_fault():
    later = migrations.CreateModel("Later", [("id", models.BigAutoField(primary_key=True))])
    column = migrations.AddField("later", "x", models.TextField(default=""))
    assert faults_of(later, column) == []
