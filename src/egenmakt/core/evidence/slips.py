"""Slips of the pen and of the keyboard: how the number that is written could have come from the one that fits."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Slip:
    """One slip that makes `shown` out of `fits`, and how many numbers such a slip could have made of it."""

    code: str
    alternatives: int

    def __post_init__(self) -> None:
        if self.alternatives < 1:
            raise ValueError("A slip makes at least one number.")


def slips(*, shown: int, fits: int) -> list[Slip]:
    """Every single slip that turns the number that fits into the one shown; none where they are equal.

    `alternatives` weighs them: of 1234, two swapped neighbours make three numbers, a wrong digit makes 36. What is
    explained by a slip with few alternatives is explained better.
    """
    if shown == fits:
        return []
    if shown == -fits:
        return [Slip("sign", 1)]
    if shown < 0 or fits <= 0:
        return []
    a, b = str(shown), str(fits)
    found = []
    if thousand := _thousands(a, b, shown, fits):
        found.append(Slip("thousands", thousand))
    if len(a) == len(b):
        wrong = [i for i in range(len(a)) if a[i] != b[i]]
        if len(wrong) == 1 and len(b) > 1:
            found.append(Slip("digit_wrong", 9 * len(b)))
        elif len(wrong) == 2 and wrong[1] == wrong[0] + 1 and a[wrong[0]] == b[wrong[1]] and a[wrong[1]] == b[wrong[0]]:
            found.append(Slip("digits_swapped", sum(x != y for x, y in pairwise(b))))
    elif shown and len(a) < len(b) and a in _one_left_out(b):
        found.append(Slip("digit_missing", len(_one_left_out(b))))
    elif len(a) == len(b) + 1 and b in _one_left_out(a):
        doubled = {b[: i + 1] + b[i:] for i in range(len(b))}
        found.append(Slip("digit_doubled", len(doubled)) if a in doubled else Slip("digit_added", 10 * len(a)))
    return found


def _one_left_out(digits: str) -> set[str]:
    """What is left of the digits when one is gone; noughts in front are not written."""
    return {str(int(digits[:i] + digits[i + 1 :] or "0")) for i in range(len(digits))}


def _thousands(a: str, b: str, shown: int, fits: int) -> int:
    """How many numbers a slip at the separator of thousands makes: times a thousand, or cut at the separator."""
    if shown == fits * 1_000 or (fits % 1_000 == 0 and shown * 1_000 == fits):
        return 3
    # of four digits the last three are what is left when one digit is missing
    if len(b) > 3 and (a == b[:-3] or (len(b) > 4 and a == (b[-3:].lstrip("0") or "0"))):
        return 3
    return 0
