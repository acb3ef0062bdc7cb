"""What the database itself keeps of effect reports: texts and claims are never rewritten, editions stay as frozen."""

from __future__ import annotations

from egenmakt.apps.audit.guards import Guard, append_only, refuse_when

_FROZEN = "An edition stays as it was frozen; what changed since goes into the next one."
_COLUMNS = ("id", "report_id", "number", "data_version", "pack_sha256", "pack_bytes", "claims", "written_at")
_CHANGED = " OR ".join(f"OLD.{column} <> NEW.{column}" for column in _COLUMNS)
_UNPUBLISHED = "(OLD.published_at IS NOT NULL AND (NEW.published_at IS NULL OR NEW.published_at <> OLD.published_at))"


EFFECT_GUARDS: list[Guard] = [
    *append_only("reports_sectiontext"),
    *append_only("reports_claimversion"),
    *append_only("reports_findinganswer"),
    *(guard for guard in append_only("reports_edition") if not guard.name.endswith("_no_update")),
    refuse_when("reports_edition_frozen", "reports_edition", "UPDATE", f"({_CHANGED} OR {_UNPUBLISHED})", _FROZEN),
]
