"""What was put right in published digests, to be mended, taken back and put back."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST
from unfold.decorators import display

from digest.models import Correction
from digest.publishing import approval, corrections
from papers.admin.base import EditorsAdmin
from papers.admin.requests import StaffRequest
from papers.editing.shared_form import SharedForm
from papers.models import Paper

SHOWN_LENGTH = 120  # Characters of a correction in the list.
STEPS = {
    "take-back": (corrections.take_back, _("Taken back. Readers are not told of it any more.")),
    "put-back": (corrections.put_back, _("Readers are told of it again.")),
}


@require_POST
def step(request: StaffRequest, object_id: int, verdict: str, model_admin: Any) -> HttpResponse:
    """Take a correction back, or undo that."""
    if not approval.may_publish(request.user):
        raise PermissionDenied
    if verdict not in STEPS:
        raise Http404
    correction = get_object_or_404(Correction, pk=object_id)
    move, done = STEPS[verdict]
    move(correction, request.user)
    messages.success(request, done)
    return HttpResponseRedirect(reverse("admin:digest_correction_change", args=[correction.pk]))


class MendingForm(SharedForm):
    """The text of a correction, and which paper of its digest it is about."""

    shared_choices = frozenset({"paper"})

    class Meta:
        model = Correction
        fields = ["text", "paper"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if papers := cast(forms.ModelChoiceField | None, self.fields.get("paper")):
            papers.queryset = self._papers()
            papers.empty_label = str(_("The digest as a whole"))

    def _papers(self) -> Any:
        """Return the papers that readers see in the digest, and the one that it is about now."""
        shown = Paper.objects.filter(
            entries__post=self.instance.post_id, entries__public_position__isnull=False
        )
        return (shown | Paper.objects.filter(pk=self.instance.paper_id)).distinct()


@admin.register(Correction)
class CorrectionAdmin(EditorsAdmin):
    form = MendingForm
    list_display = ["said", "post", "paper_title", "state_label", "corrected_at", "corrected_by"]
    list_select_related = ["post", "paper", "corrected_by"]
    list_filter = [("taken_back_at", admin.EmptyFieldListFilter)]
    search_fields = ["text", "paper__title", "paper__title_plain", "paper__arxiv_id"]
    ordering = ["-corrected_at", "-id"]
    fields = ["text", "paper", "post", "corrected_at", "corrected_by", "mended_at", "taken_back_at"]
    readonly_fields = ["post", "corrected_at", "corrected_by", "mended_at", "taken_back_at"]
    change_form_outer_before_template = "admin/digest/correction_before.html"
    custom_urls = (("<int:object_id>/<str:verdict>/step/", "digest_correction_step", step),)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # It is made when changes are published.

    def has_delete_permission(self, request: HttpRequest, obj: Correction | None = None) -> bool:
        return False  # Its id may never come back for other content.

    def has_change_permission(self, request: HttpRequest, obj: Correction | None = None) -> bool:
        """Let who may publish mend what readers are told now. An older version knows not of now."""
        stands = obj is None or Correction.objects.standing().filter(pk=obj.pk).exists()
        return stands and approval.may_publish(cast(User, request.user))

    def view_on_site(self, obj: Correction) -> str | None:
        public = Correction.objects.public().filter(pk=obj.pk).exists()
        return obj.get_absolute_url() if public else None

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save it. If readers see another text now, its digest and feeds say when."""
        before = Correction.objects.get(pk=obj.pk)
        super().save_model(request, obj, form, change)
        if (before.text, before.paper_id) != (obj.text, obj.paper_id):
            corrections.mended(obj, before.paper_id)

    @display(description=_("what was put right"))
    def said(self, correction: Correction) -> str:
        return Truncator(correction.text).chars(SHOWN_LENGTH)

    @display(description=_("paper"), ordering="paper__title_plain")
    def paper_title(self, correction: Correction) -> str:
        return correction.paper.title_plain if correction.paper else ""

    @display(description=_("state"), label={"back": "danger", "mended": "info"})
    def state_label(self, correction: Correction) -> tuple[str, str] | None:
        if correction.taken_back_at:
            return "back", pgettext("date", "taken back")
        return ("mended", str(_("mended"))) if correction.mended_at else None
