"""What each kind of rule of an IATI ruleset means: one function for each, and the table of all.

A function takes the element that the rule is held against, the case as the ruleset has it, and the ground; it returns
what is at fault. An empty answer means that the rule is kept. Source: IATI-Rulesets, SPEC.rst, and the sentences that
the rules carry; where both are silent, docs/decisions/iati-own-rules.md says what we took them to mean.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from babel import Locale
from lxml import etree

from egenmakt.interfaces.exports.iati.findings import text_of
from egenmakt.interfaces.exports.iati.values import year_later

Case = Mapping[str, Any]
Node = Any  # what lxml's XPath finds: an element, or a text that knows where it stood
Faults = list[Node]

_AGENCY = re.compile(r"([A-Z]{2})-[^-\s]+")
_BEYOND_COUNTRIES = frozenset({"XI", "XM", "XR", "XS"})
_DATE = re.compile(r"\s*(\d{4})-(\d{2})-(\d{2})")


@dataclass(frozen=True, slots=True)
class Ground:
    """What a rule may know beside the file: the time, the loop that it stands in, and identifiers known elsewhere."""

    now: datetime
    loop: str = ""
    known_organisations: frozenset[str] = field(default_factory=frozenset)
    agency_prefixes: frozenset[str] = field(default_factory=frozenset)
    """Approved prefixes such as SE-ON; without any, a country or XI, XM, XR, XS, a hyphen and more is taken for one."""


@lru_cache(maxsize=2048)
def _compiled(expression: str) -> etree.XPath:
    # '$1' of the ruleset becomes a variable: what a file says is a value, and never a part of an expression
    return etree.XPath(expression.replace("'$1'", "$loop"))


def evaluate(node: Node, expression: str, ground: Ground) -> Any:
    """What an expression of the ruleset gives at a place."""
    return _compiled(expression)(node, loop=ground.loop)


def holds(node: Node, expression: str, ground: Ground) -> bool:
    """Whether an expression is true at a place, as XPath 1.0 takes truth."""
    return bool(_compiled(f"boolean({expression})")(node, loop=ground.loop))


def _found(node: Node, case: Case, ground: Ground) -> list[Node]:
    return [one for path in case["paths"] for one in evaluate(node, path, ground)]


def _said(node: Node, path: str, ground: Ground) -> list[Node]:
    return [one for one in evaluate(node, path, ground) if text_of(one).strip()]


def _date(found: Node) -> date | None:
    match = _DATE.match(text_of(found))
    try:
        return date(*map(int, match.groups())) if match else None
    except ValueError:
        return None  # the schema says that it is no date


def _dates(node: Node, path: str, ground: Ground) -> list[tuple[date, Node]]:
    if path == "NOW":
        return [(ground.now.date(), node)]
    return [(day, one) for one in evaluate(node, path, ground) if (day := _date(one)) is not None]


def _number(found: Node) -> Decimal | None:
    try:
        number = Decimal(text_of(found).strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def atleast_one(node: Node, case: Case, ground: Ground) -> Faults:
    """Something must be there, and must not be empty."""
    said = any(_said_or_there(one) for one in _found(node, case, ground))
    return [] if said else [node]


def _said_or_there(found: Node) -> bool:
    # an attribute or text that is empty says nothing; an element says what is in it
    return bool(found.strip()) if isinstance(found, str) else True


def no_more_than_one(node: Node, case: Case, ground: Ground) -> Faults:
    """Nothing may be there twice."""
    return _found(node, case, ground)[1:]


def only_one_of(node: Node, case: Case, ground: Ground) -> Faults:
    """Where one is, none of the excluded may be."""
    if not _found(node, case, ground):
        return []
    return [one for path in case["excluded"] for one in evaluate(node, path, ground)]


def dependent(node: Node, case: Case, ground: Ground) -> Faults:
    """Where one of them is, all must be."""
    there = [bool(evaluate(node, path, ground)) for path in case["paths"]]
    return [node] if any(there) and not all(there) else []


def one_or_all(node: Node, case: Case, ground: Ground) -> Faults:
    """Said once for the whole, or at each place."""
    if _said(node, case["one"], ground) or (case["one"] == "sector" and evaluate(node, "sector", ground)):
        return []
    missing = {
        "lang": ".//narrative[not(@xml:lang) or @xml:lang = '']",
        "currency": ".//*[self::value or self::forecast or self::loan-status][not(@currency) or @currency = '']",
        "sector": "transaction[not(sector)][../transaction/sector]",
    }
    try:
        return list(evaluate(node, missing[case["all"]], ground))
    except KeyError:
        raise UnknownRule(f"one_or_all speaks of {case['all']!r}, which has no meaning here.") from None


def total(node: Node, case: Case, ground: Ground) -> Faults:
    """Numbers that are there must add up."""
    return strict_sum(node, case, ground) if _found(node, case, ground) else []


def strict_sum(node: Node, case: Case, ground: Ground) -> Faults:
    """Numbers must add up, exactly; where none is there, their sum is zero."""
    found = _found(node, case, ground)
    numbers = [_number(one) for one in found]
    if None in numbers:
        return [one for one, number in zip(found, numbers, strict=True) if number is None]
    return [] if sum(filter(None, numbers), Decimal(0)) == Decimal(str(case["sum"])) else (found[:1] or [node])


def in_range(node: Node, case: Case, ground: Ground) -> Faults:
    """Numbers must lie within bounds, both ends included."""
    low, high = Decimal(str(case.get("min", "-Infinity"))), Decimal(str(case.get("max", "Infinity")))
    return [one for one in _found(node, case, ground) if (number := _number(one)) is None or not low <= number <= high]


def date_order(node: Node, case: Case, ground: Ground) -> Faults:
    """One date must not be after another; a date that is not there breaks nothing."""
    later = [day for day, _ in _dates(node, case["more"], ground)]
    return [one for day, one in _dates(node, case["less"], ground) if later and day > min(later)]


def date_now(node: Node, case: Case, ground: Ground) -> Faults:
    """An instant must not be in the future."""
    return [one for one in evaluate(node, case["date"], ground) if _after(text_of(one), ground.now)]


def _after(text: str, now: datetime) -> bool:
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return False  # the schema says that it is no instant
    return (moment if moment.tzinfo else moment.replace(tzinfo=now.tzinfo)) > now


def time_limit(node: Node, case: Case, ground: Ground) -> Faults:
    """A period must not be longer than a year: its end is at the latest the same day of the next year."""
    starts, ends = _dates(node, case["start"], ground), _dates(node, case["end"], ground)
    return [one for end, one in ends for start, _ in starts if end > year_later(start)]


def between_dates(node: Node, case: Case, ground: Ground) -> Faults:
    """A date must lie within a period, both ends included."""
    starts = [day for day, _ in _dates(node, case["start"], ground)]
    ends = [day for day, _ in _dates(node, case["end"], ground)]
    return [
        one
        for day, one in _dates(node, case["date"], ground)
        if (starts and day < min(starts)) or (ends and day > max(ends))
    ]


def regex_matches(node: Node, case: Case, ground: Ground) -> Faults:
    """Texts must have a form. Values with spaces around them are judged without these: another rule is about them."""
    return [one for one in _found(node, case, ground) if not re.search(case["regex"], text_of(one).strip())]


def regex_no_matches(node: Node, case: Case, ground: Ground) -> Faults:
    """Texts must not have a form."""
    return [one for one in _found(node, case, ground) if re.search(case["regex"], text_of(one).strip())]


def no_spaces(node: Node, case: Case, ground: Ground) -> Faults:
    """Texts must not begin or end with spaces or new lines."""
    return [one for one in _found(node, case, ground) if text_of(one) != text_of(one).strip()]


def no_percent(node: Node, case: Case, ground: Ground) -> Faults:
    """Texts must not contain the sign %."""
    return [one for one in _found(node, case, ground) if "%" in text_of(one)]


def positive_decimal(node: Node, case: Case, ground: Ground) -> Faults:
    """Texts must be numbers, and not below zero."""
    return [one for one in _found(node, case, ground) if (number := _number(one)) is None or number < 0]


def unique(node: Node, case: Case, ground: Ground) -> Faults:
    """No two texts may be the same."""
    seen: set[str] = set()
    faults = []
    for one in _found(node, case, ground):
        text = text_of(one).strip()
        if text in seen:
            faults.append(one)
        seen.add(text)
    return faults


def startswith(node: Node, case: Case, ground: Ground) -> Faults:
    """Texts must begin with one of the prefixes, and the separator where there is one."""
    wanted = case.get("prefix", case.get("start"))
    prefixes = [wanted] if isinstance(wanted, str) else wanted
    if "ORG-ID-PREFIX" in prefixes:
        return [one for one in _found(node, case, ground) if not _has_agency(text_of(one).strip(), ground)]
    starts = [text_of(one).strip() for path in prefixes for one in evaluate(node, path, ground)]
    ends = case.get("separator", "")
    allowed = tuple(start + ends for start in starts if start)
    return [one for one in _found(node, case, ground) if not text_of(one).strip().startswith(allowed)]


def _has_agency(identifier: str, ground: Ground) -> bool:
    if ground.agency_prefixes:
        return identifier.startswith(tuple(f"{prefix}-" for prefix in ground.agency_prefixes))
    match = _AGENCY.match(identifier)
    return match is not None and (match[1] in _BEYOND_COUNTRIES or match[1] in Locale("en").territories)


def evaluates_to_true(node: Node, case: Case, ground: Ground) -> Faults:
    """An expression must be true."""
    return [] if holds(node, case["eval"], ground) else [node]


def if_then(node: Node, case: Case, ground: Ground) -> Faults:
    """Where the first expression is true, the second must be."""
    if not holds(node, case["if"], ground) or holds(node, case["then"], ground):
        return []
    return (_found(node, case, ground) if "paths" in case else [])[:1] or [node]


class UnknownRule(ValueError):
    """The ruleset has a kind of rule that is not known here: better to stop than to pass it over."""


KINDS: Mapping[str, Callable[[Node, Case, Ground], Faults]] = {
    "atleast_one": atleast_one,
    "between_dates": between_dates,
    "date_now": date_now,
    "date_order": date_order,
    "dependent": dependent,
    "evaluates_to_true": evaluates_to_true,
    "if_then": if_then,
    "no_more_than_one": no_more_than_one,
    "no_percent": no_percent,
    "no_spaces": no_spaces,
    "one_or_all": one_or_all,
    "only_one_of": only_one_of,
    "positive_decimal": positive_decimal,
    "range": in_range,
    "regex_matches": regex_matches,
    "regex_no_matches": regex_no_matches,
    "startswith": startswith,
    "strict_sum": strict_sum,
    "sum": total,
    "time_limit": time_limit,
    "unique": unique,
}
"""Kind of rule -> its meaning. `loop` is not here: it repeats others, in ruleset.py."""
