"""Pages of a long list by keyset: as quick on page 1,000 as on page 1, and no row is missed while others are added."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet
from django.http import QueryDict

ModelType = TypeVar("ModelType", bound=Model)

PAGE_SIZE = 25


class UnknownPage(ValueError):
    """The address names a place in the list that cannot be read."""


@dataclass(frozen=True, slots=True)
class Page(Generic[ModelType]):
    """The rows of one page, and the addresses of its neighbours ("" where there is none)."""

    rows: list[ModelType]
    previous_query: str
    next_query: str


def keyset_page(
    queryset: QuerySet[ModelType], *, order: Sequence[str], query: QueryDict, size: int = PAGE_SIZE
) -> Page[ModelType]:
    """One page of a list.

    Args: `order` names fields, "-" in front for falling; the last must be unique (the id), and none may be null.
    `query` is request.GET: its "after" or "before" says where the page begins; its other values are kept in the links.
    Raises: UnknownPage, which a view answers with 404.
    """
    is_backward = "before" in query
    token = query.get("before") or query.get("after")
    way = [_turned(field) for field in order] if is_backward else list(order)
    rows = queryset.order_by(*way)
    if token:
        rows = rows.filter(_beyond(way, _read(token, len(order))))
    found = list(rows[: size + 1])
    has_more = len(found) > size
    found = found[:size]
    if is_backward:
        found.reverse()
    has_previous, has_next = (has_more, bool(token)) if is_backward else (bool(token), has_more)
    return Page(
        rows=found,
        previous_query=page_link(query, "before", found[0], order) if found and has_previous else "",
        next_query=page_link(query, "after", found[-1], order) if found and has_next else "",
    )


def _turned(field: str) -> str:
    return field[1:] if field.startswith("-") else "-" + field


def _beyond(way: Sequence[str], values: Sequence[Any]) -> Q:
    """Rows after `values` in the order `way`: a >= x and ((a > x) or (a = x and b > y) or …)"""
    beyond, same = Q(), Q()
    for field, value in zip(way, values, strict=True):
        name, comparison = (field[1:], "lt") if field.startswith("-") else (field, "gt")
        beyond |= same & Q(**{f"{name}__{comparison}": value})
        same &= Q(**{name: value})
    # says nothing new, but with it both databases begin in the middle of an index instead of at its start
    name, comparison = (way[0][1:], "lte") if way[0].startswith("-") else (way[0], "gte")
    return Q(**{f"{name}__{comparison}": values[0]}) & beyond


def page_link(query: QueryDict, side: str, row: Model, order: Sequence[str]) -> str:
    """The address of the page that begins after a row, or ends before it; the query's other values are kept."""
    kept = query.copy()
    kept.pop("after", None)
    kept.pop("before", None)
    values = [_value(row, field.lstrip("-")) for field in order]
    text = json.dumps(values, default=str, ensure_ascii=False, separators=(",", ":"))
    kept[side] = base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
    return "?" + kept.urlencode()


def _value(row: Model, path: str) -> object:
    value: object = row
    for name in path.split("__"):
        value = getattr(value, name)
    return value


def _read(token: str, count: int) -> list[Any]:
    try:
        values = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    except (binascii.Error, ValueError):
        values = None
    if not isinstance(values, list) or len(values) != count or any(isinstance(v, list | dict) for v in values):
        raise UnknownPage("The address of this page of the list cannot be read; go back to the beginning of the list.")
    return values
