"""What does not agree in a pack: the file, the table and row, the claim, and what is written against what comes out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from egenmakt.core.words import _

# The words are English here and translated where they are shown.
SENTENCES: Final[Mapping[str, str]] = {
    "not_a_pack": _("This is no pack that can be verified: %(why)s"),
    "manifest": _("pack.json was altered or is not whole: %(why)s"),
    "file_altered": _("%(file)s was altered: its fingerprint is not the one that was frozen."),
    "table_altered": _("%(file)s was altered: table %(table)s, %(rows)s."),
    "file_missing": _("%(file)s is missing."),
    "file_unknown": _("%(file)s does not belong to the pack: it has no fingerprint in pack.json."),
    "table_unreadable": _("%(file)s cannot be read: %(why)s"),
    "definitions": _("indicators.json cannot be read: %(why)s"),
    "other_data": _("The facts are not the ones that were frozen: their data version is another."),
    "claim_unreadable": _("Claim %(claim)s: %(why)s"),
    "claim_other_data": _("Claim %(claim)s was made from other facts than those of the pack."),
    "claim_breaks": _("Claim %(claim)s: %(written)s is written, and the facts give %(found)s."),
    "claim_unanswered": _("Claim %(claim)s: the facts do not answer it: %(why)s"),
    "claim_touched": _("Claim %(claim)s counts rows of the altered table %(table)s."),
    "claim_without_consent": _("Claim %(claim)s has no proof of a consent to publish it."),
    "small_shown": _("Claim %(claim)s shows a number about fewer than %(k)s people."),
    "text_unknown_claim": _("texts.json, %(language)s, %(section)s: there is no claim %(claim)s."),
    "report_unreadable": _("%(file)s cannot be read: %(why)s"),
    "report_differs": _("%(file)s shows “%(shown)s” for claim %(claim)s, which is %(written)s."),
    "report_unknown_claim": _("%(file)s shows claim %(claim)s, which is not in claims.json."),
    "container": _("The file was altered outside its members: packed again, they make another file."),
}


@dataclass(frozen=True, slots=True)
class PackFinding:
    """One thing that does not agree."""

    code: str
    values: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        SENTENCES[self.code] % self.values  # a finding whose sentence lacks a value is refused where it is made

    def __str__(self) -> str:
        return SENTENCES[self.code] % self.values

    def said(self, say: Callable[[str], str]) -> str:
        """The sentence in the language that `say` translates into."""
        return say(SENTENCES[self.code]) % self.values

    def as_json(self) -> dict[str, str]:
        """For programs."""
        return {"code": self.code, **self.values, "text": str(self)}


@dataclass(frozen=True, slots=True)
class Verification:
    """Whether a pack agrees with itself: everything that was found, and what was looked at."""

    findings: tuple[PackFinding, ...]
    claims: int = 0
    seal: str = ""
    data_version: str = ""

    @property
    def agrees(self) -> bool:
        """Whether nothing was found."""
        return not self.findings

    @property
    def broken(self) -> tuple[str, ...]:
        """The codes of all claims that break, or that stand on what was altered, each once."""
        return tuple(dict.fromkeys(one.values["claim"] for one in self.findings if "claim" in one.values))

    @property
    def altered(self) -> tuple[str, ...]:
        """The files that were altered, are missing or cannot be read."""
        return tuple(dict.fromkeys(one.values["file"] for one in self.findings if "file" in one.values))

    def __str__(self) -> str:
        if self.agrees:
            return f"agrees: {self.claims} claims come out as they are written (seal {self.seal[:16]})"
        return "\n".join(map(str, self.findings))
