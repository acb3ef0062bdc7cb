"""Months out of all proportion to their series, by median and spread on the scale of ratios."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

from egenmakt.core.evidence.findings import Finding, Place, Said
from egenmakt.core.evidence.links import Scene, usual_of

LEAST_MONTHS: Final = 8
SPREADS: Final = 7.0
"""So many spreads above the usual month. Measured, not taken from the normal law: a spread that is estimated from two
dozen months is itself uncertain, and seasons are no errors. docs/decisions/likely-causes.md has the figures."""
LEAST_TIMES: Final = 4
LEAST_ABOVE: Final = 10
"""Small numbers jump by chance: 1, 1, 1, 6 is no alarm."""
TABLES: Final = 100
"""A table without errors in fewer than one of so many has such a month."""


def check_jumps(scene: Scene) -> Iterator[Finding]:
    """Months far above what is usual. Low months are not reported: pauses are common and no errors."""
    for series in scene.table.series:
        for point in series.points:
            flow = point.flow.value
            if flow is None or flow < LEAST_ABOVE or point.is_corrected:
                continue
            usual = usual_of(series, without=point.month)
            if usual.size < LEAST_MONTHS or flow < LEAST_TIMES * usual.median or flow - usual.median < LEAST_ABOVE:
                continue
            if math.log1p(flow) - math.log1p(usual.median) <= SPREADS * usual.spread:
                continue
            where = Place(point.row, str(point.month), series.key.region, series.key.indicator, "flow")
            values = {
                "shown": flow,
                "times": round(flow / max(usual.median, 1)),
                "usual": round(usual.median),
            }
            yield Finding("jump", "look", (where,), values, evidence=(Said("chance", {"tables": TABLES}),))
