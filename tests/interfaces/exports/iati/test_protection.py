"""Nothing of a name that must not be published stays in any byte, and the totals are the same."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from html import unescape
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest

from egenmakt.core.money import Money
from egenmakt.interfaces.exports.iati.activities import (
    Activity,
    ActivityDate,
    Budget,
    Contact,
    Defaults,
    Location,
    Part,
    Participant,
    PlannedDisbursement,
    PolicyMarker,
    Related,
    Transaction,
)
from egenmakt.interfaces.exports.iati.exclusions import Exclusions
from egenmakt.interfaces.exports.iati.names import Names, TooShortAName
from egenmakt.interfaces.exports.iati.organisation import OrganisationFile, PeriodMoney
from egenmakt.interfaces.exports.iati.protection import NameWouldLeak, publish_activities, publish_organisation
from egenmakt.interfaces.exports.iati.results import Indicator, Reference, Result
from egenmakt.interfaces.exports.iati.rule_kinds import Ground
from egenmakt.interfaces.exports.iati.validate import validate
from egenmakt.interfaces.exports.iati.values import Document, Party, Publisher, Words, words
from egenmakt.interfaces.exports.iati.writer import write_activities
from egenmakt.interfaces.exports.iati.writer_organisation import write_organisation
from tests.interfaces.exports.iati.invented import activity, activity_file, organisation_file

pytestmark = pytest.mark.once  # no database is asked

GROUND = Ground(now=datetime(2026, 6, 1, tzinfo=UTC))
MARK = "Zyxomarker"


def traces(data: bytes, mark: str) -> int:
    """How often a mark stands in the bytes, however they are escaped: looked for without a line of the product."""
    text = data.decode("utf-8")
    ways = [text, unescape(text), unquote(text), unquote(unescape(text))]
    return max(len(re.findall(mark, way, re.IGNORECASE)) for way in ways)


def totals(data: bytes) -> dict[tuple[str, ...], Decimal]:
    """Every amount of a file added up by what it is and its currency."""
    found: dict[tuple[str, ...], Decimal] = defaultdict(Decimal)
    for tag in ("budget", "planned-disbursement", "transaction"):
        for one in ElementTree.fromstring(data).iter(tag):
            kind = one.find("transaction-type")
            value = one.find("value")
            assert value is not None
            key = (tag, kind.attrib["code"] if kind is not None else "", value.attrib["currency"])
            found[key] += Decimal(value.text or "")
    return found


CODES = {
    (Activity, "code"), (Activity, "status"), (Activity, "language"), (Activity, "currency"), (ActivityDate, "kind"),
    (Budget, "kind"), (Budget, "status"), (Contact, "kind"), (Defaults, "scope"), (Defaults, "collaboration"),
    (Defaults, "flow"), (Defaults, "finance"), (Defaults, "tied"), (Document, "format"), (Indicator, "measure"),
    (Location, "exactness"), (OrganisationFile, "language"), (OrganisationFile, "currency"), (Part, "code"),
    (Part, "vocabulary"), (Participant, "role"), (Party, "kind"), (PeriodMoney, "status"), (PolicyMarker, "code"),
    (PolicyMarker, "significance"), (PolicyMarker, "vocabulary"), (PlannedDisbursement, "kind"),
    (Reference, "vocabulary"), (Related, "kind"), (Result, "kind"), (Transaction, "kind"), (Publisher, "ref"),
    (Publisher, "name"), (Publisher, "kind"), (Publisher, "pattern"),
}  # fmt: skip
"""Fields that hold a code of a list, or say who publishes: the only ones in which no name can be covered."""


def _texts(value: Any) -> Iterator[tuple[type, str, Any]]:
    """(class, field, value) of every field of a text in a publication."""
    if isinstance(value, (tuple, list)):
        for one in value:
            yield from _texts(one)
    elif is_dataclass(value) and not isinstance(value, (Words, Money)):
        for each in fields(value):
            inner = getattr(value, each.name)
            if "str" in str(each.type) or "Words" in str(each.type):
                yield type(value), each.name, inner
            yield from _texts(inner)


def test_the_mark_stands_in_every_field_that_can_hold_a_text() -> None:
    content = (activity_file(activity("A", MARK)), organisation_file(MARK))

    every = {(kind, name) for kind, name, _ in _texts(content)}
    marked = {(kind, name) for kind, name, value in _texts(content) if MARK.lower() in repr(value).lower()}

    # pairs of codes; languages and countries of a document; (kind, text) stands under its own name
    pairs = {(Defaults, "aid"), (Document, "categories"), (Document, "languages"), (Document, "countries")}
    assert every - marked == CODES | pairs


def test_a_name_in_every_text_leaves_no_trace_in_any_byte() -> None:
    content = activity_file(activity("A", MARK), activity("B", "Open"))
    plain = write_activities(content)

    published = publish_activities(content, exclusions=Exclusions(names=frozenset({MARK})))

    assert traces(plain, MARK) > 80
    assert traces(published.data, MARK) == 0
    assert totals(published.data) == totals(plain)
    assert validate(published.data, ground=GROUND).findings == ()
    root = ElementTree.fromstring(published.data)
    assert [one.text for one in root.findall("iati-activity[1]/title/narrative")] == [
        "In title, [not named for safety] is named.",
        "I title nämns [namnges inte av säkerhetsskäl] grupp.",
    ]
    assert [one.text for one in root.findall("iati-activity[1]/participating-org[@role='4']/narrative")] == [
        "not named for safety",
        "namnges inte av säkerhetsskäl",
    ]


def test_an_activity_that_is_left_out_leaves_its_money_and_nothing_else() -> None:
    content = activity_file(activity("A", MARK), activity("B", "Quuxmarker", factor=3), activity("C", "Open"))
    plain = write_activities(content)

    published = publish_activities(content, exclusions=Exclusions(activities=frozenset({"A", "B"})))

    root = ElementTree.fromstring(published.data)
    assert [one.text for one in root.findall("iati-activity/iati-identifier")] == [
        "SE-ON-802000-C",
        "SE-ON-802000-not-named",
    ]
    assert published.activities_left_out == 2
    assert totals(published.data) == totals(plain)
    assert [traces(published.data, mark) for mark in (MARK, "Quuxmarker")] == [0, 0]
    assert traces(published.data, "SE-ON-802000-A") == 0
    assert validate(published.data, ground=GROUND).findings == ()


def test_a_link_to_an_activity_that_is_left_out_goes_with_it() -> None:
    kept = activity("other-1", "Open")
    content = activity_file(kept, activity("other", MARK))

    published = publish_activities(content, exclusions=Exclusions(activities=frozenset({"other"})))

    assert [one.attrib["ref"] for one in ElementTree.fromstring(published.data).findall(".//related-activity")] == [
        "SE-ON-802000-Open"
    ]
    assert b"SE-ON-802000-other-1<" in published.data  # begins alike, and is another


def test_places_are_coarsened_and_beside_a_hidden_partner_left_out() -> None:
    content = activity_file(activity("A", MARK), activity("B", "Open"))

    published = publish_activities(content, exclusions=Exclusions(names=frozenset({MARK})))
    exact = publish_activities(content, exclusions=Exclusions(places="exact"))
    country = publish_activities(content, exclusions=Exclusions(places="country"))
    some = publish_activities(content, exclusions=Exclusions(places="exact", country_only=frozenset({"A"})))

    def points(data: bytes) -> dict[str | None, list[str | None]]:
        return {
            one.findtext("iati-identifier"): [each.text for each in one.findall(".//pos")]
            for one in ElementTree.fromstring(data).findall("iati-activity")
        }

    fine, rough = ["-13.96261 33.77412"] * 2, ["-14 33.8"] * 2
    assert points(published.data) == {"SE-ON-802000-A": [], "SE-ON-802000-B": rough}
    assert points(exact.data) == {"SE-ON-802000-A": fine, "SE-ON-802000-B": fine}
    assert points(country.data) == {"SE-ON-802000-A": [], "SE-ON-802000-B": []}
    assert points(some.data) == {"SE-ON-802000-A": [], "SE-ON-802000-B": fine}
    assert b'ref="market"' not in country.data
    assert validate(country.data, ground=GROUND).findings == ()


def test_an_identifier_with_a_name_is_refused_and_not_published() -> None:
    content = activity_file(activity(f"with-{MARK}", "Open"))

    with pytest.raises(NameWouldLeak, match="iati-identifier") as refused:
        publish_activities(content, exclusions=Exclusions(names=frozenset({MARK})))
    assert MARK.lower() not in str(refused.value).lower()


def test_a_publisher_that_would_have_to_hide_itself_is_refused() -> None:
    content = replace(
        activity_file(activity("A", "Open")), publisher=Publisher(ref="SE-ON-1", name=words(en=MARK), kind="22")
    )

    with pytest.raises(NameWouldLeak):
        publish_activities(content, exclusions=Exclusions(names=frozenset({MARK})))


def test_a_name_or_code_that_occurs_nowhere_is_said_so_that_a_slip_of_spelling_shows() -> None:
    exclusions = Exclusions(
        names=frozenset({MARK, "Zyxomaker"}), activities=frozenset({"B", "b"}), country_only=frozenset({"C"})
    )

    published = publish_activities(activity_file(activity("A", MARK), activity("B", "Open")), exclusions=exclusions)
    organisation = publish_organisation(organisation_file(MARK), exclusions=exclusions)

    assert published.met_nowhere == ("C", "b", "Zyxomaker")
    assert organisation.met_nowhere == ("Zyxomaker",)


def test_recipients_without_a_name_are_one_sum_in_the_organisation_file() -> None:
    content = organisation_file(MARK)
    plain = write_organisation(content)

    published = publish_organisation(content, exclusions=Exclusions(names=frozenset({MARK})))

    budgets = ElementTree.fromstring(published.data).findall(".//recipient-org-budget")
    assert traces(plain, MARK) > 15
    assert traces(published.data, MARK) == 0
    assert sorted((one.findtext("recipient-org/narrative"), one.findtext("value")) for one in budgets) == [
        ("Open Partner", "60.00"),
        ("not named for safety", "340.00"),
    ]
    assert validate(published.data, ground=GROUND).findings == ()


FOUND = [
    ("Amina Wanjiru", "AMINA  wanjiru"),
    ("Amina Wanjiru", "https://example.org/amina-wanjiru_2025.pdf"),
    ("Amina Wanjiru", "https://example.org/Amina%20Wanjiru.pdf"),
    ("Amina Wanjiru", "aminawanjiru@example.org"),
    ("Amina Wanjiru", "Amina\nWanjirus grupp"),
    ("Amina Wanjiru", "Amina&nbsp;Wanjiru"),
    ("Amina Wanjiru", "Am\u00adina Wan\u200bjiru"),
    ("Söderström", "Soderstrom"),
    ("Söderström", "So\u0308derstro\u0308m"),
    ("söderström", "https://xn--sderstrm-n4ag.example/"),
    ("فاطمة", "وفاطمة"),
    ("فاطمة", "فَاطِمَة"),
    ("王芳", "我们采访了王芳女士"),
    ("Ali", "with Ali."),
    ("Ali", "Alis grupp"),
    ("आशा", "आशा ने कहा"),
]
NOT_FOUND = [("Ali", "quality"), ("Ali", "a liar"), ("Amina Wanjiru", "Amina and Beatrice"), ("Bo", "Bolivia")]


@pytest.mark.parametrize(("name", "text"), FOUND)
def test_a_name_is_found_however_it_is_written(name: str, text: str) -> None:
    assert Names.of([name]).found_in(text)


@pytest.mark.parametrize(("name", "text"), NOT_FOUND)
def test_a_short_name_is_not_found_inside_other_words(name: str, text: str) -> None:
    assert not Names.of([name]).found_in(text)


def test_words_around_a_name_stay() -> None:
    names = Names.of(["Amina Wanjiru", "Ali"])

    assert names.covered("Then Amina Wanjirus group and Ali met.", "[…]") == "Then […] group and […] met."
    assert Names.of(["王芳"]).covered("我们采访了王芳女士", "[…]") == "我们采访了[…]女士"
    with pytest.raises(TooShortAName):
        Names.of(["A"])
