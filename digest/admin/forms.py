"""The forms with which an editor makes a post."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db.models import Max
from django.template.loader import render_to_string
from django.utils.timezone import get_default_timezone, localtime, make_aware
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.forms import ActionForm, PaginationInlineFormSet
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminSplitDateTimeWidget,
    UnfoldAdminTextInputWidget,
)

from digest.models import Correction, Entry, Post
from papers.clock import now
from papers.editing.form_fields import PlainLineField
from papers.editing.shared_form import SharedForm, page_of
from papers.editing.widgets import PlainLineWidget
from papers.models import Paper


class PostForm(SharedForm):
    rendered = ("intro_html",)

    language = forms.ChoiceField(label=_("language"), widget=UnfoldAdminSelectWidget)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "language" in self.fields:
            choices = dict(settings.LANGUAGES)
            choices.setdefault(self.instance.language, self.instance.language)
            cast(forms.ChoiceField, self.fields["language"]).choices = list(choices.items())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        address = {name: cleaned.get(name) for name in ("date", "slug")}
        others = Post.objects.filter(**address).exclude(pk=self.instance.pk)
        if all(address.values()) and others.exists():
            self.add_error("slug", _("Another post has this date and slug."))
        return cleaned


class NoteForm(SharedForm):
    """The note of an entry."""

    rendered = ("note_html",)
    last_hand_wins = frozenset({"position"})

    @property
    def unsaved_page(self) -> str:
        return page_of(Post, self.instance.post_id)

    def unsaved_name(self, name: str) -> str:
        return f"{self.instance.paper_id}:{name}"

    def unsaved_label(self, label: str) -> str:
        paper = self.instance.paper_id and self.instance.paper.title_plain
        return f"{label}: {paper}" if paper else label


class EntryForm(NoteForm):
    """A paper's place in the post. The paper itself can be chosen only once."""

    class Meta:
        model = Entry
        fields = ["paper", "position", "note"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["paper"].label = _("Paper")
        self.fields["note"].help_text = ""  # A post has up to 42 of them.
        self.fields["position"].required = False
        self.fields["position"].widget = forms.HiddenInput()
        if self.instance.pk is not None:
            self.fields["paper"].disabled = True
            self.fields["paper"].widget = forms.HiddenInput()
            self.instance.get_inline_title = self.title  # The theme calls it on the row.

    def unsaved_label(self, label: str) -> str:
        return label  # The row says of which paper it is. A page has up to 42 of them.

    def title(self) -> str:
        """Return the row's title: its paper, with a link to write it, and how far it is."""
        return render_to_string("admin/digest/post/entry_title.html", {"entry": self.instance})

    def clean_position(self) -> int | None:
        """Keep the old position if the field is empty.

        An empty position means that the entry was removed, and only the remove button may do that.
        """
        position = self.cleaned_data["position"]
        return self.instance.position if position is None else position

    def clean(self) -> dict[str, Any]:
        """Use the old row for a paper that was removed but that readers still see."""
        cleaned = super().clean() or self.cleaned_data
        if self.instance.pk is None and (paper := cleaned.get("paper")):
            taken_out = paper.entries.filter(post=self.instance.post_id, position=None).first()
            if taken_out:
                self.instance = taken_out
        return cleaned


class EntryFormSet(PaginationInlineFormSet):
    """The papers of a post.

    A new one is added at the end. One that readers see is not deleted but marked as removed.
    """

    def save_new(self, form: EntryForm, commit: bool = True) -> Entry:
        last = self.instance.entries.aggregate(last=Max("position"))["last"]
        form.instance.position = (last or 0) + 1
        return super().save_new(form, commit)

    def delete_existing(self, obj: Entry, commit: bool = True) -> None:
        if not commit:
            return
        obj.refresh_from_db()
        if obj.public_position is None:
            obj.delete()
        else:
            obj.position = None
            obj.save(update_fields=["position"])


MORNING = time(8)
"""When "tomorrow" publishes, in the time zone of the site."""


def tomorrow() -> datetime:
    """Return tomorrow's morning in the site's time zone."""
    today = localtime(now(), get_default_timezone()).date()
    return make_aware(datetime.combine(today + timedelta(days=1), MORNING), get_default_timezone())


class ScheduleForm(forms.Form):
    at = forms.SplitDateTimeField(label=_("Publish at"), widget=UnfoldAdminSplitDateTimeWidget)

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        """Take the moment that a button names in place of what stands in the fields."""
        if data and (named := data.get("morning")):
            day, _t, time_of_day = named.partition("T")
            data = data.copy()
            data["at_0"], data["at_1"] = day, time_of_day
        super().__init__(data, **kwargs)

    def clean_at(self) -> Any:
        at = self.cleaned_data["at"]
        if at <= now():
            raise ValidationError(_("This time lies in the past."))
        return at


class WithdrawForm(forms.Form):
    """What readers are told who come to the address of a withdrawn post."""

    reason = PlainLineField(
        label=_("Why it is withdrawn"),
        help_text=_("Readers who come to its address see it. Leave it empty to say nothing."),
        max_length=300,
        required=False,
        widget=PlainLineWidget(300),
    )


class CorrectionForm(forms.ModelForm):
    """What readers are told about changes to `post`, if they should be told."""

    class Meta:
        model = Correction
        fields = ["text", "paper"]
        widgets = {"text": UnfoldAdminTextInputWidget, "paper": UnfoldAdminSelectWidget}
        labels = {"text": _("What was put right"), "paper": _("In which paper")}
        help_texts = {
            "text": _(
                "Readers see it with its date on the page and in the feeds. "
                "Leave it empty where nothing was wrong."
            )
        }

    def __init__(self, post: Post, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].required = False
        papers = cast(forms.ModelChoiceField, self.fields["paper"])
        present = post.entries.filter(position__isnull=False)
        papers.queryset = Paper.objects.filter(entries__in=present).order_by("entries__position")
        papers.empty_label = gettext("The digest as a whole")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("paper") and not cleaned.get("text") and "text" not in self.errors:
            self.add_error("text", _("Say what was put right in this paper."))
        return cleaned

    def correction(self, user: User) -> Correction | None:
        """Return the correction to publish, not saved yet, or None."""
        self.instance.corrected_by = user
        return self.instance if self.cleaned_data["text"] else None


class ListingActionForm(ActionForm):
    """The actions on listed papers, with a reason for excluding them."""

    reason = forms.CharField(
        label="",
        required=False,
        max_length=200,
        widget=UnfoldAdminTextInputWidget(
            {
                "x-show": "action === 'leave_out'",
                "placeholder": _("Reason, for readers of the ledger"),
                "aria-label": _("Reason"),
                "class": "action-reason",
            }
        ),
    )
