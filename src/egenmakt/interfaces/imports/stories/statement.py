"""What the one who brings stories in must state, because no file tells it: consent, voice, and who collected."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from egenmakt.interfaces.imports.stories.framework import PURPOSES
from egenmakt.interfaces.imports.stories.mapping import ROLES

COLLECTED_BY = ("self", "facilitator", "paper")
VISIBILITIES = ("team", "partner", "organisation", "anyone")
DOCUMENTED_MAX = 500


class NotStated(ValueError):
    """Something that must be stated is not. It names everything that is missing."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__(" ".join(problems))


@dataclass(frozen=True, slots=True)
class Statement:
    """What is stated for a whole file. It checks itself.

    The consent is the one under which the stories were given, outside this system: its purposes, and where it is
    documented, so that somebody can look it up.
    """

    documented: str
    """Where the consent is documented: a register, a folder, a report with its page."""
    purposes: frozenset[str]
    visibility: str
    role: str = ""
    """Whose voice, where no column says it."""
    collected_by: str = ""
    facilitator: UUID | None = None
    """Who collected them, where one person did; a column of the file goes first."""
    language: str = ""
    """Of the stories, where no column says it."""
    group: UUID | None = None
    mode: str = "real"
    said: tuple[str, ...] = field(default=("role", "language"))
    """What a column does not say, and must be stated."""

    def __post_init__(self) -> None:
        problems = []
        if not self.documented.strip():
            problems.append(_("Say where the consent is documented under which the stories were given."))
        elif len(self.documented) > DOCUMENTED_MAX:
            problems.append(_("Say in at most %(most)s characters where it is documented.") % {"most": DOCUMENTED_MAX})
        if "keep" not in self.purposes:
            problems.append(_("Without consent to keep the stories nothing can be brought in."))
        unknown = sorted(self.purposes - set(PURPOSES))
        if unknown:
            text = _("%(given)s is none of the purposes: %(names)s.")
            problems.append(text % {"given": ", ".join(unknown), "names": ", ".join(PURPOSES)})
        for value, names, sentence in (
            (self.visibility, VISIBILITIES, _("Say who may read the stories: %(names)s.")),
            (self.collected_by, COLLECTED_BY, _("Say how the stories were collected: %(names)s.")),
            (self.mode, ("real", "test"), _("The mode is one of %(names)s.")),
        ):
            if value not in names:
                problems.append(sentence % {"names": ", ".join(names)})
        if ("role" in self.said or self.role) and self.role not in ROLES:
            text = _("No column says whose voices these are. State one of: %(names)s.")
            problems.append(text % {"names": ", ".join(ROLES)})
        if "language" in self.said and not self.language:
            problems.append(_("No column says in which language the stories are. State it, such as sw."))
        if problems:
            raise NotStated(problems)


@dataclass(frozen=True, slots=True)
class Target:
    """The round that the stories are brought into, as far as reading a file needs to know it."""

    round: UUID
    framework: UUID
    framework_version: int
    starts_on: date | None = None
    until_on: date | None = None
    """The day from which no story is collected any more."""
