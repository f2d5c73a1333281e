"""Fields read what is stored in the shape that code relies on."""

import json

import pytest
from django.db import connection

from papers.models import Paper, Run, SourceAnswer
from papers.models.fields import ShapedJSONField, StoredJSONField
from tests.factories import make_paper

pytestmark = pytest.mark.django_db

UNREADABLE = ("1" + "0" * 9_999, "[" * 3_000 + "]" * 3_000)


@pytest.mark.parametrize("stored", ["null", "3", '"text"', "true", "{}", "[]", *UNREADABLE])
@pytest.mark.parametrize("default", [list, dict])
def test_json_of_another_shape_is_read_as_empty(stored, default):
    field = ShapedJSONField(default=default)
    assert field.from_db_value(stored, None, connection) == default()


@pytest.mark.parametrize("whole", [[3, None, {"a": []}], {"a": [1]}])
def test_json_of_the_right_shape_is_read_as_it_is(whole):
    field = ShapedJSONField(default=type(whole))
    assert field.from_db_value(json.dumps(whole), None, connection) == whole


@pytest.mark.parametrize("stored", UNREADABLE)
def test_json_that_python_cannot_read_is_read_as_none(stored):
    assert StoredJSONField().from_db_value(stored, None, connection) is None


def test_a_list_of_texts_holds_no_null():
    paper = make_paper()
    Paper.objects.filter(pk=paper.pk).update(authors=["Ada", None, "홍길동"])
    assert Paper.objects.get().authors == ["Ada", "홍길동"]


@pytest.mark.parametrize(("model", "name"), [(Run, "counts"), (SourceAnswer, "listed_ids")])
def test_migrations_see_the_fields_of_django(model, name):
    path = model._meta.get_field(name).deconstruct()[1]
    assert path.startswith("django.")


def test_a_key_of_an_object_is_read_as_it_is():
    make_paper(origins={"title": "arxiv"})
    assert Paper.objects.values_list("origins__title", flat=True).get() == "arxiv"
