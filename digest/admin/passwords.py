"""A person's own password: changing it, and a new one where the old one is lost.

A mail has the link for a new password, if the site sends mail. Whoever asks gets one answer, and
in the same time, whether or not an account has the address: a worker looks it up.
"""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import Any

from celery import current_app
from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.forms import PasswordResetForm, SetPasswordForm
from django.contrib.auth.models import User
from django.contrib.auth.tokens import default_token_generator
from django.contrib.auth.views import PasswordChangeView, PasswordResetConfirmView
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.urls import path, reverse, reverse_lazy
from django.utils import translation
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView
from kombu.exceptions import OperationalError
from unfold.forms import AdminOwnPasswordChangeForm
from unfold.widgets import BASE_INPUT_CLASSES

from digest.admin import password_check
from digest.admin.sign_in import address
from digest.audit import record
from digest.models import Act, AuditRecord
from digest.models.preference import language_of
from papers.admin.addresses import EXTRA_URLS
from papers.clock import now
from papers.jobs import locks

HOUR = timedelta(hours=1)
MOST_OF_ADDRESS = 5
"""Links that one IP address may ask for in an hour."""
MOST_OF_ACCOUNT = 3
"""Mails that one account gets in an hour. So long the link of the newest is good."""
QUEUED = 600
"""Seconds until a mail that no worker could send is given up."""
INPUT = " ".join(BASE_INPUT_CLASSES)


# --- Changing it ----------------------------------------------------------------------------------
class OwnPasswordForm(AdminOwnPasswordChangeForm):
    """The theme's form. Wrong old passwords count as those of a sign-in do."""

    def __init__(self, user: User, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        self.request = request
        super().__init__(user, *args, **kwargs)

    def clean_old_password(self) -> str:
        old: str = self.cleaned_data["old_password"]
        if not password_check.is_right(self.request, old):
            raise ValidationError(self.error_messages["password_incorrect"], "password_incorrect")
        return old


class OwnPasswordPage(PasswordChangeView):
    form_class = OwnPasswordForm
    template_name = "registration/password_change_form.html"
    success_url = reverse_lazy("admin:password_change_done")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"request": self.request}


def change(request: HttpRequest, extra_context: Any = None) -> HttpResponseBase:
    context = admin.site.each_context(request) | (extra_context or {})
    return OwnPasswordPage.as_view(extra_context=context)(request)


admin.site.password_change = change  # type: ignore[method-assign, assignment]


# --- A new one ------------------------------------------------------------------------------------
class AskForm(forms.Form):
    email = forms.EmailField(
        label=gettext_lazy("Mail address"),
        max_length=250,
        widget=forms.EmailInput({"class": INPUT, "autocomplete": "email", "autofocus": True}),
    )


class NewPasswordForm(SetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["class"] = INPUT


class _ByMail:
    """Pages that are not there on a site that sends no mail."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not settings.EMAIL_URL:
            raise Http404
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)  # type: ignore[misc]
        return context | admin.site.each_context(self.request) | {"title": _("New password")}  # type: ignore[attr-defined]


class AskPage(_ByMail, FormView):
    form_class = AskForm
    template_name = "admin/accounts/reset_ask.html"

    def form_valid(self, form: AskForm) -> HttpResponse:
        if not _may_ask(form.cleaned_data["email"], address(self.request)):
            form.add_error(
                None, _("Too many links were asked for from here. Try again in an hour.")
            )
            return self._refuse(form, HTTPStatus.TOO_MANY_REQUESTS)
        if not _enqueue(form.cleaned_data["email"]):
            form.add_error(None, _("No mail can be sent just now. Try again later."))
            return self._refuse(form, HTTPStatus.SERVICE_UNAVAILABLE)
        return HttpResponseRedirect(reverse("admin:password_reset_done"))

    def _refuse(self, form: AskForm, status: HTTPStatus) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=status)


def _may_ask(email: str, ip_address: str | None) -> bool:
    """Record that somebody asks, and return whether they may. The audit is what is counted."""
    with locks.one_after_another(f"password reset {ip_address}"):
        asked = AuditRecord.objects.filter(act=Act.RESET_ASKED, at__gt=now() - HOUR)
        if asked.filter(address=ip_address).count() >= MOST_OF_ADDRESS:
            return False
        record(Act.RESET_ASKED, email, address=ip_address)
    return True


def _enqueue(email: str) -> bool:
    """Have a worker send the mail. The queue has no link, and no word on who has an account."""
    try:
        current_app.send_task(
            "digest.tasks.mail_password_reset", [email], retry=False, expires=QUEUED
        )
    except OperationalError:
        return False
    return True


def send(email: str) -> int:
    """Send each account that has the mail address a link. Return how many got one.

    Mails are counted, not who asks: nobody keeps others from a link by asking for them.
    """
    users = [user for user in PasswordResetForm().get_users(email) if user.is_staff]
    return sum(map(_send_one, users))


def _send_one(user: User) -> bool:
    with locks.one_after_another(f"password reset of {user.pk}"):
        mailed = AuditRecord.objects.filter(act=Act.RESET_MAILED, at__gt=now() - HOUR)
        of_user = mailed.filter(model=user._meta.label_lower, key=str(user.pk))
        if of_user.count() >= MOST_OF_ACCOUNT:
            return False
        _send_link(user)
        record(Act.RESET_MAILED, user)
    return True


def _send_link(user: User) -> None:
    with translation.override(language_of(user.pk) or settings.LANGUAGE_CODE):
        place = {
            "uidb64": urlsafe_base64_encode(force_bytes(user.pk)),
            "token": default_token_generator.make_token(user),
        }
        context = {
            "name": user.get_username(),
            "site_title": settings.SITE_TITLE,
            "link": settings.SITE_URL + reverse("admin:password_reset_confirm", kwargs=place),
            "minutes": settings.PASSWORD_RESET_TIMEOUT // 60,
        }
        subject = f"[{settings.SITE_TITLE}] {_('New password')}"
        text = render_to_string("mail/password_reset.txt", context)
    send_mail(subject, text, None, [user.email])


class NewPasswordPage(_ByMail, PasswordResetConfirmView):
    """Takes a new password from who has the link of a mail. It signs nobody in."""

    form_class = NewPasswordForm
    template_name = "admin/accounts/reset_confirm.html"
    success_url = reverse_lazy("admin:password_reset_complete")


class _Told(_ByMail, FormView):
    """A page that only says something."""

    form_class = forms.Form
    http_method_names = ["get", "head"]


def _told(name: str) -> Any:
    return _Told.as_view(template_name=f"admin/accounts/{name}.html")


EXTRA_URLS.extend(
    [
        path("password-reset/", AskPage.as_view(), name="password_reset"),
        path("password-reset/sent/", _told("reset_sent"), name="password_reset_done"),
        path("password-reset/done/", _told("reset_done"), name="password_reset_complete"),
        path(
            "password-reset/<uidb64>/<token>/",
            NewPasswordPage.as_view(),
            name="password_reset_confirm",
        ),
    ]
)
