"""What a self-check finds in published figures: where, the arithmetic, and what is likely to have happened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from egenmakt.core.evidence.monthly import Figure
from egenmakt.core.words import _

Severity = Literal["error", "look", "note"]
"""An error contradicts other figures; `look` may be right and should be looked at; a note is only worth knowing."""
Verdict = Literal["named", "several", "unexplained", ""]
"""One cause explains it; two or more explain it about equally well; nothing does; no cause was asked for."""
Value = str | int

# The words are English here and translated where they are shown.
FIGURE_WORDS: Final[Mapping[str, str]] = {
    "flow": _("figure of the month"),
    "accumulated": _("accumulated figure"),
    "": _("row"),
}

SENTENCES: Final[Mapping[str, str]] = {
    "sum": _(
        "%(before)s before and %(flow)s in the month make %(expected)s; "
        "%(shown)s is written, a difference of %(difference)s."
    ),
    "part_above_whole": _("%(part)s is %(part_count)s, more than %(whole)s (%(whole_count)s) that it is a part of."),
    "falls": _("The accumulated figure falls from %(before)s to %(shown)s, and no correction is written beside it."),
    "equal_regions": _(
        "%(count)s figures are the same in %(region)s and in %(other)s, where they are elsewhere different."
    ),
    "equal_indicators": _(
        "%(indicator)s and %(other)s have the same figures for %(count)s months, where they are elsewhere different."
    ),
    "equal_months": _("%(count)s figures are the same as in the month before, %(other)s."),
    "jump": _("%(shown)s is %(times)s times the usual month of this series, which is %(usual)s."),
    "unreadable": _("“%(written)s” cannot be read as a whole number."),
    "not_whole": _("“%(written)s” is not a whole number, and what is counted here comes in whole numbers."),
    "two_ways": _("“%(written)s” can be read in two ways: elsewhere in the file this sign stands before decimals."),
    "blank": _("The figure is not there."),
    "missing_month": _("%(count)s months are missing before this one, from %(first)s."),
    "duplicate_row": _("The row says the same as row %(other)s and is left out. Take one of them away."),
    "duplicate_differs": _(
        "There are two rows for the same month, %(other)s and this one, with different figures. Row %(used)s is used."
    ),
    "month_unreadable": _("“%(written)s” is not a month. Write it like 2026-03."),
    "month_two_ways": _("“%(written)s” can be read as two different months. Write it like 2026-03."),
    "notations": _("Months are written in different ways: “%(first)s” and “%(written)s”. Write all like 2026-03."),
    "spellings": _("“%(first)s” and “%(written)s” are taken for the same name. Write it in one way."),
    "no_name": _("The row names no region or no indicator, and is left out."),
    "corrected": _("The accumulated figure moves by %(difference)s, and a correction is written: “%(note)s”"),
}

CAUSES: Final[Mapping[str, str]] = {
    "late": _(
        "The month was not included at first: %(before)s + %(flow)s = %(fits)s, but %(shown)s is written. "
        "It was included afterwards, in %(later)s."
    ),
    "late_first": _(
        "The month before was not included before: the difference equals its figure, %(earlier)s, "
        "and %(before)s + %(earlier)s + %(flow)s = %(shown)s."
    ),
    "left_out": _("The month was left out: %(before)s + %(flow)s = %(fits)s, but %(shown)s is written."),
    "twice_before": _(
        "The month before was added once more: %(before)s + %(flow)s + %(earlier)s = %(shown)s, "
        "instead of %(before)s + %(flow)s = %(fits)s."
    ),
    "twice": _(
        "The month was added twice: %(before)s + %(flow)s + %(flow)s = %(shown)s, "
        "instead of %(before)s + %(flow)s = %(fits)s."
    ),
    "subtracted": _(
        "The month was subtracted instead of added: %(before)s − %(flow)s = %(shown)s; "
        "%(before)s + %(flow)s = %(fits)s."
    ),
    "digit_missing": _("A digit is missing: %(shown)s is written, %(fits)s fits."),
    "digit_doubled": _("A digit is doubled: %(shown)s is written, %(fits)s fits."),
    "digit_added": _("A digit is too much: %(shown)s is written, %(fits)s fits."),
    "digits_swapped": _("Two digits are swapped: %(shown)s is written, %(fits)s fits."),
    "digit_wrong": _("One digit is wrong: %(shown)s is written, %(fits)s fits."),
    "thousands": _("A slip at the separator of thousands: %(shown)s is written, %(fits)s fits."),
    "sign": _("The sign is turned around: %(shown)s is written, %(fits)s fits."),
    "other_region": _("It is the figure of %(other)s: %(shown)s is written here and there, and %(fits)s fits here."),
    "other_indicator": _("It is the figure of %(other)s: %(shown)s is written here and there, and %(fits)s fits here."),
    "month_before": _("It is the figure of the month before: %(shown)s again, and %(fits)s fits here."),
    "other_column": _("It is the figure of the other column: %(shown)s is written in both, and %(fits)s fits here."),
    "exchanged": _(
        "It has changed places with the figure of %(other)s: %(shown)s is written here and fits there, "
        "%(fits)s is written there and fits here."
    ),
    "row_of_other": _("The whole row is that of %(other)s: %(flow)s and %(shown)s stand in both."),
    "row_repeated": _("The whole row repeats the month before: %(flow)s and %(shown)s again."),
    "rows_exchanged": _("The whole row has changed places with that of %(other)s."),
    "rebased": _(
        "A new base: from this month on the accumulated figures lie %(difference)s away from the sum, "
        "and all later months, %(later_count)s in number, agree with it."
    ),
    "look_alike": _("Letters or signs stand for digits: “%(written)s” for %(fits)s, which fits."),
}

EVIDENCE: Final[Mapping[str, str]] = {
    "agrees_after": _("The month after agrees with %(fits)s: %(fits)s + %(flow)s = %(after)s."),
    "carried_on": _("Later months that carry it on: %(count)s."),
    "put_right": _("It is put right in %(later)s."),
    "no_later": _("There is no later month to compare with."),
    "fits": _("%(fits)s would fit the months before and after."),
    "part_above": _("With it, %(part)s (%(part_count)s) is more than %(whole)s (%(whole_count)s)."),
    "falls": _("The accumulated figure falls, from %(before)s to %(shown)s."),
    "out_of_proportion": _("%(shown)s is out of proportion to the usual month, which is %(usual)s."),
    "run": _("It is so in %(count)s months, until %(later)s."),
    "chance": _("In tables without mistakes this is seen in fewer than one of %(tables)s."),
    "unexplained": _("No likely cause was found."),
}
TABLES: Final[Mapping[str, Mapping[str, str]]] = {"finding": SENTENCES, "cause": CAUSES, "evidence": EVIDENCE}


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the table: the row of the file, the month, the series, and which of its two figures."""

    row: int
    month: str = ""
    region: str = ""
    indicator: str = ""
    figure: Figure | Literal[""] = ""


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence by its code, with the values in it."""

    code: str
    values: Mapping[str, Value] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.code not in EVIDENCE:
            raise ValueError(f"{self.code!r} has no sentence.")

    def __str__(self) -> str:
        return EVIDENCE[self.code] % self.values


@dataclass(frozen=True, slots=True)
class Cause:
    """What is likely to have happened, at which figure, and how much of the belief it has, in percent."""

    code: str
    place: Place
    values: Mapping[str, Value]
    share_percent: int
    evidence: tuple[Said, ...] = ()

    def __post_init__(self) -> None:
        if self.code not in CAUSES or not 0 <= self.share_percent <= 100:
            raise ValueError(f"{self.code!r} is no cause, or {self.share_percent} no share.")
        CAUSES[self.code] % self.values  # a cause whose sentence lacks a number is refused where it is made

    def __str__(self) -> str:
        return CAUSES[self.code] % self.values


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found. The first place is the one to look at."""

    code: str
    severity: Severity
    places: tuple[Place, ...]
    values: Mapping[str, Value] = field(default_factory=dict)
    verdict: Verdict = ""
    causes: tuple[Cause, ...] = ()
    evidence: tuple[Said, ...] = ()

    def __post_init__(self) -> None:
        if self.code not in SENTENCES:
            raise ValueError(f"{self.code!r} has no sentence.")
        if not self.places:
            raise ValueError("A finding has a place.")
        if (self.verdict == "named") != (len(self.causes) == 1) or (self.verdict == "several") != (
            len(self.causes) > 1
        ):
            raise ValueError(f"A finding that is {self.verdict!r} has not {len(self.causes)} causes.")
        SENTENCES[self.code] % self.values

    def __str__(self) -> str:
        return SENTENCES[self.code] % self.values


def is_clean(findings: tuple[Finding, ...] | list[Finding]) -> bool:
    """Whether there is nothing to look at: notes alone are clean."""
    return all(finding.severity == "note" for finding in findings)
