"""What waits for whom: counts on the home page and in the tabs above the pages about stories."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from egenmakt.apps.access.queries import AnyUser, roles_anywhere
from egenmakt.apps.access.roles import PERMISSIONS
from egenmakt.apps.stories.queries.listing import arrivals_waiting
from egenmakt.apps.stories.queries.stories import moderation_queue, recipients_to_tell, safeguarding_queue
from egenmakt.interfaces.web import formats
from egenmakt.interfaces.web.parts import Tab

COUNTED_MAX: Final = 1000
"""More than so many are "more than 1,000": counting goes no further."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One kind of thing that waits, where it stands, and how many there are."""

    name: str
    url: str
    count: int

    @property
    def count_text(self) -> str:
        """The number, or that there are more than can be counted quickly."""
        if self.count > COUNTED_MAX:
            return _("more than %(count)s") % {"count": formats.number_text(COUNTED_MAX)}
        return formats.number_text(self.count)


KINDS: Final[tuple[tuple[str, Any, str, Callable[..., QuerySet[Any]]], ...]] = (
    ("safeguarding.receive", gettext_lazy("Somebody may come to harm"), "story_safeguarding", safeguarding_queue),
    ("story.moderate", gettext_lazy("Stories to look at"), "story_moderation", moderation_queue),
    ("quarantine.resolve", gettext_lazy("Stories in conflict"), "story_arrivals", arrivals_waiting),
    ("withdrawal.handle", gettext_lazy("Recipients to tell"), "story_recipients", recipients_to_tell),
)
"""The deed that acts on it, its name, its page, and the query; in the order of how much it hurries."""


def deeds_anywhere(user: AnyUser) -> frozenset[str]:
    """Everything that a user may do at one place or another."""
    return frozenset(deed for role in roles_anywhere(user=user) for deed in PERMISSIONS[role])


def waiting_for(user: AnyUser) -> list[Waiting]:
    """What waits for this user, of each kind that her roles act on."""
    deeds = deeds_anywhere(user)
    return [
        Waiting(str(name), reverse(page), query(user=user)[: COUNTED_MAX + 1].count())
        for deed, name, page, query in KINDS
        if deed in deeds
    ]


def story_tabs(request: HttpRequest) -> list[Tab]:
    """The pages about stories that this reader has something to do with, each with how much waits there."""
    deeds = deeds_anywhere(request.user)
    tabs = []
    if deeds & {"story.read", "story.read_own"}:
        tabs.append(Tab(_("Stories"), reverse("stories")))
    if deeds & {"story.read", "story.read_own", "pattern.read"}:
        tabs.append(Tab(_("Rounds"), reverse("story_rounds")))
    for each in waiting_for(request.user):
        tabs.append(Tab(f"{each.name} ({each.count_text})" if each.count else each.name, each.url))
    if "withdrawal.handle" in deeds:
        tabs.append(Tab(_("What is erased when"), reverse("story_retention")))
    return tabs
