"""Publish without naming who would be in danger: nothing of a name stays in any byte, and the totals stay true."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal

from egenmakt.interfaces.exports.iati import safe_xml
from egenmakt.interfaces.exports.iati.activities import (
    Activity,
    ActivityDate,
    ActivityFile,
    Budget,
    Location,
    Part,
    Participant,
    PlannedDisbursement,
    Transaction,
)
from egenmakt.interfaces.exports.iati.covering import Cover, merged
from egenmakt.interfaces.exports.iati.exclusions import TOGETHER, Exactness, Exclusions
from egenmakt.interfaces.exports.iati.names import Names
from egenmakt.interfaces.exports.iati.organisation import OrganisationFile, PeriodMoney
from egenmakt.interfaces.exports.iati.results import Result
from egenmakt.interfaces.exports.iati.values import NotPublishable, Party, Publisher, Words
from egenmakt.interfaces.exports.iati.writer import write_activities
from egenmakt.interfaces.exports.iati.writer_organisation import write_organisation

REGION_UNSPECIFIED = "998"
SECTOR_UNSPECIFIED = "99810"
_TENTH = Decimal("0.1")


class NameWouldLeak(ValueError):
    """A name that must not be published stands in what would be: nothing was written."""


@dataclass(frozen=True, slots=True)
class Published:
    """The bytes of a file, and what they leave out – for those who publish, never for the file."""

    data: bytes
    activities_left_out: int
    met_nowhere: tuple[str, ...] = ()
    """Names and codes of the exclusions that do not occur in the content: perhaps they are spelt in another way."""


def publish_activities(content: ActivityFile, *, exclusions: Exclusions) -> Published:
    """Take out what must not be named, write, and look through every byte again.

    Raises: NameWouldLeak, when a name stands where it cannot be covered, such as an activity's own identifier.
    """
    left_out = [one for one in content.activities if one.code in exclusions.activities]
    names = Names.of(exclusions.names, (content.publisher.identifier(one.code) for one in left_out))
    data = write_activities(_protected(content, left_out, names, exclusions))
    refuse_names(data, names)
    codes = {one.code for one in content.activities}
    nowhere = (exclusions.activities | exclusions.country_only) - codes
    return Published(data, len(left_out), (*sorted(nowhere), *_unmet(exclusions, content)))


def publish_organisation(content: OrganisationFile, *, exclusions: Exclusions) -> Published:
    """The same for an organisation's own file; budgets of all who are not named are one sum. Raises: NameWouldLeak."""
    names = Names.of(exclusions.names, map(content.publisher.identifier, sorted(exclusions.activities)))
    cover = Cover(names, exclusions, content.language)
    named = [pair for pair in content.recipient_budgets if not cover.points_at(pair[0])]
    covered = cover.cover(replace(content, recipient_budgets=tuple(named)))
    hidden = [amount for party, amount in content.recipient_budgets if cover.points_at(party)]
    data = write_organisation(
        replace(covered, recipient_budgets=(*covered.recipient_budgets, *_one_recipient(hidden, cover)))
    )
    refuse_names(data, names)
    return Published(data, 0, _unmet(exclusions, content))


def _unmet(exclusions: Exclusions, content: ActivityFile | OrganisationFile) -> tuple[str, ...]:
    return tuple(
        name for name in sorted(exclusions.names) if not Cover(Names.of([name]), exclusions, "en").points_at(content)
    )


def refuse_names(data: bytes, names: Names) -> None:
    """Read a written file as anybody would, and refuse it when a name is in it. Raises: NameWouldLeak."""
    root = safe_xml.whole(data)
    for element in root.iter():
        for text in (element.text, element.tail, *element.attrib.values()):
            if text and names.found_in(text):
                raise NameWouldLeak(
                    f"A name that must not be published stands in {root.getroottree().getpath(element)}. Leave the "
                    "activity out, or give it another code."
                )


def _one_recipient(hidden: list[PeriodMoney], cover: Cover) -> list[tuple[Party, PeriodMoney]]:
    nobody = Party(name=cover.exclusions.words_like(None, cover.language))
    sums = merged(((one.start_on, one.end_on, one.status or "", one.value.currency), one.value) for one in hidden)
    return [
        (nobody, PeriodMoney(start, end, value, start, status or None))
        for (start, end, status, _), value in sums.items()
    ]


def _protected(content: ActivityFile, left_out: list[Activity], names: Names, exclusions: Exclusions) -> ActivityFile:
    kept = [
        _covered(one, Cover(names, exclusions, one.language))
        for one in content.activities
        if one.code not in exclusions.activities
    ]
    if left_out:
        kept.append(_together(left_out, content, exclusions))
    if not kept:
        raise NotPublishable("Nothing is left to publish.")
    return replace(content, activities=tuple(kept))


def _covered(activity: Activity, cover: Cover) -> Activity:
    found = cover.cover(activity)
    parties = (activity.participants, activity.planned, activity.transactions)
    # beside a partner who is not named, a place would name it
    only_country = activity.code in cover.exclusions.country_only or cover.points_at(parties)
    places = _coarser(found.locations, "country" if only_country else cover.exclusions.places)
    refs = frozenset(one.ref for one in places if one.ref is not None)
    return replace(found, locations=places, results=tuple(_without_places(one, refs) for one in found.results))


def _coarser(places: tuple[Location, ...], exactness: Exactness) -> tuple[Location, ...]:
    if exactness == "country":
        return ()
    if exactness == "exact":
        return places
    return tuple(
        replace(
            one, latitude=_rounded(one.latitude), longitude=_rounded(one.longitude), description=None, exactness="2"
        )
        for one in places
    )


def _rounded(degrees: Decimal | None) -> Decimal | None:
    return None if degrees is None else degrees.quantize(_TENTH, ROUND_HALF_EVEN)


def _without_places(result: Result, refs: frozenset[str]) -> Result:
    """Values by a place that is no longer given are left out; the totals stay."""
    indicators = []
    for indicator in result.indicators:
        periods = tuple(
            replace(
                period,
                targets=tuple(one for one in period.targets if refs.issuperset(one.locations)),
                actuals=tuple(one for one in period.actuals if refs.issuperset(one.locations)),
            )
            for period in indicator.periods
        )
        baselines = tuple(one for one in indicator.baselines if refs.issuperset(one.measured.locations))
        indicators.append(replace(indicator, periods=periods, baselines=baselines))
    return replace(result, indicators=tuple(indicators))


def _quarter(day: date) -> date:
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def _together(left_out: list[Activity], content: ActivityFile, exclusions: Exclusions) -> Activity:
    """One activity without a name for the money of all that are left out."""
    starts = [day for one in left_out for day in one.dates if day.kind in ("1", "2")]
    first = min(day.on for day in starts)
    kind = "2" if any(day.kind == "2" for day in starts) else "1"
    said = {language: exclusions.words_for(language) for language in TOGETHER}
    title = Words(tuple((language, text[:1].upper() + text[1:]) for language, text in said.items()))
    publisher: Publisher = content.publisher
    return Activity(
        code=exclusions.together,
        title=title,
        descriptions=(("1", Words(tuple(TOGETHER.items()))),),
        status="2",
        dates=(ActivityDate(kind, date(first.year, 1, 1)),),
        participants=(Participant("2", Party(name=publisher.name, ref=publisher.ref, kind=publisher.kind)),),
        countries=(),
        regions=(Part(REGION_UNSPECIFIED, vocabulary="1"),),
        sectors=(Part(SECTOR_UNSPECIFIED, vocabulary="1"),),
        language="en",
        currency=min(one.currency for one in left_out),
        updated_at=content.generated_at,
        budgets=_budgets(left_out),
        planned=_planned(left_out),
        transactions=_transactions(left_out),
    )


def _budgets(left_out: list[Activity]) -> tuple[Budget, ...]:
    sums = merged(
        ((each.start_on, each.end_on, each.kind, each.status, each.value.currency), each.value)
        for one in left_out
        for each in one.budgets
    )
    return tuple(
        Budget(start, end, value, start, kind, status) for (start, end, kind, status, _), value in sums.items()
    )


def _planned(left_out: list[Activity]) -> tuple[PlannedDisbursement, ...]:
    sums = merged(
        ((each.start_on, each.end_on, each.kind, each.value.currency), each.value)
        for one in left_out
        for each in one.planned
    )
    return tuple(PlannedDisbursement(start, end, value, start, kind) for (start, end, kind, _), value in sums.items())


def _transactions(left_out: list[Activity]) -> tuple[Transaction, ...]:
    sums = merged(
        ((_quarter(each.on), each.kind, each.value.currency), each.value)
        for one in left_out
        for each in one.transactions
    )
    return tuple(Transaction(kind, day, value, day) for (day, kind, _), value in sums.items() if value)
