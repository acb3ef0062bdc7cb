"""Which role may do which deeds, and which roles it may give. Whatever is not in these tables is not allowed."""

from __future__ import annotations

from typing import Final

from django.db import models


class Role(models.TextChoices):
    """What somebody is at a node, and below it."""

    ADMINISTRATOR = "administrator"
    PROGRAMME_OFFICER = "programme_officer"
    MONITORING = "monitoring"
    PARTNER_STAFF = "partner_staff"
    FACILITATOR = "facilitator"
    TREASURER = "treasurer"
    """A group's own record-keeper."""
    MEMBER = "member"
    AUDITOR = "auditor"
    SAFEGUARDING = "safeguarding"
    """The person named for it, to whom a story goes when somebody in it may come to harm."""


DEEDS: Final[dict[str, str]] = {
    "node.read": "see an organisation, its name and what stands below it",
    "node.create": "add an organisation, partner or network",
    "node.move": "move an organisation, partner, network or group",
    "group.read": "see a group with its members, meetings and money",
    "group.create": "form a group",
    "group.update": "change a group's name, place and members",
    "person.read": "see a person's particulars",
    "person.update": "change a person's particulars",
    "constitution.change": "change a group's rules",
    "cycle.open": "open a savings cycle",
    "meeting.record": "record a meeting",
    "meeting.correct": "correct a recorded meeting by a reversal",
    "quarantine.resolve": "decide about a meeting that was sent twice with different content",
    "loan.decide": "approve or refuse a loan in a group",
    "share_out.close": "close a cycle and divide the money",
    "device.enrol": "enrol a phone for a group, or stop one",
    "report.read": "see figures about groups, without names",
    "export.group": "take out a group's data",
    "export.facts": "take out figures of many groups",
    "import.data": "bring in data from files",
    "grant.read": "see who may do what",
    "grant.give": "give and revoke roles",
    "user.create": "add a user",
    "audit.read": "read the trail of who did what",
    "backup.make": "make and restore backups",
    "settings.change": "change the settings of an installation",
    "framework.change": "write what tellers of stories are asked",
    "round.change": "open, change and close a round of stories",
    "story.collect": "collect stories",
    "story.read_own": "read the stories that you collected yourself",
    "story.read": "read stories, with what could tell who told them covered",
    "story.read_personal": "read stories with everything that could tell who told them; each reading is written down",
    "story.moderate": "decide whether a story may be read by others",
    "story.annotate": "write a signed note beside a story",
    "story.translate": "put a translation beside a story",
    "story.export": "take stories out in a file",
    "pattern.read": "see the patterns of many stories, without the stories",
    "goal.change": "say of which stories there should be more, and of which fewer",
    "learning.read": "see what was made of stories: workshops, decisions, outcomes and what goes back to the tellers",
    "learning.write": "write down what is seen and understood in stories, and choose among them",
    "learning.decide": "decide what is done because of stories, and publish what was seen in them",
    "outcome.substantiate": "confirm or doubt an outcome that somebody else wrote down",
    "return.deliver": "bring back to the tellers what became of their stories, and write down that it was done",
    "indicator.change": "set targets and baselines, and enter figures of others with their source",
    "report.write": "write monthly and effect reports",
    "report.check": "check a report before it is approved",
    "report.approve": "approve and publish a report that somebody else checked",
    "safeguarding.receive": "receive the stories in which somebody may come to harm",
    "withdrawal.handle": "withdraw a story, or change what its teller allows, when the teller asks for it",
}
"""Every deed in words; a deed that is missing here cannot be asked for."""

_MEMBER: Final = frozenset({"node.read", "group.read"})
_TREASURER: Final = _MEMBER | {
    "group.update",
    "person.read",
    "person.update",
    "cycle.open",
    "meeting.record",
    "meeting.correct",
    "loan.decide",
    "share_out.close",
    "export.group",
    "report.read",
}
_FACILITATOR: Final = _TREASURER | {
    "group.create",
    "constitution.change",
    "device.enrol",
    "story.collect",
    "story.read_own",
    "story.translate",
    "learning.read",
    "return.deliver",
}
_AUDITOR: Final = frozenset(
    {
        "node.read",
        "group.read",
        "person.read",
        "report.read",
        "export.group",
        "export.facts",
        "pattern.read",
        "learning.read",
    }
)
_MONITORING: Final = _AUDITOR | {
    "story.read",
    "story.read_personal",
    "story.annotate",
    "story.export",
    "goal.change",
    "learning.write",
    "outcome.substantiate",
    "indicator.change",
    "report.write",
    "report.check",
}
_PARTNER_STAFF: Final = _MONITORING | {
    "node.create",
    "group.create",
    "group.update",
    "person.update",
    "constitution.change",
    "quarantine.resolve",
    "device.enrol",
    "import.data",
    "grant.read",
    "grant.give",
    "user.create",
    "round.change",
    "story.collect",
    "story.moderate",
    "story.translate",
    "withdrawal.handle",
    "learning.decide",
    "return.deliver",
}
_PROGRAMME_OFFICER: Final = _PARTNER_STAFF | {"node.move", "audit.read", "framework.change", "report.approve"}
_NOT_THE_ADMINISTRATORS: Final = {
    # a group's money is the group's own
    "meeting.record",
    "meeting.correct",
    "loan.decide",
    "share_out.close",
    # whoever runs the installation need not know who told what
    "story.read_own",
    "story.read_personal",
    "story.moderate",
    "safeguarding.receive",
}

PERMISSIONS: Final[dict[str, frozenset[str]]] = {
    Role.ADMINISTRATOR: frozenset(DEEDS) - _NOT_THE_ADMINISTRATORS,
    Role.PROGRAMME_OFFICER: _PROGRAMME_OFFICER,
    Role.MONITORING: _MONITORING,
    Role.PARTNER_STAFF: _PARTNER_STAFF,
    Role.FACILITATOR: _FACILITATOR,
    Role.TREASURER: _TREASURER,
    Role.MEMBER: _MEMBER,
    Role.AUDITOR: _AUDITOR | {"grant.read", "audit.read"},
    Role.SAFEGUARDING: frozenset({"node.read", "safeguarding.receive", "withdrawal.handle"}),
}
"""What each role may do. The office decides nothing about a group's money: that is the group's own."""

GIVES: Final[dict[str, frozenset[str]]] = {
    Role.ADMINISTRATOR: frozenset(Role.values),
    Role.PROGRAMME_OFFICER: frozenset(
        {Role.MONITORING, Role.PARTNER_STAFF, Role.FACILITATOR, Role.TREASURER, Role.MEMBER}
    ),
    Role.PARTNER_STAFF: frozenset({Role.FACILITATOR, Role.TREASURER, Role.MEMBER}),
}
"""Which roles a role may give and revoke. Nobody but an administrator gives a role of its own rank."""


class UnknownDeed(ValueError):
    """A deed that is not in the table was asked for: a mistake in the program, never a user's."""


def roles_with(deed: str) -> list[str]:
    """The roles that may do a deed. Raises: UnknownDeed."""
    if deed not in DEEDS:
        raise UnknownDeed(f"{deed!r} is not in the table of deeds in access/roles.py.")
    return sorted(role for role, deeds in PERMISSIONS.items() if deed in deeds)
