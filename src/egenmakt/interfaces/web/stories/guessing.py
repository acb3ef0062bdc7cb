"""Codes cannot be tried out: after some wrong ones from one place there is a wait, as with passwords at sign-in.

A code that was only misread is told by its check character and does not count; every other wrong one does.
"""

from __future__ import annotations

from axes.handlers.proxy import AxesProxyHandler
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest

from egenmakt.core.signification.withdrawal import read_withdrawal_code


def may_try(request: HttpRequest, *, what: str) -> bool:
    """Whether another code may be tried from this place now."""
    return bool(AxesProxyHandler.is_allowed(request, {"username": what}))


def wrong(request: HttpRequest, *, what: str) -> None:
    """A code that nobody was given was tried."""
    user_login_failed.send(sender=wrong, credentials={"username": what}, request=request)


def read_code(text: str) -> str:
    """A code as it was written or said, in its proper form. Raises: NotACode."""
    return read_withdrawal_code(text)
