"""Readers report a mistake without a login or a cookie, and nothing about them is stored."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core.cache import caches
from django.test import Client

from digest.local.embedded import valkey
from digest.models import State
from digest.readers.open_forms import MOST_AGE_S
from digest.readers.reporting import LEAST, MOST
from digest.readers.throttle import MOST_AN_HOUR, MOST_OPEN
from papers import kinds
from papers.clock import now
from papers.models import Report, ReportState
from tests.factories import make_paper, make_post, make_section

pytestmark = pytest.mark.django_db

DECISION = {"state", "decided_at", "decided_by", "correction"}
TEXT = "결과의 40%는 논문 표 2에 없습니다."


@pytest.fixture(autouse=True)
def _nothing_counted(settings):
    if not settings.REDIS_URL:
        valkey.start(settings.DATA_DIR)
    # The test has its own keys, because a shared server may hold those of another test.
    settings.CACHES = settings.CACHES | {
        "counters": settings.CACHES["counters"] | {"KEY_PREFIX": uuid4().hex}
    }


@pytest.fixture
def reader():
    """Return a reader's browser. Its requests are checked as in production."""
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def section():
    section = make_section(make_paper(arxiv_id="2510.06208"), kinds.RESULTS)
    make_post(papers=[section.paper])
    return section


def address(paper, prefix=""):
    return f"{prefix}/papers/{paper.arxiv_id}/report/"


def form_of(response):
    """Return what a browser sends for the form as it was shown."""
    form = response.context["form"]
    return {name: form[name].value() or "" for name in form.fields}


def send(client, url, wait=5, **fields):
    """Open the form, take `wait` seconds to fill it in, and send it."""
    sent = form_of(client.get(url)) | {"text": TEXT} | fields
    with time_machine.travel(now() + timedelta(seconds=wait), tick=False):
        return client.post(url, sent)


def says(response, text):
    assert text in response.content.decode()


def test_a_report_lands_at_its_section_and_thanks_are_said(reader, section):
    response = send(reader, f"{address(section.paper)}?section={section.pk}", text=f"  {TEXT}\r\n ")
    assert (response.status_code, response.url) == (302, f"{address(section.paper)}thanks/")
    report = Report.objects.get()
    assert (report.paper, report.section, report.text) == (section.paper, section, TEXT)
    assert report.state == ReportState.OPEN
    says(reader.get(response.url), "편집자가 제보 내용을 논문과 대조해 확인합니다.")


def test_every_entry_leads_to_the_form_and_each_section_that_stands_alone_to_its_own(
    client, section
):
    post = section.paper.posts.get()
    link = f'href="{address(section.paper)}"'
    for page in (post, section.paper):
        says(client.get(page.get_absolute_url()), link)
    other = make_section(section.paper, kinds.METHOD, public_origin="import")
    type(other).objects.filter(pk=other.pk).update(public_markdown="x", public_html="<p>x</p>")
    for page in (post, section.paper):
        for each in (section, other):
            says(client.get(page.get_absolute_url()), f"{address(section.paper)}?section={each.pk}")
    says(client.get("/en" + section.paper.get_absolute_url()), f'"/en{address(section.paper)}')


def test_an_english_reader_and_an_old_id_have_their_page_too(reader):
    section = make_section(make_paper(arxiv_id="hep-th/9901001"))
    make_post(papers=[section.paper])
    url = address(section.paper, "/en")
    assert url == "/en/papers/hep-th/9901001/report/"
    says(reader.get(url), "What is wrong?")
    assert send(reader, url).url == f"{url}thanks/"
    assert Report.objects.get().section is None


def test_the_page_is_nobodys_but_this_readers(reader, section):
    url = address(section.paper)
    for response in (
        reader.get(url),
        reader.head(url),
        send(reader, url, text="x"),
        send(reader, url),
        reader.get(f"{url}thanks/"),
    ):
        control = {each.strip() for each in response["Cache-Control"].split(",")}
        assert control == {"private", "no-store"}
        assert response["X-Robots-Tag"] == "noindex"
        assert not response.cookies
        assert "ETag" not in response.headers
        assert "Cookie" not in response.get("Vary", "")
    says(reader.get(url), '<meta name="robots" content="noindex">')


def test_the_digest_itself_stays_free_of_cookies_and_tokens(client, section):
    for page in (section.paper, section.paper.posts.get()):
        response = client.get(page.get_absolute_url())
        assert not response.cookies
        assert "public" in response["Cache-Control"]
        assert "token" not in response.content.decode()


def test_looking_stores_nothing(reader, section):
    sent = form_of(reader.get(address(section.paper))) | {"text": TEXT}
    for query in ("", "?section=1", f"?text={TEXT}", "?section=%00", "?section=" + "9" * 5000):
        for method in (reader.get, reader.head):
            assert method(address(section.paper) + query).status_code == 200
    assert reader.get(address(section.paper), sent).status_code == 200
    assert reader.put(address(section.paper), sent).status_code == 405
    assert not Report.objects.exists()


@pytest.mark.parametrize("state", [State.DRAFT, State.IN_REVIEW, State.SCHEDULED, State.WITHDRAWN])
def test_only_a_public_paper_can_be_reported(reader, section, state):
    sent = form_of(reader.get(address(section.paper))) | {"text": TEXT}
    hidden = make_post(state, 1).papers.get()
    expected = 410 if state == State.WITHDRAWN else 404
    for url in (address(hidden), f"{address(hidden)}thanks/"):
        assert reader.get(url).status_code == expected
        assert reader.post(url, sent).status_code == expected
    assert reader.get("/papers/2510.99999/report/").status_code == 404
    assert not Report.objects.exists()


def test_working_sections_are_not_named(reader, section):
    hidden = make_section(section.paper, kinds.OTHER, heading="비밀", position=9)
    assert "비밀" not in reader.get(address(section.paper)).content.decode()
    assert send(reader, address(section.paper), section=hidden.pk).status_code == 200
    assert not Report.objects.exists()


# --- What is wrong with a report ----------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", "필수"),
        (" \u200b" * 50, "필수"),
        ("가" * (LEAST - 1), "10자 이상 적어 주세요."),
        ("\u200b" * 50 + "가", "10자 이상 적어 주세요."),
        ("가" * (MOST + 1), "2000자까지 보낼 수 있습니다. (현재 2001자)"),
        ("<b>길다</b>" * 2_000, "(현재 18000자)"),
    ],
)
def test_a_text_too_short_or_too_long_is_an_error_at_its_field_and_stays(
    reader, section, text, error
):
    response = send(reader, f"{address(section.paper)}?section={section.pk}", text=text)
    assert response.status_code == 200
    form = response.context["form"]
    assert list(form.errors) == ["text"]
    assert error in form.errors["text"][0]
    html = response.content.decode()
    assert text.replace("<", "&lt;").replace(">", "&gt;") in html
    assert f'<option value="{section.pk}" selected>' in html
    assert 'aria-invalid="true"' in html
    assert not Report.objects.exists()


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("가" * MOST, "가" * MOST),
        ("줄\r\n" * 667, ("줄\n" * 667).strip()),  # 2,001 characters as browsers send them.
        ("a\x00b\u202ec\U000e0041d 그리고 더", "abcd 그리고 더"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("see https://evil.example/ for more", "see https://evil.example/ for more"),
    ],
)
def test_a_text_is_cleaned_and_else_kept_as_written(reader, section, text, stored):
    assert send(reader, address(section.paper), text=text).status_code == 302
    assert Report.objects.get().text == stored


def test_a_body_beyond_any_report_is_not_read(reader, section):
    sent = form_of(reader.get(address(section.paper))) | {"text": TEXT}
    response = reader.post(address(section.paper), sent | {"text": "x" * 300_000})
    assert response.status_code == 400
    says(response, '<p class="status">400</p>')


def test_pressing_twice_reports_once(reader, section):
    sent = form_of(reader.get(address(section.paper))) | {"text": TEXT}
    with time_machine.travel(now() + timedelta(seconds=5)):
        for _ in range(2):
            assert reader.post(address(section.paper), sent).status_code == 302
    assert Report.objects.count() == 1
    Report.objects.update(state=ReportState.FIXED, decided_at=now())
    assert send(reader, address(section.paper)).status_code == 302
    assert Report.objects.count() == 2  # The first report was resolved, so this is a new one.


# --- Bots ---------------------------------------------------------------------------------------
def test_a_form_that_is_not_ours_is_asked_for_once_more(reader, section):
    url, other = address(section.paper), make_post(papers=1).papers.get()
    strange = ["", "x", "2510.06208:1sAbCd:forged", form_of(reader.get(address(other)))["token"]]
    for token in strange:
        response = send(reader, url, token=token)
        says(response, "페이지를 연 지 오래되어 만료되었습니다.")
        says(response, TEXT)
        again = form_of(response)
        assert again["token"] not in strange
    assert not Report.objects.exists()
    with time_machine.travel(now() + timedelta(seconds=15)):
        assert reader.post(url, again).status_code == 302


def test_a_page_open_for_a_day_is_sent_once_more_and_its_text_is_kept(reader, section):
    url = address(section.paper)
    assert send(reader, url, wait=MOST_AGE_S - 5).status_code == 302
    response = send(reader, url, wait=MOST_AGE_S + 5, text=TEXT * 2)
    says(response, "페이지를 연 지 오래되어 만료되었습니다.")
    says(response, TEXT * 2)


def test_what_is_sent_at_once_was_not_written_by_a_person(reader, section):
    response = send(reader, address(section.paper), wait=0)
    says(response, "제출이 너무 빨라 접수하지 못했습니다.")
    with time_machine.travel(now() + timedelta(seconds=3)):
        assert reader.post(address(section.paper), form_of(response)).status_code == 302


def test_a_field_that_nobody_sees_stays_empty(reader, section):
    response = send(reader, address(section.paper), subject="Buy now")
    says(response, "숨겨진 입력란이 채워져 있어 비웠습니다.")
    assert "Buy now" not in response.content.decode()
    assert not Report.objects.exists()
    with time_machine.travel(now() + timedelta(seconds=5)):
        assert reader.post(address(section.paper), form_of(response)).status_code == 302


# --- How often ----------------------------------------------------------------------------------
def send_from(client, section, ip, number=0):
    client.defaults["REMOTE_ADDR"] = ip
    return send(client, address(section.paper), text=f"{TEXT} {number}").status_code


def test_an_address_reports_five_times_an_hour(reader, section):
    answers = [send_from(reader, section, "192.0.2.7", n) for n in range(MOST_AN_HOUR + 1)]
    assert answers == [302] * MOST_AN_HOUR + [429]
    assert Report.objects.count() == MOST_AN_HOUR
    assert send_from(reader, section, "192.0.2.8") == 302
    response = send(reader, address(section.paper))
    reader.defaults["REMOTE_ADDR"] = "192.0.2.7"
    response = send(reader, address(section.paper), text=TEXT * 3)
    says(response, TEXT * 3)


def test_no_header_makes_another_address_of_it(reader, section):
    for number in range(MOST_AN_HOUR):
        assert send_from(reader, section, "192.0.2.7", number) == 302
    for header in ("HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP", "HTTP_FORWARDED"):
        reader.defaults[header] = "for=198.51.100.1"
        assert send_from(reader, section, "192.0.2.7", 9) == 429


def send_through(client, section, forwarded, number):
    client.defaults["HTTP_X_FORWARDED_FOR"] = forwarded
    return send_from(client, section, "10.0.0.1", number)


@pytest.mark.parametrize(("proxies", "added"), [(1, ""), (2, ", 10.0.0.2")])
def test_readers_behind_trusted_proxies_are_told_apart_whatever_they_claim(
    reader, section, settings, proxies, added
):
    settings.TRUSTED_PROXIES = proxies
    for number in range(MOST_AN_HOUR):
        claimed = f"198.51.100.{number}, 192.0.2.7{added}"
        assert send_through(reader, section, claimed, number) == 302
    assert send_through(reader, section, f"198.51.100.9, 192.0.2.7{added}", 9) == 429
    assert send_through(reader, section, f"192.0.2.7,192.0.2.8{added}", 10) == 302


@pytest.mark.parametrize("forwarded", ["192.0.2.{}", "192.0.2.{}:4711, 10.0.0.2", ", ", "x" * 9000])
def test_a_forwarded_address_that_is_missing_or_odd_is_the_proxys(
    reader, section, settings, forwarded
):
    settings.TRUSTED_PROXIES = 2
    for number in range(MOST_AN_HOUR):
        assert send_through(reader, section, forwarded.format(number), number) == 302
    assert send_through(reader, section, forwarded.format(9), 9) == 429


def test_a_network_of_ipv6_is_one_reader_and_mapped_ipv4_is_ipv4(reader, section):
    for number in range(MOST_AN_HOUR):
        assert send_from(reader, section, f"2001:db8::{number}", number) == 302
    assert send_from(reader, section, "2001:db8::ffff:1", 9) == 429
    assert send_from(reader, section, "2001:db8:0:1::1", 10) == 302
    assert send_from(reader, section, "::ffff:192.0.2.1", 11) == 302


def test_errors_are_not_counted(reader, section):
    for _ in range(MOST_AN_HOUR + 1):
        assert send(reader, address(section.paper), text="x").status_code == 200
    assert send(reader, address(section.paper)).status_code == 302


def keys():
    cache = caches["counters"]
    client = cache._cache.get_client(None)
    found = client.scan_iter(f"{cache.key_prefix}:*")
    return [(key.decode(), client.ttl(key)) for key in found]


def test_of_the_reader_stays_a_hash_of_one_hour_and_one_day(reader, section):
    send_from(reader, section, "192.0.2.7")
    [(key, ttl)] = keys()
    assert 3500 < ttl <= 3600
    assert re.fullmatch(r".*:report:[0-9a-f]{40,64}", key)
    caches["counters"].delete(re.sub(r"^.*:1:", "", key))
    with time_machine.travel(now() + timedelta(days=1)):
        send_from(reader, section, "192.0.2.7", 1)
        [(another, _)] = keys()
    assert another != key
    kept = {field.name for field in Report._meta.get_fields()}
    assert kept == {"id", "paper", "section", "text", "created_at", "public_at"} | DECISION


def test_without_a_cache_reports_are_taken_until_too_many_wait(reader, section, settings):
    here = {"BACKEND": settings.CACHES["counters"]["BACKEND"], "LOCATION": "unix:///nowhere.sock"}
    settings.CACHES = settings.CACHES | {"counters": here}
    for number in range(MOST_AN_HOUR + 1):
        assert send_from(reader, section, "192.0.2.7", number) == 302
    waiting = Report.objects.count()
    Report.objects.bulk_create(
        Report(paper=section.paper, text=f"{n}") for n in range(MOST_OPEN - waiting - 1)
    )
    assert send_from(reader, section, "192.0.2.7", 300) == 302
    assert send_from(reader, section, "192.0.2.8", 301) == 429
    Report.objects.filter(text="0").update(state=ReportState.FIXED, decided_at=now())
    assert send_from(reader, section, "192.0.2.8", 301) == 302
