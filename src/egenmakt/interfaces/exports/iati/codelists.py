"""Hold the codes of a file against the lists that the standard names for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from babel import Locale
from django.utils.translation import gettext as say
from lxml import etree

from egenmakt.core.money import DECIMALS
from egenmakt.interfaces.exports.iati.findings import Finding, Severity, place, text_of
from egenmakt.interfaces.exports.iati.safe_xml import Element
from egenmakt.interfaces.exports.iati.standard_files import CodeList, codelist_mapping, embedded_codelists

_LANGUAGES_OF_OLD = frozenset({"sh", "mo", "iw", "in", "ji"})


@dataclass(frozen=True, slots=True)
class CodesChecked:
    """What was found, and for which lists no list was at hand."""

    findings: tuple[Finding, ...]
    without_list: tuple[str, ...]


@cache
def registers() -> dict[str, CodeList]:
    """Lists that others keep and that this product has anyway. They are never complete: new codes are no error."""
    english = Locale("en")
    countries = frozenset(str(code) for code in english.territories if str(code).isalpha() and len(str(code)) == 2)
    languages = frozenset(str(code) for code in english.languages if len(str(code)) == 2) | _LANGUAGES_OF_OLD
    return {
        "Currency": CodeList("Currency", False, frozenset(DECIMALS)),
        "Country": CodeList("Country", False, countries),
        "Language": CodeList("Language", False, languages),
    }


def known_lists(more: Mapping[str, CodeList] | None = None) -> dict[str, CodeList]:
    """All lists at hand: those of the standard, the registers, and more that were brought along."""
    return {**registers(), **(more or {}), **embedded_codelists()}


@lru_cache(maxsize=512)
def _xpath(expression: str) -> etree.XPath:
    return etree.XPath(expression)


def check_codes(root: Element, lists: Mapping[str, CodeList]) -> CodesChecked:
    """Every code of a file that is not in its list: an error for a list of the standard itself, otherwise a warning."""
    findings: list[Finding] = []
    without: set[str] = set()
    own = embedded_codelists()
    for mapped in codelist_mapping():
        element, _, attribute = mapped.path.rpartition("/")
        # the condition speaks of the element that carries the code
        condition = f"[{mapped.condition}]" if mapped.condition else ""
        found = _xpath(f"{element}{condition}/{attribute}")(root)
        if not found:
            continue
        codes = lists.get(mapped.codelist)
        if codes is None:
            without.add(mapped.codelist)
            continue
        severity: Severity = "error" if mapped.codelist in own and codes.complete else "warning"
        for one in found:
            text = text_of(one)
            if text not in codes.codes:
                line, path = place(one)
                findings.append(
                    Finding(
                        "code list", mapped.codelist, severity, line, path,
                        say("%(code)s is not a code of the list %(list)s.")
                        % {"code": repr(text[:40]), "list": mapped.codelist},
                        _remedy(codes),
                    )
                )  # fmt: skip
    return CodesChecked(tuple(findings), tuple(sorted(without)))


def _remedy(codes: CodeList) -> str:
    if len(codes.codes) <= 20:
        ordered = sorted(codes.codes, key=lambda code: (len(code), code))
        return say("Use one of: %(codes)s.") % {"codes": ", ".join(ordered)}
    return say("Look the code up in the list; capital letters count.")
