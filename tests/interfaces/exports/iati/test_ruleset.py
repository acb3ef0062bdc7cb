"""Every rule of the official ruleset is broken once, and is found; a good file breaks none."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from lxml import etree

from egenmakt.interfaces.exports.iati.rule_kinds import KINDS, Ground, UnknownRule
from egenmakt.interfaces.exports.iati.rule_words import SENTENCES
from egenmakt.interfaces.exports.iati.ruleset import Leaf, check, faults, leaves
from egenmakt.interfaces.exports.iati.standard_files import STANDARD, ruleset, schema_of
from tests.interfaces.exports.iati.breaking import GOOD, broken

pytestmark = pytest.mark.once  # no database is asked

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
GROUND = Ground(now=NOW)
LEAVES = leaves(ruleset())

# What the official ruleset of version 2.03 holds, in cases, errors and numbers of rules.
CASES, ERRORS, IDS = 107, 65, 89


def test_the_ruleset_has_as_many_rules_as_the_official_one() -> None:
    text = (STANDARD / "ruleset-standard.json").read_text(encoding="utf-8")

    assert len(LEAVES) == text.count('"ruleInfo"') == CASES
    assert sum(leaf.severity == "error" for leaf in LEAVES) == ERRORS
    assert len({leaf.rule for leaf in LEAVES}) == IDS
    assert {leaf.rule for leaf in LEAVES} == set(SENTENCES)


@pytest.mark.parametrize("kind", ["activities", "organisations"])
def test_a_good_file_breaks_no_rule(kind: str) -> None:
    root = etree.fromstring(GOOD[kind])

    assert schema_of(root.tag).validate(root.getroottree())
    assert check(root, LEAVES, GROUND) == []


@pytest.mark.parametrize("leaf", LEAVES, ids=lambda leaf: f"{leaf.number}-{leaf.rule}")
def test_a_file_that_breaks_a_rule_is_found_by_that_rule(leaf: Leaf) -> None:
    root = etree.fromstring(broken(leaf, NOW))

    found = list(faults(leaf, root, GROUND))

    assert len(root) == 1
    assert found != []
    assert leaf.rule in {finding.rule for finding in check(root, LEAVES, GROUND)}
    assert all(finding.line > 0 and finding.path.startswith("/iati-") for finding in check(root, LEAVES, GROUND))


XML = """<a><b x="1">one</b><b x="2">two%</b><c>-3</c><d on="2026-01-01"/><e on="2026-03-01"/></a>"""
OTHER_KINDS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("only_one_of", {"paths": ["b"], "excluded": ["z"]}, {"paths": ["b"], "excluded": ["c"]}),
    ("dependent", {"paths": ["b", "c"]}, {"paths": ["b", "z"]}),
    ("sum", {"paths": ["b/@x"], "sum": 3}, {"paths": ["b/@x"], "sum": 4}),
    ("sum", {"paths": ["z"], "sum": 3}, {"paths": ["c"], "sum": 3}),
    ("regex_no_matches", {"paths": ["b"], "regex": "z"}, {"paths": ["b"], "regex": "^two"}),
    ("no_percent", {"paths": ["b[1]"]}, {"paths": ["b"]}),
    ("positive_decimal", {"paths": ["b/@x"]}, {"paths": ["c"]}),
    ("positive_decimal", {"paths": ["b/@x"]}, {"paths": ["b"]}),
    ("evaluates_to_true", {"eval": "count(b) = 2"}, {"eval": "count(b) = 3"}),
    ("startswith", {"paths": ["b[1]"], "start": "b[1]"}, {"paths": ["b"], "start": "b[1]"}),
    ("date_order", {"less": "d/@on", "more": "e/@on"}, {"less": "e/@on", "more": "d/@on"}),
    ("date_order", {"less": "d/@on", "more": "d/@on"}, {"less": "e/@on", "more": "d/@on"}),
]


@pytest.mark.parametrize(("kind", "kept", "violated"), OTHER_KINDS)
def test_kinds_that_only_other_rulesets_use_are_understood_too(
    kind: str, kept: dict[str, Any], violated: dict[str, Any]
) -> None:
    root = etree.fromstring(XML)

    assert KINDS[kind](root, kept, GROUND) == []
    assert KINDS[kind](root, violated, GROUND) != []


def test_a_kind_that_is_not_known_stops_the_check() -> None:
    case = {"ruleInfo": {"id": "1", "severity": "error", "message": ""}}

    with pytest.raises(UnknownRule, match="made_up"):
        leaves({"//a": {"made_up": {"cases": [case]}}})
    with pytest.raises(UnknownRule, match="SOMETHING"):
        leaves({"//a": {"atleast_one": {"cases": [{**case, "idCondition": "SOMETHING"}]}}})


def test_a_value_of_the_file_is_never_read_as_an_expression() -> None:
    root = etree.fromstring(GOOD["activities"].replace(b'vocabulary="98"', b"vocabulary=\"'] | //* | x['\""))

    assert "2.1.2" not in {finding.rule for finding in check(root, LEAVES, GROUND)}


def test_a_year_may_be_a_leap_year() -> None:
    case = {"start": "@s", "end": "@e"}
    limits = {
        ("2024-01-01", "2024-12-31"): True,
        ("2024-01-01", "2025-01-01"): True,
        ("2024-01-01", "2025-01-02"): False,
        ("2024-02-29", "2025-02-28"): True,
        ("2024-02-29", "2025-03-02"): False,
        ("9999-01-01", "9999-12-31"): True,
    }

    for (start, end), kept in limits.items():
        node = etree.Element("budget", {"s": start, "e": end})
        assert (KINDS["time_limit"](node, case, GROUND) == []) is kept, (start, end)


def test_an_organisation_that_is_registered_keeps_its_old_identifier() -> None:
    root = etree.fromstring(GOOD["activities"].replace(b"SE-ON-802000", b"44000"))
    strict = check(root, LEAVES, GROUND)
    known = check(root, LEAVES, Ground(now=NOW, known_organisations=frozenset({"44000"})))
    approved = check(root, LEAVES, Ground(now=NOW, agency_prefixes=frozenset({"MW-NBM"})))

    assert {finding.rule for finding in strict} == {"1.14.8"}
    assert known == []
    assert {finding.rule for finding in approved} == {"1.14.8"}
