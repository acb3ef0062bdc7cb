"""Read what others have published, from version 1.01 to 2.03: to count it, and to know what happens around us.

Files are read piece by piece, so that a large one needs no more memory than a small one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from egenmakt.interfaces.exports.iati import safe_xml
from egenmakt.interfaces.exports.iati.safe_xml import Element, Source

OLD_TRANSACTIONS: Mapping[str, str] = {
    "IF": "1", "C": "2", "D": "3", "E": "4", "IR": "5", "LR": "6", "R": "7", "QP": "8", "QS": "9", "CG": "10",
}  # fmt: skip
"""Types of transactions in the versions 1.0x, and what they are called since 2.01."""
_OLD_DATES = {"start-planned": "1", "start-actual": "2", "end-planned": "3", "end-actual": "4"}
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


@dataclass(frozen=True, slots=True)
class Counts:
    """How much is in a file. Transactions are counted by their type as it is written there."""

    version: str
    activities: int
    organisations: int
    """Records of organisations; who takes part in activities is `participants`."""
    participants: int
    transactions: Mapping[str, int]
    results: int
    indicators: int

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {
            "version": self.version, "activities": self.activities, "organisations": self.organisations,
            "participants": self.participants, "transactions": dict(sorted(self.transactions.items())),
            "results": self.results, "indicators": self.indicators,
        }  # fmt: skip


def count(source: Source) -> Counts:
    """Count activities, organisations, transactions, results and indicators. Raises: UnsafeXml, NotXml."""
    version = safe_xml.root_of(source).get("version") or ""
    activities = organisations = participants = results = indicators = 0
    transactions: Counter[str] = Counter()
    for record in safe_xml.elements(source, "iati-activity", "iati-organisation"):
        if record.tag == "iati-organisation":
            organisations += 1
            continue
        activities += 1
        participants += len(record.findall("participating-org"))
        results += len(record.findall("result"))
        indicators += len(record.findall("result/indicator"))
        transactions.update(_type(one) for one in record.iterfind("transaction"))
    return Counts(version, activities, organisations, participants, dict(transactions), results, indicators)


def _type(transaction: Element) -> str:
    found = transaction.find("transaction-type")
    return "" if found is None else (found.get("code") or "").strip()


@dataclass(frozen=True, slots=True)
class PublishedActivity:
    """What somebody has published about one activity, in the words and codes of version 2.03."""

    identifier: str
    reporter: str
    titles: tuple[tuple[str, str], ...]
    """(language or "", text)"""
    status: str
    dates: tuple[tuple[str, date], ...]
    countries: tuple[str, ...]
    participants: tuple[tuple[str, str, str], ...]
    """(role, identifier, name)"""
    totals: Mapping[tuple[str, str], Decimal]
    """(type of transaction, currency) -> sum"""
    transactions: int
    unreadable_values: int
    """Transactions whose amount is no number: they are in no total."""
    results: int
    indicators: int


def read_activities(source: Source) -> Iterator[PublishedActivity]:
    """The activities of a file, one after the other. Raises: UnsafeXml, NotXml – perhaps in the middle."""
    for record in safe_xml.elements(source, "iati-activity"):
        yield _activity(record)


def _activity(record: Element) -> PublishedActivity:
    currency = record.get("default-currency") or ""
    language = record.get(_XML_LANG) or ""
    totals: dict[tuple[str, str], Decimal] = {}
    moved = record.findall("transaction")
    unreadable = 0
    for one in moved:
        value = one.find("value")
        amount = None if value is None else _amount(value.text or "")
        if value is None or amount is None:
            unreadable += 1
            continue
        kind = OLD_TRANSACTIONS.get(_type(one), _type(one))
        key = (kind, value.get("currency") or currency)
        totals[key] = totals.get(key, Decimal(0)) + amount
    reporter = record.find("reporting-org")
    status = record.find("activity-status")
    return PublishedActivity(
        identifier=(record.findtext("iati-identifier") or "").strip(),
        reporter="" if reporter is None else (reporter.get("ref") or "").strip(),
        titles=tuple(pair for title in record.iterfind("title") for pair in _texts(title, language)),
        status="" if status is None else status.get("code") or "",
        dates=tuple(_dates(record)),
        countries=tuple(one.get("code") or "" for one in record.iterfind("recipient-country")),
        participants=tuple(
            (one.get("role") or "", (one.get("ref") or "").strip(), " / ".join(text for _, text in _texts(one, "")))
            for one in record.iterfind("participating-org")
        ),
        totals=totals,
        transactions=len(moved),
        unreadable_values=unreadable,
        results=len(record.findall("result")),
        indicators=len(record.findall("result/indicator")),
    )


def _texts(element: Element, language: str) -> Iterator[tuple[str, str]]:
    """The narratives of version 2, or the element's own text of version 1."""
    narratives = element.findall("narrative") or [element]
    default = element.get(_XML_LANG) or language
    for one in narratives:
        text = " ".join((one.text or "").split())
        if text:
            yield one.get(_XML_LANG) or default, text


def _amount(text: str) -> Decimal | None:
    try:
        amount = Decimal("".join(text.split()).replace(",", ""))  # 1,234.50 occurs in old files
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None


def _dates(record: Element) -> Iterator[tuple[str, date]]:
    for one in record.iterfind("activity-date"):
        kind = one.get("type") or ""
        try:
            yield _OLD_DATES.get(kind, kind), date.fromisoformat((one.get("iso-date") or "").strip()[:10])
        except ValueError:
            continue  # a day that cannot be read is none
