"""The forms for a code and for the password."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.widgets import BASE_INPUT_CLASSES

from digest.admin import password_check

INPUT = " ".join(BASE_INPUT_CLASSES)
LONGEST_CODE = 20
"""Characters, with blanks and hyphens."""


class CodeField(forms.CharField):
    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=LONGEST_CODE, **options)
        self.widget.attrs |= {
            "class": INPUT,
            "autocomplete": "one-time-code",
            "autocapitalize": "none",
            "spellcheck": "false",
        }


class PasswordField(forms.CharField):
    def __init__(self, **options: Any) -> None:
        widget = forms.PasswordInput({"class": INPUT, "autocomplete": "current-password"})
        super().__init__(label=_("Password"), strip=False, widget=widget, **options)


class CodeForm(forms.Form):
    code = CodeField(label=_("Code"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs["autofocus"] = True


class PasswordForm(forms.Form):
    """What changes two-factor sign-in asks for the password: an open session is not enough."""

    password = PasswordField()

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        self.request = request
        super().__init__(*args, **kwargs)

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if not password_check.is_right(self.request, password):
            raise ValidationError(_("This is not your password."))
        return password


class SetUpForm(PasswordForm):
    code = CodeField(label=_("Code"), help_text=_("The six digits that the app shows now."))
    field_order = ["code", "password"]

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, *args, **kwargs)
        self.fields["code"].widget.attrs |= {"inputmode": "numeric", "autofocus": True}
