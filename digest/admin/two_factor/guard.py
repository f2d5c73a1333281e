"""Whether a session has given what two-factor sign-in asks for. No page opens without it."""

from __future__ import annotations

from typing import Any, cast

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.urls import reverse
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from digest.admin.two_factor import devices

MARK = "two_factor_device"
"""The session's key for the device whose owner gave a code, also a recovery code."""


def has_permission(request: HttpRequest) -> bool:
    """Return whether a request may see the editors' pages. Signing out is always open."""
    leaves = request.path == reverse("admin:logout")
    return is_staff(request) and (leaves or is_satisfied(request))


def is_staff(request: HttpRequest) -> bool:
    return bool(request.user.is_active and request.user.is_staff)


def is_satisfied(request: HttpRequest) -> bool:
    """Return whether a code was given for the person's device of now, or none is needed."""
    own = _devices(request)
    return request.session.get(MARK) in own if own else settings.TWO_FACTOR != "required"


def must_set_up(request: HttpRequest) -> bool:
    """Return whether somebody who signed in has to set a device up before anything else."""
    return is_staff(request) and not is_satisfied(request) and not _devices(request)


def satisfy(request: HttpRequest, device: int) -> None:
    request.session[MARK] = device
    _forget(request)


def _devices(request: Any) -> list[int]:
    """Return the devices of who is signed in. Django asks several times while it makes a page."""
    if not hasattr(request, "_two_factor_devices"):
        request._two_factor_devices = devices.confirmed(cast(User, request.user))
    return request._two_factor_devices


def _forget(request: Any) -> None:
    request.__dict__.pop("_two_factor_devices", None)


# Its own pages show secrets, and nobody needs them: `views` has what a person may do.
for model in (TOTPDevice, StaticDevice):
    if admin.site.is_registered(model):
        admin.site.unregister(model)
admin.site.has_permission = has_permission  # type: ignore[method-assign]
