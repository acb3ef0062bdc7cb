"""A teller changes her mind about what her story may be used for, and who may read it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from egenmakt.apps.access.models import User
from egenmakt.apps.access.queries import require
from egenmakt.apps.stories.facts import drop_facts, month_of
from egenmakt.apps.stories.frameworks import framework_of
from egenmakt.apps.stories.marks import note, place_in_facts
from egenmakt.apps.stories.models import Attachment, ConsentRecord, FileToRemove, Story
from egenmakt.apps.stories.services.erasing import UnknownCode, clean_up, withdraw, withdraw_for_teller
from egenmakt.apps.stories.services.receiving import allowed, record_consent
from egenmakt.core.signification.consent import Consent, keeps, read_consent
from egenmakt.core.signification.problems import Unreadable
from egenmakt.core.signification.reading import Reading
from egenmakt.core.signification.withdrawal import hash_of


def change_consent(*, code: str, consent: Mapping[str, Any], at: datetime) -> int:
    """Change what is allowed for everything that was told under a withdrawal code.

    Args: consent, in the form that it has in a story; without `keep` it is a withdrawal. Returns: how many stories.
    Raises: UnknownCode, Unreadable.
    """
    if not keeps({"consent": consent}):
        return withdraw(code=code, at=at).stories
    stories = list(
        Story.objects.select_related("framework_version").filter(withdrawal_hash=hash_of(code)).order_by("id")
    )
    if not stories:
        raise UnknownCode("No story stands under this code. Look at each letter again, or ask the one who gave it.")
    read = [(story, _read(story, consent)) for story in stories]
    with transaction.atomic():
        for story, given in read:
            _change(story, given, ConsentRecord.Channel.CODE, None, at)
    return len(stories)


def change_consent_for_teller(*, story: Story, consent: Mapping[str, Any], by: User, at: datetime) -> int:
    """Write down for a teller what she allows now. Raises: Unreadable, NotAllowed."""
    require(user=by, deed="withdrawal.handle", node_id=story.node_id)
    if not keeps({"consent": consent}):
        return withdraw_for_teller(story=story, by=by, at=at).stories
    given = _read(story, consent)
    with transaction.atomic():
        _change(story, given, ConsentRecord.Channel.STAFF, by, at)
    story.refresh_from_db()
    return 1


def _read(story: Story, consent: Mapping[str, Any]) -> Consent:
    framework, reading = framework_of(version=story.framework_version), Reading()
    asked = tuple(framework.consent.purposes)
    given = read_consent(reading, consent, "/consent", version=framework.consent.version, asked=asked)
    if given is None or reading.problems:
        raise Unreadable(reading.problems)
    return given


def _change(story: Story, consent: Consent, channel: ConsentRecord.Channel, by: User | None, at: datetime) -> None:
    record_consent(story.id, consent, channel, by.id if by else None, at)
    columns = allowed(consent)
    Story.objects.filter(id=story.id).update(**columns)
    gone = [
        kind
        for kind, purpose in ((Attachment.Kind.PHOTO, "may_photo"), (Attachment.Kind.AUDIO, "may_voice"))
        if not columns[purpose]
    ]
    attachments = list(Attachment.objects.filter(story=story, kind__in=gone).values_list("id", flat=True))
    FileToRemove.objects.bulk_create([FileToRemove(id=id, since=at) for id in attachments], ignore_conflicts=True)
    Attachment.objects.filter(id__in=attachments).delete()
    if attachments:
        transaction.on_commit(clean_up)
    organisation_id, received_at = story.organisation_id, story.received_at
    transaction.on_commit(lambda: drop_facts(organisation_id=organisation_id, month=month_of(received_at)))
    data = {
        "round": str(story.round_id),
        "attachments_removed": len(attachments),
        **place_in_facts(organisation_id=organisation_id, received_at=received_at),
    }
    note(deed="consent.changed", id_hash=story.id_hash, node_id=story.node_id, by=by, at=at, data=data)
