"""What waits for whom: counts on the home page and in the tabs above the pages about stories."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from egenmakt.apps.access.queries import AnyUser, roles_anywhere
from egenmakt.apps.access.roles import PERMISSIONS
from egenmakt.apps.groups.queries.listing import documents_waiting
from egenmakt.apps.learning.queries.workshops import decisions_of
from egenmakt.apps.stories.queries.listing import arrivals_waiting
from egenmakt.apps.stories.queries.rounds import rounds_to_collect_in
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


def _collecting(*, user: AnyUser) -> QuerySet[Any]:
    return rounds_to_collect_in(user=user, at=timezone.now())


KINDS: Final[tuple[tuple[str, Any, str, Callable[..., QuerySet[Any]]], ...]] = (
    ("safeguarding.receive", gettext_lazy("Somebody may come to harm"), "story_safeguarding", safeguarding_queue),
    ("story.moderate", gettext_lazy("Stories to look at"), "story_moderation", moderation_queue),
    ("quarantine.resolve", gettext_lazy("Stories in conflict"), "story_arrivals", arrivals_waiting),
    ("withdrawal.handle", gettext_lazy("Recipients to tell"), "story_recipients", recipients_to_tell),
)
"""The deed that acts on it, its name, its page, and the query; in the order of how much it hurries."""
BESIDE_STORIES: Final[tuple[tuple[str, Any, str, Callable[..., QuerySet[Any]]], ...]] = (
    ("quarantine.resolve", gettext_lazy("Meetings in conflict"), "groups", documents_waiting),
    ("story.collect", gettext_lazy("Rounds in which you collect now"), "story_rounds", _collecting),
    ("learning.decide", gettext_lazy("Open decisions"), "learning_decisions", decisions_of),
)
"""What the first page shows too."""


def deeds_anywhere(user: AnyUser) -> frozenset[str]:
    """Everything that a user may do at one place or another."""
    return frozenset(deed for role in roles_anywhere(user=user) for deed in PERMISSIONS[role])


def waiting_for(user: AnyUser, *, is_all: bool = False) -> list[Waiting]:
    """What waits for this user, of each kind that her roles act on; is_all: not only among stories."""
    deeds = deeds_anywhere(user)
    return [
        Waiting(str(name), reverse(page), query(user=user)[: COUNTED_MAX + 1].count())
        for deed, name, page, query in (*KINDS, *(BESIDE_STORIES if is_all else ()))
        if deed in deeds
    ]


LINKS: Final[tuple[tuple[frozenset[str], Any, str], ...]] = (
    (frozenset({"story.read", "story.read_own"}), gettext_lazy("Read stories"), "stories"),
    (
        frozenset({"story.read", "story.read_own", "story.collect", "pattern.read", "round.change"}),
        gettext_lazy("Rounds of stories"),
        "story_rounds",
    ),
    (frozenset({"pattern.read"}), gettext_lazy("Patterns: what many stories say together"), "patterns"),
    (frozenset({"learning.read"}), gettext_lazy("Learning: workshops, decisions, and what goes back"), "learning"),
    (frozenset({"framework.change"}), gettext_lazy("What is asked in the rounds"), "story_frameworks"),
)
"""Any of the deeds that a page is for, its name, and the page."""


@dataclass(frozen=True, slots=True)
class Link:
    """A page about stories that is of use to the reader."""

    text: str
    url: str


def story_links(user: AnyUser) -> list[Link]:
    """The pages about stories on which a user finds something; none for who only keeps a group's book."""
    deeds = deeds_anywhere(user)
    return [Link(str(text), reverse(page)) for needed, text, page in LINKS if needed & deeds]


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
