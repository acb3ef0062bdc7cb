"""What is written is valid, says what it was given, and is always the same bytes."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree

import pytest

from egenmakt.interfaces.exports.iati.activities import Activity, ActivityDate, Budget, Part
from egenmakt.interfaces.exports.iati.organisation import Line, PeriodMoney
from egenmakt.interfaces.exports.iati.results import Indicator, IndicatorPeriod, Measured, Reference
from egenmakt.interfaces.exports.iati.rule_kinds import Ground
from egenmakt.interfaces.exports.iati.validate import validate
from egenmakt.interfaces.exports.iati.values import NotPublishable, Party, Publisher, Words, words
from egenmakt.interfaces.exports.iati.writer import write_activities
from egenmakt.interfaces.exports.iati.writer_organisation import write_organisation
from tests.interfaces.exports.iati.invented import (
    AT,
    END,
    START,
    activity,
    activity_file,
    organisation_file,
    result,
    said,
    sek,
)

pytestmark = pytest.mark.once  # no database is asked

GROUND = Ground(now=datetime(2026, 6, 1, tzinfo=UTC))


def test_a_file_with_something_in_every_field_is_valid() -> None:
    checked = validate(write_activities(activity_file(activity("A", "Plain"), activity("B", "Plain"))), ground=GROUND)

    assert [str(finding) for finding in checked.findings] == []
    assert checked.version == "2.03"


def test_an_organisation_file_with_something_in_every_field_is_valid() -> None:
    checked = validate(write_organisation(organisation_file("Plain")), ground=GROUND)

    assert [str(finding) for finding in checked.findings] == []


def test_amounts_have_the_decimals_of_their_currency() -> None:
    root = ElementTree.fromstring(write_activities(activity_file(activity("A", "Plain"))))
    values = [(one.get("currency"), one.text) for one in root.findall(".//transaction/value")]

    assert values == [("SEK", "900.00"), ("SEK", "250.50"), ("UGX", "7")]


def test_texts_stand_in_all_their_languages() -> None:
    root = ElementTree.fromstring(write_activities(activity_file(activity("A", "Plain"))))
    title = root.findall("iati-activity/title/narrative")

    assert [(one.attrib["{http://www.w3.org/XML/1998/namespace}lang"], one.text) for one in title] == [
        ("en", "In title, Plain is named."),
        ("sv", "I title nämns Plains grupp."),
    ]


def test_disaggregated_values_stand_beside_their_total() -> None:
    root = ElementTree.fromstring(write_activities(activity_file(activity("A", "Plain"))))
    actuals = root.findall(".//indicator[@measure='1']/period/actual")
    rows = {
        (one.get("value"), *((each.get("name"), each.get("value")) for each in one.findall("dimension")))
        for one in actuals
    }

    assert actuals[0].get("value") == "12"
    assert {("9", ("sex", "female")), ("3", ("sex", "male"))} < rows


def _shuffled(value: Any, chance: random.Random) -> Any:
    """The same content in another order, except for results and indicators, whose order is read."""
    changed = {}
    for each in fields(value):
        inner = getattr(value, each.name)
        if isinstance(inner, tuple) and each.name not in ("results", "indicators"):
            changed[each.name] = tuple(chance.sample(inner, len(inner)))
    return replace(value, **changed)


def test_the_same_content_in_any_order_is_the_same_bytes() -> None:
    chance = random.Random(7)
    one, other = activity("A", "Plain"), activity("B", "Plain")
    data = write_activities(activity_file(one, other))

    for _ in range(5):
        assert write_activities(activity_file(_shuffled(other, chance), _shuffled(one, chance))) == data
    assert write_organisation(_shuffled(organisation_file("Plain"), chance)) == write_organisation(
        organisation_file("Plain")
    )


def test_identifiers_follow_the_publishers_own_pattern() -> None:
    publisher = Publisher(ref="SE-ON-1", name=words(sv="Vi"), kind="22", pattern="{ref}-P.{code}")
    root = ElementTree.fromstring(write_activities(replace(activity_file(activity("7", "Plain")), publisher=publisher)))

    assert root.findtext("iati-activity/iati-identifier") == "SE-ON-1-P.7"
    with pytest.raises(NotPublishable, match="begin with"):
        replace(publisher, pattern="{code}-{ref}")
    with pytest.raises(NotPublishable, match="no identifier"):
        publisher.identifier("a/b")


def _other(**changes: Any) -> Callable[[], Activity]:
    return lambda: replace(activity("A", "Plain"), **changes)


def _actuals(*values: tuple[int | None, tuple[tuple[str, str], ...]]) -> IndicatorPeriod:
    rows = tuple(Measured(None if value is None else Decimal(value), dimensions) for value, dimensions in values)
    return IndicatorPeriod(START, END, actuals=rows)


WRONG: list[tuple[str, Callable[[], object]]] = [
    ("no description", _other(descriptions=())),
    ("no participating", _other(participants=())),
    ("no start", _other(dates=(ActivityDate("3", END),))),
    ("two dates of one kind", _other(dates=(ActivityDate("1", START), ActivityDate("1", END)))),
    ("ends before it starts", _other(dates=(ActivityDate("2", END), ActivityDate("4", START)))),
    ("time zone", _other(updated_at=datetime(2026, 1, 1))),  # noqa: DTZ001 - what is refused
    ("no country", _other(countries=(), regions=())),
    ("no sector", _other(sectors=())),
    ("add up to 99", _other(countries=(Part("MW", Decimal(50)), Part("ZM", Decimal(49))), regions=())),
    ("not each has", _other(countries=(Part("MW"), Part("ZM", Decimal(100))), regions=())),
    ("add up to 50", _other(sectors=(Part("24030", Decimal(50)),))),
    ("between 0 and 100", _other(sectors=(Part("24030", Decimal(-1)), Part("15150", Decimal(101))))),
    ("longer than a year", lambda: Budget(START, date(2026, 1, 2), sek(1), START)),
    ("ends before it starts", lambda: Budget(END, START, sek(1), START)),
    ("neither an identifier nor", lambda: Party()),
    ("no identifier", lambda: Party(ref="a b")),
    ("no words", lambda: Words(())),
    ("twice in one language", lambda: Words((("sv", "a"), ("sv", "b")))),
    ("is empty", lambda: words(sv=" ")),
    ("cannot hold", lambda: words(sv="a\x00b")),
    ("no code of a language", lambda: Words((("svenska", "a"),))),
    ("lacks a value", lambda: Indicator("1", said("a", "b"), periods=(_actuals((None, ())),))),
    ("has a number", lambda: Indicator("5", said("a", "b"), periods=(_actuals((1, ())),))),
    ("larger than the whole", lambda: Indicator("1", said("a", "b"), periods=(_actuals((1, ()), (2, (("s", "f"),))),))),
    ("same dimensions", lambda: Indicator("1", said("a", "b"), periods=(_actuals((1, ()), (1, ())),))),
    ("both at a result", lambda: replace(result("a"), references=(Reference("99", "x"),))),
    (
        "outside its period",
        lambda: PeriodMoney(START, END, sek(1), START, None, (Line(sek(1), AT.date(), words(sv="a")),)),
    ),
    ("same code", lambda: activity_file(activity("A", "a"), activity("A", "b"))),
]


@pytest.mark.parametrize(("sentence", "make"), WRONG)
def test_what_contradicts_itself_cannot_be_made(sentence: str, make: Callable[[], object]) -> None:
    with pytest.raises(NotPublishable, match=sentence):
        make()


def test_signs_of_xml_in_texts_come_back_as_they_were() -> None:
    text = 'Less < more & "quoted" ]]> 🙂 नमस्ते'
    one = replace(activity("A", "Plain"), title=words(en=text))

    root = ElementTree.fromstring(write_activities(activity_file(one)))

    assert root.findtext("iati-activity/title/narrative") == text
