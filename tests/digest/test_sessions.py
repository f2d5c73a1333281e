"""Sessions that cannot be stored: the database is away, or their person signed out meanwhile."""

from hashlib import sha256

import psycopg
import pytest
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.session import SessionStorage
from django.contrib.sessions.models import Session
from django.db import connection


def add_tags(client):
    """Add tags until what the site has to say of them is too long for a cookie."""
    for number in range(CookieStorage.max_cookie_size // 50):
        name = sha256(bytes([number])).hexdigest()  # It is stored compressed.
        answer = client.post("/admin/taggit/tag/add/", {"name": name, "slug": f"tag-{number}"})
        if answer.status_code != 302:
            break
    return answer


@pytest.mark.django_db(transaction=True)
def test_a_session_that_the_database_cannot_store_now_is_no_mistake_of_its_person(admin_client):
    address = connection.get_connection_params()
    own = {name: address.get(name) for name in ("host", "port", "user", "password", "dbname")}
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '50ms'")
    with psycopg.connect(**own) as other:
        other.execute("SELECT 1 FROM django_session FOR UPDATE")
        answer = add_tags(admin_client)
    connection.close()
    assert answer.status_code == 503
    assert "Retry-After" in answer.headers


@pytest.mark.django_db
def test_a_session_that_is_gone_is_a_bad_request(admin_client, monkeypatch):
    def gone(*args, **more):
        Session.objects.all().delete()
        return store(*args, **more)

    store = SessionStorage._store
    monkeypatch.setattr(SessionStorage, "_store", gone)
    answer = add_tags(admin_client)
    assert answer.status_code == 400
