"""What the history says of the steps of a post. `papers.editing.reasons` stores and shows it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from papers.editing.reasons import known

PUBLISHED = known(_("published"))
PUBLISHED_LATE = known(_("published late: it was due %(when)s"))
WITHDRAWN = known(pgettext_lazy("post", "withdrawn"))
TAKEN_BACK_EARLY = known(_("taken back before the feeds had it"))
SENT_TO_REVIEW = known(_("sent to review"))
BACK_TO_DRAFT = known(_("back to draft"))
SCHEDULED = known(_("scheduled"))

EDITED = known(_("edited after it was scheduled"))
EDITED_BY_ANOTHER = known(_("edited by somebody who may not publish"))

# Why a scheduled post was not published at its time.
REFUSED = known(_("not published: this step is not possible"))
EMPTY = known(_("not published: it has no paper"))
ERRORS = known(_("not published: errors (%(count)s); the first: %(paper)s, “%(text)s”"))
UNSEEN = known(_("not published: changed after it was scheduled"))
UNSEEN_OF_ANOTHER = known(
    _("not published: changed by a machine or by somebody who may not publish")
)
ALONE = known(_("not published: a second person has to review it"))

RESTORED_PAPER = known(_("restored from %(when)s: %(title)s"))
RESTORED = known(_("restored from %(when)s"))
FROM_TRASH = known(_("restored from the trash"))

CORRECTION_TAKEN_BACK = known(_("taken back"))
CORRECTION_PUT_BACK = known(_("put back"))
