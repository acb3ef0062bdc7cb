"""The tables of facts in words: what their rows are, and their columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = Mapping[str, Promise]

TABLES: Final[Words] = {
    "groups": _("A group, from the day it was formed until it was closed."),
    "members": _("A person in a group, from joining until leaving. The age is that at joining."),
    "meetings": _("A meeting with a roll call: how many members it had, and how many of them came."),
    "money": _("What a group's book moved on a day, summed by what it was for."),
    "loans": _("An open loan to a member on the last day of a month: what is owed, and how late it is."),
    "survival": _("A group that was left by its partner: whether it met again so many months afterwards."),
    "stories": _("A kind of change that a teller chose for a story; a story with several kinds has several rows."),
    "outside": _("A figure that somebody else counted, with its source."),
}
COLUMNS: Final[Words] = {
    "group": _("Group"),
    "country": _("Country"),
    "partner": _("Partner"),
    "group_kind": _("Kind of group"),
    "formed_on": _("Formed"),
    "support_ended_on": _("Support ended"),
    "closed_on": _("Closed"),
    "member": _("Member"),
    "sex": _("Sex"),
    "age_band": _("Age when joining"),
    "disability": _("Disability"),
    "joined_on": _("Joined"),
    "left_on": _("Left"),
    "status": _("State"),
    "meeting": _("Meeting"),
    "held_on": _("Held"),
    "present": _("Present"),
    "active": _("Members"),
    "after_support": _("After the support"),
    "on": _("Day"),
    "what": _("For what"),
    "currency": _("Currency"),
    "amount_minor": _("Amount in the smallest unit"),
    "loan": _("Loan"),
    "outstanding_minor": _("Owed, in the smallest unit"),
    "days_late": _("Days late"),
    "rescheduled": _("Plan was changed"),
    "months": _("Months"),
    "known_on": _("Known from"),
    "met": _("Met again"),
    "story": _("Story"),
    "voice": _("Who told it"),
    "round": _("Round"),
    "kind": _("Kind of change"),
    "direction": _("For better or worse"),
    "area": _("Area of change"),
    "told_on": _("Told"),
    "by_teller": _("Answered alone"),
    "indicator": _("Indicator"),
    "from_on": _("From"),
    "until_on": _("Until, not included"),
    "value": _("Value"),
    "of": _("The whole"),
    "source": _("Source"),
}
