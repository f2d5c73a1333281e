"""A person's device and recovery codes: setting up, checking a code, removing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from unicodedata import normalize

from django.contrib.auth.models import User
from django.db import transaction
from django_otp import verify_token
from django_otp.models import Device
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from digest.audit import record
from digest.models import Act

CODES = 10
"""Recovery codes that are made at once."""
MOST_FAILURES = 5
"""What django-otp counts at most. Each failure doubles its wait, from a second; so the longest wait
is 16 seconds. It is for the account, so that whoever knows a password could else keep the owner
out. What brakes a guesser is the lock of the address."""
NAME = "app"
_DIGITS = re.compile("[0-9]{6}", re.ASCII)
_RECOVERY = re.compile("[a-z2-7]{8}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a code: it is right, it is wrong, or it was not looked at before `wait`."""

    is_right: bool = False
    was_recovery: bool = False
    wait: datetime | None = None
    codes: tuple[str, ...] = ()
    """New recovery codes, of a device that was just set up."""


def confirmed(user: User) -> list[int]:
    """Return the numbers of the devices that a person has set up. There is one, or none."""
    devices = TOTPDevice.objects.filter(user=user, confirmed=True)
    return list(devices.order_by("pk").values_list("pk", flat=True))


def device_of(user: User) -> TOTPDevice | None:
    return TOTPDevice.objects.filter(user=user, confirmed=True).order_by("-pk").first()


def unfinished(user: User) -> TOTPDevice | None:
    """Return the device that a person is just setting up."""
    return TOTPDevice.objects.filter(user=user, confirmed=False).order_by("-pk").first()


def codes_left(user: User) -> int:
    return StaticToken.objects.filter(device__user=user).count()


@transaction.atomic
def begin(user: User) -> None:
    """Make a new secret. The device counts once a code of it was given."""
    TOTPDevice.objects.filter(user=user, confirmed=False).delete()
    TOTPDevice.objects.create(user=user, name=NAME, confirmed=False)


def check_code(user: User, typed: str) -> Verdict:
    """Check a code of the app, or a recovery code, which is good once."""
    code = normalised(typed)
    if _DIGITS.fullmatch(code):
        return _check(user, device_of(user), code)
    if _RECOVERY.fullmatch(code):
        return _check(user, StaticDevice.objects.filter(user=user).first(), code)
    return Verdict()


def normalised(typed: str) -> str:
    """Return a code as it is stored: without blanks and hyphens, digits as ASCII has them."""
    return re.sub(r"[\s-]", "", normalize("NFKC", typed[:100])).lower()


def _check(user: User, device: Device | None, code: str) -> Verdict:
    if device is None:
        return Verdict()
    if wait := _wait(device):
        return Verdict(wait=wait)
    is_right = verify_token(user, device.persistent_id, code) is not None
    return Verdict(is_right, was_recovery=isinstance(device, StaticDevice))


def _wait(device: Device) -> datetime | None:
    """Return until when no code of a device is looked at, after wrong ones."""
    too_many = type(device).objects.filter(pk=device.pk, throttling_failure_count__gt=MOST_FAILURES)
    too_many.update(throttling_failure_count=MOST_FAILURES)
    device.refresh_from_db()
    allowed, why = device.verify_is_allowed()
    return None if allowed else why["locked_until"]


@transaction.atomic
def confirm(user: User, typed: str) -> Verdict:
    """Set the new device up if the code is its. The verdict then has recovery codes.

    It replaces the device and the codes of before. If the device was set up this moment, by the
    first of two clicks, the code is right and there are no codes: the other click got them.
    """
    new = unfinished(user)
    code = normalised(typed)
    device = new and TOTPDevice.objects.select_for_update().filter(pk=new.pk).first()
    if device is None or device.confirmed:
        return Verdict(is_right=device is not None)
    if wait := _wait(device):
        return Verdict(wait=wait)
    if not _DIGITS.fullmatch(code) or not device.verify_token(code):
        return Verdict()
    TOTPDevice.objects.filter(user=user).exclude(pk=device.pk).delete()
    device.confirmed = True
    device.save(update_fields=["confirmed"])
    record(Act.TWO_FACTOR_ON, user, person=user)
    return Verdict(is_right=True, codes=tuple(make_codes(user)))


@transaction.atomic
def make_codes(user: User) -> list[str]:
    """Make recovery codes in the place of those of before. This is the only time they are told."""
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name=NAME)
    codes = [StaticToken.random_token() for _ in range(CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=device, token=code) for code in codes)
    record(Act.CODES_MADE, user, person=user)
    return [f"{code[:4]}-{code[4:]}" for code in codes]


@transaction.atomic
def remove(user: User, *, by: User | None = None, reason: str = "") -> bool:
    """Remove all of it. Return whether there was anything."""
    found = [model.objects.filter(user=user).delete()[0] for model in (TOTPDevice, StaticDevice)]
    if any(found):
        record(Act.TWO_FACTOR_OFF, user, person=by, reason=reason)
    return any(found)
