"""From a publisher's document and the registers to both files: valid, true to the registers, and without a name."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from html import unescape
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
from django.conf import settings
from uuid6 import uuid7

from egenmakt.apps.groups.models import Membership
from egenmakt.apps.reports.models import Edition
from egenmakt.apps.reports.services.indicators import set_aim
from egenmakt.interfaces.exports.iati.protection import NameWouldLeak
from egenmakt.interfaces.exports.iati.publisher.document import read_document, read_exclusions
from egenmakt.interfaces.exports.iati.publisher.form import DocumentRefused, Fault
from egenmakt.interfaces.exports.iati.publisher.publication import Last, Publication, publication_of
from egenmakt.interfaces.exports.iati.publisher.registers import Registers
from tests.support.iati_programme import BEGAN, Programme, begin, document

pytestmark = pytest.mark.django_db

AT = datetime(2027, 2, 1, 12, tzinfo=UTC)
NAME = re.compile("dar.{0,3}al.{0,3}amal|INVENTEDDAR|JO-1", re.IGNORECASE)


@pytest.fixture
def programme(db: None) -> Programme:
    return begin()


def made(said: dict[str, Any] | None = None, **other: Any) -> Publication:
    row = read_document(json.dumps(said or document()).encode())
    return publication_of(row, **{"year": 2026, "registers": Registers(row), "at": AT, **other})


def refused(said: dict[str, Any], **other: Any) -> list[Fault]:
    with pytest.raises(DocumentRefused) as found:
        made(said, **other)
    return list(found.value.faults)


def activity(written: bytes, code: str) -> ElementTree.Element:
    (found,) = [
        one
        for one in ElementTree.fromstring(written)
        if one.findtext("iati-identifier") == f"XI-IATI-INVENTEDLIGHT-{code}"
    ]
    return found


def values(record: ElementTree.Element, code: str, row: str = "actual") -> dict[tuple[str, ...], Decimal]:
    """What an activity tells of an indicator: by year, and by dimension where there is one."""
    found = {}
    for indicator in record.iter("indicator"):
        if indicator.find(f"reference[@code='{code}']") is None:
            continue
        for period in indicator.findall("period"):
            starts, ends = (period.find(f"period-{name}") for name in ("start", "end"))
            assert starts is not None
            assert ends is not None
            for one in period.findall(row):
                about = tuple(f"{each.get('name')}={each.get('value')}" for each in one.findall("dimension"))
                found[(ends.attrib["iso-date"], *about)] = Decimal(one.attrib["value"])
    return found


def said_in(record: ElementTree.Element, path: str) -> list[str]:
    return [one.text or "" for one in record.findall(path)]


def test_both_files_are_valid_and_hold_what_the_document_and_the_registers_say(programme: Programme) -> None:
    publication = made()

    assert (publication.errors, publication.activities.checked.warnings) == (0, 0)
    root = ElementTree.fromstring(publication.activities.data)
    told = [one.findtext("iati-identifier", "").removeprefix("XI-IATI-INVENTEDLIGHT-") for one in root]
    assert told == ["KE-1", "P1", "RW-1", "not-named"]
    members = Membership.objects.filter(person__isnull=False, group__node__above__ancestor=programme.north)
    women = members.filter(person__sex="female").count()
    assert values(activity(publication.activities.data, "P1"), "members") == {
        ("2026-12-31",): members.count(),
        ("2026-12-31", "sex=female"): women,
        ("2026-12-31", "sex=male"): members.count() - women,
        ("2026-12-31", "age_band=36_59"): members.count(),
        ("2026-12-31", "disability=unknown"): members.count(),
        ("2026-12-31", "country=JO"): 16,
        ("2026-12-31", "country=KE"): 20,
        ("2026-12-31", "country=RW"): 17,
    }
    kenya = activity(publication.activities.data, "KE-1")
    assert values(kenya, "members") == {
        ("2026-12-31",): 20, ("2026-12-31", "sex=female"): 12, ("2026-12-31", "sex=male"): 8,
    }  # fmt: skip
    assert values(activity(publication.activities.data, "P1"), "women_share") == {
        ("2026-12-31",): round(Decimal(100 * women) / members.count(), 2)
    }
    assert values(activity(publication.activities.data, "P1"), "members", "target") == {
        ("2026-12-31",): 1000, ("2026-12-31", "sex=female"): 800,
    }  # fmt: skip
    moves = [
        (one.find("transaction-type").get("code"), one.findtext("value"))  # type: ignore[union-attr]  # each has one
        for one in kenya.findall("transaction")
    ]
    assert moves == [("2", "7200000.00"), ("3", "600000.00"), ("3", "600000.00"), ("3", "580000.00")]
    assert [(one.get("type"), one.get("ref")) for one in kenya.findall("related-activity")] == [
        ("1", "XI-IATI-INVENTEDLIGHT-P1")
    ]
    assert (kenya.get("hierarchy"), len(kenya.findall("planned-disbursement"))) == ("2", 2)
    organisation = ElementTree.fromstring(publication.organisation.data)[0]
    assert said_in(organisation, "total-budget/value") == ["9000000.00", "9000000.00"]
    assert said_in(organisation, "recipient-org-budget/value") == ["1500000.00", "2100000.00", "2400000.00"]
    assert said_in(organisation, "total-expenditure/value") == ["7912300.00"]


def test_no_byte_of_either_file_has_the_excluded_name_and_the_policy_explains_it(programme: Programme) -> None:
    open_document = document()
    del open_document["exclusions"]
    named, hidden = made(open_document), made()

    def traces(data: bytes) -> int:
        text = data.decode()
        return max(len(NAME.findall(way)) for way in (text, unescape(text), unquote(text), unquote(unescape(text))))

    assert traces(named.activities.data) > 10
    assert traces(named.organisation.data) > 0
    assert (traces(hidden.activities.data), traces(hidden.organisation.data)) == (0, 0)
    assert hidden.activities_left_out == 1
    assert total(hidden.activities.data) == total(named.activities.data)
    links = ElementTree.fromstring(hidden.organisation.data)[0].findall("document-link")
    (link,) = [one for one in links if one.find("category[@code='B08']") is not None]
    assert (link.get("url"), [one.get("code") for one in link.findall("category")]) == (
        "https://example.org/exclusion-policy",
        ["B08"],
    )
    assert "Nothing in these files says who is meant." in said_in(link, "description/narrative")[0]
    assert said_in(link, "title/narrative") == ["Exclusion policy", "Policy för undantag"]
    assert hidden.notes == ()


def total(data: bytes) -> Decimal:
    root = ElementTree.fromstring(data)
    return sum((Decimal(one.findtext("value", "0")) for one in root.iter("transaction")), Decimal(0))


def test_exclusions_of_a_file_of_their_own_are_added_to_those_of_the_document(programme: Programme) -> None:
    more = read_exclusions(b'{"schema": "egenmakt.iati-exclusions.1", "names": ["Kitui", "Mwangaza"], '
                           b'"places": "country"}')  # fmt: skip
    one_place = document()
    del one_place["activities"][1]["places"][1]

    publication = made(exclusions=more)
    open_places = made(one_place)

    assert re.findall("kitui|mwangaza|amal", publication.activities.data.decode(), re.IGNORECASE) == []
    assert publication.errors == 0
    # the stricter of both holds: coordinates with one decimal as shipped, none by the file
    assert said_in(activity(open_places.activities.data, "KE-1"), "location/point/pos") == ["-0.1 34.8"]
    assert activity(publication.activities.data, "KE-1").findall("location") == []


def test_a_name_that_cannot_be_covered_stops_everything_and_what_is_met_nowhere_is_said(programme: Programme) -> None:
    said = document()
    said["exclusions"]["names"].append("KE-1")
    with pytest.raises(NameWouldLeak) as stopped:
        made(said)
    said["exclusions"]["names"][-1] = "Dar Al Aml"
    del said["exclusions"]["policy"]

    notes = made(said).notes

    assert "KE-1" not in str(stopped.value)
    assert notes == (
        "Left out, and met nowhere: Dar Al Aml. Look at the spelling.",
        "Names are left out, and no exclusion policy is named: add its address under exclusions.",
    )


def test_few_people_are_not_told_apart_and_the_file_says_why(db: None) -> None:
    begin({"KE": (12, 8), "RW": (11, 2), "JO": (9, 7)})

    publication = made()

    rwanda = activity(publication.activities.data, "RW-1")
    assert values(rwanda, "members") == {("2026-12-31",): 13}
    assert said_in(rwanda, "result/indicator/period/actual/comment/narrative") == [
        "Not told apart by sex: some would be about few people.",
        "Inte uppdelat efter kön: några tal skulle handla om få personer.",
    ]
    assert publication.errors == 0


def test_a_partner_with_few_people_has_no_figure_and_the_description_says_so(db: None) -> None:
    begin({"KE": (12, 8), "RW": (2, 1), "JO": (9, 7)})

    publication = made()

    rwanda = activity(publication.activities.data, "RW-1")
    assert values(rwanda, "members") == {}
    assert said_in(rwanda, "result/indicator/description/narrative")[0].endswith(
        "No figure for 2026: it would be about few people, or give few people away."
    )
    assert any("no figure for 2026" in note for note in publication.notes)


def test_a_year_that_is_not_over_has_targets_and_a_shorter_one_has_its_own_period(programme: Programme) -> None:
    early = made(at=datetime(2026, 11, 1, tzinfo=UTC))
    until = made(at=datetime(2026, 11, 1, tzinfo=UTC), last_on=date(2026, 10, 31))

    assert values(activity(early.activities.data, "P1"), "members") == {}
    assert values(activity(early.activities.data, "P1"), "members", "target")[("2026-12-31",)] == 1000
    assert values(activity(until.activities.data, "P1"), "members")[("2026-10-31",)] == 53
    assert values(activity(until.activities.data, "P1"), "members", "target")[("2026-12-31",)] == 1000
    assert (early.errors, until.errors) == (0, 0)


def test_earlier_years_stay_in_the_file_from_the_first_one_on(programme: Programme) -> None:
    said = document()
    said["activities"][0]["first_year"] = 2025

    publication = made(said)

    found = values(activity(publication.activities.data, "P1"), "groups")
    assert (found["2025-12-31",], found["2026-12-31",]) == (0, 3)
    said["activities"][0]["first_year"] = 2027
    assert [(one.place, one.sentence) for one in refused(said)] == [
        ("activities 1 (P1), first_year", "The first year is later than 2026.")
    ]


def test_targets_and_baselines_of_the_database_are_told_unless_the_document_has_its_own(programme: Programme) -> None:
    officer = programme.branches["KE"].officer

    def aim(indicator: str, kind: str, year: int, value: int, **other: Any) -> None:
        set_aim(
            id=uuid7(), node=programme.north, indicator=indicator, kind=kind, from_on=date(year, 1, 1),
            until_on=date(year + 1, 1, 1), value=value, by=officer, at=BEGAN, **other,
        )  # fmt: skip

    aim("members", "target", 2026, 7)
    aim("groups", "target", 2026, 40)
    aim("women_share", "baseline", 2024, 3, of=4)

    record = activity(made().activities.data, "P1")

    assert values(record, "members", "target")[("2026-12-31",)] == 1000
    assert values(record, "groups", "target") == {("2026-12-31",): 40}
    baselines = [
        (one.get("year"), one.get("iso-date"), one.get("value")) for one in record.findall("result/indicator/baseline")
    ]
    assert ("2024", "2024-12-31", "75") in baselines


def test_the_published_effect_report_is_a_document_in_each_language(programme: Programme) -> None:
    said = document()
    said["activities"][0]["effect_report"] = True
    newer = programme.publish_report(2027)

    publication = made(said)
    next_year = made(said, year=2027)

    def links(record: ElementTree.Element) -> set[tuple[str | None, ...]]:
        return {
            (one.get("url"), one.get("format"), *said_in(one, "title/narrative"), one.find("category").get("code"))  # type: ignore[union-attr]  # each has one
            for one in record.findall("document-link")
        }

    edition = Edition.objects.exclude(id=newer.id).get()
    site = "https://reports.example.org/reports"
    assert links(activity(publication.activities.data, "P1")) == {
        (f"{site}/{edition.id}/en/", "text/html", "Effect report 2026", "A08"),
        (f"{site}/{edition.id}/sv/", "text/html", "Effektrapport 2026", "A08"),
    }
    assert links(ElementTree.fromstring(publication.organisation.data)[0]) >= {
        (f"{site}/{edition.id}/en/", "text/html", "Effect report 2026", "B01"),
        (f"{site}/{edition.id}/sv/", "text/html", "Effektrapport 2026", "B01"),
    }
    assert {url for url, *_ in links(activity(next_year.activities.data, "P1"))} == {
        f"{site}/{newer.id}/en/", f"{site}/{newer.id}/sv/",
    }  # fmt: skip


def test_an_effect_report_that_is_not_published_or_has_no_address_is_a_fault(programme: Programme) -> None:
    said = document()
    unpublished = refused(said, year=2025)
    del said["site"]
    homeless = refused(said)

    assert [(one.place, one.sentence) for one in (*unpublished, *homeless)] == [
        ("organisation, effect_report", "No effect report for 2025 is published."),
        ("site", "It is not said where the report can be read."),
    ]


def test_what_is_wrong_with_money_days_and_bodies_is_said_with_its_place(programme: Programme) -> None:
    said = document()
    first, second, third, _ = said["activities"]
    first["transactions"][2]["on"] = "2028-01-01"
    first["budgets"][0]["last"] = "2026-06-30"
    first["budgets"][1]["value"] = "1.005"
    second["partner"] = "Nobody we know"
    third["partner"] = "Demo: Semilla Nueva (invented)"
    said["organisation"]["total_budgets"][0]["last"] = "2025-01-01"

    found = {one.place: one.sentence for one in refused(said)}

    assert found == {
        "activities 1 (P1), budgets 1": ("The budget from 2025-01-01 to 2026-06-30 is longer than a year: divide it."),
        "activities 1 (P1), budgets 2": "'1.005' has more decimals than SEK has (2).",
        "activities 1 (P1), transactions 3, on": "The day 2028-01-01 has not come yet.",
        "activities 2 (KE-1), partner": "There is nobody called “Nobody we know”.",
        "activities 3 (RW-1), partner": "This is no partner of the organisation in “node”.",
        "organisation, total_budgets 1": "The period from 2026-01-01 ends before it starts, on 2025-01-01.",
    }


def test_what_cannot_be_told_of_an_indicator_is_said_with_what_can(programme: Programme) -> None:
    said = document()
    first, second = said["activities"][:2]
    first["results"][0]["indicators"][0]["indicator"] = "grups"
    first["results"][0]["indicators"][2]["by"] = ["sex"]
    del second["results"][0]["indicators"][1]["currency"]

    found = refused(said)

    assert [(one.place, one.sentence) for one in found] == [
        ("activities 1 (P1), results 1, indicators 1, indicator", "There is no indicator “grups”."),
        ("activities 1 (P1), results 1, indicators 3, by", "“women_share” is not told apart by sex."),
        ("activities 2 (KE-1), results 1, indicators 2, currency", "Amounts of several currencies are never added."),
    ]


def test_the_difference_from_the_last_files_is_found_and_what_is_gone_is_named(programme: Programme) -> None:
    last = made()
    said = document()
    said["activities"][1]["transactions"][3]["value"] = "590000.00"
    del said["activities"][2]

    publication = made(said, last=Last(last.activities.data, last.organisation.data))
    same = made(last=Last(last.activities.data, last.organisation.data), at=datetime(2027, 3, 1, tzinfo=UTC))

    assert publication.withdrawn == ("XI-IATI-INVENTEDLIGHT-RW-1",)
    assert publication.activities.against is not None
    assert ("/transaction[4]/value", "580000.00", "590000.00") in [
        (one.path, one.old, one.new) for one in publication.activities.against.changes
    ]
    assert same.activities.against is not None
    assert same.activities.against.changes == ()
    assert same.withdrawn == ()


def test_an_activity_that_goes_for_safety_is_not_among_what_is_missed(programme: Programme) -> None:
    said = document()
    del said["exclusions"]
    last = made(said)

    assert made(last=Last(last.activities.data)).withdrawn == ()


def test_the_same_document_gives_the_same_bytes_in_whatever_order_it_stands(programme: Programme) -> None:
    said = document()
    for rows in (said["activities"], *(one["transactions"] for one in said["activities"])):
        rows.reverse()

    assert made(said).activities.data == made().activities.data


def test_ids_of_the_registers_are_in_no_file(programme: Programme) -> None:
    files: Sequence[bytes] = (made().activities.data, made().organisation.data)

    ids = [str(branch.partner.id) for branch in programme.branches.values()]
    assert not [one for one in (*ids, "Demo:", settings.SECRET_KEY) for data in files if one.encode() in data]
