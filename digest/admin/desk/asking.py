"""Who asks for the desk, and what they may do. The desk offers nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import F
from django.utils.translation import gettext as _

from digest.admin.desk.items import Fact
from digest.publishing import approval
from digest.publishing.people import name

NAMED = 3


@dataclass(frozen=True)
class Asking:
    user: User | AnonymousUser

    def may(self, *permissions: str) -> bool:
        return self.user.has_perms(permissions)

    @property
    def may_publish(self) -> bool:
        """Return whether the pages of publishing let the user in."""
        return self.may("digest.change_post", approval.PERMISSION)

    @property
    def may_review(self) -> bool:
        return approval.may_review(self.user)

    @cached_property
    def waits_for_publishers(self) -> Fact:
        """Say who may publish, at most NAMED of them by name."""
        rows = approval.publishers().values_list("first_name", "last_name", "username")
        lately = F("last_login").desc(nulls_last=True)
        people = [name(*row) for row in rows.order_by(lately, "pk")[: NAMED + 1]]
        if not people:
            return Fact(_("nobody here may publish: an administrator can change that"), "bad")
        if len(people) > NAMED:
            return Fact(_("waits for somebody who may publish"))
        return Fact(_("waits for %(people)s") % {"people": ", ".join(people)})
