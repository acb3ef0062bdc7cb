"""One small change that breaks one rule: made from what the rule says, by hand where it says it in an expression."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from lxml import etree

from egenmakt.interfaces.exports.iati.ruleset import Leaf

HERE = Path(__file__).resolve().parent
GOOD = {name: (HERE / f"good_{name}.xml").read_bytes() for name in ("activities", "organisations")}
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def broken(leaf: Leaf, now: datetime) -> bytes:
    """A file with only the record in which the rule is now broken."""
    root = etree.fromstring(GOOD["organisations" if "iati-organisation" in leaf.context else "activities"])
    node = BY_HAND[leaf.rule, leaf.foreach is not None](root) if leaf.kind == "if_then" else _by_rule(root, leaf, now)
    record = next(one for one in (node, *node.iterancestors()) if one.tag in ("iati-activity", "iati-organisation"))
    for other in list(root):
        if other is not record:
            root.remove(other)
    return etree.tostring(root)


def _places(root: Any, leaf: Leaf, path: str) -> list[tuple[Any, Any]]:
    """(the element of the rule, what the path finds there), for every place of the file."""
    found = []
    for node in root.getroottree().xpath(leaf.context):
        values = {str(one) for one in node.xpath(leaf.foreach)} if leaf.foreach else {""}
        for value in sorted(values):
            condition = leaf.case.get("condition", "true()").replace("$1", value)
            if node.xpath(f"boolean({condition})"):
                found += [(node, one) for one in node.xpath(path.replace("$1", value))]
    return found


def _write(found: Any, text: str) -> None:
    if isinstance(found, str):
        found.getparent().set(found.attrname, text)
    else:
        found.text = text


def _read(found: Any) -> str:
    return found if isinstance(found, str) else found.text


def _by_rule(root: Any, leaf: Leaf, now: datetime) -> Any:
    case, kind = leaf.case, leaf.kind
    first = case.get("paths", [case.get("less", case.get("date", "."))])[0]
    if kind == "date_order":
        node, found = _places(root, leaf, case["less"])[0]
        later = now.date() if case["more"] == "NOW" else date.fromisoformat(node.xpath(case["more"])[0])
        _write(found, (later + timedelta(days=1)).isoformat())
        return node
    if kind == "time_limit":
        node, found = _places(root, leaf, case["end"])[0]
        start = date.fromisoformat(node.xpath(case["start"])[0])
        _write(found, start.replace(year=start.year + 1, day=start.day + 1).isoformat())
        return node
    if kind == "between_dates":
        node, found = _places(root, leaf, case["date"])[0]
        _write(found, (date.fromisoformat(node.xpath(case["end"])[0]) + timedelta(days=1)).isoformat())
        return node
    if kind == "date_now":
        node, found = _places(root, leaf, case["date"])[0]
        _write(found, (now + timedelta(seconds=1)).isoformat())
        return node
    if kind == "one_or_all":
        return _nowhere(root, leaf)
    if kind == "atleast_one":
        return _without(root, leaf)
    node, found = _places(root, leaf, first)[0]
    match kind:
        case "no_spaces":
            _write(found, _read(found) + "\n")
        case "regex_matches":
            _write(found, _read(found)[:-1] + "&" + _read(found)[-1:])
        case "range":
            _write(found, "100.01")
        case "strict_sum":
            _write(found, str(float(found) - 0.01))
        case "unique":
            _write(node.xpath(case["paths"][1])[0], found)
        case "startswith":
            _write(found, "802000-A")
        case "no_more_than_one" if case["paths"] == ["reference[1]", "../reference[1]"]:
            node.addprevious(copy.deepcopy(found))
        case "no_more_than_one":
            found.addnext(copy.deepcopy(found))
        case _:
            raise AssertionError(f"nobody has thought of breaking {kind}")
    return node


def _nowhere(root: Any, leaf: Leaf) -> Any:
    node = root[0]
    if leaf.case["one"] == "@xml:lang":
        del node.attrib[XML_LANG]
    elif leaf.case["one"] == "@default-currency":
        del node.attrib["default-currency"]
    else:  # sectors at some transactions, not at all
        (node,) = root.xpath("iati-activity[iati-identifier = 'SE-ON-802000-C']")
        second = node.findall("transaction")[1]
        second.remove(second.find("sector"))
    return node


def _without(root: Any, leaf: Leaf) -> Any:
    node = next(node for path in leaf.case["paths"] for node, _ in _places(root, leaf, path))
    loop = str(node.xpath(leaf.foreach)[0]) if leaf.foreach else ""
    for path in leaf.case["paths"]:
        for one in node.xpath(path.replace("$1", loop)):
            if not isinstance(one, str):
                one.getparent().remove(one)
            elif one.is_attribute:
                del one.getparent().attrib[one.attrname]
            else:
                one.getparent().text = None
    return node


def _activity(letter: str) -> str:
    return f"iati-activity[iati-identifier = 'SE-ON-802000-{letter}']"


def _unset(path: str, attribute: str) -> Callable[[Any], Any]:
    def change(root: Any) -> Any:
        node = root.xpath(path)[0]
        del node.attrib[attribute]
        return node

    return change


def _set(path: str, attribute: str, value: str) -> Callable[[Any], Any]:
    def change(root: Any) -> Any:
        node = root.xpath(path)[0]
        node.set(attribute, value)
        return node

    return change


def _remove(path: str) -> Callable[[Any], Any]:
    def change(root: Any) -> Any:
        for node in root.xpath(path):
            parent = node.getparent()
            parent.remove(node)
        return parent

    return change


def _insert(before: str, tag: str, **attributes: str) -> Callable[[Any], Any]:
    def change(root: Any) -> Any:
        node = root.xpath(before)[0]
        node.addprevious(etree.Element(tag, attributes))
        return node

    return change


_INDICATOR = f"{_activity('A')}/result/indicator"
_AID = f"{_activity('A')}/transaction/aid-type"
BY_HAND: dict[tuple[str, bool], Callable[[Any], Any]] = {
    ("3.4.1", True): _unset(f"{_activity('B')}/recipient-region", "percentage"),
    ("3.4.4", True): _set(f"{_activity('D')}/recipient-region", "percentage", "50"),
    ("7.9.4", True): _set(f"{_activity('D')}//budget-item", "percentage", "50"),
    ("2.1.1", True): _unset(f"{_activity('B')}/sector[@vocabulary = '98']", "percentage"),
    ("2.1.4", True): _set(f"{_activity('D')}/sector[@vocabulary = '99']", "percentage", "50"),
    ("2.2.1", False): _remove(f"{_activity('B')}/sector[@code = 'a']/narrative"),
    ("102.1.1", False): _remove(f"{_activity('D')}/sector[not(@vocabulary)]"),
    ("2.1.1", False): _unset(f"{_activity('B')}/sector[@vocabulary = '1']", "percentage"),
    ("2.1.4", False): _set(f"{_activity('A')}/sector", "percentage", "50"),
    ("107.1.1", False): _remove(f"{_activity('A')}/default-aid-type[@vocabulary = '1']"),
    ("107.2.1", False): _remove(f"{_AID}[@vocabulary = '1']"),
    ("6.6.2", False): _insert(_AID, "sector", code="24030"),
    ("3.6.2", False): _insert(_AID, "recipient-country", code="MW"),
    ("3.7.1", False): _remove(f"{_activity('E')}/transaction/recipient-country"),
    ("3.7.2", False): _remove(f"{_activity('E')}/transaction[1]/recipient-country"),
    ("3.1.1", False): _unset(f"{_activity('C')}/recipient-country", "percentage"),
    ("3.1.4", False): _set(f"{_activity('A')}/recipient-country", "percentage", "50"),
    ("8.8.2", False): _set(f"{_INDICATOR}[@measure = 1]/baseline", "value", "several"),
    ("8.8.3", False): _set(f"{_INDICATOR}[@measure = 5]/baseline", "value", "3"),
    ("8.9.2", False): _set(f"{_INDICATOR}[@measure = 1]/period/target", "value", "several"),
    ("8.9.3", False): _set(f"{_INDICATOR}[@measure = 5]/period/target", "value", "3"),
    ("8.10.2", False): _set(f"{_INDICATOR}[@measure = 1]/period/actual", "value", "several"),
    ("8.10.3", False): _set(f"{_INDICATOR}[@measure = 5]/period/actual", "value", "3"),
}
"""(rule, in a loop or not) -> the change. Each returns an element of the record that it changed."""
