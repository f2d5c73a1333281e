"""Fixtures that tests of the site share."""

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test import Client

from digest.readers.pages.front import Front
from tests.digest.readers.pages.asking import Visitor, serving


@pytest.fixture
def editor(db: None, client: Client) -> User:
    """Return an editor who is logged in with `client`."""
    user = User.objects.create_user("kim", password="x", is_staff=True)
    user.groups.add(Group.objects.get(name="Editors"))
    client.force_login(user)
    return user


@pytest.fixture
def front(transactional_db: None) -> Iterator[Front]:
    with serving() as front:
        yield front
    with (
        connection.cursor() as cursor
    ):  # They are no model's tables, so no test's end empties them.
        cursor.execute("TRUNCATE digest_storedpage, digest_pagechange")


@pytest.fixture
def visitor(front: Front) -> Visitor:
    return Visitor(front)
