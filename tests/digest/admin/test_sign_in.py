"""Ten wrong passwords lock an account for their IP address, for fifteen minutes."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, Lock

import pytest
import time_machine
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.auth.models import Permission, User
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import clear_url_caches, reverse
from django.utils.html import escape

from digest.models.audit import SIGN_INS, Act, AuditRecord
from digest.tasks import forget_sign_ins
from papers.clock import now
from tests.factories import make_post

TRIES = 10
LOCK = timedelta(minutes=15)
PASSWORD = "lang-und-geheim-7"
LOGIN = reverse("admin:login")
HERE, ELSEWHERE = "198.51.100.7", "198.51.100.8"

pytestmark = pytest.mark.django_db


class CountingHasher(MD5PasswordHasher):
    """Counts how often a password is hashed. Hashing takes most of the time of a sign-in."""

    counted = 0
    guard = Lock()

    def encode(self, password, salt):
        with self.guard:
            CountingHasher.counted += 1
        return super().encode(password, salt)


@pytest.fixture
def hashed(settings):
    """Return a function that counts the password hashes since the test began."""
    settings.PASSWORD_HASHERS = ["tests.digest.admin.test_sign_in.CountingHasher"]
    CountingHasher.counted = 0
    return lambda: CountingHasher.counted


@pytest.fixture
def kim():
    return User.objects.create_user("kim", password=PASSWORD, is_staff=True)


def sign_in(name="kim", password="wrong", address=HERE, **headers):
    """Return the response to a sign-in from a new browser."""
    return Client(REMOTE_ADDR=address).post(
        LOGIN, {"username": name, "password": password}, headers=headers
    )


def is_in(response):
    return response.status_code == 302 and "sessionid" in response.cookies


def lock_out(name="kim", **more):
    return [sign_in(name, **more).status_code for _ in range(TRIES)]


def test_the_tenth_wrong_password_locks_and_then_the_right_one_is_of_no_use(kim):
    assert lock_out() == [200] * 9 + [429]
    assert sign_in(password=PASSWORD).status_code == 429
    assert not AccessLog.objects.exists()


def test_from_elsewhere_the_editor_gets_in_and_here_another_one(kim):
    User.objects.create_user("lee", password=PASSWORD, is_staff=True)
    lock_out()
    assert is_in(sign_in(password=PASSWORD, address=ELSEWHERE))
    assert is_in(sign_in("lee", PASSWORD))
    assert sign_in(password=PASSWORD).status_code == 429  # The success was at another address.


def test_the_lock_opens_fifteen_minutes_after_the_last_try_that_counted(kim):
    begin = now()
    with time_machine.travel(begin, tick=False) as clock:
        lock_out()
        clock.move_to(begin + LOCK - timedelta(seconds=1))
        assert sign_in(password=PASSWORD).status_code == 429  # This try does not prolong the lock.
        clock.move_to(begin + LOCK + timedelta(seconds=1))
        assert is_in(sign_in(password=PASSWORD))


def test_a_success_resets_the_count(kim):
    for _ in range(TRIES - 1):
        sign_in()
    assert is_in(sign_in(password=PASSWORD))
    assert lock_out()[:-1] == [200] * 9


def test_the_page_says_how_long_and_what_to_do(kim):
    begin = now()
    with time_machine.travel(begin, tick=False) as clock:
        lock_out()
        clock.move_to(begin + timedelta(minutes=5, seconds=1))
        response = sign_in()
    page = response.content.decode()
    assert response.headers["Retry-After"] == str(10 * 60 - 1)
    assert "no-store" in response.headers["Cache-Control"]
    assert "10분" in page
    assert "관리자" in page
    assert PASSWORD not in page


@pytest.fixture
def english(settings):
    """Switch the site to English. The cache is cleared because Django caches the URLs it made."""
    settings.LANGUAGE_CODE = "en"
    clear_url_caches()
    yield
    clear_url_caches()


def test_the_page_in_english(kim, english):
    assert lock_out()[-1] == 429
    page = sign_in().content.decode()
    assert '<html lang="en">' in page
    assert "This name cannot sign in from here for 15 minutes." in page
    assert "An administrator can unlock it at once." in page


def test_unknown_names_look_like_wrong_passwords(kim):
    User.objects.create_user("gone", password=PASSWORD, is_staff=True, is_active=False)
    User.objects.create_user("reader", password=PASSWORD)

    def seen(name, password):
        response = sign_in(name, password)
        texts = [str(each) for each in response.context["form"].non_field_errors()]
        assert escape(texts[0]) in response.content.decode()
        return response.status_code, texts

    expected = seen("kim", "wrong")
    for name, password in (
        ("nobody", "wrong"),
        ("KIM", PASSWORD),
        ("gone", PASSWORD),
        ("reader", PASSWORD),
    ):
        assert seen(name, password) == expected, name


@pytest.mark.parametrize("name", ["nobody", "gone", "reader"])
def test_a_name_that_may_not_come_in_is_counted_like_any_other(kim, name):
    User.objects.create_user("gone", password=PASSWORD, is_staff=True, is_active=False)
    User.objects.create_user("reader", password=PASSWORD)
    assert lock_out(name, password=PASSWORD) == [200] * 9 + [429]
    assert sign_in(name).content == sign_in(name, PASSWORD).content


def test_unknown_names_take_as_long_as_wrong_passwords(kim, hashed):
    kim.set_password(PASSWORD)
    kim.save()
    counts = []
    for name in ("kim", "nobody", "kim", "nobody"):
        before = hashed()
        sign_in(name)
        counts.append(hashed() - before)
    assert counts == [1] * 4


@pytest.mark.parametrize(
    "forged",
    [
        {"x-forwarded-for": "203.0.113.{}"},
        {"forwarded": "for=203.0.113.{}"},
        {"x-real-ip": "203.0.113.{}"},
        {"client-ip": "203.0.113.{}"},
        {"user-agent": "browser {}"},
    ],
    ids=lambda forged: next(iter(forged)),
)
def test_a_forged_header_does_not_evade(kim, forged):
    for n in range(TRIES):
        sign_in(**{name: value.format(n) for name, value in forged.items()})
    assert sign_in(password=PASSWORD).status_code == 429


def test_behind_a_proxy_the_address_is_what_the_proxy_says(kim, settings):
    settings.TRUSTED_PROXIES = 1
    for n in range(TRIES):
        forwarded = f"203.0.113.{n}, {HERE}"
        sign_in(address="10.0.0.1", **{"x-forwarded-for": forwarded})
    for client, is_open in ((HERE, False), (ELSEWHERE, True)):
        answer = sign_in(password=PASSWORD, address="10.0.0.1", **{"x-forwarded-for": client})
        assert is_in(answer) is is_open, client
    assert set(AccessFailureLog.objects.values_list("ip_address", flat=True)) == {HERE}


def test_who_has_a_network_of_ipv6_has_one_address(kim):
    for n in range(TRIES):
        sign_in(address=f"2001:db8:1:2::{n}")
    assert sign_in(password=PASSWORD, address="2001:db8:1:2:3:4:5:6").status_code == 429
    assert is_in(sign_in(password=PASSWORD, address="2001:db8:1:3::1"))


@pytest.mark.parametrize("address", ["", "unix:", "fe80::1%eth0"])
def test_an_address_that_is_none_still_counts(kim, address):
    assert lock_out(address=address) == [200] * 9 + [429]
    assert is_in(sign_in(password=PASSWORD))


@pytest.mark.parametrize(
    "name", ["", " ", "a\0b", "k" * 151, "k" * 256, "k" * 5000, "김%(x)s{y}", "'; --", "<b>"]
)
def test_no_name_breaks_the_page(name):
    statuses = {sign_in(name, password="x\0y" * 500).status_code for _ in range(TRIES + 1)}
    assert statuses <= {200, 429}


@pytest.mark.django_db(transaction=True)
def test_many_tries_at_once_are_no_more_than_ten(hashed):
    User.objects.create_user("kim", password=PASSWORD, is_staff=True)
    before = hashed()
    together = Barrier(20)

    def one_of_many(_):
        try:
            together.wait()
            return sign_in().status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as threads:
        statuses = list(threads.map(one_of_many, range(20)))
    assert hashed() - before == TRIES
    assert sorted(statuses) == [200] * 9 + [429] * 11


def test_who_signed_in_and_who_failed_is_on_record_without_a_password(kim):
    sign_in(password="fast-richtig")
    sign_in(password=PASSWORD, address=ELSEWHERE)
    failed, succeeded = AccessFailureLog.objects.get(), AccessLog.objects.get()
    assert (failed.username, failed.ip_address, failed.locked_out) == ("kim", HERE, False)
    assert (succeeded.username, succeeded.ip_address) == ("kim", ELSEWHERE)
    assert abs(succeeded.attempt_time - now()) < timedelta(minutes=5)
    rows = [AccessFailureLog, AccessLog, AccessAttempt]
    assert "richtig" not in str([list(model.objects.values()) for model in rows])


LISTS = [f"admin:axes_{name}_changelist" for name in ("accesslog", "accessfailurelog")]
LOCKS = reverse("admin:axes_accessattempt_changelist")


@pytest.mark.parametrize("address", [*map(reverse, LISTS), LOCKS])
def test_superusers_alone_see_it(client, admin_client, kim, address):
    sign_in()
    sign_in(password=PASSWORD)
    sign_in()
    page = admin_client.get(address)
    assert page.status_code == 200
    assert HERE in page.content.decode()
    kim.user_permissions.set(Permission.objects.all())
    client.force_login(kim)
    assert client.get(address).status_code == 403


@pytest.mark.parametrize("name", ["accesslog", "accessfailurelog", "accessattempt"])
def test_nobody_changes_it(admin_client, kim, name):
    sign_in()
    sign_in(password=PASSWORD)
    sign_in()
    row = {"accesslog": AccessLog, "accessfailurelog": AccessFailureLog}.get(name, AccessAttempt)
    pk = row.objects.first().pk
    for act, args in (("add", []), ("delete", [pk])):
        address = reverse(f"admin:axes_{name}_{act}", args=args)
        assert admin_client.post(address, {"post": "yes"}).status_code == 403
    change = reverse(f"admin:axes_{name}_change", args=[pk])
    assert admin_client.get(change).status_code == 200
    assert admin_client.post(change, {"username": "lee"}).status_code == 403
    assert row.objects.filter(username="kim").exists()


def test_a_superuser_unlocks(admin_client, kim):
    for n in range(TRIES):
        sign_in(**{"user-agent": f"browser {n % 2}"})
    page = admin_client.get(LOCKS)
    locked = page.context["cl"].result_list
    assert [row.failures_of_pair for row in locked] == [TRIES, TRIES]
    action = {"action": "unlock", "_selected_action": [locked[0].pk]}
    assert admin_client.post(LOCKS, action).status_code == 302
    assert is_in(sign_in(password=PASSWORD))
    entry = AuditRecord.objects.get(act=Act.UNLOCKED)
    assert (entry.about, entry.address) == ("kim", locked[0].ip_address)
    assert entry.act in SIGN_INS  # With its IP address it is for superusers, and for 90 days.


def test_a_command_unlocks(kim, capsys):
    lock_out()
    call_command("axes_reset_username", "kim")
    assert is_in(sign_in(password=PASSWORD))


def test_old_rows_are_forgotten(kim, settings):
    with time_machine.travel(now() - timedelta(days=settings.SIGN_IN_LOG_DAYS + 1)):
        sign_in()
        sign_in(password=PASSWORD)
    sign_in("lee")
    sign_in(password=PASSWORD)
    forget_sign_ins()
    assert [row.username for row in AccessFailureLog.objects.all()] == ["lee"]
    assert AccessLog.objects.count() == 1


def test_readers_pages_know_nothing_of_it(client):
    make_post()
    for _ in range(TRIES):
        sign_in()
    for path in ("/", "/feed.xml"):
        response = client.get(path, REMOTE_ADDR=HERE)
        assert response.status_code == 200
        assert not response.cookies
        assert "Cookie" not in response.headers.get("Vary", "")
