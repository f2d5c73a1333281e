"""Who may open and send what: every address of the admin, from the resolver, for each kind of user.

Each kind may do all that the one before it may. A new address belongs into the table; the test
names it until it stands there.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, User
from django.db import transaction
from django.test import Client
from django.urls import resolve

from tests.addresses import admin_addresses, make_site

pytestmark = pytest.mark.django_db

KINDS = ("staff", "reviewers", "writers", "editors", "root")
"""Staff in no group; Reviewers; Editors who may not publish; Editors; superusers."""
FIRST = {
    ("staff", "staff"): """
        digest_auditrecord_history password_reset password_reset_complete
        password_reset_confirm password_reset_done two_factor_set_up
        index login papers_listing_changelist password_change search unsaved view_on_site
    """,
    ("staff", "-"): """
        two_factor
        jsi18n password_change_done signed_in
    """,
    ("reviewers", "reviewers"): """
        digest_post_rows
        app_list digest_correction_changelist digest_correction_history
        digest_entry_changelist digest_entry_history digest_post_changelist
        digest_post_review papers_finding_changelist
        papers_finding_history papers_listing_history papers_paper_changelist
        papers_paper_history papers_section_changelist papers_section_history
        papers_term_changelist papers_term_history taggit_tag_changelist taggit_tag_history
    """,
    ("reviewers", "writers"): """
        digest_post_version
        digest_entry_change digest_entry_simple_history digest_post_change
        digest_post_simple_history papers_listing_change papers_listing_simple_history
        papers_paper_change papers_paper_simple_history papers_section_change
        papers_section_simple_history papers_term_change taggit_tag_change
    """,
    ("reviewers", "editors"): """
        digest_correction_change digest_correction_simple_history
    """,
    ("reviewers", "nobody"): """
        digest_entry_write papers_finding_change
    """,
    ("reviewers", "-"): """
        digest_post_compare digest_post_history digest_post_trash
        digest_entry_live digest_post_live digest_post_write
        digest_post_calendar digest_post_preview digest_post_remarks papers_listing_details
        papers_listing_live papers_paper_claims papers_paper_full_text papers_paper_why
    """,
    ("writers", "writers"): """
        papers_arxivcategory_add papers_arxivcategory_change papers_arxivcategory_changelist
        papers_arxivcategory_history
        taggit_tag_merge
        digest_entry_note digest_post_add digest_post_ask papers_job_changelist
        papers_job_history papers_modelcall_changelist papers_modelcall_history
        papers_paper_add papers_paper_evidence papers_proposal_changelist
        papers_proposal_history papers_report_changelist papers_report_history
        papers_term_add papers_term_delete taggit_tag_add
    """,
    ("writers", "nobody"): """
        papers_modelcall_change papers_paper_section papers_proposal_change
        papers_report_change
    """,
    ("writers", "-"): """
        taggit_tag_twins
        desk_drafts papers_job_change papers_job_live papers_job_live_page
        papers_paper_proposals taggit_tag_completions
    """,
    ("writers", "editors"): """
        taggit_tag_undo
    """,
    ("editors", "editors"): """
        digest_post_publish digest_post_schedule digest_post_withdraw papers_paper_tags
        taggit_tag_delete
    """,
    ("root", "root"): """
        digest_auditrecord_changelist
        auth_group_add auth_group_change auth_group_changelist auth_group_delete
        auth_group_history auth_user_add auth_user_change auth_user_changelist
        auth_user_delete auth_user_history auth_user_password_change
        axes_accessattempt_changelist axes_accessattempt_history
        axes_accessfailurelog_changelist axes_accessfailurelog_history
        axes_accesslog_changelist axes_accesslog_history
        django_celery_beat_periodictask_change django_celery_beat_periodictask_changelist
        django_celery_beat_periodictask_history papers_paper_delete papers_report_delete
        papers_section_delete papers_sourceanswer_changelist papers_sourceanswer_history
        papers_sourcestate_change papers_sourcestate_changelist papers_sourcestate_history
        redirects_redirect_add redirects_redirect_change redirects_redirect_changelist
        redirects_redirect_delete redirects_redirect_history sites_site_add
        sites_site_change sites_site_changelist sites_site_delete sites_site_history
    """,
    ("root", "nobody"): """
        digest_auditrecord_change
        axes_accessattempt_change axes_accessfailurelog_change axes_accesslog_change
        papers_sourceanswer_change
    """,
    ("nobody", "nobody"): """
        papers_arxivcategory_delete
        digest_auditrecord_add digest_auditrecord_delete sign_in_code
        axes_accessattempt_add axes_accessattempt_delete axes_accessfailurelog_add
        axes_accessfailurelog_delete axes_accesslog_add axes_accesslog_delete
        digest_correction_add digest_correction_delete digest_entry_add digest_entry_delete
        digest_post_delete django_celery_beat_periodictask_add
        django_celery_beat_periodictask_delete papers_finding_add papers_finding_delete
        papers_job_add papers_job_delete papers_listing_add papers_listing_delete
        papers_modelcall_add papers_modelcall_delete papers_proposal_add
        papers_proposal_delete papers_report_add papers_section_add papers_sourceanswer_add
        papers_sourceanswer_delete papers_sourcestate_add papers_sourcestate_delete
    """,
    ("nobody", "-"): """
        autocomplete
    """,
    ("-", "staff"): """
        two_factor_begin two_factor_codes two_factor_remove
        language logout papers_listing_make_post unsaved_offer
    """,
    ("-", "writers"): """
        digest_post_preview_links digest_post_preview_note digest_post_revoke_preview
        digest_post_untrash taggit_tag_two
        desk_ask desk_try_again digest_post_answer papers_finding_answer
        papers_finding_answer_new papers_job_try_again papers_job_try_one_again
        papers_listing_choose papers_listing_undo papers_paper_redraft
        papers_proposal_decide papers_report_decide paste render
    """,
    ("-", "editors"): """
        digest_correction_step digest_post_take_back
    """,
}
"""Who is the first that may open (GET) and send (POST) each address. "-" is a method it has not."""
NAMES = {name: first for first, names in FIRST.items() for name in names.split()}
RESET = ("password_reset", *(f"password_reset_{end}" for end in ("complete", "confirm", "done")))
OPEN = {"login": 200, "logout": 302} | dict.fromkeys(RESET, 404)
"""What those may open who are not signed in, or are no staff. 401 is being led to sign in.

Without mail there are no pages for a new password."""


@pytest.fixture
def addresses() -> dict[str, str]:
    """Return the addresses by their names. Django's short cuts to a row's page have none."""
    make_site()
    named = {resolve(address).url_name: address for address in admin_addresses()}
    named.pop(None)
    return named


def person(kind: str) -> User:
    user = User.objects.create_user(kind, is_staff=True, is_superuser=kind == "root")
    group = {"reviewers": "Reviewers", "writers": "Editors", "editors": "Editors"}.get(kind)
    rights = Group.objects.get(name=group).permissions.all() if group else ()
    withheld = "publish_post" if kind == "writers" else ""
    user.user_permissions.set(each for each in rights if each.codename != withheld)
    return user


def statuses(person: User | None, method: str, addresses: dict[str, str]) -> dict[str, int]:
    """Return the status of each address. What a request wrote is rolled back."""
    client = Client()
    if person:
        client.force_login(person)
    cookies = client.cookies.copy()
    found = {}
    for name, address in addresses.items():
        with transaction.atomic():
            response = getattr(client, method)(address)
            transaction.set_rollback(True)
        client.cookies = cookies.copy()  # One of them signs out.
        to_login = response.status_code == 302 and "/admin/login/" in response.url
        found[name] = 401 if to_login else response.status_code
    return found


def is_refused(name: str, status: int) -> bool:
    """Return whether a status is a refusal. Django hides the apps of which one may see nothing."""
    return status in {401, 403} or (name, status) == ("app_list", 404)


def test_who_is_not_signed_in_or_no_staff_is_led_to_sign_in(addresses):
    for user in (None, User.objects.create_user("reader")):
        for method in ("get", "post"):
            found = statuses(user, method, addresses)
            assert {name: code for name, code in found.items() if code != 401} == OPEN, user


def test_each_kind_of_user_may_what_the_table_says(addresses):
    """The first who may is let in, and the kind before it is refused: rights only grow."""
    assert set(addresses) == set(NAMES)
    wrong = []
    for place, kind in enumerate(KINDS):
        user = person(kind)
        for number, method in enumerate(("get", "post")):
            asked = dict(_near(place, number, addresses))
            for name, status in statuses(user, method, asked).items():
                if not _is_right(NAMES[name][number], place, name, status):
                    wrong.append(f"{method} {name} by {kind}: {status}")
    assert wrong == []


def _is_right(first: str, place: int, name: str, status: int) -> bool:
    if first == "-":
        return status in {403, 405}
    may = first in KINDS[: place + 1]
    return status < 500 and is_refused(name, status) != may


def _near(place: int, number: int, addresses: dict[str, str]) -> Iterable[tuple[str, str]]:
    """Yield the addresses whose first is this kind or the next. Superusers ask for nobody's too."""
    near = {KINDS[place], *KINDS[place + 1 : place + 2]}
    if KINDS[place] == "root":
        near |= {"nobody", "-"}
    for name, address in addresses.items():
        if NAMES[name][number] in near:
            yield name, address


def test_no_address_takes_a_form_without_its_token(addresses):
    client = Client(enforce_csrf_checks=True)
    client.force_login(person("root"))
    for name, address in addresses.items():
        assert client.post(address, {"post": "yes"}).status_code == 403, name


def rights(name: str) -> set[str]:
    return set(Group.objects.get(name=name).permissions.values_list("codename", flat=True))


def test_reviewers_may_read_and_review_and_publishers_what_editors_may_and_publish():
    reviewers = rights("Reviewers")
    assert {each for each in reviewers if not each.startswith("view_")} == {"review_post"}
    assert rights("Publishers") == rights("Editors") | {"publish_post"}


@pytest.mark.parametrize("name", ["Reviewers", "Publishers"])
def test_a_group_that_somebody_made_before_stays_as_it_is(name, monkeypatch):
    migration: Any = __import__(
        "digest.migrations.0015_people_review_posts", fromlist=["make_groups"]
    )
    Group.objects.filter(name__in=["Reviewers", "Publishers"]).delete()
    Group.objects.create(name=name)
    # The migration leaves them without, as the apps of a migration are. The site's would then get
    # no content types and no permissions when a later test empties all tables.
    for label in ("papers", "digest", "taggit"):
        config = apps.get_app_config(label)
        monkeypatch.setattr(config, "models_module", config.models_module)
    migration.make_groups(apps, None)
    assert rights(name) == set()
    other = {"Reviewers": "Publishers", "Publishers": "Reviewers"}[name]
    assert "view_post" in rights(other)
