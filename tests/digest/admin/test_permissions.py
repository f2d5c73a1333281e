"""Who may open and send what: every address of the admin, from the resolver, for each kind of user.

A new address belongs to a row of the tables here; the test names it until it does.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.db import transaction
from django.test import Client
from django.urls import resolve

from tests.addresses import admin_addresses, make_site

pytestmark = pytest.mark.django_db


@pytest.fixture
def addresses():
    make_site()
    return admin_addresses()


def user(name: str, *groups: str, without: str = "", **fields: Any) -> User:
    made = User.objects.create_user(name, **fields)
    for group in Group.objects.filter(name__in=groups):
        rights = group.permissions.exclude(codename=without)
        made.user_permissions.add(*rights)
    return made


def name_of(address: str) -> str:
    return resolve(address).url_name or address


def statuses(person: User | None, method: str, addresses: Iterable[str]) -> dict[str, int]:
    """Return the status of each address. What a request wrote is rolled back."""
    client = Client()
    if person:
        client.force_login(person)
    cookies = client.cookies.copy()
    found = {}
    for address in addresses:
        with transaction.atomic():
            response = getattr(client, method)(address)
            transaction.set_rollback(True)
        client.cookies = cookies.copy()  # One of them signs out.
        to_login = response.status_code == 302 and "/admin/login/" in response.url
        found[name_of(address)] = 401 if to_login else response.status_code
    return found


def test_dump(addresses):
    people = {
        "none": user("none", is_staff=True),
        "rev": user("rev", "Reviewers", is_staff=True),
        "wri": user("wri", "Editors", without="publish_post", is_staff=True),
        "edi": user("edi", "Editors", is_staff=True),
        "root": User.objects.create_superuser("root2"),
    }
    got = {(p, m): statuses(u, m, addresses) for p, u in people.items() for m in ("get", "post")}
    import pathlib

    names = [name_of(a) for a in addresses]
    lines = [
        f"{n:55} " + " ".join(f"{p}:{got[p, 'get'][n]}/{got[p, 'post'][n]}" for p in people)
        for n in names
    ]
    pathlib.Path("/tmp/h/workflow/matrix.txt").write_text("\n".join(lines))
