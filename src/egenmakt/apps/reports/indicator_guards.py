"""What the database itself keeps of indicators: what was aimed at, and what others handed in, is never rewritten."""

from __future__ import annotations

from egenmakt.apps.audit.guards import Guard, append_only

INDICATOR_GUARDS: list[Guard] = [
    *append_only("reports_aim"),
    *append_only("reports_outsidetable"),
    *append_only("reports_outsidefigure"),
]
