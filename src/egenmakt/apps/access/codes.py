"""One-time codes at sign-in: an authenticator app (TOTP, RFC 6238) and recovery codes on paper. Optional."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction
from django_otp import match_token
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from egenmakt.apps.access.models import User
from egenmakt.apps.access.queries import NotAllowed
from egenmakt.apps.access.services import WrongPassword
from egenmakt.apps.audit.services import record

RECOVERY_CODES: Final = 10


class WrongCode(ValueError):
    """The digits are not the ones that the app shows now, or the recovery code was used before."""


def has_codes(*, user: User) -> bool:
    """Whether sign-in asks this user for a code."""
    return bool(TOTPDevice.objects.filter(user=user, confirmed=True).exists())


def begin_codes(*, user: User) -> TOTPDevice:
    """The device that is being set up, with its key; it does not count until it is confirmed by a first code."""
    device, _ = TOTPDevice.objects.get_or_create(user=user, confirmed=False, defaults={"name": "app"})
    return device


def turn_codes_on(*, user: User, code: str, at: datetime) -> list[str]:
    """Confirm the app by its first code. Returns: the recovery codes, shown once. Raises: WrongCode."""
    device = begin_codes(user=user)
    if not device.verify_token(code.replace(" ", "")):
        raise WrongCode("These are not the digits that the app shows now; look again, and check the phone's clock.")
    with transaction.atomic():
        StaticDevice.objects.filter(user=user).delete()
        TOTPDevice.objects.filter(user=user, confirmed=True).delete()
        device.confirmed = True
        device.save(update_fields=["confirmed"])
        paper = StaticDevice.objects.create(user=user, name="paper")
        codes = [StaticToken.random_token() for _ in range(RECOVERY_CODES)]
        StaticToken.objects.bulk_create(StaticToken(device=paper, token=code) for code in codes)
        record(by=user, at=at, deed="user.codes_on", subject_kind="user", subject_id=user.id, node_id=None)
    return codes


def check_code(*, user: User, code: str) -> None:
    """Let a code from the app or from paper count, once; after a wrong one the next try must wait longer.

    Raises: WrongCode.
    """
    if match_token(user, code.replace(" ", "").lower()) is None:
        raise WrongCode("This code is wrong or was used already. After a wrong one, wait a moment before the next.")


def turn_codes_off(*, user: User, password: str | None, by: User | None, at: datetime) -> None:
    """Ask for the password alone again.

    Args: password, her own, or None from the server's command line (by=None) when the phone and the paper are lost.
    Raises: WrongPassword, NotAllowed.
    """
    if by is not None:
        if by.id != user.id:
            raise NotAllowed("Only the user herself, or the server's command line, turns her codes off.")
        if password is None or not user.check_password(password):
            raise WrongPassword("The password is not right; type the one that you signed in with.")
    with transaction.atomic():
        StaticDevice.objects.filter(user=user).delete()
        TOTPDevice.objects.filter(user=user).delete()
        record(by=by, at=at, deed="user.codes_off", subject_kind="user", subject_id=user.id, node_id=None)
