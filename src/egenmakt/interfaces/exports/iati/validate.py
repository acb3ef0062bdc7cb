"""Check an IATI file: well-formed, by the schema, by the code lists and by the ruleset."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as say

from egenmakt.interfaces.exports.iati import safe_xml
from egenmakt.interfaces.exports.iati.codelists import check_codes, known_lists
from egenmakt.interfaces.exports.iati.findings import Finding
from egenmakt.interfaces.exports.iati.rule_kinds import Ground
from egenmakt.interfaces.exports.iati.ruleset import check, leaves
from egenmakt.interfaces.exports.iati.safe_xml import Element, NotXml, Source, UnsafeXml
from egenmakt.interfaces.exports.iati.standard_files import VERSION, CodeList, ruleset, schema_of

ROOTS = ("iati-activities", "iati-organisations")
_CHECKABLE = re.compile(r"2\.0[1-3]")


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check has found, and what it could not look at."""

    findings: tuple[Finding, ...]
    version: str = ""
    without_list: tuple[str, ...] = ()
    """Code lists that the file uses and that were not at hand."""

    @property
    def errors(self) -> int:
        """How many findings are errors."""
        return sum(1 for one in self.findings if one.severity == "error")

    @property
    def warnings(self) -> int:
        """How many findings are warnings."""
        return len(self.findings) - self.errors

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {
            "version": self.version, "errors": self.errors, "warnings": self.warnings,
            "without_list": list(self.without_list), "findings": [one.as_json() for one in self.findings],
        }  # fmt: skip


def validate(source: Source, *, ground: Ground, lists: Mapping[str, CodeList] | None = None) -> Checked:
    """Check a file of activities or of organisations.

    Args: the bytes or the path of the file; what the rules may know beside it, the time above all; more code lists.
    Returns: findings in the order of the file. A file that cannot be read is a finding too, and nothing is raised.
    """
    try:
        root = safe_xml.whole(source)
    except UnsafeXml as error:
        return _refused("unsafe", 0, str(error), say("Write the file without it, or in parts."))
    except NotXml as error:
        return _refused("XML", error.line, str(error), say("Mend the file at that line."))
    version = root.get("version") or ""
    if root.tag not in ROOTS:
        sentence = say("The file begins with %(tag)s, and is no IATI file.") % {"tag": str(root.tag)[:40]}
        return _refused("root", root.sourceline, sentence, say("Begin with iati-activities or iati-organisations."))
    if not _CHECKABLE.fullmatch(version):
        return Checked(
            (_file("version", "error", root.sourceline, _old(version), say("Bring it to version 2.03 to check it.")),),
            version,
        )
    findings = _schema(root)
    if version != VERSION:
        sentence = say("The file says that it follows version %(version)s.") % {"version": version}
        remedy = say("It was checked as 2.03; write that version when it is.")
        findings.append(_file("version", "warning", root.sourceline, sentence, remedy))
    codes = check_codes(root, known_lists(lists))
    findings += [*codes.findings, *check(root, leaves(ruleset()), ground)]
    return Checked(tuple(sorted(findings, key=lambda one: one.line)), version, codes.without_list)


def _old(version: str) -> str:
    if not version:
        return say("The file does not say which version of the standard it follows.")
    return say("The file follows version %(version)s, which has other rules.") % {"version": version[:20]}


def _file(rule: str, severity: Any, line: int, sentence: str, remedy: str) -> Finding:
    return Finding("file", rule, severity, line, "", sentence, remedy)


def _refused(rule: str, line: int, sentence: str, remedy: str) -> Checked:
    return Checked((_file(rule, "error", line, sentence, remedy),))


def _schema(root: Element) -> list[Finding]:
    schema = schema_of(root.tag)
    if schema.validate(root.getroottree()):
        return []
    return [
        Finding(
            "schema", str(error.type_name).removeprefix("SCHEMAV_"), "error", error.line, error.path or "",
            say("The schema of version 2.03 does not allow this: %(why)s") % {"why": error.message},
            _schema_remedy(error.message),
        )
        for error in schema.error_log
    ]  # fmt: skip


def _schema_remedy(message: str) -> str:
    if "Expected is" in message:
        return say("Put what is expected in this place: elements have a fixed order.")
    if "is required but missing" in message:
        return say("Write the attribute that is missing.")
    if "is not a valid value" in message:
        return say("Write the value in the form that is named, such as 2026-01-31 for a day and 12.50 for an amount.")
    return say("Take it away, or put it where the standard has a place for it.")
