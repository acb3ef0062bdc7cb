"""One-click sign-in for a demonstration: signed links that are worth nothing in a real installation."""

from __future__ import annotations

from django.conf import settings
from django.core import signing

from egenmakt.apps.access.models import User

_SALT = "egenmakt.demo-sign-in"
_DAYS_VALID = 30


class NotADemo(RuntimeError):
    """Asked for a one-click link where real people's data may be."""


def demo_token(*, user: User) -> str:
    """The secret part of a user's one-click link. Raises: NotADemo."""
    if not settings.DEMO:
        raise NotADemo("One-click sign-in exists only in a demonstration (EGENMAKT_DEMO=1).")
    return signing.dumps(str(user.id), salt=_SALT)


def user_of_demo_token(*, token: str) -> User | None:
    """The user whose link it is; None for a forged or old one, and always outside a demonstration."""
    if not settings.DEMO:
        return None
    try:
        user_id = signing.loads(token, salt=_SALT, max_age=_DAYS_VALID * 24 * 3600)
    except signing.BadSignature:
        return None
    return User.objects.filter(id=user_id, is_active=True).first()
