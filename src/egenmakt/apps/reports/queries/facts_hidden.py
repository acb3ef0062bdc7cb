"""Ids that name nobody, and ages in bands: what the tables of facts hold instead of who somebody is."""

from __future__ import annotations

import hmac
from typing import Final
from uuid import UUID

from django.conf import settings

AGE_BANDS: Final = ((60, "60_over"), (36, "36_59"), (25, "25_35"), (15, "15_24"), (0, "under_15"))
"""The youngest age of each band, the oldest band first. 15 to 24 are the United Nations' youth."""


class Hidden:
    """Ids as the tables of facts hold them: 16 hex digits that the installation's secret makes of an id.

    The same id gives the same digits in every table and file of the installation, and nobody without its secret can
    find the id behind them. Another secret gives other digits, so files from before it join to none from after it.
    """

    def __init__(self) -> None:
        self._start = hmac.new(settings.SECRET_KEY.encode(), b"egenmakt.facts/", "sha256")

    def id(self, id: UUID) -> str:
        """The digits for an id."""
        made = self._start.copy()
        made.update(id.bytes)
        return made.hexdigest()[:16]


def age_band(*, birth_year: int | None, in_year: int) -> str | None:
    """The band of somebody's age in a year, by the year of birth alone; None where it is not known, or cannot be."""
    if birth_year is None or birth_year > in_year:
        return None
    age = in_year - birth_year
    return next(name for youngest, name in AGE_BANDS if age >= youngest)
