"""A person's own password: guessing the old one, and a new one by mail."""

import re
from datetime import timedelta
from itertools import pairwise
from urllib.parse import quote, urlsplit

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client
from django.urls import reverse
from kombu.exceptions import OperationalError

from digest.admin import passwords
from digest.models import Act, AuditRecord
from digest.tasks import mail_password_reset
from papers.clock import now
from tests.digest.test_redirects import ELSEWHERE, stays

pytestmark = pytest.mark.django_db

PASSWORD, NEW = "lang-und-geheim-7", "neu-und-geheim-9"
LOGIN, CHANGE = reverse("admin:login"), reverse("admin:password_change")
ASK, SENT = reverse("admin:password_reset"), reverse("admin:password_reset_done")
HERE, ELSEWHERE_IP = "198.51.100.7", "198.51.100.8"
MAIL = "kim@example.org"


@pytest.fixture
def kim():
    return User.objects.create_user("kim", MAIL, PASSWORD, is_staff=True)


@pytest.fixture
def queued(settings, monkeypatch):
    """Return the mail addresses that were handed to the workers, on a site that sends mail."""
    settings.EMAIL_URL = "smtp://mail.example"
    settings.SITE_URL = "https://papers.example"
    handed = []

    def hand(email, expires, **more):
        assert 0 < expires <= 600  # Seconds: nobody waits longer for it.
        handed.append(email)

    monkeypatch.setattr(
        passwords.current_app, "send_task", lambda name, args, **more: hand(*args, **more)
    )
    return handed


def signed_in(address=HERE):
    client = Client(REMOTE_ADDR=address)
    client.post(LOGIN, {"username": "kim", "password": PASSWORD})
    return client


def changed(client, old):
    return client.post(CHANGE, {"old_password": old, "new_password1": NEW, "new_password2": NEW})


def enters(password):
    client = Client()
    return client.post(LOGIN, {"username": "kim", "password": password}).status_code == 302


# --- Changing it ----------------------------------------------------------------------------------
def test_guessing_the_old_password_locks_as_at_the_sign_in(kim):
    client, elsewhere = signed_in(), signed_in(ELSEWHERE_IP)
    assert [changed(client, "falsch").status_code for _ in range(10)] == [200] * 9 + [429]
    assert changed(client, PASSWORD).status_code == 429
    assert (
        Client(REMOTE_ADDR=HERE).post(LOGIN, {"username": "kim", "password": PASSWORD}).status_code
        == 429
    )
    assert client.get(reverse("admin:index")).status_code == 200  # What is open stays open.
    assert changed(elsewhere, PASSWORD).status_code == 302
    assert AuditRecord.objects.filter(act=Act.SIGN_IN_FAILED, about="kim").count() == 10


def test_the_password_is_changed(kim):
    client = signed_in()
    assert "old_password" in changed(client, "falsch").context["form"].errors
    assert changed(client, PASSWORD).url == reverse("admin:password_change_done")
    assert client.get(reverse("admin:index")).status_code == 200
    assert enters(NEW)
    [entry] = AuditRecord.objects.filter(act=Act.PASSWORD)
    assert (entry.person, entry.about) == ("kim", "kim")


# --- A new one ------------------------------------------------------------------------------------
def test_without_mail_there_is_no_such_page(client, kim):
    assert ASK not in client.get(LOGIN).text
    for address in (ASK, SENT, reverse("admin:password_reset_confirm", args=["MQ", "x-y"])):
        assert client.get(address).status_code == 404


def test_whoever_asks_gets_one_answer_and_the_worker_looks_up(client, kim, queued):
    assert ASK in client.get(LOGIN).text
    assert client.get(ASK).status_code == 200
    for email in (MAIL, "nobody@example.org"):
        assert client.post(ASK, {"email": email}).url == SENT
    assert queued == [MAIL, "nobody@example.org"]
    assert mail.outbox == []
    assert client.get(SENT).status_code == 200


def link_of(message):
    return re.search(r"https?://\S+", message.body)[0]


def mailed(email=MAIL):
    mail.outbox.clear()
    mail_password_reset(email)
    return [*mail.outbox]


def test_the_link_is_of_the_site_and_good_once(kim, queued):
    client = Client(headers={"host": "127.0.0.1", "x-forwarded-host": "evil.test"})
    client.post(ASK, {"email": MAIL})
    [message] = mailed()
    assert message.to == [MAIL]
    link = link_of(message)
    assert link.startswith("https://papers.example/admin/password-reset/")
    other = Client()
    form = other.get(urlsplit(link).path, follow=True)
    assert urlsplit(link).path not in form.request["PATH_INFO"]  # The page's address has no token.
    done = other.post(form.request["PATH_INFO"], {"new_password1": NEW, "new_password2": NEW})
    assert done.url == reverse("admin:password_reset_complete")
    assert other.get(done.url).status_code == 200
    assert "_auth_user_id" not in other.session
    assert enters(NEW)
    again = Client().get(urlsplit(link).path, follow=True)
    assert again.context["validlink"] is False
    [entry] = AuditRecord.objects.filter(act=Act.PASSWORD)
    assert (entry.person, entry.reason) == ("kim", "By a link that was mailed.")


def test_a_link_gets_old(kim, queued):
    [message] = mailed()
    with time_machine.travel((now() + passwords.HOUR * 1.1).timestamp()):
        response = Client().get(urlsplit(link_of(message)).path, follow=True)
    assert response.context["validlink"] is False


def test_a_weak_password_is_refused(kim, queued):
    [message] = mailed()
    client = Client()
    form = client.get(urlsplit(link_of(message)).path, follow=True)
    sent = {"new_password1": "kim", "new_password2": "kim"}
    assert client.post(form.request["PATH_INFO"], sent).context["form"].errors
    assert enters(PASSWORD)


@pytest.mark.parametrize(
    "fields", [{"is_active": False}, {"is_staff": False}, {"password": "!"}, {"email": ""}]
)
def test_who_cannot_sign_in_gets_no_mail(kim, queued, fields):
    User.objects.update(**fields)
    assert mailed() == []


def test_the_mail_goes_where_the_account_says(kim, queued):
    [message] = mailed("KIM@example.org")
    assert message.to == [MAIL]


def test_few_links_an_hour_from_one_place(kim, queued):
    client = Client(REMOTE_ADDR=HERE)
    answers = [client.post(ASK, {"email": f"{n}@example.org"}).status_code for n in range(7)]
    assert answers == [302] * 5 + [429] * 2
    assert len(queued) == 5
    with time_machine.travel(now() + passwords.HOUR * 1.1):
        assert client.post(ASK, {"email": MAIL}).url == SENT


def test_few_mails_an_hour_to_one_account_and_one_link_is_always_good(kim, queued):
    start = now()
    links = []
    for minutes in range(0, 240, 7):  # Somebody asks again and again.
        with time_machine.travel(start + timedelta(minutes=minutes)):
            links += [(minutes, link_of(message)) for message in mailed()]
    assert len(links) == 12
    with time_machine.travel(start + timedelta(minutes=239)):
        latest = Client().get(urlsplit(links[-1][1]).path, follow=True)
        assert latest.context["validlink"]
    gaps = [later - former for (former, _), (later, _) in pairwise(links)]
    assert max(gaps) <= 60


def test_who_asks_keeps_nobody_from_a_link(kim, queued):
    for n in range(9):
        Client(REMOTE_ADDR=f"203.0.113.{n}").post(ASK, {"email": MAIL})
    assert len(mailed()) == 1
    entry = AuditRecord.objects.get(act=Act.RESET_MAILED)
    assert (entry.person, entry.about) == ("", "kim")


def test_a_mail_that_failed_does_not_count(kim, queued, monkeypatch):
    def down(*args):
        raise OSError("no route")

    with monkeypatch.context() as patch:
        patch.setattr(passwords, "send_mail", down)
        for _ in range(4):
            with pytest.raises(OSError, match="no route"):
                passwords.send(MAIL)
    assert len(mailed()) == 1


def test_a_queue_that_is_down_is_told_whoever_asks(client, kim, queued, monkeypatch):
    def down(*args, **more):
        raise OperationalError

    monkeypatch.setattr(passwords.current_app, "send_task", down)
    pages = [client.post(ASK, {"email": each}) for each in (MAIL, "nobody@example.org")]
    assert [page.status_code for page in pages] == [503, 503]


def test_a_new_password_does_not_go_round_the_second_factor(kim, queued):
    from tests.digest.admin.test_two_factor import give_device

    give_device(kim)
    [message] = mailed()
    client = Client()
    form = client.get(urlsplit(link_of(message)).path, follow=True)
    client.post(form.request["PATH_INFO"], {"new_password1": NEW, "new_password2": NEW})
    entered = client.post(LOGIN, {"username": "kim", "password": NEW})
    assert entered.url == reverse("admin:sign_in_code")
    assert client.get(reverse("admin:index")).status_code == 302


@pytest.mark.parametrize("target", ELSEWHERE)
def test_no_page_leads_elsewhere(kim, queued, target):
    client = Client()
    query = f"?next={quote(target)}"
    assert stays(client.post(ASK + query, {"email": MAIL, "next": target}))
    [message] = mailed()
    form = client.get(urlsplit(link_of(message)).path + query, follow=True)
    sent = {"new_password1": NEW, "new_password2": NEW, "next": target}
    assert stays(client.post(form.request["PATH_INFO"] + query, sent))
