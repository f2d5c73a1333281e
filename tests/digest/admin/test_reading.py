"""Reading changes nothing: no GET request of the admin writes a row."""

import pytest
from django.db import connection, transaction

from papers.models import Section
from tests import addresses

pytestmark = pytest.mark.django_db

OWN = {"django_session"}  # Any request may renew its own session.
NOT_READY = "/readyz"  # No worker was heard from, and it says so.


def tables():
    """Return each table with the number and the checksum of its rows."""
    found = {}
    with connection.cursor() as cursor:
        for table in set(connection.introspection.table_names(cursor)) - OWN:
            name = connection.ops.quote_name(table)
            cursor.execute(
                "SELECT count(*), md5(string_agg(row::text, '' ORDER BY row::text))"
                f" FROM {name} AS row"
            )
            found[table] = cursor.fetchone()
    return found


def changed_by(client, method, known):
    """Return the tables that change when each of the `known` URLs is read."""
    before = tables()
    for address in known:
        response = getattr(client, method)(address)
        assert response.status_code < 500 or address == NOT_READY, address
    return {table for table, rows in tables().items() if rows != before[table]}


@pytest.mark.parametrize("method", ["get", "head", "options", "trace"])
def test_no_address_of_the_admin_writes_when_it_is_read(admin_client, method):
    addresses.make_site()
    known = addresses.admin_addresses()
    if changed_by(admin_client, method, known):
        guilty = {each: changed_by(admin_client, method, [each]) for each in known}
        pytest.fail(f"changes on reading: { ({k: v for k, v in guilty.items() if v}) }")


def test_no_readers_address_writes_when_it_is_read(client):
    addresses.make_site()
    assert changed_by(client, "get", addresses.public_addresses()) == set()


def test_no_page_of_the_admin_needs_to_write_what_the_checks_find(admin_client):
    """Each address is read where PostgreSQL itself refuses to write. The text is unchecked yet."""
    addresses.make_site()
    known = addresses.admin_addresses()
    Section.objects.update(markdown="정확도가 99.9% 올랐다.", checked="")
    for address in known:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION READ ONLY")
            assert admin_client.get(address).status_code < 500, address
            transaction.set_rollback(True)
