"""What the database itself keeps of reports."""

from __future__ import annotations

from egenmakt.apps.audit.guards import Guard
from egenmakt.apps.reports.effect_guards import EFFECT_GUARDS

GUARDS: list[Guard] = [*EFFECT_GUARDS]
