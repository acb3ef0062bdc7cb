"""From rows of a publisher's document to the values that a file is written from; what they refuse is a fault."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from django.utils.translation import gettext as say

from egenmakt.core.money import Money, NotAnAmount, UnknownCurrency
from egenmakt.interfaces.exports.iati.activities import Contact, Defaults, Part
from egenmakt.interfaces.exports.iati.publisher.form import Fault, Row
from egenmakt.interfaces.exports.iati.values import Document, NotPublishable, Party, Publisher

T = TypeVar("T")


@dataclass(slots=True)
class Making:
    """What everything is made with: the publisher, the organisations by their key, and the faults so far."""

    publisher: Publisher
    organisations: Mapping[str, Row]
    currency: str
    today: date
    faults: list[Fault] = field(default_factory=list)

    def made(self, place: str, make: Callable[..., T], *given: Any, **named: Any) -> T | None:
        """What a function makes; None, and a fault, where it may not be."""
        try:
            return make(*given, **named)
        except (NotPublishable, NotAnAmount, UnknownCurrency) as error:
            self.faults.append(Fault(place, str(error), say("Correct it here.")))
            return None

    def money(self, row: Row, currency: str | None = None) -> Money:
        """An amount in the currency of its row, or of what it stands in. Raises: NotAnAmount, UnknownCurrency."""
        return Money.parse(format(row["value"], "f"), row["currency"] or currency or self.currency)

    def not_later(self, row: Row, *names: str) -> None:
        """A day of what has happened is not in the future."""
        for name in names:
            if row[name] is not None and row[name] > self.today:
                sentence = say("The day %(day)s has not come yet.") % {"day": row[name]}
                self.faults.append(Fault(row.at(name), sentence, say("Leave it for a later file, or correct the day.")))

    def party(self, code: str | None, activity: str | None, own: str | None = None) -> Party | None:
        """An organisation by its key; the publisher with the activity that a thing stands in."""
        if code is None:
            return None
        if code == "publisher":
            one = self.publisher
            return Party(name=one.name, ref=one.ref, kind=one.kind, activity=activity or own)
        row = self.organisations[code]
        return Party(name=row["name"], ref=row["ref"], kind=row["type"], activity=activity)


def part(row: Row) -> Part:
    """A country, a region or a sector."""
    vocabulary = row["vocabulary"] if "vocabulary" in row.said else None
    return Part(row["code"], row["percentage"], vocabulary, row["name"])


def contact(row: Row) -> Contact:
    """Whom to ask."""
    return Contact(
        row["type"], row["organisation"], row["department"], row["person"], row["job_title"], row["telephone"],
        row["email"], row["website"], row["address"],
    )  # fmt: skip


def defaults(*rows: Row | None) -> Defaults:
    """Codes for all transactions: each from the first row that has it."""

    def first(name: str) -> Any:
        return next((row[name] for row in rows if row is not None and row[name]), None)

    aid = tuple((one["vocabulary"], one["code"]) for one in first("aid") or ())
    return Defaults(first("scope"), first("collaboration"), first("flow"), first("finance"), aid, first("tied"))


def document(row: Row, *, with_countries: bool) -> Document:
    """A document on the web. Raises: NotPublishable."""
    return Document(
        row["url"], row["format"], row["title"], row["categories"], row["description"], row["languages"], row["on"],
        row["countries"] if with_countries else (),
    )  # fmt: skip
