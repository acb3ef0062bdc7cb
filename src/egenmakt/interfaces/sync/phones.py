"""Who knocks at the door: a phone with a token, without cookies."""

from __future__ import annotations

from django.http import HttpRequest
from ninja.security import HttpBearer

from egenmakt.apps.access.devices import Device, device_of


class PhoneToken(HttpBearer):
    """`Authorization: Bearer` and the secret that was shown when the phone was enrolled."""

    def authenticate(self, request: HttpRequest, token: str) -> Device:
        """The phone; whether it was stopped since is asked together with what it wants to do."""
        return device_of(secret=token)


def phone_of(request: HttpRequest) -> Device:
    """The phone that asks."""
    device: Device = request.auth  # type: ignore[attr-defined]  # set by ninja from PhoneToken
    return device
