"""Forming a group: its place and book, offices and PINs of its members, voted rules and cycles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from egenmakt.apps.access.models import User
from egenmakt.apps.access.queries import require
from egenmakt.apps.audit.services import record
from egenmakt.apps.groups.models import (
    ConstitutionVersion,
    Cycle,
    Meeting,
    Membership,
    OfficeHeld,
    SavingsGroup,
)
from egenmakt.apps.ledger.services import open_book
from egenmakt.apps.people.models import Country, Node, Place
from egenmakt.apps.people.queries import ancestors
from egenmakt.apps.people.services import ConflictingId, add_node
from egenmakt.core.ledger.chain import NotCanonical, fingerprint
from egenmakt.core.meetings.fields import Vote
from egenmakt.core.meetings.keys import pin_key
from egenmakt.core.savings.constitution import Constitution, InvalidConstitution, check_change


class CycleOpen(ValueError):
    """The group has an open cycle; it is closed by its share-out before the next one starts."""


class NotVoted(ValueError):
    """A constitution needs a vote that carries."""


def _audit(
    group_id: UUID, deed: str, by: User | None, at: datetime, subject: object, data: Mapping[str, object] | None = None
) -> None:
    record(by=by, at=at, deed=deed, subject_kind="group", subject_id=subject, node_id=group_id, data=dict(data or {}))


def create_group(
    *,
    id: UUID,
    name: str,
    kind: str,
    parent: Node,
    country: Country,
    formed_on: date,
    language: str,
    by: User,
    at: datetime,
    currency: str = "",
    place: Place | None = None,
    is_training: bool = False,
) -> SavingsGroup:
    """Form a group below a partner or organisation, with an empty book in its currency.

    The same id again returns the group as it stands. Raises: NotAllowed, NotInTheTree, UnknownCurrency.
    """
    require(user=by, deed="group.create", node_id=parent.id)
    if known := SavingsGroup.objects.filter(id=id).select_related("node").first():
        if known.node.name != name.strip():
            raise ConflictingId(f"The group {known.node.name} already has this id; give the new group another one.")
        return known
    with transaction.atomic():
        node = add_node(id=id, kind="group", name=name, parent=parent, by=by, at=at, country=country, place=place)
        organisation = _organisation_of(parent)
        book = open_book(id=id, currency=currency or country.currency, organisation_id=organisation, at=at)
        group = SavingsGroup.objects.create(
            id=id,
            node=node,
            book_id=id,
            organisation_id=organisation,
            kind=kind,
            currency=currency or country.currency,
            language=language,
            formed_on=formed_on,
            is_training=is_training,
        )
        _audit(id, "group.created", by, at, id, {"name": name, "kind": kind, "book": str(book or id)})
    return group


def _organisation_of(parent: Node) -> UUID:
    above = list(ancestors(node_id=parent.id))
    organisations = [node for node in above if node.kind == "organisation"]
    return (organisations or above)[-1].id


class NotWitnessed(ValueError):
    """A PIN that is replaced needs two other members as witnesses."""


def set_pin(*, membership: Membership, pin: str, by: User, at: datetime, witnesses: Sequence[Membership] = ()) -> None:
    """Give a member a PIN, or a new one when it is forgotten.

    Args: witnesses, members who saw that the member herself chose it; their ids stand in the trail.
    Raises: NotAPin, NotWitnessed, NotAllowed.
    """
    require(user=by, deed="group.update", node_id=membership.group_id)
    for witness in witnesses:
        if witness.group_id != membership.group_id or witness.id == membership.id:
            raise NotWitnessed("A witness is another member of the same group.")
    if len({witness.id for witness in witnesses}) != len(witnesses):
        raise NotWitnessed("The two witnesses must be two different members.")
    key = pin_key(pin=pin, member=membership.id)
    with transaction.atomic():
        membership.pin_key, membership.pin_failures, membership.pin_locked_until = key, 0, None
        membership.save(update_fields=["pin_key", "pin_failures", "pin_locked_until"])
        data = {"witnesses": [str(witness.id) for witness in witnesses]} if witnesses else {}
        _audit(membership.group_id, "member.pin_set", by, at, membership.id, data)


def give_office(*, membership: Membership, office: str, from_on: date, by: User, at: datetime) -> OfficeHeld:
    """Elect a member to an office; whoever held it before leaves it on that day (key-holders and counters stay)."""
    require(user=by, deed="group.update", node_id=membership.group_id)
    with transaction.atomic():
        held = OfficeHeld.objects.filter(membership=membership, office=office, until_on__isnull=True).first()
        if held:
            return held
        if office in ("chair", "record_keeper", "box_keeper"):
            OfficeHeld.objects.filter(
                membership__group_id=membership.group_id, office=office, until_on__isnull=True
            ).update(until_on=from_on)
        held = OfficeHeld.objects.create(membership=membership, office=office, from_on=from_on)
        _audit(membership.group_id, "office.given", by, at, membership.id, {"office": office})
    return held


def leave_office(*, held: OfficeHeld, until_on: date, by: User, at: datetime) -> None:
    """End an office from a day on."""
    require(user=by, deed="group.update", node_id=held.membership.group_id)
    with transaction.atomic():
        held.until_on = until_on
        held.save(update_fields=["until_on"])
        _audit(held.membership.group_id, "office.left", by, at, held.membership_id, {"office": held.office})


def adopt_constitution(
    *, id: UUID, group: SavingsGroup, rules: Mapping[str, Any], adopted_on: date, vote: Vote, by: User, at: datetime
) -> ConstitutionVersion:
    """Write down the rules that the members voted for; they are in force from that day.

    Raises: InvalidConstitution with every field; FrozenInMidCycle with the clauses that stand until the cycle closes;
    NotVoted when the vote does not carry; NotAllowed.
    """
    require(user=by, deed="constitution.change", node_id=group.id)
    if known := ConstitutionVersion.objects.filter(id=id).first():
        return known
    new = Constitution.from_json(dict(rules))
    if new.currency != group.currency:
        raise InvalidConstitution([("currency", f"is {new.currency}, but the group's book is in {group.currency}")])
    try:
        fingerprint(new.to_json())
    except NotCanonical as error:
        raise InvalidConstitution([("", f"The rules hold a number that is not whole: {error}")]) from None
    if vote.votes_for * 2 <= vote.cast:
        raise NotVoted(f"{vote.votes_for} of {vote.cast} voted for the rules; more than half of the votes are needed.")
    with transaction.atomic():
        last = ConstitutionVersion.objects.filter(group=group).order_by("-number").first()
        if last and adopted_on < last.adopted_on:
            raise NotVoted(f"Version {last.number} was adopted on {last.adopted_on}, after {adopted_on}.")
        if last:
            check_change(old=Constitution.from_json(last.rules), new=new, is_cycle_open=_has_begun(group))
        version = ConstitutionVersion.objects.create(
            id=id,
            group=group,
            number=(last.number if last else 0) + 1,
            adopted_on=adopted_on,
            votes_for=vote.votes_for,
            votes_against=vote.against,
            votes_abstained=vote.abstained,
            rules=new.to_json(),
        )
        _audit(group.id, "constitution.adopted", by, at, id, {"number": version.number})
    return version


def _has_begun(group: SavingsGroup) -> bool:
    """Whether members have saved in the open cycle on the strength of the rules: before that they may still change."""
    cycle = Cycle.objects.filter(group=group, closed_on__isnull=True).first()
    return cycle is not None and Meeting.objects.filter(cycle=cycle).exists()


def start_cycle(
    *, id: UUID, group: SavingsGroup, starts_on: date, end_planned_on: date, by: User, at: datetime
) -> Cycle:
    """Begin the next cycle. Raises: CycleOpen when the last one has not been closed."""
    require(user=by, deed="cycle.open", node_id=group.id)
    if known := Cycle.objects.filter(id=id).first():
        return known
    with transaction.atomic():
        if Cycle.objects.filter(group=group, closed_on__isnull=True).exists():
            raise CycleOpen("The group has an open cycle. Close it by its share-out first.")
        last = Cycle.objects.filter(group=group).order_by("-number").first()
        if last and last.closed_on and starts_on < last.closed_on:
            raise CycleOpen(
                f"The last cycle was closed on {last.closed_on}; the next one cannot start before that day."
            )
        cycle = Cycle.objects.create(
            id=id,
            group=group,
            number=(last.number if last else 0) + 1,
            starts_on=starts_on,
            end_planned_on=end_planned_on,
        )
        _audit(group.id, "cycle.started", by, at, id, {"number": cycle.number})
    return cycle
