"""What is found in a draft: the place, the sentence, what is the matter and what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from egenmakt.core.words import _

Severity = Literal["stops", "look"]
"""What stops a report until it is put right, and what a person may answer with a reason."""

# The words are English here and translated where they are shown.
SENTENCES: Final[Mapping[str, str]] = {
    "causal": _("“%(words)s” says that one thing caused another. Nothing here shows that nothing else did."),
    "causal_by_us": _("“%(words)s” says that we brought the change about. We can show that we contributed."),
    "outcome_without_evidence": _("“%(words)s” tells of a change, and no claim stands behind it."),
    "others_unnamed": _("Our part in the change is told, and nothing says who else had a part in it."),
    "section_without_claims": _("Changes are told here, and no claim stands anywhere under this heading."),
    "share_without_n": _("The share %(claim)s stands here without how many it is a share of."),
    "bound_untrue": _("“%(words)s” is not true of %(claim)s, which is %(value)s."),
    "figure_without_date": _("“%(words)s” is a figure without a date: nothing near it says when that was."),
    "outcome_among_outputs": _("“%(words)s” is a change. Under this heading stands what was done."),
    "output_among_outcomes": _("“%(words)s” is what was done. Under this heading stands what changed."),
    "quotation_without_consent": _("“%(words)s” is quoted, and no consent to publish it is proved."),
    "small_cell": _("“%(words)s” is about fewer than %(k)s people, who could be recognised."),
    "small_claim": _("%(claim)s is about fewer than %(k)s people, or leaves so few over."),
    "voices_pooled": _("%(claim)s counts rights-holders, partners and staff as one voice."),
    "claim_without_consent": _("%(claim)s has no proof of a consent to publish it."),
    "only_successes": _("All that is told of change and learning is success."),
    "nothing_can_be_better": _("Nothing stands under what can be better."),
    "nothing_written": _("Nothing is written here yet."),
    "number_by_hand": _("“%(words)s” is typed by hand; no claim proves it."),
    "unknown_claim": _("There is no claim %(claim)s."),
    "no_such_part": _("%(claim)s has no part “%(part)s”."),
}
REMEDIES: Final[Mapping[str, str]] = {
    "causal": _("Say what came after what, who says so, or what contributed to it."),
    "causal_by_us": _("Write “contributed to” or “made possible”, and name who else did."),
    "outcome_without_evidence": _("Place the claim that shows it: a number with n, a quotation, or a story."),
    "others_unnamed": _("Name them: the people themselves, partners, other organisations, authorities."),
    "section_without_claims": _("Place the claims that show them: numbers, quotations, stories."),
    "share_without_n": _("Write how many: {{%(claim)s:n}}."),
    "bound_untrue": _("Write the number as it is, or make a claim “at least” of it."),
    "figure_without_date": _("Write the year, the period or the day."),
    "outcome_among_outputs": _("Move it to the part about change."),
    "output_among_outcomes": _("Move it to the part about what was done, or say what became different."),
    "quotation_without_consent": _("Place a quotation whose teller agreed, or tell it in other words."),
    "small_cell": _("Say it without the number, or for a larger group."),
    "small_claim": _("Take it for a larger group, or leave it out."),
    "voices_pooled": _("Ask for one voice, or show the voices beside each other."),
    "claim_without_consent": _("Ask the teller, or take it out."),
    "only_successes": _("Tell what did not succeed, what is not known, or for whom nothing changed."),
    "nothing_can_be_better": _("Write at least one thing, and what is done about it."),
    "nothing_written": _("Write it, or take the heading out of the outline."),
    "number_by_hand": _("Place a claim, or give the source as an outside figure."),
    "unknown_claim": _("Did you mean %(nearest)s?"),
    "no_such_part": _("It has %(parts)s."),
}
STOPS: Final = frozenset(
    {
        "bound_untrue", "quotation_without_consent", "claim_without_consent", "small_cell", "small_claim",
        "nothing_can_be_better", "nothing_written", "unknown_claim", "no_such_part",
    }
)  # fmt: skip
"""What no reason excuses: it is untrue, hurts somebody, or leaves a hole."""


@dataclass(frozen=True, slots=True)
class HonestyFinding:
    """One thing in a draft that is not honest, or may not be."""

    code: str
    section: str
    """The section of the outline, or nothing for the draft as a whole."""
    paragraph: int
    """From 1; 0 for a whole section."""
    start: int
    """Where the words begin in the paragraph, in characters."""
    sentence: str
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def severity(self) -> Severity:
        """Whether the report may be published with it when a reason is given."""
        return "stops" if self.code in STOPS else "look"

    def said(self, say: Callable[[str], str]) -> str:
        """What is the matter, in the language that `say` translates into."""
        return say(SENTENCES[self.code]) % self.values

    def remedy_said(self, say: Callable[[str], str]) -> str:
        """What to do about it, in the same way, or nothing where nothing can be said."""
        if self.code == "unknown_claim" and not self.values["nearest"]:
            return ""
        return say(REMEDIES[self.code]) % self.values

    def __str__(self) -> str:
        return self.said(_)

    @property
    def remedy(self) -> str:
        """What to do about it, in English."""
        return self.remedy_said(_)

    def as_json(self) -> dict[str, str | int]:
        """For programs, and for the pack."""
        return {
            "code": self.code,
            "severity": self.severity,
            "section": self.section,
            "paragraph": self.paragraph,
            "start": self.start,
            "sentence": self.sentence,
            "text": str(self),
            "remedy": self.remedy,
        }
