"""The pages of two-factor sign-in: the code at the door, and a person's own device."""

from __future__ import annotations

from base64 import b32encode, b64encode
from datetime import datetime
from io import BytesIO
from math import ceil
from typing import Any, cast

import qrcode
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth import login
from django.contrib.auth.models import User
from django.contrib.auth.views import RedirectURLMixin, redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.generic import FormView
from qrcode.image.svg import SvgPathFillImage

from digest.admin.password_check import count_failure, may_try
from digest.admin.sign_in import pair
from digest.admin.two_factor import devices, guard, waiting
from digest.admin.two_factor.forms import CodeForm, PasswordForm, SetUpForm
from digest.audit import record
from digest.models import Act
from papers.admin.addresses import EXTRA_URLS
from papers.clock import now
from papers.jobs import locks


@method_decorator(sensitive_post_parameters(), name="dispatch")
class CodePage(RedirectURLMixin, FormView):
    """Asks who gave the right password for a code, and signs them in."""

    form_class = CodeForm
    template_name = "admin/accounts/code.html"
    next_page = "admin:index"
    user: User

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        user = waiting.who(request)
        if user is None:
            return redirect_to_login(self.get_success_url(), reverse("admin:login"))
        self.user = user
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: CodeForm) -> HttpResponse:
        name = self.user.get_username()
        with locks.one_after_another(pair(self.request, name)):
            if not may_try(self.request, name):
                return self.form_invalid(form)
            verdict = devices.check_code(self.user, form.cleaned_data["code"])
            if verdict.is_right:
                return self._enter(verdict)
            if verdict.wait is None:
                count_failure(self.request, name)
        form.add_error("code", _why(verdict))
        return self.form_invalid(form)

    def _enter(self, verdict: devices.Verdict) -> HttpResponse:
        device = devices.device_of(self.user)
        waiting.end(self.request)
        login(self.request, self.user)
        if device is not None:
            guard.satisfy(self.request, device.pk)
        if verdict.was_recovery:
            _tell_recovery(self.request, self.user)
        return HttpResponseRedirect(self.get_success_url())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs) | admin.site.each_context(self.request)
        return context | {"title": _("Two-factor sign-in"), "next": self.get_redirect_url()}


def _why(verdict: devices.Verdict) -> str:
    """Return what to do about a code that did not open."""
    if verdict.wait is None:
        return _("This code is wrong, or was used already.")
    return _until(verdict.wait)


def _until(wait: datetime) -> str:
    seconds = max(1, ceil((wait - now()).total_seconds()))
    return ngettext(
        "There were wrong codes before. Try again in %(n)d second.",
        "There were wrong codes before. Try again in %(n)d seconds.",
        seconds,
    ) % {"n": seconds}


def _tell_recovery(request: HttpRequest, user: User) -> None:
    record(Act.CODE_USED, user, person=user)
    left = devices.codes_left(user)
    text = ngettext(
        "%(n)d recovery code is left. You can make new ones under Two-factor sign-in.",
        "%(n)d recovery codes are left. You can make new ones under Two-factor sign-in.",
        left,
    )
    messages.warning(request, text % {"n": left})


def for_oneself(view: Any) -> Any:
    """Let in who may see the editors' pages, and who has to set a device up first."""

    def guarded(request: HttpRequest) -> HttpResponse:
        if not guard.has_permission(request) and not guard.must_set_up(request):
            return redirect_to_login(request.path, reverse("admin:login"))
        return view(request)

    return sensitive_post_parameters()(guarded)


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Show whether a person has a device, and how many recovery codes."""
    user = cast(User, request.user)
    context = {
        "device": devices.device_of(user),
        "codes_left": devices.codes_left(user),
        "form": PasswordForm(request),
    }
    return _page(request, "overview", context)


@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    devices.begin(cast(User, request.user))
    return redirect("admin:two_factor_set_up")


@require_http_methods(["GET", "HEAD", "POST"])
def set_up(request: HttpRequest) -> HttpResponse:
    """Show the secret of a new device, until a code proves that the app has it."""
    user = cast(User, request.user)
    device = devices.unfinished(user)
    if device is None:
        return _is_on(request) if request.method == "POST" else redirect("admin:two_factor")
    form = SetUpForm(request, request.POST or None)
    if request.method == "POST" and form.is_valid():
        verdict = devices.confirm(user, form.cleaned_data["code"])
        if verdict.codes:
            guard.satisfy(request, device.pk)
            return _page(request, "codes", {"codes": verdict.codes})
        if verdict.is_right:
            return _is_on(request)
        wrong = _("This is not the code that the app shows now.")
        form.add_error("code", _until(verdict.wait) if verdict.wait else wrong)
    secret = device.config_url
    return _page(
        request, "set_up", {"form": form, "image": _image(secret), "key": _in_fours(device)}
    )


def _is_on(request: HttpRequest) -> HttpResponse:
    """Say what a second click on *Finish* did: the page with the codes was not seen."""
    if devices.device_of(cast(User, request.user)):
        said = _("Two-factor sign-in is on. If you did not see recovery codes, make new ones.")
        messages.info(request, said)
    return redirect("admin:two_factor")


@require_POST
def codes(request: HttpRequest) -> HttpResponse:
    """Make new recovery codes, and show them this once."""
    user = cast(User, request.user)
    form = PasswordForm(request, request.POST)
    if devices.device_of(user) is None:
        return redirect("admin:two_factor")
    if form.is_valid():
        return _page(request, "codes", {"codes": devices.make_codes(user)})
    return _again(request, form)


@require_POST
def remove(request: HttpRequest) -> HttpResponse:
    """Remove the device. Where everybody needs one it can only be replaced."""
    user = cast(User, request.user)
    if settings.TWO_FACTOR == "required":
        raise PermissionDenied
    form = PasswordForm(request, request.POST)
    if not form.is_valid():
        return _again(request, form)
    devices.remove(user, by=user)
    messages.success(request, _("Two-factor sign-in is removed."))
    return redirect("admin:two_factor")


def _again(request: HttpRequest, form: PasswordForm) -> HttpResponse:
    user = cast(User, request.user)
    context = {"device": devices.device_of(user), "codes_left": devices.codes_left(user)}
    return _page(request, "overview", context | {"form": form})


def _page(request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    """Return a page in the admin's frame, or in that of the sign-in while nothing else is open."""
    is_open = guard.has_permission(request)
    frame = "admin/base_site.html" if is_open else "unfold/layouts/unauthenticated.html"
    more = {
        "title": _("Two-factor sign-in"),
        "frame": frame,
        "is_open": is_open,
        "is_required": settings.TWO_FACTOR == "required",
    }
    context = admin.site.each_context(request) | more | context
    return TemplateResponse(request, f"admin/accounts/two_factor/{name}.html", context)


def _image(text: str) -> str:
    """Return a QR code as the address of an image that needs no other request."""
    out = BytesIO()
    qrcode.make(text, image_factory=SvgPathFillImage, box_size=20).save(out)
    return f"data:image/svg+xml;base64,{b64encode(out.getvalue()).decode()}"


def _in_fours(device: Any) -> str:
    """Return the secret to be typed, as groups of four letters."""
    key = b32encode(device.bin_key).decode()
    return " ".join(key[at : at + 4] for at in range(0, len(key), 4))


EXTRA_URLS.extend(
    [
        path("login/code/", CodePage.as_view(), name="sign_in_code"),
        path("two-factor/", for_oneself(overview), name="two_factor"),
        path("two-factor/begin/", for_oneself(begin), name="two_factor_begin"),
        path("two-factor/set-up/", for_oneself(set_up), name="two_factor_set_up"),
        path("two-factor/codes/", for_oneself(codes), name="two_factor_codes"),
        path("two-factor/remove/", for_oneself(remove), name="two_factor_remove"),
    ]
)
