"""What the rows of learning are called in the reader's language, and what is said when a deed is refused."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from egenmakt.apps.learning.models import (
    Cluster,
    Decision,
    Delivery,
    FollowUp,
    Idea,
    Interpretation,
    Observation,
    Outcome,
    Selection,
    Substantiation,
)
from egenmakt.apps.learning.services.common import NotReachable, NotTogether, ReasonMissing
from egenmakt.apps.learning.services.harvesting import NotATime, OwnOutcome
from egenmakt.apps.learning.services.observing import NotCompeting, NotOurPage
from egenmakt.apps.learning.services.returning import NotForAll, TooFew
from egenmakt.apps.learning.services.selecting import AlreadySaid, NotACandidate
from egenmakt.apps.people.models import Node

KINDS: Final[dict[str, Any]] = {
    "rights_holders": _("Rights-holders"),
    "leaders": _("Leaders of groups"),
    "facilitators": _("Facilitators"),
    "partner": _("The partner organisation"),
    "staff": _("Staff of the organisation"),
    "duty_bearers": _("Duty-bearers"),
    "others": _("Others"),
}
STRENGTHS: Final[dict[int, Any]] = {
    Observation.Strength.WEAK.value: _("Weak: it could be chance"),
    Observation.Strength.MEDIUM.value: _("Medium"),
    Observation.Strength.STRONG.value: _("Strong: nobody in the room doubts it"),
}
CLUSTERS: Final[dict[str, Any]] = {
    Cluster.Kind.THEME.value: _("Theme"),
    Cluster.Kind.PERSPECTIVE.value: _("Perspective"),
}
FOLLOW_UPS: Final[dict[str, Any]] = {
    FollowUp.Outcome.UNDER_WAY.value: _("Under way"),
    FollowUp.Outcome.DONE.value: _("Done"),
    FollowUp.Outcome.DROPPED.value: _("Dropped"),
}
STATES: Final[dict[str, tuple[Any, str]]] = {
    Decision.State.OPEN.value: (_("Open"), "info"),
    Decision.State.DONE.value: (_("Done"), "success"),
    Decision.State.DROPPED.value: (_("Dropped"), "neutral"),
}
VERDICTS: Final[dict[str, tuple[Any, str]]] = {
    "": (_("Not substantiated yet"), "neutral"),
    Substantiation.Verdict.CONFIRMED.value: (_("Confirmed"), "success"),
    Substantiation.Verdict.PARTLY.value: (_("Confirmed in part"), "warning"),
    Substantiation.Verdict.NOT_CONFIRMED.value: (_("Could not be confirmed"), "error"),
}
LEVELS: Final[dict[str, Any]] = {
    Node.Kind.GROUP.value: _("Group"),
    Node.Kind.PARTNER.value: _("Partner"),
    Node.Kind.ORGANISATION.value: _("Organisation"),
    Node.Kind.NETWORK.value: _("Network"),
}
HOW: Final[dict[str, Any]] = {
    Delivery.How.READ_ALOUD.value: _("Read aloud"),
    Delivery.How.PRINTED.value: _("Given on paper"),
    Delivery.How.SENT.value: _("Sent"),
    Delivery.How.PLAYED.value: _("Played as a recording"),
}
THINGS: Final[dict[type, Any]] = {
    Observation: _("Observation"),
    Interpretation: _("Interpretation"),
    Cluster: _("Put together"),
    Idea: _("Idea"),
    Decision: _("Decision"),
    Outcome: _("Outcome"),
    Selection: _("Selection"),
}

REFUSALS: Final[dict[type[Exception], Any]] = {
    NotReachable: _("One of the stories may not be read or learnt from. Choose among those that you see."),
    NotTogether: _("These do not belong together: choose among what stands on this page."),
    ReasonMissing: _("Something is missing: say it in words, and say what it stands on."),
    NotOurPage: _("The reference is the address of a page here; it begins with one slash."),
    NotCompeting: _(
        "An observation needs two interpretations that compete and differ in words, or a reason why there is only one."
    ),
    NotATime: _("Write when as a year, a month or a day: 2026, 2026-03 or 2026-03-14."),
    OwnOutcome: _("Somebody else than who wrote it down finds out whether it is so."),
    NotACandidate: _("Choose one of the stories that were brought here."),
    AlreadySaid: _("The choice has been told to a level below. Begin a new selection instead."),
    TooFew: _("So few people told here that a page would point at them. Make one for the whole round."),
    NotForAll: _("A story goes back only when its teller opened it to anyone and its names are covered."),
}
"""Why a deed was refused -> the sentence for it; tests compare it with what the services raise."""
