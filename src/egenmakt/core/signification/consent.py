"""What the teller agreed to, purpose by purpose, and who may read the story."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from egenmakt.core.signification.problems import Problem, problem
from egenmakt.core.signification.reading import Reading
from egenmakt.core.words import _


@dataclass(frozen=True, slots=True)
class Purpose:
    """One thing that a teller may agree to, what else that needs, and the kind of attachment it is about."""

    name: str
    words: str
    needs: tuple[str, ...] = ()
    attachment: str = ""


PURPOSES: Final[dict[str, Purpose]] = {
    each.name: each
    for each in (
        Purpose("keep", _("The story is kept.")),
        Purpose("learn", _("The organisation learns from it."), ("keep",)),
        Purpose("partner", _("The local partner organisation reads it."), ("keep",)),
        Purpose("donor", _("Those who give money read it."), ("keep",)),
        Purpose("public_text", _("Its text may be published, without names."), ("keep", "learn")),
        Purpose("photo", _("The photo is kept with it."), ("keep",), "photo"),
        Purpose("voice", _("The recording of the voice is kept with it."), ("keep",), "audio"),
        Purpose("machine_translation", _("A machine may translate it."), ("keep",)),
    )
}
"""In the order in which they are asked."""

DOCUMENTED: Final = "documented"
"""Given outside this system, to another text: whoever brings the story in says where it is written down."""
GIVEN: Final = ("tapped", "spoken", "written", DOCUMENTED)
DOCUMENTED_MAX: Final = 500
GUARDIANS: Final = ("parent", "guardian", "carer")
VISIBILITIES: Final = ("team", "partner", "organisation", "anyone")
"""Who may read the story in the teller's own words, from the fewest to the most. Its answers are counted anyway."""

_READERS: Final[dict[str, str]] = {
    "team": "keep",
    "partner": "partner",
    "organisation": "learn",
    "anyone": "public_text",
}
"""Each circle of readers, and the purpose that its reading serves."""


@dataclass(frozen=True, slots=True)
class MinorConsent:
    """For a child: which grown-up agreed, and that the child itself agreed too. Nobody is named."""

    given_by: str
    assent: bool


@dataclass(frozen=True, slots=True)
class Consent:
    """One consent: to which version of the text, in which language, how given, who asked, and to what."""

    version: str
    language: str
    given: str
    asked_by: str
    """`self`, or the id of whoever asked."""
    purposes: Mapping[str, bool]
    minor: MinorConsent | None
    visibility: str
    documented: str = ""
    """Where a consent that was given elsewhere is written down."""

    def __post_init__(self) -> None:
        if set(self.purposes) != set(PURPOSES):
            raise ValueError("A consent says yes or no to each purpose.")
        if self.visibility not in VISIBILITIES:
            raise ValueError(f"{self.visibility!r} is not one of {', '.join(VISIBILITIES)}.")
        if bool(self.documented) != (self.given == DOCUMENTED):
            raise ValueError("A consent says where it is documented exactly when it was given elsewhere.")

    def allows(self, purpose: str) -> bool:
        """Whether the teller agreed to a purpose and to everything that it needs."""
        needed = (purpose, *PURPOSES[purpose].needs)
        return all(self.purposes[each] for each in needed) and (self.minor is None or self.minor.assent)

    def may_be_read_by(self, readers: str) -> bool:
        """Whether a circle of readers may read the text: the teller let them, and agreed to what they read it for."""
        reach = VISIBILITIES.index(self.visibility) >= VISIBILITIES.index(readers)
        return reach and self.allows(_READERS[readers])


def narrower(one: Consent, other: Consent) -> Consent:
    """What both consents allow: the safe reading when two were given at the same moment."""
    rank = min(VISIBILITIES.index(one.visibility), VISIBILITIES.index(other.visibility))
    minors = [each.minor for each in (one, other) if each.minor]
    return replace(
        one,
        purposes={name: one.purposes[name] and other.purposes[name] for name in PURPOSES},
        # a child that did not agree in one of them did not agree
        minor=min(minors, key=lambda minor: minor.assent, default=None),
        visibility=VISIBILITIES[rank],
    )


def latest(given: Iterable[tuple[datetime, Consent]]) -> Consent:
    """The consent that holds: the last one given. Of several at the same moment, only what all of them allow.

    A later consent replaces the earlier one whole; without `keep` it is a withdrawal.
    """
    ordered = sorted(given, key=lambda each: each[0])
    if not ordered:
        raise ValueError("There is no consent to choose from.")
    at, consent = ordered[-1]
    for other_at, other in ordered[:-1]:
        if other_at == at:
            consent = narrower(consent, other)
    return consent


_HARMLESS: Final[dict[str, object]] = {
    "version": "",
    "language": "en",
    "given": "written",
    "asked_by": "self",
    "purposes": dict.fromkeys(PURPOSES, False),
    "minor": None,
    "visibility": "team",
}
"""Stands in for a field that is missing; it allows nothing."""


def keeps(document: object) -> bool:
    """Whether a story document, however broken otherwise, says that it may be kept. Anything unclear is a no."""
    consent = document.get("consent") if isinstance(document, Mapping) else None
    if not isinstance(consent, Mapping):
        return False
    purposes, minor = consent.get("purposes"), consent.get("minor")
    if minor is not None and not (isinstance(minor, Mapping) and minor.get("assent") is True):
        return False
    return isinstance(purposes, Mapping) and purposes.get("keep") is True


def consent_to_nothing(version: str) -> dict[str, object]:
    """The consent, as JSON, of someone who was not asked."""
    return {**_HARMLESS, "version": version}


def read_consent(reading: Reading, value: object, where: str, *, version: str, asked: Sequence[str]) -> Consent:
    """A consent as it stands in a story, given to a version of the text that asked for these purposes.

    One that was given elsewhere, and is documented there, was not given to our text: it names no version of it.
    Where something was noted, what is returned allows no more than what could be read.
    """
    fields = reading.fields(value, where, required=tuple(_HARMLESS), optional=("documented",))
    given = {**_HARMLESS, "version": version, **fields}
    documented = ""
    if given["given"] == DOCUMENTED:
        version, asked = DOCUMENTED, tuple(PURPOSES)
        if "documented" in given:
            documented = reading.text(given["documented"], f"{where}/documented", most=DOCUMENTED_MAX)
        else:
            reading.note("missing", where, field="documented")
        documented = documented or "-"  # a stand-in: the problem was noted
    elif "documented" in given:
        reading.note("unknown_field", where, field="documented")
    if given["version"] != version:
        reading.note("other_consent_version", f"{where}/version", given=given["version"], expected=version)
    asked_by = given["asked_by"]
    return Consent(
        version=version,
        language=reading.language(given["language"], f"{where}/language"),
        given=reading.one_of(given["given"], f"{where}/given", GIVEN),
        asked_by="self" if asked_by == "self" else str(reading.id(asked_by, f"{where}/asked_by")),
        purposes=_read_purposes(reading, given["purposes"], f"{where}/purposes", asked),
        minor=_read_minor(reading, given["minor"], f"{where}/minor"),
        visibility=reading.one_of(given["visibility"], f"{where}/visibility", VISIBILITIES),
        documented=documented,
    )


def _read_purposes(reading: Reading, value: object, where: str, asked: Sequence[str]) -> dict[str, bool]:
    given = reading.fields(value, where, required=tuple(PURPOSES))
    agreed = {name: name in given and reading.flag(given[name], f"{where}/{name}") for name in PURPOSES}
    if not agreed["keep"]:
        # all other purposes fall with it: one reason is enough
        reading.note("no_consent_to_keep", f"{where}/keep")
        return agreed
    for name, purpose in PURPOSES.items():
        if agreed[name] and name not in asked:
            reading.note("purpose_not_asked", f"{where}/{name}", purpose=name)
        for needed in purpose.needs if agreed[name] else ():
            if not agreed[needed]:
                reading.note("purpose_needs", f"{where}/{name}", purpose=name, needed=needed)
    return agreed


def _read_minor(reading: Reading, value: object, where: str) -> MinorConsent | None:
    if value is None:
        return None
    given = reading.fields(value, where, required=("given_by", "assent"))
    if not {"given_by", "assent"} <= set(given):
        return None
    assent = reading.flag(given["assent"], f"{where}/assent")
    if given["assent"] is False:
        reading.note("no_assent", f"{where}/assent")
    return MinorConsent(reading.one_of(given["given_by"], f"{where}/given_by", GUARDIANS), assent)


def attachment_problems(consent: Consent, kinds: Sequence[str]) -> list[Problem]:
    """Photo and voice: consent only with an attachment of the kind, an attachment only with consent."""
    found = []
    for name, purpose in PURPOSES.items():
        if not purpose.attachment:
            continue
        agreed, attached = consent.purposes[name], purpose.attachment in kinds
        if agreed and not attached:
            found.append(problem("purpose_without_attachment", f"/consent/purposes/{name}", purpose=name))
        if attached and not agreed:
            kind = purpose.attachment
            found.append(problem("attachment_without_consent", "/attachments", kind=kind, purpose=name))
    return found
