"""Reading a constitution from JSON, field by field, with a sentence for each field that cannot be read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation

from egenmakt.core.savings.fines import FineLine, FineTable, NotAFineTable
from egenmakt.core.savings.share_out_rule import ShareOutRule


def _list(name: str, value: object, example: str) -> list[object]:
    if not isinstance(value, list):
        raise ValueError(f"{name} is {value!r}; write a list, such as {example}.")
    return value


def _fines(name: str, value: object) -> FineTable:
    example = '[{"name": "late", "amount_minor": 50, "trigger": "late"}]'
    lines = []
    for item in _list(name, value, example):
        if not isinstance(item, dict) or not {"name", "amount_minor"} <= set(item) <= {
            "name",
            "amount_minor",
            "trigger",
        }:
            raise ValueError(f"{item!r} is not a fine; write {name} like {example}.")
        if not isinstance(item["name"], str):
            raise ValueError(f"The name of the fine {item!r} is not text; write {name} like {example}.")
        lines.append(FineLine(item["name"], item["amount_minor"], item.get("trigger")))
    return FineTable(tuple(lines))


def _multiple(name: str, value: object) -> Decimal | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        raise ValueError(f'{name} is {value!r}; write a number as text, such as "3", or null for no limit.')
    try:
        return Decimal(value)
    except InvalidOperation:
        raise ValueError(f'{name} is {value!r}; write a number such as "3", or null for no limit.') from None


def _terms(name: str, value: object) -> dict[str, object]:
    if not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
        raise ValueError(f'{name} is {value!r}; write an object such as {{"method": "flat", "rate_percent": "5"}}.')
    broken = [key for key, item in value.items() if isinstance(item, float)]
    if broken:
        raise ValueError(f"{name}: {broken[0]} is {value[broken[0]]!r}; write the number as text, so that it is exact.")
    return dict(value)


def _steps(name: str, value: object) -> tuple[str, ...]:
    steps = _list(name, value, '["savings", "loans"]')
    if not all(isinstance(step, str) for step in steps):
        raise ValueError(f"{name} is {value!r}; write the names of the steps.")
    return tuple(str(step) for step in steps)


def _share_out(name: str, value: object) -> ShareOutRule:
    return ShareOutRule.from_json(value)


READERS: Mapping[str, Callable[[str, object], object]] = {
    "fines": _fines,
    "loan_multiple": _multiple,
    "loan_terms_default": _terms,
    "meeting_steps": _steps,
    "share_out": _share_out,
}
"""How the fields that are more than a number or a word are read."""


def read_value(name: str, value: object) -> object:
    """One field's value. Raises ValueError with a sentence that names field, value and remedy."""
    try:
        return READERS[name](name, value) if name in READERS else value
    except NotAFineTable as problem:
        raise ValueError(f"{name}: {problem}") from None
