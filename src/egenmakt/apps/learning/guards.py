"""What the database itself keeps: no lone interpretation is published in silence, nobody confirms his own outcome."""

from __future__ import annotations

from egenmakt.apps.audit.guards import Guard, append_only, refuse_when

_LONE = "An observation is published with two interpretations that compete, or with a reason why there is one."
_OWN = "Somebody else than the author of an outcome substantiates it."

_SIGNED = "What was signed is not changed; what comes later is written below it."


def _left(observation: str) -> str:
    """How many interpretations of an observation stand."""
    return (
        "(SELECT count(*) FROM learning_interpretation i "  # noqa: S608  a name of a column of ours
        f"WHERE i.observation_id = {observation} AND i.removed_at IS NULL)"
    )


_TOO_FEW = f"({_left('NEW.id')} = 0 OR ({_left('NEW.id')} = 1 AND NEW.lone_reason = ''))"
_LEAVES_TOO_FEW = (
    "NEW.removed_at IS NOT NULL AND OLD.removed_at IS NULL AND EXISTS (SELECT 1 FROM learning_observation o "  # noqa: S608  as above
    "WHERE o.id = NEW.observation_id AND o.published_at IS NOT NULL AND "
    f"({_left('NEW.observation_id')} = 1 OR ({_left('NEW.observation_id')} = 2 AND o.lone_reason = '')))"
)


def _signed(table: str, columns: tuple[str, ...]) -> list[Guard]:
    """Rows that stay as they were signed. Their free words alone can be rewritten: a withdrawn story may be in them."""
    changed = " OR ".join(f"OLD.{column} <> NEW.{column}" for column in columns)
    kept = [guard for guard in append_only(table) if not guard.name.endswith("_no_update")]
    return [*kept, refuse_when(f"{table}_signed", table, "UPDATE", changed, _SIGNED)]


GUARDS: list[Guard] = [
    refuse_when(
        "learning_observation_competing",
        "learning_observation",
        "UPDATE",
        f"NEW.published_at IS NOT NULL AND {_TOO_FEW}",
        _LONE,
    ),
    refuse_when(
        "learning_observation_not_born_published",
        "learning_observation",
        "INSERT",
        # a backup brings the interpretations back before the observation that they are of
        f"NEW.published_at IS NOT NULL AND {_TOO_FEW}",
        _LONE,
    ),
    refuse_when("learning_interpretation_competing", "learning_interpretation", "UPDATE", _LEAVES_TOO_FEW, _LONE),
    refuse_when(
        "learning_substantiation_by_another",
        "learning_substantiation",
        "INSERT",
        "EXISTS (SELECT 1 FROM learning_outcome o WHERE o.id = NEW.outcome_id AND o.written_by = NEW.written_by)",
        _OWN,
    ),
    *_signed("learning_substantiation", ("id", "outcome_id", "verdict", "written_by", "written_at")),
    *_signed("learning_followup", ("id", "decision_id", "outcome", "written_by", "written_at")),
    *_signed("learning_delivery", ("id", "page_id", "delivered_on", "how", "written_by", "written_at")),
]
