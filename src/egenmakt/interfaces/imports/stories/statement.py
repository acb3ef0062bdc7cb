"""What the one who brings stories in must state, because no file tells it: consent, voice, who collected, and when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from egenmakt.core.signification.consent import DOCUMENTED_MAX, GUARDIANS, PURPOSES, VISIBILITIES
from egenmakt.core.signification.story import COLLECTED_BY, MODES, ROLES

TO_BE_STATED = ("role", "language", "collected_on", "facilitator")
"""What a column may say; what none says must be stated."""


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
    collected_on: date | None = None
    """The day on which they were collected, where no column says it."""
    language: str = ""
    """Of the stories, where no column says it."""
    guardian: str = ""
    """Who agreed for tellers who are children, beside the child: parent, guardian, carer. "" where nobody did."""
    prompt: str = ""
    """The prompt that was answered, where there are several and no column says which."""
    group: UUID | None = None
    mode: str = "real"
    has_files: bool = False
    """Whether photos and voices came with the table, so that consent to keep them can be stated."""
    missing: tuple[str, ...] = TO_BE_STATED
    """What no column says."""

    def __post_init__(self) -> None:
        problems = [*_about_consent(self), *_about_telling(self)]
        if problems:
            raise NotStated(problems)


def _about_consent(statement: Statement) -> Iterator[str]:
    if not statement.documented.strip():
        yield _("Say where the consent is documented under which the stories were given.")
    elif len(statement.documented) > DOCUMENTED_MAX:
        yield _("Say in at most %(most)s characters where it is documented.") % {"most": DOCUMENTED_MAX}
    if "keep" not in statement.purposes:
        yield _("Without consent to keep the stories nothing can be brought in.")
    for purpose in sorted(statement.purposes):
        if purpose not in PURPOSES:
            text = _("%(given)s is none of the purposes: %(names)s.")
            yield text % {"given": purpose, "names": ", ".join(PURPOSES)}
        elif PURPOSES[purpose].attachment and not statement.has_files:
            yield _("No photos and voices came with the table, so there is no consent to state for them.")
        elif lacking := sorted(set(PURPOSES[purpose].needs) - statement.purposes):
            text = _("Consent to %(purpose)s needs consent to %(needed)s.")
            yield text % {"purpose": purpose, "needed": ", ".join(lacking)}
    if statement.guardian not in ("", *GUARDIANS):
        yield _("Who agreed for a child is one of: %(names)s.") % {"names": ", ".join(GUARDIANS)}


def _about_telling(statement: Statement) -> Iterator[str]:
    for value, names, sentence in (
        (statement.visibility, VISIBILITIES, _("Say who may read the stories: %(names)s.")),
        (statement.collected_by, COLLECTED_BY, _("Say how the stories were collected: %(names)s.")),
        (statement.mode, MODES, _("The mode is one of %(names)s.")),
    ):
        if value not in names:
            yield sentence % {"names": ", ".join(names)}
    if ("role" in statement.missing or statement.role) and statement.role not in ROLES:
        text = _("No column says whose voices these are. State one of: %(names)s.")
        yield text % {"names": ", ".join(ROLES)}
    if "language" in statement.missing and not statement.language:
        yield _("No column says in which language the stories are. State it, such as sw.")
    if "collected_on" in statement.missing and statement.collected_on is None:
        yield _("No column says on which day the stories were collected. State a day.")
    if "facilitator" in statement.missing and statement.collected_by == "facilitator" and not statement.facilitator:
        yield _("A facilitator collected the stories, but nothing says who. Name the facilitator.")


@dataclass(frozen=True, slots=True)
class Target:
    """The round that the stories are brought into, as far as reading a file needs to know it."""

    round: UUID
    starts_on: date | None = None
    until_on: date | None = None
    """The day from which no story is collected any more."""
    groups: Mapping[str, tuple[str, ...]] | None = None
    """The ids of the groups there by their names, folded; None where there is no database to know any."""
