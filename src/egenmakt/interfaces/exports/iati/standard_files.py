"""The files of the standard that lie beside this module: schemas, ruleset, code lists and where they apply."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree

from egenmakt.interfaces.exports.iati import safe_xml

STANDARD = Path(__file__).resolve().parent / "standard"
VERSION = "2.03"
_SCHEMAS = {"iati-activities": "iati-activities-schema.xsd", "iati-organisations": "iati-organisations-schema.xsd"}


@dataclass(frozen=True, slots=True)
class CodeList:
    """The codes of one list; a complete list has no others."""

    name: str
    complete: bool
    codes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Mapped:
    """Where the codes of a list stand in a file, and when they are of that list."""

    path: str
    codelist: str
    condition: str | None


@cache
def schema_of(root: str) -> etree.XMLSchema:
    """The schema of a kind of file, by the name of its root. Raises: KeyError for another root."""
    return etree.XMLSchema(etree.parse(str(STANDARD / _SCHEMAS[root])))


@cache
def ruleset() -> dict[str, Any]:
    """The official ruleset, as it is."""
    found: dict[str, Any] = json.loads((STANDARD / "ruleset-standard.json").read_text(encoding="utf-8"))
    return found


def read_codelist(path: Path) -> CodeList:
    """One list from its file."""
    root = safe_xml.whole(path)
    codes = frozenset((code.text or "").strip() for code in root.iterfind("codelist-items/codelist-item/code"))
    return CodeList(name=root.get("name") or path.stem, complete=root.get("complete") == "1", codes=codes)


@cache
def embedded_codelists() -> dict[str, CodeList]:
    """The lists that are part of the standard itself, by name."""
    return {one.name: one for one in map(read_codelist, sorted((STANDARD / "codelists").glob("*.xml")))}


@cache
def codelist_mapping() -> tuple[Mapped, ...]:
    """Where which list applies, in the order of the standard."""
    root = safe_xml.whole(STANDARD / "codelists-mapping.xml")
    return tuple(
        Mapped(
            path=one.findtext("path").strip(),
            codelist=one.find("codelist").get("ref"),
            condition=one.findtext("condition"),
        )
        for one in root.iterfind("mapping")
    )
