"""The audit: what is recorded of whom, and that nobody changes it."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib import admin
from django.contrib.auth.models import Group, Permission, User, update_last_login
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.db.models import signals
from django.db.models.deletion import Collector
from django.test import Client
from django.urls import reverse
from taggit.models import Tag

from digest import publishing
from digest.audit import rows
from digest.audit.sign_ins import MOST_OF_ADDRESS
from digest.models import Act, AuditRecord, Post, SearchTerm, State
from digest.publishing import preview_links, tag_changes
from digest.tasks import forget_audit
from papers.clock import now
from papers.models import Choice, Finding, Listing, Term, UnsavedText
from papers.pipeline import checking
from tests.digest.publishing.test_approval import form_of
from tests.factories import DAY, make_paper, make_post, make_section

pytestmark = pytest.mark.django_db

PAGE = reverse("admin:digest_auditrecord_changelist")


def acts(**about):
    """Return (act, person, about) of each act, the oldest first."""
    found = AuditRecord.objects.filter(**about).order_by("id")
    return [(each.act, each.person, each.about) for each in found]


def change(client, row, **fields):
    label = row._meta.label_lower.replace(".", "_")
    address = reverse(f"admin:{label}_change", args=[row.pk])
    response = client.post(address, form_of(client, address) | fields)
    assert response.status_code == 302, response.context["errors"]


def test_signing_in_failing_to_and_signing_out_are_recorded():
    User.objects.create_user("kim", password="geheim", is_staff=True)
    client = Client(REMOTE_ADDR="198.51.100.7")
    for password in ("falsch", "geheim"):
        client.post(reverse("admin:login"), {"username": "kim", "password": password})
    client.post(reverse("admin:logout"))
    assert acts(address="198.51.100.7") == [
        (Act.SIGN_IN_FAILED, "", "kim"),
        (Act.SIGNED_IN, "kim", "kim"),
        (Act.SIGNED_OUT, "kim", "kim"),
    ]
    assert "falsch" not in str(list(AuditRecord.objects.values()))


def test_a_lock_is_no_further_failure():
    client = Client(REMOTE_ADDR="198.51.100.7")
    for _ in range(12):
        client.post(reverse("admin:login"), {"username": "kim", "password": "falsch"})
    assert len(acts(act=Act.SIGN_IN_FAILED)) == 10


def test_strangers_do_not_fill_it():
    client, elsewhere = Client(REMOTE_ADDR="198.51.100.7"), Client(REMOTE_ADDR="198.51.100.8")
    for n in range(MOST_OF_ADDRESS + 3):
        client.post(reverse("admin:login"), {"username": f"n{n}", "password": "falsch"})
    assert len(acts(act=Act.SIGN_IN_FAILED)) == MOST_OF_ADDRESS
    elsewhere.post(reverse("admin:login"), {"username": "kim", "password": "falsch"})
    assert (Act.SIGN_IN_FAILED, "", "kim") in acts(address="198.51.100.8")
    with time_machine.travel(now() + timedelta(hours=1.1)):
        client.post(reverse("admin:login"), {"username": "kim", "password": "falsch"})
    assert (Act.SIGN_IN_FAILED, "", "kim") in acts(address="198.51.100.7")


def test_an_edit_says_what_was_and_what_is(client, editor):
    post = make_post(state=State.DRAFT, title="Old title")
    change(client, post, title="New title")
    entry = AuditRecord.objects.get(act=Act.CHANGED)
    assert (entry.person, entry.model, entry.key) == ("kim", "digest.post", str(post.pk))
    assert ["title", "Old title", "New title"] in entry.changes


def test_of_a_long_text_the_part_that_differs_is_told(editor):
    section = make_section(make_paper(), markdown="가" * 900 + "나" + "다" * 900)
    section._history_user = editor
    section.markdown = "가" * 900 + "라" + "다" * 900
    section.save()
    [[before, after]] = [
        row[1:] for row in AuditRecord.objects.latest("id").changes if row[0] == "markdown"
    ]
    assert "나" in before
    assert "라" in after
    assert len(before) < 250


def test_each_step_of_a_post_is_recorded_also_without_a_person(client, editor):
    post = make_post(state=State.DRAFT, papers=1)
    post._history_user = editor
    publishing.publish(post, gated=False)
    publishing.withdraw(post)
    del post._history_user
    publishing.publish(post, gated=False)
    of_post = [each for each in acts(key=str(post.pk)) if each[0] != Act.CREATED]
    assert [each[:2] for each in of_post] == [
        (Act.PUBLISHED, "kim"),
        (Act.WITHDRAWN, "kim"),
        (Act.PUBLISHED, ""),
    ]
    assert AuditRecord.objects.filter(act=Act.PUBLISHED).first().reason


def test_what_beat_publishes_late_says_so(editor):
    post = make_post(state=State.DRAFT, papers=1)
    publishing.schedule(post, now() + timedelta(hours=1))
    with time_machine.travel(now() + timedelta(hours=3)):
        assert publishing.publish_due() == 1
    late = AuditRecord.objects.get(act=Act.PUBLISHED, key=str(post.pk))
    assert late.person == ""
    assert late.reason.startswith("published late: it was due ")


def test_a_restored_version_is_told_from_an_edit(client, editor):
    post = make_post(state=State.DRAFT, title="Old title")
    change(client, post, title="New title")
    version = post.history.earliest().pk
    page = reverse("admin:digest_post_simple_history", args=[post.pk, version])
    form = client.get(page).context["adminform"].form
    sent = {each.html_name: each.value() or "" for each in form}
    assert client.post(page, sent).status_code == 302
    post.refresh_from_db()
    assert post.title == "Old title"
    assert ["title", "New title", "Old title"] in AuditRecord.objects.get(act=Act.RESTORED).changes


def test_no_listener_has_django_read_what_a_query_deletes():
    """A row that stops matching meanwhile, such as an accepted finding, must stay."""
    collector = Collector(using="default", origin=None)
    for model in (Finding, UnsavedText, SearchTerm):
        assert collector.can_fast_delete(model.objects.all()), model


def test_each_row_that_the_editors_pages_show_is_listened_to():
    for model in admin.site._registry:
        is_heard = signals.post_delete.has_listeners(model)
        assert is_heard or not rows.is_watched(model), model


def test_only_what_was_stored_is_told():
    stale = User.objects.create_user("lee")
    User.objects.filter(pk=stale.pk).update(is_staff=True)
    update_last_login(None, stale)
    assert acts(act=Act.RIGHTS) == []
    stale.save(update_fields=["is_staff"])
    [row] = AuditRecord.objects.get(act=Act.RIGHTS).changes
    assert row == ["is_staff", "True", "False"]


def test_what_machines_write_is_not_told(db):
    make_section(make_paper())
    Term.objects.create(english="attention", rendering="어텐션")
    assert acts() == []


def test_accounts_groups_and_rights_have_before_and_after(client, admin_user):
    client.force_login(admin_user)
    lee = User.objects.create_user("lee", email="a@example.org")
    group = Group.objects.get(name="Editors")
    fields = {"username": "lee", "email": "b@example.org", "is_active": "on", "is_staff": "on"}
    joined = {"date_joined_0": "2025-01-01", "date_joined_1": "00:00:00"}
    page = reverse("admin:auth_user_change", args=[lee.pk])
    assert client.post(page, fields | joined | {"groups": [group.pk]}).status_code == 302
    edited, grouped = AuditRecord.objects.filter(about="lee", act=Act.RIGHTS).order_by("id")
    assert ["email", "a@example.org", "b@example.org"] in edited.changes
    assert ["is_staff", "False", "True"] in edited.changes
    assert grouped.changes == [["auth.group", "", "Editors"]]
    permission = Permission.objects.get(codename="view_auditrecord")
    group.permissions.add(permission)
    group.permissions.remove(permission)
    group.permissions.clear()
    granted, taken, cleared = AuditRecord.objects.filter(about="Editors").order_by("id")
    assert granted.changes == [["auth.permission", "", "view_auditrecord"]]
    assert taken.changes == [["auth.permission", "view_auditrecord", ""]]
    assert "add_correction" in cleared.changes[0][1]


def test_a_password_is_told_and_never_shown(client, admin_user, capsys):
    lee = User.objects.create_user("lee", password="erst-geheim-1")
    client.force_login(admin_user)
    page = reverse("admin:auth_user_password_change", args=[lee.pk])
    fields = {"password1": "dann-geheim-2", "password2": "dann-geheim-2", "usable_password": "true"}
    assert client.post(page, fields).status_code == 302
    assert acts(act=Act.PASSWORD) == [(Act.PASSWORD, "admin", "lee")]
    stored = str(list(AuditRecord.objects.values()))
    assert "geheim" not in stored
    assert "md5$" not in stored


def test_tags_terms_and_choices_are_told(client, editor):
    post = make_post(state=State.DRAFT)
    change(client, post, tags="agents")
    client.post(
        reverse("admin:papers_term_add"),
        {"english": "attention", "language": "ko", "rendering": "어텐션", "variants": ""},
    )
    [term] = AuditRecord.objects.filter(model="papers.term")
    assert (term.act, term.person, term.about) == (Act.CREATED, "kim", str(Term.objects.get()))
    tagged = AuditRecord.objects.get(
        model="digest.post", changes__contains=[["taggit.tag", "", "agents"]]
    )
    assert tagged.person == "kim"


def test_choosing_many_papers_is_one_act(client, editor):
    papers = [make_paper() for _ in range(3)]
    listings = [
        Listing.objects.create(paper=paper, source="huggingface", day=DAY, rank=n)
        for n, paper in enumerate(papers, 1)
    ]
    data = {"action": "pick", "_selected_action": [row.pk for row in listings]}
    client.post(f"{reverse('admin:papers_listing_changelist')}?day={DAY}", data)
    assert Listing.objects.filter(choice=Choice.PICKED).count() == 3
    entry = AuditRecord.objects.get(model="papers.listing")
    assert [row[1:] for row in entry.changes] == [["pending", "picked"]] * 3


def test_who_lets_a_finding_stand_gives_a_reason(editor):
    paper = make_paper()
    make_section(paper, markdown="정보 부족")
    checking.check([paper])
    checking.accept_all(paper.findings.errors(), editor, "quoted")
    entry = AuditRecord.objects.get(act=Act.ACCEPTED)
    assert (entry.person, entry.key, entry.reason) == ("kim", str(paper.pk), "quoted")


def test_who_takes_that_back_is_told_with_the_reason_that_was(client, editor):
    paper = make_paper()
    make_section(paper, markdown="정보 부족")
    checking.check([paper])
    finding = paper.findings.errors().first()
    checking.accept(finding, editor, "quoted")
    address = reverse("admin:papers_finding_answer", args=[finding.pk])
    for _ in range(2):  # What is open is not opened again.
        assert client.post(address, {"undo": "1"}).status_code == 200
    entry = AuditRecord.objects.get(act=Act.REOPENED)
    assert (entry.person, entry.key) == ("kim", str(paper.pk))
    assert ["reason", "quoted", ""] in entry.changes
    assert paper.findings.errors().filter(pk=finding.pk).exists()


def test_who_makes_and_revokes_a_preview_link_is_told_and_its_token_never(editor):
    link, token = preview_links.make(make_post(state=State.DRAFT), editor, recipient="이 박사")
    for _ in range(2):
        preview_links.revoke(link, editor)
    told = acts(model="digest.previewlink")
    assert told == [(Act.CREATED, "kim", str(link)), (Act.REVOKED, "kim", str(link))]
    stored = str(list(AuditRecord.objects.values()))
    assert token not in stored
    assert preview_links.hash_of(token) not in stored


def test_merging_tags_is_one_act_and_taking_it_back_another(editor):
    wrong, right = (Tag.objects.create(name=name) for name in ("hugginface", "hugging-face"))
    (change,) = tag_changes.merge([wrong], right, editor)
    tag_changes.undo(change, editor)
    merged, undone = AuditRecord.objects.filter(model="taggit.tag").order_by("id")
    assert (merged.act, merged.person, merged.about) == (Act.MERGED, "kim", "hugging-face")
    assert merged.changes == [["name", "hugginface", "hugging-face"]]
    assert (undone.act, undone.person) == (Act.UNDONE, "kim")
    assert undone.changes == [["name", "hugging-face", "hugginface"]]


def test_it_outlives_the_person_and_what_it_was_about(client, admin_user, editor):
    post = make_post(state=State.DRAFT, title="Old title", papers=0)
    change(client, post, title="New title")
    client.force_login(admin_user)
    for row in (editor, post):
        label = row._meta.label_lower.replace(".", "_")
        client.post(reverse(f"admin:{label}_delete", args=[row.pk]), {"post": "yes"})
    assert not User.objects.filter(username="kim").exists()
    page = client.get(PAGE, {"person": "kim", "act__exact": Act.CHANGED})
    [entry] = page.context["cl"].result_list
    assert (entry.person, entry.act) == ("kim", Act.CHANGED)
    assert "New title" in page.text
    deleted = acts(act=Act.DELETED, person="admin")
    assert (Act.DELETED, "admin", "kim") in deleted


def test_postgresql_refuses_to_change_or_delete_it():
    entry = AuditRecord.objects.create(act=Act.CHANGED, person="kim")
    for change in (
        lambda: AuditRecord.objects.update(person="lee"),
        lambda: AuditRecord.objects.all().delete(),
        entry.delete,
    ):
        with pytest.raises(DatabaseError, match="only added to"), transaction.atomic():
            change()
    assert acts() == [(Act.CHANGED, "kim", "")]


def test_superusers_read_all_others_by_right_and_without_the_door(client, admin_user, editor):
    AuditRecord.objects.create(act=Act.SIGNED_IN, person="lee", address="198.51.100.7")
    AuditRecord.objects.create(act=Act.PUBLISHED, person="lee", about="A digest")
    assert client.get(PAGE).status_code == 403
    editor.user_permissions.add(Permission.objects.get(codename="view_auditrecord"))
    page = client.get(PAGE)
    assert "A digest" in page.text
    assert "198.51.100.7" not in page.text
    hidden = AuditRecord.objects.get(act=Act.SIGNED_IN, person="lee")
    assert (
        client.get(reverse("admin:digest_auditrecord_change", args=[hidden.pk])).status_code == 302
    )
    client.force_login(admin_user)
    assert "198.51.100.7" in client.get(PAGE).text


def test_nobody_changes_or_deletes_it_in_the_admin(admin_client):
    entry = AuditRecord.objects.create(
        act=Act.PUBLISHED, person="lee", changes=[["title", "a", "b"]]
    )
    name = "admin:digest_auditrecord_"
    assert admin_client.post(reverse(f"{name}add"), {"act": "x"}).status_code == 403
    for page in ("change", "delete"):
        address = reverse(f"{name}{page}", args=[entry.pk])
        assert admin_client.post(address, {"post": "yes", "person": "x"}).status_code == 403
    action = {"action": "delete_selected", "_selected_action": [entry.pk], "post": "yes"}
    admin_client.post(PAGE, action)
    assert acts(pk=entry.pk) == [(Act.PUBLISHED, "lee", "")]


def test_it_is_found_by_person_act_day_and_words(admin_client):
    long_ago = now() - timedelta(days=40)
    AuditRecord.objects.create(act=Act.PUBLISHED, person="lee", about="한국어 다이제스트")
    AuditRecord.objects.create(act=Act.CHANGED, person="kim", changes=[["title", "", "퀄리아"]])
    AuditRecord.objects.create(act=Act.CHANGED, person="", about="old", at=long_ago)
    AuditRecord.objects.create(act=Act.SIGN_IN_FAILED, about="kim")

    def found(**asked):
        result = admin_client.get(PAGE, asked).context["cl"].result_list
        return sorted((row.person, row.act) for row in result)

    assert found(person="kim") == [("", Act.SIGN_IN_FAILED), ("kim", Act.CHANGED)]
    assert found(act__exact=Act.PUBLISHED) == [("lee", Act.PUBLISHED)]
    day = long_ago.astimezone()
    assert found(at__year=day.year, at__month=day.month) == [("", Act.CHANGED)]
    assert found(q="퀄리아") == [("kim", Act.CHANGED)]
    assert found(q="다이제스트") == [("lee", Act.PUBLISHED)]
    assert ("", Act.CHANGED) in found(person="-")


def test_markup_in_it_is_text(admin_client):
    entry = AuditRecord.objects.create(
        act=Act.CHANGED, person="<x-person>", about="<x-about>", reason="<x-reason>",
        changes=[["<x-field>", "<x-before>", "<x-after>"], 3, [1]], model="digest.gone",
    )  # fmt: skip
    address = reverse("admin:digest_auditrecord_change", args=[entry.pk])
    shown = {page: admin_client.get(page).text for page in (PAGE, address)}
    for part in ("person", "about", "field", "before", "after"):
        for page, text in shown.items():
            assert f"<x-{part}>" not in text, page
            assert f"&lt;x-{part}&gt;" in text, (page, part)
    assert "<x-reason>" not in "".join(shown.values())
    assert "&lt;x-reason&gt;" in shown[address]


def test_acts_are_kept_two_years_and_those_at_the_door_ninety_days():
    for age, act in (
        (731, Act.CHANGED),
        (700, Act.CHANGED),
        (91, Act.SIGNED_IN),
        (91, Act.RESET_MAILED),
        (91, Act.UNLOCKED),
        (80, Act.SIGNED_IN),
    ):
        with time_machine.travel(now() - timedelta(days=age)):
            AuditRecord.objects.create(act=act, about=str(age))
    forget_audit()
    assert sorted(AuditRecord.objects.values_list("about", flat=True)) == ["700", "80"]


def test_a_command_that_changes_an_account_is_told(capsys):
    User.objects.create_user("lee")
    assert acts() == [(Act.CREATED, "", "lee")]
    call_command("createsuperuser", username="kim", email="", interactive=False)
    assert (Act.CREATED, "", "kim") in acts()


def test_readers_are_told_of_no_act_and_asked_for_no_session(client):
    post = make_post(papers=1)
    before = len(acts())
    page = reverse("report", args=[post.papers.get().arxiv_id])
    response = client.post(page, {"text": "3%가 아닙니다."})
    assert "Cookie" not in response.headers.get("Vary", "")
    assert len(acts()) == before
    assert Post.objects.count() == 1
