"""Two-factor sign-in: setting it up, the code at the door, recovery codes, the way back."""

import re
from base64 import b32decode
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from urllib.parse import quote

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django_otp.oath import totp
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice
from playwright.sync_api import expect

from digest.admin.two_factor import devices
from digest.models import Act, AuditRecord
from papers.clock import now
from tests import addresses
from tests.digest.readers.pages.beside import apart
from tests.digest.test_redirects import ELSEWHERE, stays

pytestmark = pytest.mark.django_db

PASSWORD = "lang-und-geheim-7"
LOGIN, INDEX = reverse("admin:login"), reverse("admin:index")
CODE, OWN = reverse("admin:sign_in_code"), reverse("admin:two_factor")
SET_UP = reverse("admin:two_factor_set_up")
LONGEST_WAIT = 16  # Seconds, for the whole account.
HERE, ELSEWHERE_IP = "198.51.100.7", "198.51.100.8"


@pytest.fixture
def kim():
    return User.objects.create_user("kim", password=PASSWORD, is_staff=True)


@pytest.fixture
def clock():
    """Time that stands still until it is moved. A code is good for its thirty seconds and once."""
    with time_machine.travel(now(), tick=False) as traveller:
        yield traveller


def give_device(user):
    """Set a device up, and return its recovery codes."""
    devices.begin(user)
    codes = devices.confirm(user, code_of(user)).codes
    TOTPDevice.objects.filter(user=user).update(last_t=-1)  # The code of now is good once more.
    return codes


def code_of(user, steps=0):
    """Return what the app shows now, or `steps` half minutes later."""
    device = TOTPDevice.objects.filter(user=user).latest("pk")
    return f"{totp(device.bin_key, t0=-30 * steps):06d}"


def password_given(name="kim", address=HERE, **query):
    """Return a browser after a right password, and the response to it."""
    client = Client(REMOTE_ADDR=address)
    response = client.post(LOGIN, {"username": name, "password": PASSWORD}, query_params=query)
    return client, response


def is_in(client):
    return client.get(INDEX).status_code == 200


# --- Setting it up --------------------------------------------------------------------------------
def test_who_sets_a_device_up_gets_codes_once(client, kim, clock):
    client.force_login(kim)
    assert client.get(SET_UP).status_code == 302  # Reading makes no secret.
    assert not TOTPDevice.objects.exists()
    client.post(reverse("admin:two_factor_begin"))
    page = client.get(SET_UP)
    device = TOTPDevice.objects.get()
    assert b32decode(page.context["key"].replace(" ", "")) == device.bin_key
    assert 'src="data:image/svg+xml;base64,' in page.text
    assert not device.confirmed
    done = client.post(SET_UP, {"code": code_of(kim), "password": PASSWORD})
    codes = done.context["codes"]
    assert len(set(codes)) == devices.CODES
    assert all(code in done.text for code in codes)
    assert not any(code in client.get(OWN).text for code in codes)
    assert is_in(client)  # This session has given a code.
    told = AuditRecord.objects.filter(person="kim").values_list("act", flat=True)
    assert {Act.TWO_FACTOR_ON, Act.CODES_MADE} <= set(told)
    secrets = [device.key, *StaticToken.objects.values_list("token", flat=True)]
    stored = str(list(AuditRecord.objects.values()))
    assert not any(secret in stored for secret in secrets)


@pytest.mark.parametrize("wrong", [{"code": "000000"}, {"password": "falsch"}, {"code": "abcdef"}])
def test_a_wrong_code_or_password_sets_nothing_up(client, kim, clock, wrong):
    client.force_login(kim)
    client.post(reverse("admin:two_factor_begin"))
    sent = {"code": code_of(kim), "password": PASSWORD} | wrong
    response = client.post(SET_UP, sent)
    assert response.status_code == 200
    assert response.context["form"].errors
    assert not TOTPDevice.objects.filter(confirmed=True).exists()


def test_while_one_sets_up_the_wait_after_a_wrong_code_is_told(client, kim, clock):
    client.force_login(kim)
    client.post(reverse("admin:two_factor_begin"))
    client.post(SET_UP, {"code": "000000", "password": PASSWORD})
    early = client.post(SET_UP, {"code": code_of(kim), "password": PASSWORD})
    assert "1초" in str(early.context["form"].errors)
    clock.shift(1)
    assert client.post(SET_UP, {"code": code_of(kim), "password": PASSWORD}).context["codes"]


def test_a_second_click_says_that_it_is_on_and_how_to_get_codes(client, kim, clock):
    client.force_login(kim)
    client.post(reverse("admin:two_factor_begin"))
    assert "data-once" in client.get(SET_UP).text
    sent = {"code": code_of(kim), "password": PASSWORD}
    assert client.post(SET_UP, sent).context["codes"]
    late = client.post(SET_UP, sent, follow=True)
    assert late.request["PATH_INFO"] == OWN
    assert "새로 만드세요" in late.text


def test_of_two_clicks_at_once_the_second_makes_no_other_codes(kim, clock, monkeypatch):
    devices.begin(kim)
    code, device = code_of(kim), devices.unfinished(kim)
    assert devices.confirm(kim, code).codes
    # The second request read the device before the first one was through.
    monkeypatch.setattr(devices, "unfinished", lambda user: device)
    assert devices.confirm(kim, code) == devices.Verdict(is_right=True)
    assert devices.codes_left(kim) == devices.CODES


def test_other_sessions_of_the_account_end_when_a_device_is_set_up(kim, clock):
    before, _ = password_given()
    assert is_in(before)
    give_device(kim)
    assert before.get(INDEX).url.startswith(LOGIN)
    assert before.get(OWN).url.startswith(LOGIN)


# --- The door -------------------------------------------------------------------------------------
def test_the_password_alone_opens_nothing(kim, clock):
    give_device(kim)
    client, response = password_given()
    assert response.url == CODE
    assert "_auth_user_id" not in client.session
    for address in (INDEX, OWN, reverse("admin:password_change"), reverse("admin:unsaved")):
        assert client.get(address).url.startswith(LOGIN), address
    assert not AuditRecord.objects.filter(act=Act.SIGNED_IN).exists()


def test_no_page_opens_without_the_code(admin_user, clock):
    """Neither at the door, nor in a session that was open before a device was set up."""
    addresses.make_site()
    open_before = Client()
    open_before.force_login(admin_user)
    admin_user.set_password(PASSWORD)
    admin_user.save()
    open_before.force_login(admin_user)
    give_device(admin_user)
    at_the_door, response = password_given("admin")
    assert response.url == CODE
    for client in (open_before, at_the_door):
        opened = {
            address
            for address in addresses.admin_addresses()
            if client.get(address).status_code == 200
        }
        assert opened <= {LOGIN, CODE, reverse("admin:jsi18n")}
    assert not is_in(at_the_door)


def test_the_code_opens_and_is_good_once(kim, clock):
    give_device(kim)
    code = code_of(kim)
    first, _ = password_given()
    assert first.post(CODE, {"code": f" {code[:3]} {code[3:]}"}).url == INDEX
    assert is_in(first)
    again, _ = password_given()
    response = again.post(CODE, {"code": code})
    assert response.status_code == 200
    assert "틀렸거나" in response.text
    assert not is_in(again)


def test_a_code_as_a_korean_keyboard_types_it(kim, clock):
    give_device(kim)
    client, _ = password_given()
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in code_of(kim))
    assert client.post(CODE, {"code": wide}).url == INDEX


def test_a_recovery_code_opens_once(kim, clock):
    codes = give_device(kim)
    client, _ = password_given()
    assert client.post(CODE, {"code": codes[0].upper()}).url == INDEX
    assert "복구 코드가 9개" in client.get(INDEX).text
    assert AuditRecord.objects.filter(act=Act.CODE_USED, person="kim").exists()
    again, _ = password_given()
    assert again.post(CODE, {"code": codes[0]}).status_code == 200
    clock.shift(2)
    assert again.post(CODE, {"code": codes[1].replace("-", "")}).url == INDEX


@pytest.mark.django_db(transaction=True)
def test_a_recovery_code_that_is_given_twice_at_once_counts_once(kim):
    [code, *_] = give_device(kim)
    together = Barrier(2)

    def give():
        together.wait()
        return devices.check_code(kim, code).is_right

    with ThreadPoolExecutor() as pool:
        given = [pool.submit(apart, give) for _ in range(2)]
        assert sorted(each.result() for each in given) == [False, True]
    assert devices.codes_left(kim) == devices.CODES - 1


def test_wrong_codes_wait_longer_and_lock_this_address_alone(kim, clock):
    give_device(kim)
    client, _ = password_given()
    assert client.post(CODE, {"code": "000000"}).status_code == 200
    early = client.post(CODE, {"code": code_of(kim)})
    assert "1초" in early.text  # Not looked at, so not counted.
    for n in range(1, 9):
        clock.shift(min(2**n, LONGEST_WAIT))
        client, _ = password_given()  # A right password does not begin the count anew.
        assert client.post(CODE, {"code": "000000"}).status_code == 200
    clock.shift(LONGEST_WAIT)
    client, _ = password_given()
    assert client.post(CODE, {"code": "000000"}).status_code == 429
    assert password_given()[1].status_code == 429
    User.objects.create_user("lee", password=PASSWORD, is_staff=True)
    assert is_in(password_given("lee")[0])
    clock.shift(LONGEST_WAIT)
    elsewhere, _ = password_given(address=ELSEWHERE_IP)
    assert elsewhere.post(CODE, {"code": code_of(kim)}).url == INDEX


def test_failures_without_end_shut_nobody_out_for_ever(kim, clock):
    give_device(kim)
    TOTPDevice.objects.update(throttling_failure_count=60, throttling_failure_timestamp=now())
    clock.shift(LONGEST_WAIT)
    client, _ = password_given()
    assert client.post(CODE, {"code": code_of(kim)}).url == INDEX


def test_the_wait_for_a_code_ends(kim, clock):
    give_device(kim)
    client, _ = password_given()
    clock.shift(timedelta(minutes=11))
    assert client.post(CODE, {"code": code_of(kim)}).url.startswith(LOGIN)
    client, _ = password_given()
    kim.set_password("anders-geheim-8")
    kim.save()
    assert client.get(CODE).url.startswith(LOGIN)
    assert Client().get(CODE).url.startswith(LOGIN)


def test_an_account_that_was_closed_meanwhile_gets_no_further(kim, clock):
    give_device(kim)
    client, _ = password_given()
    User.objects.update(is_active=False)
    assert client.post(CODE, {"code": code_of(kim)}).url.startswith(LOGIN)


def test_a_wrong_password_looks_the_same_with_a_device_and_without(kim, clock):
    give_device(kim)
    User.objects.create_user("lee", password=PASSWORD, is_staff=True)
    pages = []
    for name in ("kim", "lee", "nobody"):
        response = Client().post(LOGIN, {"username": name, "password": "falsch"})
        csrf = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')
        pages.append(csrf.sub("", response.text).replace(name, "…"))
    assert pages[0] == pages[1] == pages[2]


@pytest.mark.parametrize("target", ELSEWHERE)
def test_the_way_on_stays_on_the_site(kim, clock, target):
    give_device(kim)
    client, response = password_given(next=target)
    assert stays(response)
    assert stays(client.get(f"{CODE}?next={quote(target)}"))
    sent = client.post(f"{CODE}?next={quote(target)}", {"code": code_of(kim), "next": target})
    assert sent.status_code == 302
    assert stays(sent)
    assert stays(Client().get(f"{CODE}?next={quote(target)}"))


def test_the_way_on_leads_where_one_came_from(kim, clock):
    give_device(kim)
    target = reverse("admin:digest_post_changelist")
    client, response = password_given(next=target)
    page = client.get(response.url)
    assert page.context["next"] == target
    assert client.post(CODE, {"code": code_of(kim), "next": target}).url == target


# --- Required -------------------------------------------------------------------------------------
def test_where_it_is_required_nothing_opens_before(kim, clock, settings):
    settings.TWO_FACTOR = "required"
    client, _ = password_given()
    for address in (
        INDEX,
        reverse("admin:digest_post_changelist"),
        reverse("admin:password_change"),
    ):
        led = client.get(address)
        assert led.url.startswith(LOGIN)
        assert client.get(led.url).url == OWN
    page = client.get(OWN)
    assert page.status_code == 200
    assert reverse("admin:digest_post_changelist") not in page.text
    client.post(reverse("admin:two_factor_begin"))
    done = client.post(SET_UP, {"code": code_of(kim), "password": PASSWORD})
    assert done.context["codes"]
    assert is_in(client)
    assert (
        client.post(reverse("admin:two_factor_remove"), {"password": PASSWORD}).status_code == 403
    )


def test_where_it_is_required_one_can_leave(kim, settings):
    settings.TWO_FACTOR = "required"
    client, _ = password_given()
    client.post(reverse("admin:logout"))
    assert "_auth_user_id" not in client.session


# --- One's own device, and the way back -----------------------------------------------------------
def test_removing_and_new_codes_ask_for_the_password(client, kim, clock):
    give_device(kim)
    client, _ = password_given()
    client.post(CODE, {"code": code_of(kim)})
    old = set(StaticToken.objects.values_list("token", flat=True))
    for name in ("two_factor_codes", "two_factor_remove"):
        address = reverse(f"admin:{name}")
        assert client.get(address).status_code == 405
        assert client.post(address, {"password": "falsch"}).context["form"].errors
    assert set(StaticToken.objects.values_list("token", flat=True)) == old
    made = client.post(reverse("admin:two_factor_codes"), {"password": PASSWORD})
    assert len(made.context["codes"]) == devices.CODES
    assert not old & set(StaticToken.objects.values_list("token", flat=True))
    assert client.post(reverse("admin:two_factor_remove"), {"password": PASSWORD}).url == OWN
    assert not TOTPDevice.objects.exists()
    assert not StaticToken.objects.exists()
    assert is_in(client)
    assert is_in(password_given()[0])


def test_another_device_takes_the_place_of_the_first(kim, clock):
    give_device(kim)
    client, _ = password_given()
    client.post(CODE, {"code": code_of(kim)})
    [first] = TOTPDevice.objects.all()
    client.post(reverse("admin:two_factor_begin"))
    assert TOTPDevice.objects.filter(pk=first.pk, confirmed=True).exists()
    client.post(SET_UP, {"code": code_of(kim), "password": PASSWORD})
    [second] = TOTPDevice.objects.all()
    assert second.pk != first.pk
    assert is_in(client)


def test_guessing_the_password_on_these_pages_locks(kim, clock):
    give_device(kim)
    client, _ = password_given()
    client.post(CODE, {"code": code_of(kim)})
    address = reverse("admin:two_factor_codes")
    statuses = [client.post(address, {"password": "falsch"}).status_code for _ in range(10)]
    assert statuses == [200] * 9 + [429]
    assert client.post(address, {"password": PASSWORD}).status_code == 429
    assert is_in(client)


def test_an_operator_removes_a_lost_device(kim, capsys):
    give_device(kim)
    call_command("remove_devices", "kim")
    assert capsys.readouterr().out == "1 accounts changed.\n"
    call_command("remove_devices", "kim")
    assert capsys.readouterr().out == "0 accounts changed.\n"
    entry = AuditRecord.objects.get(act=Act.TWO_FACTOR_OFF)
    assert (entry.about, entry.person, entry.reason) == ("kim", "", "manage.py remove_devices")
    assert is_in(password_given()[0])
    with pytest.raises(CommandError, match="no account"):
        call_command("remove_devices", "nobody")


def test_the_pages_of_django_otp_are_not_there(admin_client):
    for app in ("otp_totp", "otp_static"):
        assert admin_client.get(f"/admin/{app}/").status_code == 404


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_an_editor_sets_it_up_and_signs_in_again(page, live_server):
    User.objects.create_user("kim", password=PASSWORD, is_staff=True)
    page.goto(live_server.url + LOGIN)

    def password():
        page.fill("[name=username]", "kim")
        page.fill("[name=password]", PASSWORD)
        page.keyboard.press("Enter")

    password()
    expect(page).to_have_url(live_server.url + INDEX)
    page.goto(live_server.url + OWN)
    page.locator(".two-factor .step button").click()
    expect(page.locator("img.qr")).to_be_visible()
    assert page.evaluate("document.querySelector('img.qr').naturalWidth") > 0
    page.locator("summary").click()
    key = b32decode(page.locator(".key").inner_text().replace(" ", ""))
    page.fill("[name=code]", f"{totp(key):06d}")
    page.fill("[name=password]", PASSWORD)
    page.locator(".buttons button").click()
    codes = page.locator(".codes code").all_inner_texts()
    assert len(codes) == devices.CODES
    page.locator(".buttons a").click()
    expect(page).to_have_url(live_server.url + INDEX)

    def leave():
        page.context.clear_cookies()
        page.goto(live_server.url + LOGIN)
        password()
        expect(page.locator("[name=code]")).to_be_visible()

    def give(code):
        page.fill("[name=code]", code)
        page.keyboard.press("Enter")

    TOTPDevice.objects.update(last_t=-1)  # Else the test would wait for the next half minute.
    leave()
    give(f"{totp(key):06d}")
    expect(page).to_have_url(live_server.url + INDEX)
    leave()
    give("000000")
    expect(page.locator(".door")).to_contain_text("틀렸거나")
    give(codes[0])
    expect(page).to_have_url(live_server.url + INDEX)
    expect(page.locator("body")).to_contain_text("9개")
