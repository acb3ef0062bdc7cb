"""Consent in plain words: purpose by purpose, for a child with a grown-up, and who may read the story."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from egenmakt.core.signification.consent import GUARDIANS, PURPOSES, VISIBILITIES
from egenmakt.core.signification.withdrawal import hash_of
from egenmakt.interfaces.web.stories.asking import Mistake, chosen_codes
from egenmakt.interfaces.web.stories.controls.base import first

if TYPE_CHECKING:
    from egenmakt.interfaces.web.stories.telling import Telling

FIELDS: Final = (*(f"c.{name}" for name in PURPOSES), "c.visibility", "c.given", "c.minor", "c.assent")

READERS: Final[dict[str, Any]] = {
    "team": gettext_lazy("Only those who collect the stories"),
    "partner": gettext_lazy("The local organisation too"),
    "organisation": gettext_lazy("The whole organisation too"),
    "anyone": gettext_lazy("Anyone may read it"),
}
GUARDIAN_WORDS: Final[dict[str, Any]] = {
    "parent": gettext_lazy("A parent"),
    "guardian": gettext_lazy("A guardian"),
    "carer": gettext_lazy("Somebody who cares for the child"),
}
GIVEN_WORDS: Final[dict[str, Any]] = {
    "spoken": gettext_lazy("Spoken: the teller said it aloud"),
    "written": gettext_lazy("Written: the teller signed on paper"),
    "tapped": gettext_lazy("Tapped: the teller chose on this screen"),
}
NAMES: Final[dict[str, Any]] = {
    "keep": gettext_lazy("keeping the story"),
    "learn": gettext_lazy("learning from it"),
    "partner": gettext_lazy("the partner reading it"),
    "donor": gettext_lazy("donors reading it"),
    "public_text": gettext_lazy("publishing the text"),
    "photo": gettext_lazy("keeping the photo"),
    "voice": gettext_lazy("keeping the voice"),
    "machine_translation": gettext_lazy("translation by a machine"),
}
"""Each purpose in two or three words, for a sentence about it."""


@dataclass(frozen=True, slots=True)
class AskedPurpose:
    """One purpose as it is asked: the framework's words, and what was answered."""

    name: str
    text: Any
    answer: str
    error: str = ""

    @property
    def field(self) -> str:
        return f"c.{self.name}"


def purposes_asked(telling: Telling) -> list[str]:
    """The purposes that this framework asks about; of photo and voice only where one can be sent."""
    kinds = {question["type"] for question in telling.file_questions}
    texts = telling.framework["consent"]["purposes"]
    return [
        name
        for name, purpose in PURPOSES.items()
        if name in texts and (not purpose.attachment or purpose.attachment in kinds)
    ]


def asked(telling: Telling, mistakes: Mapping[str, Mistake]) -> list[AskedPurpose]:
    """Every purpose with its answer so far."""
    texts = telling.framework["consent"]["purposes"]
    return [
        AskedPurpose(
            name,
            texts[name],
            first(telling.typed, f"c.{name}"),
            mistakes[f"c.{name}"].sentence if f"c.{name}" in mistakes else "",
        )
        for name in purposes_asked(telling)
    ]


def is_minor(telling: Telling) -> bool:
    """Whether an answer says that the teller is a child."""
    return any(
        option.get("minor") and option["code"] in chosen_codes(telling.answers.get(question["code"]))
        for question in telling.questions
        for option in question.get("options", ())
    )


def is_yes(telling: Telling, purpose: str) -> bool:
    """Whether a purpose was agreed to. What was left open counts as no."""
    return first(telling.typed, f"c.{purpose}") == "yes"


def refuses_to_keep(telling: Telling) -> bool:
    """Whether the story must be forgotten now: the teller said no, or the child did not agree itself."""
    if first(telling.typed, "c.keep") == "no":
        return True
    return is_minor(telling) and first(telling.typed, "c.assent") == "no"


def mistakes(telling: Telling) -> dict[str, Mistake]:
    """What is missing in the consent, or does not go together."""
    found: dict[str, Mistake] = {}
    if first(telling.typed, "c.keep") not in ("yes", "no"):
        found["c.keep"] = Mistake(_("Say yes or no: may the story be kept?"), "c.keep")
    for name in purposes_asked(telling):
        for needed in PURPOSES[name].needs:
            if needed != "keep" and is_yes(telling, name) and not is_yes(telling, needed):
                words = {"purpose": NAMES[name], "needed": NAMES[needed]}
                sentence = _("%(purpose)s needs a yes to %(needed)s too. Say yes to both, or no to the first.")
                found[f"c.{name}"] = Mistake(sentence % words, f"c.{name}")
    if first(telling.typed, "c.visibility") not in VISIBILITIES:
        found["c.visibility"] = Mistake(_("Choose who may read the story."), "c.visibility")
    if is_minor(telling):
        if first(telling.typed, "c.minor") not in GUARDIANS:
            found["c.minor"] = Mistake(_("The teller is a child: say which grown-up has agreed."), "c.minor")
        if first(telling.typed, "c.assent") not in ("yes", "no"):
            found["c.assent"] = Mistake(_("Say whether the child agrees itself."), "c.assent")
    return found


def consent_of(telling: Telling, *, files: Sequence[Mapping[str, Any]], asker: str) -> dict[str, Any]:
    """The consent as it stands in the document. A yes to a photo that was not taken says nothing and is left out."""
    kinds = {file["kind"] for file in files}
    offered = purposes_asked(telling)
    given = first(telling.typed, "c.given")
    return {
        "version": telling.framework["consent"]["version"],
        "language": telling.language,
        "given": given if given in GIVEN_WORDS and telling.start.by != "self" else "tapped",
        "asked_by": asker or "self",
        "purposes": {
            name: name in offered and is_yes(telling, name) and (not purpose.attachment or purpose.attachment in kinds)
            for name, purpose in PURPOSES.items()
        },
        "minor": {"given_by": first(telling.typed, "c.minor"), "assent": True} if is_minor(telling) else None,
        "visibility": first(telling.typed, "c.visibility"),
    }


def slip_hash(code: str) -> str:
    """What is kept of the code on the slip."""
    return hash_of(code)
