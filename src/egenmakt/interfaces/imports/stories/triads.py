"""Triads and dyads as whole parts: from three numbers or from a point, and how to tell which export a file is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from egenmakt.core.signification.values import WHOLE, whole_parts
from egenmakt.interfaces.imports.values import NotRead

HEIGHT = Decimal(3).sqrt() / 2
"""Of a triangle whose side is 1."""
WHOLES = (Decimal(1), Decimal(100), Decimal(WHOLE))
_PLACES = 18
"""Decimals of a part that are looked at: more than an export writes."""
TOLERANCE = Decimal("0.01")
"""How far a sum may be from its whole, in parts of it: exports round to two decimals."""
PROVES = Decimal("0.03")
"""How much a height must be above the middle before y tells whether it was multiplied by 0.866."""


def _whole(values: Sequence[Decimal]) -> list[int]:
    """Parts, exactly closed, by the rule of the core. Raises: NotRead, where all are zero or one is below."""
    total = sum(values, Decimal(0))
    if total <= 0 or any(value < 0 for value in values):
        text = _("The parts are negative, or all of them are zero.")
        raise NotRead(text, _("Look at the answer where it was given."))
    scaled = [int(value.scaleb(_PLACES)) for value in values]
    return list(whole_parts([Decimal(each) / sum(scaled) for each in scaled], of=1))


def parts_of(values: Sequence[Decimal], whole: str = "") -> list[int]:
    """Three corners, or two ends, as whole parts.

    Args: whole, what they should sum to; "" takes 1, 100 or 10,000, whichever they do. Raises: NotRead.
    """
    total = sum(values, Decimal(0))
    wholes = (Decimal(whole),) if whole else WHOLES
    for candidate in wholes:
        if abs(total - candidate) <= candidate * TOLERANCE:
            return _whole([_not_below_zero(value, candidate) for value in values])
    text = _("The parts sum to %(sum)s; they should sum to %(whole)s.")
    values_said = {"sum": total.normalize(), "whole": ", ".join(str(candidate) for candidate in wholes)}
    raise NotRead(text % values_said, _("Look at the answer where it was given."))


def _not_below_zero(value: Decimal, whole: Decimal) -> Decimal:
    """A point on the edge may lie a rounding error outside."""
    return Decimal(0) if -whole * TOLERANCE <= value < 0 else value


def parts_of_point(x: Decimal, y: Decimal, *, whole: Decimal, height: str) -> list[int]:
    """A point in a triangle as the parts of its top, left and right corner. Raises: NotRead, where it lies outside."""
    top = y / whole / (HEIGHT if height == "0.866" else 1)
    right = x / whole - top / 2
    left = 1 - top - right
    if min(top, left, right) < -TOLERANCE:
        text = _("The point %(x)s, %(y)s lies outside the triangle.") % {"x": x, "y": y}
        raise NotRead(text, _("Look whether the columns are in their places, and how the export counts y."))
    return _whole([max(Decimal(0), part) for part in (top, left, right)])


@dataclass(frozen=True, slots=True)
class TriadRow:
    """One triad answer of an export as it is written; what is not in the file is None."""

    x: Decimal | None
    y: Decimal | None
    parts: tuple[Decimal, Decimal, Decimal] | None


@dataclass(frozen=True, slots=True)
class Geometry:
    """How an export writes its triads, and why we think so."""

    whole: str
    height: str
    """"full", "0.866", or "" where only parts are used."""
    has_parts: bool
    reasons: tuple[str, ...]


class AmbiguousTriads(ValueError):
    """It cannot be told how an export writes its triads. It reads as a sentence with what to do."""


def find_geometry(answers: Iterable[TriadRow]) -> Geometry:
    """Tell a newer export (y as high as the triangle, parts to 1) from an older one (parts to 100, y times 0.866).

    Raises: AmbiguousTriads.
    """
    rows = [row for row in answers if row.parts or (row.x is not None and row.y is not None)]
    with_parts = [row for row in rows if row.parts]
    if with_parts:
        return _by_parts(with_parts, [row for row in rows if not row.parts])
    if not rows:
        return Geometry("1", "", True, (_("No triad was answered."),))
    whole = _whole_of([max(row.x or Decimal(0), row.y or Decimal(0)) for row in rows])
    height = _height_by_points(rows, whole)
    reasons = (
        _("There are no parts in the file, only points; they run to %(whole)s.") % {"whole": whole},
        _("Some points lie higher than they could if y had been multiplied by 0.866."),
    )
    return Geometry(str(whole), height, False, reasons)


def _by_parts(rows: list[TriadRow], points_only: list[TriadRow]) -> Geometry:
    wholes: dict[str, int] = {}
    heights: dict[str, int] = {}
    for row in rows:
        if row.parts is None:
            continue
        total = sum(row.parts, Decimal(0))
        whole = next((w for w in WHOLES[:2] if abs(total - w) <= w * TOLERANCE), None)
        if whole is None:
            continue
        wholes[str(whole)] = wholes.get(str(whole), 0) + 1
        top = row.parts[0] / whole
        if row.y is not None and top > PROVES * 10:
            ratio = min((row.y / scale / top for scale in WHOLES[:2]), key=lambda r: min(abs(r - 1), abs(r - HEIGHT)))
            kind = "full" if abs(ratio - 1) < PROVES else "0.866" if abs(ratio - HEIGHT) < PROVES else "neither"
            heights[kind] = heights.get(kind, 0) + 1
    if len(wholes) > 1:
        text = _("Of the triads, %(one)s sum to 1 and %(hundred)s to 100: the file is of two exports.")
        counts = {"one": wholes["1"], "hundred": wholes["100"]}
        raise AmbiguousTriads(text % counts + " " + _("Divide it and bring in each part alone."))
    if not wholes:
        raise AmbiguousTriads(_("The parts of the triads sum neither to 1 nor to 100."))
    whole_text, count = next(iter(wholes.items()))
    reasons = [_("The parts of %(count)s triads sum to %(whole)s.") % {"count": count, "whole": whole_text}]
    height = ""
    clear = {kind: n for kind, n in heights.items() if kind != "neither"}
    if len(clear) == 1 and not heights.get("neither"):
        height, n = next(iter(clear.items()))
        said = {
            "full": _("In %(count)s of them y is the part of the top corner: the newer export."),
            "0.866": _("In %(count)s of them y is the part of the top corner times 0.866: the older export."),
        }
        reasons.append(said[height] % {"count": n})
    elif heights:
        counts_said = ", ".join(f"{kind}: {n}" for kind, n in sorted(heights.items()))
        text = _("Parts and points contradict each other (y as the top corner's part, or times 0.866: %(counts)s).")
        remedy = _("Look whether the corners of the definition are in the order of the file.")
        raise AmbiguousTriads(text % {"counts": counts_said} + " " + remedy)
    if points_only and not height:
        text = _("%(count)s triads have a point and no parts, and no other shows how y is counted.")
        raise AmbiguousTriads(text % {"count": len(points_only)} + " " + _HOW_TO_SAY())
    return Geometry(whole_text, height, True, tuple(reasons))


def _HOW_TO_SAY() -> str:  # noqa: N802  # a constant that is translated when it is shown
    return _("Say it: “full” for the newer export, “0.866” for the older one.")


def _whole_of(values: list[Decimal]) -> Decimal:
    most = max(values)
    if most > 1 + TOLERANCE and sum(value > 1 + TOLERANCE for value in values) * 10 < len(values):
        raise AmbiguousTriads(
            _("Some points run to 1 and some beyond it.") + " " + _("Look at the columns of x and y.")
        )
    return Decimal(1) if most <= 1 + TOLERANCE else Decimal(100)


def _height_by_points(rows: list[TriadRow], whole: Decimal) -> str:
    """A point that would lie outside if y had been multiplied proves that it was not. The other way proves nothing."""
    for row in rows:
        if row.x is None or row.y is None:
            continue
        x, y = row.x / whole, row.y / whole
        top = y / HEIGHT
        if min(x - top / 2, 1 - x - top / 2) < -PROVES:
            if min(x - y / 2, 1 - x - y / 2) < -PROVES:
                text = _("The point %(x)s, %(y)s lies outside any triangle.") % {"x": row.x, "y": row.y}
                raise AmbiguousTriads(text)
            return "full"
    text = _("The file holds points without parts, and every one of them fits both exports.")
    raise AmbiguousTriads(text + " " + _HOW_TO_SAY())
