"""What the database itself keeps about monthly reports: published is locked, and nobody approves what is his own."""

from __future__ import annotations

from egenmakt.apps.audit.guards import Guard, append_only, refuse_when

_LOCKED = "A monthly report that was checked or published is not changed: it is returned, or corrected by a new one."
_BORN = "A monthly report begins as a draft."
_OWN = "Somebody else approves a monthly report than who wrote or checked it."
_ORDER = "A monthly report goes from draft to checked, approved and published; before that it can go back to draft."
_FIXED = "Which month of which body a monthly report is about, and what it corrects, is not changed."
_OTHER = "A correction is of the edition before, of the same body and month, and of one that is published."

_REPORT, _LINE = "reports_monthlyreport", "reports_monthlyline"


def _state_of(row: str) -> str:
    return f"(SELECT r.state FROM {_REPORT} r WHERE r.id = {row}.report_id)"  # noqa: S608  names of ours


def _differs(*columns: str) -> str:
    return " OR ".join(f"OLD.{column} <> NEW.{column}" for column in columns)


_STEPS = (
    ("draft", "checked"),
    ("checked", "approved"),
    ("approved", "published"),
    ("checked", "draft"),
    ("approved", "draft"),
)
_ALLOWED = " OR ".join(f"(OLD.state = '{old}' AND NEW.state = '{new}')" for old, new in _STEPS)
_OUT_OF_ORDER = (
    f"NEW.state <> OLD.state AND NOT ({_ALLOWED} OR "
    "(OLD.state = 'draft' AND NEW.state = 'published' AND NEW.origin = 'imported'))"
)
_APPROVES_OWN = (
    "NEW.approved_by IS NOT NULL AND (NEW.approved_by = NEW.written_by OR NEW.approved_by = NEW.checked_by OR "  # noqa: S608  names of ours
    f"EXISTS (SELECT 1 FROM {_LINE} l WHERE l.report_id = NEW.id AND l.written_by = NEW.approved_by))"
)
_CORRECTS_ANOTHER = (
    "NEW.corrects_id IS NOT NULL AND NOT EXISTS "  # noqa: S608  names of ours
    f"(SELECT 1 FROM {_REPORT} r WHERE r.id = NEW.corrects_id AND r.node_id = NEW.node_id AND r.month = NEW.month "
    "AND r.edition = NEW.edition - 1 AND r.state = 'published')"
)


# a backup brings lines back before their report: what is put in ready-made is held to the same rules
_BORN_READY = f"NEW.state <> 'draft' AND NOT EXISTS (SELECT 1 FROM {_LINE} l WHERE l.report_id = NEW.id)"  # noqa: S608  names of ours


def _never_removed(table: str) -> list[Guard]:
    return [guard for guard in append_only(table) if not guard.name.endswith("_no_update")]


MONTHLY_GUARDS: list[Guard] = [
    *_never_removed(_REPORT),
    refuse_when(f"{_REPORT}_born_a_draft", _REPORT, "INSERT", _BORN_READY, _BORN),
    refuse_when(f"{_REPORT}_born_by_another", _REPORT, "INSERT", _APPROVES_OWN, _OWN),
    refuse_when(f"{_REPORT}_corrects", _REPORT, "INSERT", _CORRECTS_ANOTHER, _OTHER),
    refuse_when(f"{_REPORT}_locked", _REPORT, "UPDATE", "OLD.state = 'published'", _LOCKED),
    refuse_when(f"{_REPORT}_in_order", _REPORT, "UPDATE", _OUT_OF_ORDER, _ORDER),
    refuse_when(f"{_REPORT}_by_another", _REPORT, "UPDATE", _APPROVES_OWN, _OWN),
    refuse_when(
        f"{_REPORT}_fixed",
        _REPORT,
        "UPDATE",
        _differs("id", "node_id", "month", "edition", "corrects_id", "written_by", "written_at", "origin", "reason"),
        _FIXED,
    ),
    *(guard for guard in append_only(_LINE) if guard.name.endswith("_no_truncate")),
    refuse_when(f"{_LINE}_put_in_drafts", _LINE, "INSERT", f"{_state_of('NEW')} <> 'draft'", _LOCKED),
    refuse_when(
        f"{_LINE}_written_in_drafts",
        _LINE,
        "UPDATE",
        f"{_state_of('OLD')} <> 'draft' OR OLD.report_id <> NEW.report_id OR OLD.indicator <> NEW.indicator",
        _LOCKED,
    ),
    refuse_when(f"{_LINE}_taken_from_drafts", _LINE, "DELETE", f"{_state_of('OLD')} <> 'draft'", _LOCKED),
    *append_only("reports_monthlyanswer"),
    refuse_when(
        "reports_monthlyanswer_before", "reports_monthlyanswer", "INSERT", f"{_state_of('NEW')} = 'published'", _LOCKED
    ),
    *append_only("reports_monthlyreturn"),
]
