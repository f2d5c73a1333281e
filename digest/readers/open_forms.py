"""Forms that anybody may send, without an account. They keep bots out without a cookie."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core import signing
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from papers.text.cleaning import clean

LEAST_AGE_S, MOST_AGE_S = 2, 24 * 3600  # From showing the form to sending it.
MAX_BODY = 256 * 1024  # Bytes. A far too long text fits, so that its field shows the error.


class CleanTextField(forms.CharField):
    """Text from which characters that no page can carry are removed.

    Readers need not know about hidden characters, so there is no error for them.
    """

    def to_python(self, value: Any) -> str:
        return clean(super().to_python(value) or "").strip()


class OpenForm(forms.Form):
    """A form about one thing, which only its own page sends: `token` is signed for that thing."""

    salt: ClassVar[str]

    # Nobody sees this field, so only a bot fills it in.
    subject = forms.CharField(
        label=gettext_lazy("Leave this empty"),
        required=False,
        widget=forms.TextInput({"tabindex": -1, "autocomplete": "off"}),
    )
    token = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, about: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.about = about
        self.signer = signing.TimestampSigner(salt=self.salt)
        self.initial["token"] = self.signer.sign(about)

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
            return self.signer.unsign(token, max_age=MOST_AGE_S) == self.about
        except signing.BadSignature:
            return False

    def _is_hasty(self, token: str) -> bool:
        try:
            return bool(self.signer.unsign(token, max_age=LEAST_AGE_S))
        except signing.SignatureExpired:
            return False

    def _replace(self, name: str, value: str) -> None:
        data: Any = self.data
        self.data = data = data.copy()
        data[name] = value


def length_error(text: str, least: int, most: int) -> str:
    """Return what is wrong with the length of a text, or ""."""
    if len(text) < least:
        said = _("Please say a little more: at least %(least)d characters.")
        return said % {"least": least}
    if len(text) > most:
        said = _("This has %(count)d characters; at most %(most)d, please.")
        return said % {"count": len(text), "most": most}
    return ""


def refuse_large(request: HttpRequest) -> None:
    """Raise RequestDataTooBig before a body is read that no form of ours has."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > MAX_BODY:
        raise RequestDataTooBig
