"""A file is checked as a whole: safe to read, by the schema, by the code lists, by the ruleset; and says where."""

from __future__ import annotations

import random
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.utils.translation import override

from egenmakt.interfaces.exports.iati import safe_xml
from egenmakt.interfaces.exports.iati.codelists import known_lists
from egenmakt.interfaces.exports.iati.difference import difference
from egenmakt.interfaces.exports.iati.reading import read_activities
from egenmakt.interfaces.exports.iati.rule_kinds import Ground
from egenmakt.interfaces.exports.iati.safe_xml import NotXml, UnsafeXml, elements, root_of, whole
from egenmakt.interfaces.exports.iati.standard_files import CodeList, codelist_mapping, embedded_codelists
from egenmakt.interfaces.exports.iati.validate import Checked, validate
from tests.interfaces.exports.iati.breaking import GOOD

pytestmark = pytest.mark.once  # no database is asked

GROUND = Ground(now=datetime(2026, 6, 1, 9, tzinfo=UTC))


def changed(old: str, new: str) -> Checked:
    """The good file of activities with one thing changed."""
    data = GOOD["activities"].decode()
    assert old in data
    return validate(data.replace(old, new, 1).encode(), ground=GROUND)


@pytest.mark.parametrize("kind", ["activities", "organisations"])
def test_a_good_file_has_no_findings(kind: str) -> None:
    checked = validate(GOOD[kind], ground=GROUND)

    assert (checked.findings, checked.version, checked.errors, checked.warnings) == ((), "2.03", 0, 0)
    assert "OrganisationType" in checked.without_list


def test_an_element_in_the_wrong_place_is_found_by_the_schema() -> None:
    (finding,) = changed('<activity-status code="2"/>', "").findings

    assert (finding.kind, finding.severity, finding.line) == ("schema", "error", 12)
    assert finding.path == "/iati-activities/iati-activity[1]/activity-date[1]"
    assert "activity-status" in finding.sentence
    assert "order" in finding.remedy


def test_a_code_that_the_standards_own_list_lacks_is_an_error() -> None:
    (finding,) = changed('<transaction-type code="3"/>', '<transaction-type code="33"/>').findings

    assert (finding.kind, finding.rule, finding.severity) == ("code list", "TransactionType", "error")
    assert finding.path == "/iati-activities/iati-activity[1]/transaction/transaction-type/@code"
    assert "'33'" in finding.sentence


def test_a_code_that_another_list_lacks_is_a_warning() -> None:
    country = changed('<recipient-country code="MW"/>', '<recipient-country code="Malawi"/>').findings
    currency = changed('default-currency="SEK"', 'default-currency="KRONOR"').findings
    language = changed('xml:lang="en"', 'xml:lang="english"').findings

    assert [(one.rule, one.severity) for one in (*country, *currency, *language)] == [
        ("Country", "warning"),
        ("Currency", "warning"),
        ("Language", "warning"),
    ]


def test_lists_that_are_brought_along_are_used_and_only_where_their_condition_holds() -> None:
    lists = {
        "SectorCategory": CodeList("SectorCategory", True, frozenset()),
        "Sector": CodeList("Sector", True, frozenset({"24030"})),
    }
    data = GOOD["activities"]

    checked = validate(data, ground=GROUND, lists=lists)

    # 15150 stands twice with the vocabulary of the list, and own codes stand beside it
    assert [(one.rule, one.severity) for one in checked.findings] == [("Sector", "warning")] * 2
    assert "Sector" not in checked.without_list


def test_the_lists_of_the_standard_cannot_be_replaced() -> None:
    assert known_lists({"TransactionType": CodeList("TransactionType", True, frozenset())})["TransactionType"].codes
    assert len(embedded_codelists()) == 9
    assert len(codelist_mapping()) == 124


def test_findings_are_said_in_the_language_of_the_reader() -> None:
    with override("sv"):
        (finding,) = changed('code="MW"/>', 'code="MW" percentage="50"/>').findings

    assert finding.rule == "3.1.4"
    assert finding.sentence == "Det finns ett land, och dess procenttal är inte 100."


def test_a_file_of_another_version_is_not_judged_by_these_rules() -> None:
    old = changed('version="2.03"', 'version="1.05"')
    near = changed('version="2.03"', 'version="2.02"')
    none = changed(' version="2.03"', "")

    assert [(one.rule, one.severity) for one in old.findings] == [("version", "error")]
    assert [(one.rule, one.severity) for one in near.findings] == [("version", "warning")]
    assert [(one.rule, one.severity) for one in none.findings] == [("version", "error")]


LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE iati-activities [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(20))
    + b']><iati-activities version="2.03"><iati-activity>&u;</iati-activity></iati-activities>'
)
EVIL = {
    "billion laughs": LAUGHS,
    "laughs in an attribute": LAUGHS.replace(b"<iati-activity>&u;", b'<iati-activity x="&u;">'),
    "an outside entity": b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><iati-activities>&x;</iati-activities>',
    "an outside document type": b'<!DOCTYPE a SYSTEM "http://localhost:9/a.dtd"><iati-activities version="2.03"/>',
    "an empty document type": b'<!DOCTYPE iati-activities><iati-activities version="2.03"/>',
    "in UTF-16": '<!DOCTYPE a [<!ENTITY x "y">]><iati-activities>&x;</iati-activities>'.encode("utf-16"),
}


@pytest.mark.parametrize("kind", EVIL)
def test_evil_xml_is_refused_by_every_way_of_reading(kind: str, tmp_path: Path) -> None:
    data = EVIL[kind]
    file = tmp_path / "evil.xml"
    file.write_bytes(data)

    for source in (data, file):
        for read in (whole, root_of, lambda one: list(elements(one, "iati-activity"))):
            with pytest.raises((UnsafeXml, NotXml)):
                read(source)
        assert [one.severity for one in validate(source, ground=GROUND).findings] == ["error"]


def test_nothing_of_another_file_comes_in(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret of the house")
    include = f'<xi:include href="{secret.as_uri()}" parse="text"/>'
    xinclude = f'<iati-activities xmlns:xi="http://www.w3.org/2001/XInclude" version="2.03">{include}</iati-activities>'
    entity = f'<!DOCTYPE a [<!ENTITY x SYSTEM "{secret.as_uri()}">]><iati-activities>&x;</iati-activities>'

    for text in (xinclude, entity):
        said = " ".join(map(str, validate(text.encode(), ground=GROUND).findings))
        assert said
        assert "the secret of the house" not in said


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"", "XML"),
        (b"no XML", "XML"),
        (b"<iati-activities>", "XML"),
        (b"<a>" * 300 + b"</a>" * 300, "XML"),
        (b"\xff\xfe\x00", "XML"),
        (b"<html/>", "root"),
    ],
)
def test_what_is_no_iati_file_is_a_finding(data: bytes, rule: str) -> None:
    assert [(one.rule, one.severity) for one in validate(data, ground=GROUND).findings] == [(rule, "error")]


ODD = ("", "x", "'", "'] | //* | x['", "NaN", "-1", "1e400", "2026-13-45", "9999-12-31", "0001-01-01", "２", "%", "  ")


def test_odd_values_and_damaged_files_are_findings_and_never_a_crash() -> None:
    chance = random.Random(5)
    text = GOOD["activities"].decode()
    values = list(re.finditer('"([^"]*)"', text))[3:]

    for _ in range(25):
        start, end = sorted(chance.sample(range(len(text)), 2))
        odd = text
        for value in sorted(chance.sample(values, 4), key=lambda one: -one.start()):
            odd = odd[: value.start(1)] + chance.choice(ODD) + odd[value.end(1) :]
        for data in (odd, text[:start] + text[end:]):
            found = validate(data.encode(), ground=GROUND).findings
            assert all(one.sentence and one.remedy and one.line >= 0 for one in found)
        assert difference(GOOD["activities"], odd.encode()).changes != ()
        assert len(list(read_activities(odd.encode()))) == 5


def test_a_file_that_is_too_large_is_refused_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safe_xml, "BYTES_MAX", 100)

    assert [one.rule for one in validate(GOOD["activities"], ground=GROUND).findings] == ["unsafe"]
