"""What an IATI file of activities says, as plain values that cannot be wrong in the ways the standard forbids.

Everything is neutral: it knows no register of this product, so that programmes, agreements and indicators can fill it.
Codes are those of the IATI code lists, as text. A period's `end_on` is its last day, as IATI has it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from egenmakt.core.money import Money
from egenmakt.interfaces.exports.iati.results import Result
from egenmakt.interfaces.exports.iati.values import Document, Party, Publisher, Words, check_period, refuse

HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Participant:
    """A part in an activity: 1 funding, 2 accountable, 3 extending, 4 implementing."""

    role: str
    party: Party


@dataclass(frozen=True, slots=True)
class ActivityDate:
    """1 planned start, 2 actual start, 3 planned end, 4 actual end."""

    kind: str
    on: date


@dataclass(frozen=True, slots=True)
class Part:
    """A country, a region or a sector, with its part of the whole where there are several."""

    code: str
    percentage: Decimal | None = None
    vocabulary: str | None = None
    name: Words | None = None


@dataclass(frozen=True, slots=True)
class Location:
    """A place. `administrative` holds (vocabulary, level, code)."""

    name: Words | None = None
    description: Words | None = None
    latitude: Decimal | None = None
    longitude: Decimal | None = None
    exactness: str | None = None
    ref: str | None = None
    administrative: tuple[tuple[str, int, str], ...] = ()

    def __post_init__(self) -> None:
        refuse((self.latitude is None) != (self.longitude is None), "A place has one of two coordinates.")
        if self.latitude is not None and self.longitude is not None:
            refuse(abs(self.latitude) > 90 or abs(self.longitude) > 180, "A place lies outside the earth.")


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to ask: 1 general, 2 management, 3 finance, 4 communication."""

    kind: str = "1"
    organisation: Words | None = None
    department: Words | None = None
    person: Words | None = None
    job_title: Words | None = None
    telephone: str | None = None
    email: str | None = None
    website: str | None = None
    address: Words | None = None


@dataclass(frozen=True, slots=True)
class Budget:
    """What is meant to be spent: kind 1 original, 2 revised; status 1 indicative, 2 committed."""

    start_on: date
    end_on: date
    value: Money
    value_on: date
    kind: str = "1"
    status: str = "1"

    def __post_init__(self) -> None:
        check_period(self.start_on, self.end_on, a_year_at_most=True)


@dataclass(frozen=True, slots=True)
class PlannedDisbursement:
    """An instalment as it is planned: kind 1 original, 2 revised."""

    start_on: date
    end_on: date
    value: Money
    value_on: date
    kind: str = "1"
    provider: Party | None = None
    receiver: Party | None = None

    def __post_init__(self) -> None:
        check_period(self.start_on, self.end_on, a_year_at_most=False)


@dataclass(frozen=True, slots=True)
class Transaction:
    """Money that moved or was promised: 1 incoming funds, 2 outgoing commitment, 3 disbursement, 4 expenditure, …"""

    kind: str
    on: date
    value: Money
    value_on: date
    description: Words | None = None
    provider: Party | None = None
    receiver: Party | None = None
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class Related:
    """Another activity: 1 parent, 2 child, 3 sibling, 4 co-funded, 5 third party."""

    kind: str
    ref: str


@dataclass(frozen=True, slots=True)
class Defaults:
    """Codes that hold for every transaction of an activity, each where it is known."""

    scope: str | None = None
    collaboration: str | None = None
    flow: str | None = None
    finance: str | None = None
    aid: tuple[tuple[str, str], ...] = ()
    """(vocabulary, code)"""
    tied: str | None = None


@dataclass(frozen=True, slots=True)
class PolicyMarker:
    """How much an activity is about a policy: vocabulary 1 needs a significance from 0 to 4, 99 a name."""

    code: str
    significance: str | None = None
    vocabulary: str = "1"
    name: Words | None = None

    def __post_init__(self) -> None:
        refuse(self.vocabulary == "1" and self.significance is None, "A policy marker has no significance.")
        refuse(self.vocabulary == "99" and self.name is None, "An own policy marker has no name.")


@dataclass(frozen=True, slots=True)
class Activity:
    """One activity. `code` is its own part of the identifier; the publisher's pattern makes the rest."""

    code: str
    title: Words
    descriptions: tuple[tuple[str, Words], ...]
    """(1 general, 2 objectives, 3 target groups, 4 other; the text)"""
    status: str
    dates: tuple[ActivityDate, ...]
    participants: tuple[Participant, ...]
    countries: tuple[Part, ...]
    regions: tuple[Part, ...]
    sectors: tuple[Part, ...]
    language: str
    currency: str
    updated_at: datetime
    hierarchy: int | None = None
    humanitarian: bool | None = None
    other_identifiers: tuple[tuple[str, str], ...] = ()
    """(type such as A3, the identifier)"""
    contacts: tuple[Contact, ...] = ()
    locations: tuple[Location, ...] = ()
    policy_markers: tuple[PolicyMarker, ...] = ()
    defaults: Defaults = field(default_factory=Defaults)
    budgets: tuple[Budget, ...] = ()
    planned: tuple[PlannedDisbursement, ...] = ()
    transactions: tuple[Transaction, ...] = ()
    documents: tuple[Document, ...] = ()
    related: tuple[Related, ...] = ()
    results: tuple[Result, ...] = ()

    def __post_init__(self) -> None:
        of = f"The activity {self.code}"
        refuse(not self.descriptions, f"{of} has no description.")
        refuse(not self.participants, f"{of} has no participating organisation.")
        refuse(not any(one.kind in ("1", "2") for one in self.dates), f"{of} has no start, planned or actual.")
        refuse(self.updated_at.tzinfo is None, f"{of} was updated at a time without a time zone.")
        refuse(not self.countries and not self.regions, f"{of} has no country or region.")
        refuse(not self.sectors, f"{of} has no sector.")
        regions = {one.vocabulary or "1" for one in self.regions} or {""}
        for vocabulary in regions:
            same = [one for one in self.regions if (one.vocabulary or "1") == vocabulary]
            _check_sum(f"{of}, countries and regions", [*self.countries, *same])
        for vocabulary in {one.vocabulary or "1" for one in self.sectors}:
            _check_sum(f"{of}, sectors", [one for one in self.sectors if (one.vocabulary or "1") == vocabulary])
        days = {one.kind: one.on for one in self.dates}
        refuse(len(days) != len(self.dates), f"{of} has two dates of one kind.")
        for start, end in (("1", "3"), ("2", "4")):
            refuse(start in days and end in days and days[start] > days[end], f"{of} ends before it starts.")


def _check_sum(of: str, parts: Iterable[Part]) -> None:
    shares = [one.percentage for one in parts]
    if len(shares) == 1 and shares[0] is None:
        return
    known = [share for share in shares if share is not None]
    refuse(len(known) != len(shares), f"{of}: there are several, and not each has a percentage.")
    refuse(any(not 0 <= share <= HUNDRED for share in known), f"{of}: a percentage is not between 0 and 100.")
    refuse(sum(known) != HUNDRED, f"{of}: the percentages add up to {sum(known)}, not to 100.")


@dataclass(frozen=True, slots=True)
class ActivityFile:
    """A whole file of activities."""

    publisher: Publisher
    activities: tuple[Activity, ...]
    generated_at: datetime

    def __post_init__(self) -> None:
        codes = [one.code for one in self.activities]
        refuse(not codes, "A file of activities has none.")
        refuse(len(set(codes)) != len(codes), "Two activities of a file have the same code.")
        refuse(self.generated_at.tzinfo is None, "The file is generated at a time without a time zone.")
