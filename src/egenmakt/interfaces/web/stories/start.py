"""The beginning of a telling: what the server decided then, signed, so that it comes back with every page unchanged.

Nothing of a story is kept before its teller has agreed to it. So the story travels in the page, and with it this:
the id that the story will have, the code on its slip, and when the telling began and ended by the server's clock.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from django.core import signing

SALT: Final = "egenmakt.stories.start"
LASTS: Final = timedelta(days=14)


class StaleStart(ValueError):
    """The page is older than it may be, or what it brought back is not what we gave it."""


@dataclass(frozen=True, slots=True)
class Start:
    """One telling. Sending its last page twice gives the same story twice, letter by letter."""

    story: str
    round: str
    code: str
    """The withdrawal code on the slip; "" in a draft, where it must not lie in plain sight."""
    teller: str
    """The key of the teller, which names nobody."""
    mode: str
    by: str
    """Who writes the story down: self, facilitator or paper."""
    facilitator: str = ""
    started_at: str = ""
    finished_at: str = ""
    is_first: bool = True
    """Whether it is the teller's first story: only then the questions about the teller are asked."""
    role: str = ""
    """The teller's voice, once it is known from an earlier story."""
    draft: str = ""
    """The code by which a draft of it was saved, so that it goes when the story is there."""

    def signed(self) -> str:
        """As text for a hidden field. Anybody may read it, nobody can change it."""
        return signing.dumps(asdict(self), salt=SALT, compress=True)

    def finished(self, at: datetime) -> Start:
        """The questions are answered; it is said once, so that sending again says the same."""
        return self if self.finished_at else replace(self, finished_at=instant(at))


def read_start(text: str) -> Start:
    """The beginning that a page brought back. Raises: StaleStart."""
    try:
        found: dict[str, Any] = signing.loads(text, salt=SALT, max_age=LASTS)
        return Start(**found)
    except (signing.BadSignature, TypeError) as problem:
        raise StaleStart("This page is too old, or was changed on its way.") from problem


def instant(at: datetime) -> str:
    """A moment as it stands in a story's document, to the second."""
    return at.replace(microsecond=0).isoformat().replace("+00:00", "Z")
