"""A story that is being told in a browser: kept as typed, for whoever has the code, and for a few days only."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from egenmakt.apps.stories.marks import hash_of_id
from egenmakt.apps.stories.models import Draft, Erased, Round, RoundLink
from egenmakt.apps.stories.services.rounds import hash_of_token
from egenmakt.core.signification.consent import keeps

KEPT_FOR: Final = timedelta(days=7)


class DraftGone(LookupError):
    """There is no such draft: it expired, was sent or thrown away, or the code is wrong."""


class NotKept(ValueError):
    """Without the teller's consent to keep it, not even a draft is stored."""


@dataclass(frozen=True, slots=True)
class SavedDraft:
    """A draft, with the code by which it is gone on with; the code is shown this one time."""

    draft: Draft
    code: str


def save_draft(
    *, id: UUID, round: Round, typed: Mapping[str, Any], at: datetime, link: RoundLink | None = None, code: str = ""
) -> SavedDraft:
    """Keep what was typed so far.

    Args: id, which the story will have; typed, the form's fields, with `consent` as it stands in a story; code, of an
    earlier save. Raises: NotKept, DraftGone.
    """
    if not keeps(typed):
        raise NotKept("Without consent to keep the story nothing is stored, not even half of it.")
    id_hash = hash_of_id(id)
    if (link is not None and link.round_id != round.id) or Erased.objects.filter(id_hash=id_hash).exists():
        raise DraftGone("This story cannot be gone on with.")
    token = code or secrets.token_urlsafe(16)
    with transaction.atomic():
        known = Draft.objects.select_for_update().filter(id=id).first()
        if known is not None and known.resume_hash != hash_of_token(token):
            raise DraftGone("The code does not belong to this draft.")
        draft = known or Draft(id=id, id_hash=id_hash, round=round, resume_hash=hash_of_token(token))
        draft.typed, draft.saved_at, draft.expires_at = dict(typed), at, at + KEPT_FOR
        draft.save()
    return SavedDraft(draft, token)


def resume_draft(*, code: str, at: datetime) -> Draft:
    """What was typed under a code. Raises: DraftGone."""
    found = Draft.objects.select_related("round").filter(resume_hash=hash_of_token(code), expires_at__gt=at).first()
    if found is None:
        raise DraftGone("There is nothing under this code: it was sent, thrown away, or is older than a week.")
    return found


def discard_draft(*, code: str) -> None:
    """Throw away what was typed under a code; nothing there is fine too."""
    Draft.objects.filter(resume_hash=hash_of_token(code)).delete()
