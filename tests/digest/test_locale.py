"""Two languages: of the interface always, of the summaries where they exist."""

import re
from datetime import datetime
from io import BytesIO

import pytest
from babel.messages import Catalog
from babel.messages.mofile import read_mo, write_mo
from django.apps import apps
from django.conf import settings as django_settings
from django.utils import translation
from django.utils.formats import date_format
from django.utils.text import capfirst
from taggit.models import Tag

from papers import kinds
from papers.models import JobKind, Writer
from tests import messages
from tests.factories import make_paper, make_post, make_section

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def plural_forms(message):
    return message.string if isinstance(message.string, tuple) else (message.string,)


def identity(message):
    return message.id if isinstance(message.id, tuple) else (message.id,)


def test_every_string_has_its_korean():
    stored = messages.stored("ko")
    wanted = {(identity(message)[0], message.context) for message in messages.template()} - {
        ("", None)
    }
    known = {
        (identity(message)[0], message.context)
        for message in stored
        if all(plural_forms(message)) and not message.fuzzy
    }
    assert sorted(str(each) for each in wanted - known) == []


def test_a_translation_names_what_its_english_names():
    for message in messages.stored("ko"):
        if message.id:
            allowed = set(PLACEHOLDER.findall(" ".join(identity(message))))
            for form in plural_forms(message):
                assert set(PLACEHOLDER.findall(form)) <= allowed, message.id


def test_the_compiled_catalog_is_that_of_the_text():
    with (messages.LOCALE / "ko" / "LC_MESSAGES" / "django.mo").open("rb") as file:
        compiled = read_mo(file)
    expected = BytesIO()
    write_mo(expected, messages.stored("ko"))
    expected.seek(0)
    strings = [
        {(str(m.id), m.context): m.string for m in catalog if m.id}
        for catalog in (compiled, read_mo(expected))
    ]
    assert strings[0] == strings[1]


def test_what_lacks_a_translation_is_named():
    catalog = Catalog(locale="ko")
    catalog.add("paper", "논문")
    catalog.add("section")
    catalog.add(("one day", "%(n)s days"), ("",))
    assert messages.untranslated(catalog) == ["section", "one day"]


def test_headings_are_those_of_the_language():
    with translation.override("ko"):
        labels = [label for _, label in kinds.choices()]
        assert labels == ["한 줄 요약", "서론", "방법", "결과", "한계", "결론", "기타"]
    with translation.override("en"):
        assert kinds.of(kinds.INTRODUCTION).label == "Introduction"


def test_morning_and_afternoon_stand_before_the_hour_in_korean():
    with translation.override("ko"):
        assert date_format(datetime(2025, 10, 14, 18, 30), "DATETIME_FORMAT") == (
            "2025년 10월 14일 오후 6:30"
        )


@pytest.fixture
def bilingual():
    """A paper with a Korean and an English introduction, and Korean results alone."""
    paper = make_paper()
    make_section(paper, markdown="한국어 서론")
    make_section(paper, markdown="English introduction", language="en", origin=Writer.MODEL)
    make_section(paper, kinds.RESULTS, markdown="한국어 결과")
    return paper


@pytest.mark.django_db
def test_a_page_shows_each_section_in_its_language_or_else_the_original(client, bilingual):
    post = make_post(papers=[bilingual])
    korean = client.get(post.get_absolute_url()).content.decode()
    assert "한국어 서론" in korean
    assert "English introduction" not in korean
    english = client.get("/en" + post.get_absolute_url()).content.decode()
    assert '<html lang="en">' in english
    assert "<h3>Results</h3>" in english
    assert "English introduction" in english
    assert "한국어 서론" not in english
    assert re.search(r'<div class="prose" lang="ko">\s*<p>한국어 결과', english)
    assert "Written by an editor · the original, in Korean" in english
    assert "This digest was written in Korean" in english
    assert "https://www.alphaxiv.org/overview/" in english


@pytest.mark.django_db
def test_json_has_all_languages(client, bilingual):
    make_post(papers=[bilingual])
    sections = client.get(f"/papers/{bilingual.arxiv_id}.json").json()["sections"]
    assert sorted(section["language"] for section in sections) == ["en", "ko", "ko"]


@pytest.mark.django_db
def test_each_page_names_its_other_language(client, bilingual):
    post = make_post(papers=[bilingual])
    for address in ("/", post.get_absolute_url(), bilingual.get_absolute_url()):
        for prefix in ("", "/en"):
            html = client.get(prefix + address).content.decode()
            site = django_settings.SITE_URL
            assert f'hreflang="ko" href="{site}{address}"' in html
            assert f'hreflang="en" href="{site}/en{address}"' in html


@pytest.mark.django_db
@pytest.mark.parametrize("header", ["en", "de", "ko", "*"])
def test_the_address_alone_decides_the_language(client, header):
    response = client.get("/", headers={"accept-language": header})
    assert response.headers["Content-Language"] == "ko"
    assert client.get("/en/", headers={"accept-language": "ko"}).headers["Content-Language"] == "en"


PARTICLES = re.compile(r"[은이을]\([는가를]\)|\(으\)로")
COUNTER = re.compile(r"%(?:\(\w+\))?[sd](?:</strong>)?(?:[가-힣]|/)")


def test_django_spoils_no_korean_name_with_a_capital():
    """A name that begins with "arXiv" reads "ArXiv" as a label, a heading or a title."""
    with translation.override("ko"):
        models = [
            model for app in ("papers", "digest") for model in apps.get_app_config(app).get_models()
        ]
        fields = [field for model in models for field in model._meta.fields]
        names = [str(each.verbose_name) for each in fields]
        names += [str(model._meta.verbose_name) for model in models]
        names += [str(label) for label in JobKind.labels]
    korean = [name for name in names if re.search("^(?!historical ).*[가-힣]", name)]
    assert len(korean) > 100
    assert [name for name in korean if capfirst(name) != name] == []


def test_the_fields_of_a_tag_are_named_in_korean():
    with translation.override("ko"):
        assert [str(Tag._meta.get_field(name).verbose_name) for name in ("name", "slug")] == [
            "이름",
            "슬러그",
        ]


def test_no_korean_leaves_the_choice_of_a_particle():
    assert [
        form
        for message in messages.stored("ko")
        for form in plural_forms(message)
        if PARTICLES.search(form)
    ] == []


def test_each_number_has_its_counter_in_korean():
    assert [
        message.string
        for message in messages.stored("ko")
        if message.pluralizable and PLACEHOLDER.search("".join(identity(message)))
        if not all(COUNTER.search(form) for form in plural_forms(message))
    ] == []
