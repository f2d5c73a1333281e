"""Fixtures that tests of the site share."""

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client


@pytest.fixture
def editor(db: None, client: Client) -> User:
    """Return an editor who is logged in with `client`."""
    user = User.objects.create_user("kim", password="x", is_staff=True)
    user.groups.add(Group.objects.get(name="Editors"))
    client.force_login(user)
    return user
