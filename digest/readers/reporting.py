"""The form for a reader's report of a mistake. It keeps bots out without a cookie."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from papers.models import Paper, Report, ReportState, Section
from papers.text.cleaning import clean

LEAST, MOST = 10, 2_000  # Characters.
LEAST_AGE_S, MOST_AGE_S = 2, 24 * 3600  # From showing the form to sending it.

_signer = signing.TimestampSigner(salt="digest.readers.reporting")


class CleanTextField(forms.CharField):
    """Text from which characters that no page can carry are removed.

    Readers need not know about hidden characters, so there is no error for them.
    """

    def to_python(self, value: Any) -> str:
        return clean(super().to_python(value) or "").strip()


class ReportForm(forms.Form):
    """What is wrong with a paper's summary, and in which of `sections`."""

    section = forms.ChoiceField(label=gettext_lazy("Which part?"), required=False)
    text = CleanTextField(
        label=gettext_lazy("What is wrong?"),
        widget=forms.Textarea({"rows": 7, "minlength": LEAST}),
        help_text=gettext_lazy(
            "Best with the words that are wrong and the place in the paper that says otherwise."
        ),
    )
    # Nobody sees this field, so only a bot fills it in.
    subject = forms.CharField(
        label=gettext_lazy("Leave this empty"),
        required=False,
        widget=forms.TextInput({"tabindex": -1, "autocomplete": "off"}),
    )
    token = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, paper: Paper, sections: Iterable[Section], *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.paper = paper
        self.sections = {str(section.pk): section for section in sections}
        named = [(pk, section.title) for pk, section in self.sections.items()]
        self.fields["section"].choices = [("", _("The summary as a whole")), *named]  # type: ignore[attr-defined]
        self.initial["token"] = _signer.sign(paper.arxiv_id)

    def clean_text(self) -> str:
        text = self.cleaned_data["text"]
        if len(text) < LEAST:
            raise ValidationError(
                _("Please say a little more: at least %(least)d characters.") % {"least": LEAST}
            )
        if len(text) > MOST:
            raise ValidationError(
                _("This has %(count)d characters; at most %(most)d, please.")
                % {"count": len(text), "most": MOST}
            )
        return text

    def clean(self) -> dict[str, Any]:
        """Add errors of the whole form. Sending the same form again resolves each of them."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("subject"):
            self._replace("subject", "")
            self.add_error(None, _("A hidden field was filled in. It is empty now: send again."))
        elif not self._is_ours(cleaned.get("token", "")):
            self._replace("token", self.initial["token"])
            self.add_error(None, _("This page had been open for too long. Please send again."))
        elif not self.errors and self._is_hasty(cleaned["token"]):
            self.add_error(None, _("That was quicker than we can read. Please send again."))
        return cleaned

    def _is_ours(self, token: str) -> bool:
        try:
            return _signer.unsign(token, max_age=MOST_AGE_S) == self.paper.arxiv_id
        except signing.BadSignature:
            return False

    def _is_hasty(self, token: str) -> bool:
        try:
            return bool(_signer.unsign(token, max_age=LEAST_AGE_S))
        except signing.SignatureExpired:
            return False

    def _replace(self, name: str, value: str) -> None:
        data: Any = self.data
        self.data = data = data.copy()
        data[name] = value

    def save(self) -> Report:
        """Store the report once, even if the reader presses the button twice."""
        report, _created = Report.objects.get_or_create(
            paper=self.paper,
            section=self.sections.get(self.cleaned_data["section"]),
            text=self.cleaned_data["text"],
            state=ReportState.OPEN,
        )
        return report
