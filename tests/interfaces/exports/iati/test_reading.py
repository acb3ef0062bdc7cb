"""What others have published is counted as an independent count does, in every version."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from egenmakt.interfaces.exports.iati.reading import OLD_TRANSACTIONS, Counts, count, read_activities
from egenmakt.interfaces.exports.iati.safe_xml import elements
from egenmakt.interfaces.exports.iati.writer import write_activities
from tests.interfaces.exports.iati.breaking import GOOD
from tests.interfaces.exports.iati.invented import activity, activity_file

pytestmark = pytest.mark.once  # no database is asked

DATA = Path(__file__).resolve().parents[5] / "shared" / "data" / "iati"
FILES = sorted(DATA.glob("*.xml"))
real = pytest.mark.skipif(not FILES, reason="real IATI files are not at ../shared/data/iati")


def counted_by_tags(data: bytes) -> dict[str, Any]:
    """The same counts from the opening tags of the text alone."""
    text = re.sub(r"<!--.*?-->|<!\[CDATA\[.*?\]\]>", "", data.decode("utf-8"), flags=re.DOTALL)

    def tags(name: str) -> int:
        return len(re.findall(rf"<{name}(?=[\s/>])", text))

    transactions = re.findall(r"<transaction(?=[\s>])(?:(?!</transaction>).)*", text, re.DOTALL)
    kinds = Counter(
        match[1] for one in transactions if (match := re.search(r'<transaction-type[^>]*?code="([^"]*)"', one))
    )
    return {
        "activities": tags("iati-activity"), "organisations": tags("iati-organisation"),
        "participants": tags("participating-org"), "transactions": dict(sorted(kinds.items())),
        "results": tags("result"), "indicators": tags("indicator"),
    }  # fmt: skip


def test_there_are_real_files_of_old_and_new_versions() -> None:
    if not FILES:
        pytest.skip("real IATI files are not at ../shared/data/iati")

    assert {count(file).version for file in FILES} >= {"1.00", "2.02", "2.03"}


@real
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_counts_of_a_real_file_agree_with_an_independent_count(file: Path) -> None:
    found = count(file).as_json()

    expected = counted_by_tags(file.read_bytes())
    tree = ElementTree.parse(file).getroot()
    assert {name: found[name] for name in expected} == expected
    assert found["activities"] == len(tree.findall("iati-activity"))
    assert sum(found["transactions"].values()) == len(tree.findall("iati-activity/transaction"))
    assert found["activities"] + found["organisations"] > 0


@real
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_activity_of_a_real_file_is_read(file: Path) -> None:
    activities = list(read_activities(file))

    tree = ElementTree.parse(file).getroot()
    assert [one.identifier for one in activities] == [
        (one.findtext("iati-identifier") or "").strip() for one in tree.findall("iati-activity")
    ]
    assert all(one.identifier and one.reporter and one.titles and one.participants for one in activities)
    values = [Decimal((one.text or "").strip()) for one in tree.findall("iati-activity/transaction/value")]
    assert sum((sum(one.totals.values(), Decimal(0)) for one in activities), Decimal(0)) == sum(values, Decimal(0))
    assert sum(one.unreadable_values for one in activities) == 0
    assert {kind for one in activities for kind, _ in one.totals} <= set(map(str, range(1, 14)))


@pytest.mark.parametrize("kind", ["activities", "organisations"])
def test_counts_of_our_own_files_agree_with_an_independent_count(kind: str) -> None:
    found = count(GOOD[kind]).as_json()

    expected = counted_by_tags(GOOD[kind])
    assert {name: found[name] for name in expected} == expected


def test_what_was_written_is_read_again() -> None:
    (one,) = read_activities(write_activities(activity_file(activity("A", "Plain"))))

    assert one.identifier == "SE-ON-802000-A"
    assert one.titles == (("en", "In title, Plain is named."), ("sv", "I title nämns Plains grupp."))
    assert one.countries == ("MW", "ZM")
    assert one.dates == (("1", date(2025, 1, 1)), ("2", date(2025, 2, 1)), ("3", date(2025, 12, 31)))
    assert one.totals == {("1", "SEK"): Decimal("900.00"), ("3", "SEK"): Decimal("250.50"), ("3", "UGX"): Decimal(7)}
    assert (one.transactions, one.unreadable_values, one.results, one.indicators) == (3, 0, 1, 2)


OLD = """<iati-activities version="1.05"><iati-activity xml:lang="sv" default-currency="SEK">
<reporting-org ref=" SE-6 ">Sida</reporting-org><iati-identifier> SE-6-1 </iati-identifier><title>Stöd</title>
<participating-org role="Funding">Sverige</participating-org>
<activity-date type="start-actual" iso-date="2013-01-31Z"/><activity-date type="end-planned" iso-date="soon"/>
<transaction><transaction-type code="D"/><value>1,234.50</value></transaction>
<transaction><transaction-type code="D"/><value currency="USD">much</value></transaction>
<transaction><value currency="USD">2</value></transaction>
</iati-activity></iati-activities>"""


def test_an_old_file_with_odd_values_is_read_and_what_is_unreadable_is_counted() -> None:
    (one,) = read_activities(OLD.encode())

    assert (one.identifier, one.reporter, one.titles) == ("SE-6-1", "SE-6", (("sv", "Stöd"),))
    assert one.participants == (("Funding", "", "Sverige"),)
    assert one.dates == (("2", date(2013, 1, 31)),)
    assert one.totals == {("3", "SEK"): Decimal("1234.50"), ("", "USD"): Decimal(2)}
    assert (one.transactions, one.unreadable_values) == (3, 1)
    assert count(OLD.encode()) == Counts("1.05", 1, 0, 1, {"D": 2, "": 1}, 0, 0)
    assert len(set(OLD_TRANSACTIONS.values())) == 10


def test_a_large_file_is_counted_piece_by_piece(tmp_path: Path) -> None:
    text = GOOD["activities"].decode()
    start, end = text.index("  <iati-activity "), text.index("</iati-activities>")
    held = {}
    for times in (40, 200):
        file = tmp_path / "large.xml"
        file.write_text(text[:start] + text[start:end] * times + text[end:], encoding="utf-8")
        held[times] = max(len(one.getparent()) for one in elements(file, "iati-activity"))

    assert (count(file).activities, count(file).results) == (1000, 200)
    assert held[200] == held[40] < 50  # what the parser has read ahead, however large the file is
