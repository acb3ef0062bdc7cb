"""What the database itself keeps about reports."""

from __future__ import annotations

from egenmakt.apps.audit.guards import Guard
from egenmakt.apps.reports.effect_guards import EFFECT_GUARDS
from egenmakt.apps.reports.monthly_guards import MONTHLY

GUARDS: list[Guard] = [*MONTHLY, *EFFECT_GUARDS]
