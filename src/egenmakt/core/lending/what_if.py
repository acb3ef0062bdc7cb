"""What would become of a loan if it were paid early, changed or given up: the changes, one after the other.

A calculation knows no payments. It takes it that everything that fell due before the day of a change was paid, except
as many of the last instalments as the change names as unpaid.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast

from egenmakt.core.lending import changes
from egenmakt.core.lending.allocation import ORDERS, Allocation
from egenmakt.core.lending.changes import CannotChange, Carried
from egenmakt.core.lending.parts import Effect, Every, InvalidTerms, Unit, one_of
from egenmakt.core.lending.position import Paid, position
from egenmakt.core.lending.reading import Reader
from egenmakt.core.lending.schedule import NotASchedule, Schedule, row_to_json


@dataclass(frozen=True, slots=True)
class Became:
    """What a change made of a loan: the plan that holds from then on, and the amounts that it is about."""

    schedule: Schedule
    amounts: Mapping[str, int]


def after_changes(*, plan: Schedule, documents: object) -> list[dict[str, object]]:
    """Each change of a list of JSON objects with the plan after it.

    Args: the plan as it was agreed; objects with `kind` (one of KINDS), `on`, perhaps `unpaid_instalments`, and what
    the kind needs. Returns: for each its kind and day, a sentence, what had been paid, its amounts and the new rows.
    Raises: InvalidTerms, with every field that cannot be read, or the first change that is not possible.
    """
    reader = Reader({"changes": documents})
    found: list[dict[str, object]] = []
    for index, item in enumerate(reader.items("changes")):
        own = Reader(item, f"changes[{index}].")
        kind, on = own.text("kind"), own.day("on")
        paid = _paid_before(plan, own)
        if kind not in KINDS:
            own.note("kind", f"{kind!r} is not known; choose one of {', '.join(KINDS)}.")
        own.finish()
        try:
            became = KINDS[kind](plan, paid, own)
        except (CannotChange, NotASchedule) as error:
            raise InvalidTerms([(f"changes[{index}]", str(error))]) from None
        except InvalidTerms as error:
            own.finish()
            raise InvalidTerms([(f"changes[{index}].{name}", words) for name, words in error.problems]) from None
        own.nothing_else()
        own.finish()
        plan = became.schedule
        found.append(
            {
                "kind": kind,
                "on": on.isoformat(),
                "words": plan.history[-1].words,
                "paid_before": _parts(paid.principal_minor, paid.interest_minor, paid.fee_minor),
                "amounts": dict(became.amounts),
                "rows": [row_to_json(row) for row in plan.rows],
            }
        )
    reader.finish()
    return found


def _paid_before(plan: Schedule, item: Reader) -> Paid:
    rows = [row for row in plan.rows if row.due_on < item.day("on")]
    unpaid = item.whole("unpaid_instalments")
    instalments = [row for row in rows if row.kind == "instalment"]
    if not 0 <= unpaid <= len(instalments):
        item.note("unpaid_instalments", f"{unpaid} is out of range; {len(instalments)} fell due before that day.")
        item.finish()
    late = {row.number for row in instalments[len(instalments) - unpaid :]}
    kept = [row for row in rows if row.number not in late]
    return Paid(
        sum(row.principal_minor for row in kept),
        sum(row.interest_minor for row in kept),
        sum(row.fee_minor for row in kept),
    )


def _parts(principal: int, interest: int, fee: int) -> dict[str, int]:
    return {"principal_minor": principal, "interest_minor": interest, "fee_minor": fee}


def _divided(parts: Allocation) -> dict[str, int]:
    amounts = _parts(parts.principal_minor, parts.interest_minor, parts.fee_minor)
    return {**amounts, "left_over_minor": parts.left_over_minor}


def _word(item: Reader, name: str, default: str, choices: object) -> str:
    word = item.text(name, default)
    for _, problem in one_of(name, word, choices):
        item.note(name, problem)
    return word


def _prepay(plan: Schedule, paid: Paid, item: Reader) -> Became:
    order = item.text("order", "sa_dhan")
    if order not in ORDERS:
        item.note("order", f"{order!r} is not known; choose one of {', '.join(ORDERS)}.")
    effect, amount = _word(item, "effect", "shorten", Effect), item.whole("amount_minor")
    item.finish()
    changed = changes.prepay(
        schedule=plan,
        paid=paid,
        amount_minor=amount,
        on=item.day("on"),
        effect=cast("Effect", effect),
        order=ORDERS[order],
    )
    return Became(changed.schedule, _divided(changed.allocation))


def _change_rate(plan: Schedule, _paid: Paid, item: Reader) -> Became:
    item.required("rate_percent")
    rate = item.decimal("rate_percent")
    item.finish()
    changed = changes.change_rate(schedule=plan, on=item.day("on"), rate_percent=rate)
    return Became(changed, {"interest_more_minor": changed.interest_minor - plan.interest_minor})


def _reschedule(plan: Schedule, paid: Paid, item: Reader) -> Became:
    item.required("instalments")
    instalments = item.whole("instalments")
    every = item.part("every", _every, None)
    first_due_on = item.day("first_due_on") if item.has("first_due_on") else None
    method = item.text("method") if item.has("method") else None
    rate = item.decimal("rate_percent") if item.has("rate_percent") else None
    balloon = item.decimal("balloon_percent") if item.has("balloon_percent") else None
    percentages = tuple(item.as_decimal("percentages", each) for each in item.items("percentages"))
    carried = _word(item, "carried", "first", Carried)
    periods = ("grace_principal_periods", "grace_whole_periods", "interest_free_periods")
    grace = {name: item.whole(name) for name in periods}
    item.finish()
    changed = changes.reschedule(
        schedule=plan,
        paid=paid,
        on=item.day("on"),
        instalments=instalments,
        every=every,
        first_due_on=first_due_on,
        method=method,
        rate_percent=rate,
        grace_principal_periods=grace["grace_principal_periods"],
        grace_whole_periods=grace["grace_whole_periods"],
        interest_free_periods=grace["interest_free_periods"],
        percentages=percentages,
        balloon_percent=balloon,
        carried=cast("Carried", carried),
    )
    names = ("carried_interest_minor", "carried_fee_minor", "waived_interest_minor", "waived_fee_minor")
    return Became(changed.schedule, {name: getattr(changed, name) for name in names})


def _every(item: Reader) -> Every:
    return Every(item.whole("count", 1), cast("Unit", item.text("unit", "month")))


def _settle(plan: Schedule, paid: Paid, item: Reader) -> Became:
    on = item.day("on")
    whole = position(schedule=plan, paid=paid, on=on).settle_today_minor
    changed = changes.settle(schedule=plan, paid=paid, amount_minor=item.whole("amount_minor", whole), on=on)
    return Became(changed.schedule, _divided(changed.allocation))


def _write_off(plan: Schedule, paid: Paid, item: Reader) -> Became:
    lost = changes.write_off(schedule=plan, paid=paid, on=item.day("on"))
    return Became(lost.schedule, _parts(lost.principal_minor, lost.interest_minor, lost.fee_minor))


KINDS: Final[Mapping[str, Callable[[Schedule, Paid, Reader], Became]]] = {
    "prepay": _prepay,
    "change_rate": _change_rate,
    "reschedule": _reschedule,
    "settle": _settle,
    "write_off": _write_off,
}
"""What can happen to a loan on the way; a new kind gets its line here and in the schema."""


__all__: Sequence[str] = ("KINDS", "Became", "after_changes")
