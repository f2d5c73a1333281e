"""Acts on rows without a history: accounts, groups, rights, tags, terms, schedules and the like.

All that the editors' pages show is watched, so that a new page needs nothing here.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.contrib.auth.models import Group, Permission, User
from django.db.models import Model, signals
from django.utils.translation import gettext_noop

from digest.audit.differences import Row, differences, said_fields, shortened
from digest.audit.recording import acting, page_of_now, record
from digest.models.audit import Act

ACCOUNTS = (User, Group)
"""What is recorded whoever changes it: a command at a terminal too."""
MACHINES = frozenset(
    {
        "axes.accessattempt",
        "axes.accessfailurelog",
        "axes.accesslog",
        "digest.auditrecord",
        "papers.finding",  # Checks write them while a person saves. Answers are told apart.
        "papers.job",
        "papers.modelcall",
        "papers.sourceanswer",
    }
)
"""What machines write while a person's request is answered."""
RIGHTS = frozenset({"is_active", "is_staff", "is_superuser"})
BY_MAIL = gettext_noop("By a link that was mailed.")


def is_watched(model: type[Model]) -> bool:
    label = model._meta.label_lower
    return (
        admin.site.is_registered(model) and label not in MACHINES and not hasattr(model, "history")
    )


def watch() -> None:
    """Listen to each watched model, once the admin knows all of them.

    A listener to the deletions of every model would have Django read all rows before it deletes
    them, each by its number: it would delete rows that stopped matching the query meanwhile.
    """
    for model in filter(is_watched, list(admin.site._registry)):
        signals.pre_save.connect(before_save, sender=model)
        signals.post_save.connect(after_save, sender=model)
        signals.post_delete.connect(after_delete, sender=model)


def _is_told(model: type[Model]) -> bool:
    """Return whether what happens to a row now is an act."""
    return is_watched(model) and (model in ACCOUNTS or acting() is not None)


def before_save(sender: type[Model], instance: Any, raw: bool = False, **kwargs: Any) -> None:
    """Remember the stored row, to tell later what was changed."""
    if instance.pk and not raw and _is_told(sender):
        instance._audited = sender._base_manager.filter(pk=instance.pk).first()


def after_save(
    sender: type[Model],
    instance: Any,
    created: bool,
    raw: bool = False,
    update_fields: frozenset[str] | None = None,
    **kwargs: Any,
) -> None:
    """Record what was stored. What else an instance holds may be old, and was not written."""
    if raw or not _is_told(sender):
        return
    before = None if created else instance.__dict__.pop("_audited", None)
    fields = said_fields(sender)
    if update_fields is not None:
        fields = [each for each in fields if {each.name, each.attname} & update_fields]
    changes = differences(before, instance, fields)
    if created:
        record(Act.CREATED, instance, changes=changes)
    elif changes:
        is_about_rights = sender is User and RIGHTS & {name for name, _, _ in changes}
        record(Act.RIGHTS if is_about_rights else Act.CHANGED, instance, changes=changes)
    if not created and getattr(instance, "_password", None) is not None:
        _tell_password(instance)


def _tell_password(user: User) -> None:
    """Record a new password. A hash that was only made anew has no text beside it."""
    mailed = page_of_now() == "password_reset_confirm"
    reason = BY_MAIL if mailed else ""
    record(Act.PASSWORD, user, person=user if mailed else None, reason=reason)


def after_delete(sender: type[Model], instance: Any, **kwargs: Any) -> None:
    if _is_told(sender):
        changes = differences(instance, None, said_fields(sender))
        record(Act.DELETED, instance, changes=changes)


LINKS = {"post_add": True, "post_remove": False}


def linked(
    sender: Any, instance: Any, action: str, model: Any, pk_set: Any, reverse: bool, **kwargs: Any
) -> None:
    """Record groups and rights of an account, rights of a group, tags of a post or paper."""
    of_accounts = isinstance(instance, ACCOUNTS)
    if action == "pre_clear":
        instance._audited_links = _names(_linked_rows(sender, instance, model))
        return
    known = of_accounts or is_watched(type(instance)) or hasattr(type(instance), "history")
    if not known or not (of_accounts or acting()):
        return
    if action == "post_clear":
        row = ("", instance.__dict__.pop("_audited_links", ""), "")
    elif action in LINKS and pk_set:
        names = _names(model._base_manager.filter(pk__in=pk_set))
        row = ("", "", names) if LINKS[action] else ("", names, "")
    else:
        return
    if row[1] != row[2]:
        act = Act.RIGHTS if of_accounts else Act.CHANGED
        record(act, instance, changes=[_named(sender, model, row)])


def _linked_rows(sender: Any, instance: Any, model: Any) -> Any:
    links = {field.related_model: field.name for field in sender._meta.fields if field.is_relation}
    if type(instance) not in links or model not in links:
        return ()
    found = sender._base_manager.filter(**{links[type(instance)]: instance})
    return model._base_manager.filter(pk__in=found.values(links[model]))


def _named(sender: Any, model: Any, row: Row) -> Row:
    return (model._meta.label_lower, *shortened(row[1], row[2]))


def _names(rows: Iterable[Any]) -> str:
    return ", ".join(sorted(map(_name, rows)))


def _name(row: Any) -> str:
    return row.codename if isinstance(row, Permission) else str(row)
