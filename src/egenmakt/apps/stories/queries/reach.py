"""Which stories somebody may read: by role and place, by what the teller chose, and never one that is flagged."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet

from egenmakt.apps.access.models import Grant, User
from egenmakt.apps.access.queries import AnyUser, NotAllowed
from egenmakt.apps.access.roles import DEEDS, PERMISSIONS, roles_with
from egenmakt.apps.people.models import Node, NodeAncestor
from egenmakt.apps.stories.models import RoundFacilitator, Story
from egenmakt.core.signification.consent import PURPOSES, VISIBILITIES

READERS = {"team": "keep", "partner": "partner", "organisation": "learn", "anyone": "public_text"}
"""Each circle of readers, and the purpose that its reading serves; a test compares it with core."""

_CIRCLE = {
    Node.Kind.NETWORK: "anyone",
    Node.Kind.ORGANISATION: "organisation",
    Node.Kind.PARTNER: "partner",
    Node.Kind.GROUP: "partner",
}
"""By where a role is held: the circle of readers that its holder belongs to, for stories further down."""


def _grants(user: AnyUser) -> list[Grant]:
    if not user.is_active or not isinstance(user, User):
        return []
    return list(Grant.objects.filter(user=user, revoked_at__isnull=True).select_related("node"))


def _below(node_id: UUID) -> QuerySet[NodeAncestor, UUID]:
    return NodeAncestor.objects.filter(ancestor_id=node_id).values_list("node_id", flat=True)


def _of_circle(circle: str) -> Q:
    """What a circle may read: the teller let it, and allows what it reads for. The same as `Consent.may_be_read_by`."""
    serves = READERS[circle]
    reached = Q(visibility__in=VISIBILITIES[VISIBILITIES.index(circle) :])
    return reached if serves == "keep" else reached & Q(**{f"may_{serves}": True})


def _seen_by(grant: Grant) -> Q:
    """What the teller's choice of readers leaves for one role.

    Whoever decides about stories at the round's own node belongs to its team, beside whoever collected them; others
    with a role there, or at a partner above, to the partner.
    """
    here = "team" if "story.moderate" in PERMISSIONS[grant.role] else "partner"
    below = Q(node_id__in=_below(grant.node_id)) & _of_circle(_CIRCLE[Node.Kind(grant.node.kind)])
    return below | (Q(node_id=grant.node_id) & _of_circle(here))


def _own(user: User) -> Q:
    rounds = RoundFacilitator.objects.filter(user=user, ended_at__isnull=True).values("round_id")
    return Q(round_id__in=rounds) & (Q(facilitator=user.id) | Q(received_by=user.id))


def reach_of(*, user: AnyUser, deed: str = "story.read") -> Q:
    """The condition of the stories with which a user may do a deed; flagged ones are left out by whoever asks.

    Whoever only collects reaches what she collected herself, in rounds where she still collects. Without a role that
    decides about stories, those that wait or were set aside are not reached.
    """
    reached = Q(pk__in=[])
    for grant in _grants(user):
        deeds = PERMISSIONS[grant.role]
        if "story.read_own" in deeds and deed in (*deeds, "story.read") and isinstance(user, User):
            reached |= Q(node_id__in=_below(grant.node_id)) & _own(user)
        if deed in deeds and "story.read" in deeds:
            state = Q() if "story.moderate" in deeds else Q(state="approved")
            reached |= _seen_by(grant) & state
    return reached


def stories_reached(*, user: AnyUser, deed: str = "story.read") -> QuerySet[Story]:
    """The stories with which a user may do a deed. Flagged ones are never among them. Two queries, one of them lazy."""
    return Story.objects.filter(reach_of(user=user, deed=deed), is_flagged=False)


def circles_at(*, user: AnyUser, node_id: UUID) -> frozenset[str]:
    """The circles of readers that a user belongs to for stories of a body, names and all."""
    above = set(NodeAncestor.objects.filter(node_id=node_id).values_list("ancestor_id", flat=True))
    found = set()
    for grant in _grants(user):
        deeds = PERMISSIONS[grant.role]
        if grant.node_id in above and "story.read_personal" in deeds:
            is_team = grant.node_id == node_id and "story.moderate" in deeds
            here = "partner" if grant.node_id == node_id else _CIRCLE[Node.Kind(grant.node.kind)]
            found.add("team" if is_team else here)
    return frozenset(found)


def require_story(*, user: AnyUser, deed: str, story: Story) -> None:
    """Go on only if the user may do the deed with the story, as it is now. Raises: NotAllowed."""
    roles_with(deed)  # a misspelt deed is a mistake in the program
    if not stories_reached(user=user, deed=deed).filter(id=story.id).exists():
        raise NotAllowed(f"You may not {DEEDS[deed]} here. Ask the one who gives the roles in your organisation.")


def with_purpose(stories: QuerySet[Story], purpose: str) -> QuerySet[Story]:
    """Those whose tellers allow a purpose now. Raises: ValueError for one that does not exist."""
    if purpose not in PURPOSES or purpose == "keep":
        raise ValueError(f"{purpose!r} is no purpose; there are {', '.join(PURPOSES)}.")
    return stories.filter(**{f"may_{purpose}": True})
