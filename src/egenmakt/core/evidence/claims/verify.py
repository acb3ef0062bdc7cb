"""Whether a pack's claims come out of its facts, bit for bit, and nothing in it was altered."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from egenmakt.core.canonical import JsonValue, NotCanonical, canonical, fingerprint
from egenmakt.core.evidence.blocks import NotABlock, Report
from egenmakt.core.evidence.catalogue.catalogue import Catalogue
from egenmakt.core.evidence.claims.claim import Claim, NotAClaim, read_claim
from egenmakt.core.evidence.claims.counted import Counted
from egenmakt.core.evidence.claims.evaluate import CannotEvaluate, evaluate, spec_of
from egenmakt.core.evidence.claims.pack import SCHEMA, NotAPack, altered_rows, open_pack, packed_again, read_json
from egenmakt.core.evidence.claims.pack_findings import PackFinding, Verification
from egenmakt.core.evidence.claims.pack_report import check_report, check_texts
from egenmakt.core.evidence.claims.queries import asked_in
from egenmakt.core.evidence.claims.report_json import report_from_json
from egenmakt.core.evidence.claims.small import shown_small
from egenmakt.core.evidence.facts import Facts, NotFacts, table_of
from egenmakt.core.evidence.indicators import NotAnIndicator
from egenmakt.core.evidence.measures.measure import NotAMeasure

Each = Callable[[Sequence[Claim]], Iterable[Claim]]
_MANIFEST: Final = {"schema", "edition", "outline", "seed", "k", "data_version", "files", "seal"}


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack as it was read: what is whole of it."""

    manifest: Mapping[str, Any]
    members: Mapping[str, bytes]
    catalogue: Catalogue
    facts: Facts
    claims: tuple[Claim, ...]
    texts: Mapping[str, Mapping[str, str]]
    reports: Mapping[str, Report]

    @property
    def seal(self) -> str:
        """The one fingerprint of the pack."""
        return str(self.manifest.get("seal", ""))

    @property
    def data_version(self) -> str:
        """The fingerprint of the facts as they lie in the pack: of its own tables, whatever tables came later."""
        tables: dict[str, JsonValue] = {
            _table_name(name): hashlib.sha256(data).hexdigest()
            for name, data in self.members.items()
            if name.startswith("facts/")
        }
        return fingerprint({"schema": "egenmakt.facts.1", "tables": tables})

    def claim(self, code: str) -> Claim | None:
        """A claim by its code."""
        return next((claim for claim in self.claims if claim.code == code), None)


def read_pack(source: Path | bytes) -> Pack:
    """A pack that can be read whole. It is not verified. Raises: NotAPack with the first thing that cannot be read."""
    pack, findings, _ = _read(source)
    for finding in findings:
        if finding.code in ("manifest", "table_unreadable", "definitions", "claim_unreadable", "report_unreadable"):
            raise NotAPack(str(finding))
    return pack


def verify_pack(source: Path | bytes, *, each: Each = iter) -> Verification:
    """Work out every claim of a pack from its facts alone, and compare with what is written, bit for bit.

    Args: each, to go through the claims while showing how far it is.
    """
    try:
        pack, findings, data = _read(source)
    except NotAPack as error:
        return Verification((PackFinding("not_a_pack", {"why": str(error)}),))
    is_altered = any(one.code in ("file_altered", "table_altered") for one in findings)
    if not is_altered and packed_again(pack.members) != data:
        findings.append(PackFinding("container"))
    tables = {one.values["table"] for one in findings if one.code in ("table_altered", "table_unreadable")}
    if pack.data_version != pack.manifest.get("data_version"):
        findings.append(PackFinding("other_data"))
    counted = Counted(pack.facts)
    for claim in each(pack.claims):
        findings += _check_claim(claim, pack, counted, tables)
    for language, texts in pack.texts.items():
        findings += check_texts(language, texts, pack.claims)
    for language, report in pack.reports.items():
        findings += check_report(f"report.{language}.json", report, pack.claims)
    return Verification(tuple(findings), len(pack.claims), pack.seal, pack.data_version)


def _check_claim(claim: Claim, pack: Pack, facts: Counted, altered: set[str]) -> Iterator[PackFinding]:
    code = {"claim": claim.code}
    if claim.data_version != pack.manifest.get("data_version"):
        yield PackFinding("claim_other_data", code)
    if not claim.may_be_published:
        yield PackFinding("claim_without_consent", code)
    try:
        found = evaluate(claim, facts=facts, catalogue=pack.catalogue)
        k = pack.manifest.get("k")
        if isinstance(k, int) and shown_small(claim, pack.catalogue, k=k):
            yield PackFinding("small_shown", {**code, "k": str(k)})
    except CannotEvaluate as error:
        yield PackFinding("claim_unanswered", {**code, "why": str(error)})
        return
    if found != claim.value:
        written, came = (canonical(one.to_json()).decode() for one in (claim.value, found))
        yield PackFinding("claim_breaks", {**code, "written": written, "found": came})
    elif touched := sorted(altered & tables_of(claim, pack.catalogue)):
        yield PackFinding("claim_touched", {**code, "table": ", ".join(touched)})


def tables_of(claim: Claim, catalogue: Catalogue) -> set[str]:
    """The tables of facts that a claim counts. Raises: CannotEvaluate."""
    return {measure.table for asked in asked_in(claim.query) for measure in spec_of(asked, catalogue).measures}


def _read(source: Path | bytes) -> tuple[Pack, list[PackFinding], bytes]:
    """Everything of a pack that can be read, and what cannot. Raises: NotAPack where there is nothing to begin with."""
    members, data = open_pack(source)
    findings: list[PackFinding] = []
    manifest = _manifest(members, findings)
    _fingerprints(members, manifest, findings)
    catalogue = _catalogue(members, findings)
    facts = _facts(members, findings)
    claims = _claims(members, findings)
    texts = _texts(members, findings)
    reports = _reports(members, findings)
    return Pack(manifest, members, catalogue, facts, claims, texts, reports), findings, data


def _manifest(members: Mapping[str, bytes], findings: list[PackFinding]) -> Mapping[str, Any]:
    manifest = read_json("pack.json", members["pack.json"])
    if (
        not isinstance(manifest, dict)
        or manifest.get("schema") != SCHEMA
        or not isinstance(manifest.get("files"), dict)
    ):
        raise NotAPack(f"pack.json is not of the form {SCHEMA}.")
    if set(manifest) != _MANIFEST:
        findings.append(PackFinding("manifest", {"why": "it has not its own fields, and no others."}))
    rest = {name: value for name, value in manifest.items() if name != "seal"}
    try:
        sealed = fingerprint(rest) == manifest.get("seal") and canonical(manifest) == members["pack.json"]
    except (NotCanonical, RecursionError) as error:
        findings.append(PackFinding("manifest", {"why": str(error)}))
        return manifest
    if not sealed:
        findings.append(PackFinding("manifest", {"why": "its seal is that of another content."}))
    return manifest


def _fingerprints(members: Mapping[str, bytes], manifest: Mapping[str, Any], findings: list[PackFinding]) -> None:
    files = manifest["files"]
    marks = _marks(members)
    for name in sorted({*files, *members} - {"pack.json"}):
        if name not in members:
            findings.append(PackFinding("file_missing", {"file": str(name)}))
        elif name not in files:
            findings.append(PackFinding("file_unknown", {"file": name}))
        elif {"sha256": hashlib.sha256(members[name]).hexdigest(), "bytes": len(members[name])} != files[name]:
            if name.startswith("facts/"):
                where = _rows(members[name], marks.get(_table_name(name), ""))
                findings.append(PackFinding("table_altered", {"file": name, "table": _table_name(name), "rows": where}))
            else:
                findings.append(PackFinding("file_altered", {"file": name}))


def _marks(members: Mapping[str, bytes]) -> dict[str, str]:
    try:
        tables = read_json("rows.json", members["rows.json"])["tables"]
        return {str(name): marks for name, marks in tables.items() if isinstance(marks, str)}
    except (NotAPack, KeyError, TypeError, AttributeError):
        return {}  # its fingerprint says that it was altered


def _rows(table: bytes, marks: str) -> str:
    """Which rows of a table were altered, as far as it can be told."""
    rows = altered_rows(table, marks) if marks else None
    if rows is None:
        return "rows unknown"
    return f"row {rows[0]}" if rows[0] == rows[1] else f"rows {rows[0]}–{rows[1]}"


def _catalogue(members: Mapping[str, bytes], findings: list[PackFinding]) -> Catalogue:
    try:
        return Catalogue.from_json(read_json("indicators.json", members["indicators.json"]))
    # what is written there may lack anything, and each lack shows itself in its own way
    except (NotAPack, NotAnIndicator, NotAMeasure, NotFacts, KeyError, TypeError, ValueError, AttributeError) as error:
        findings.append(PackFinding("definitions", {"why": str(error)}))
        return Catalogue({})


def _facts(members: Mapping[str, bytes], findings: list[PackFinding]) -> Facts:
    tables = {}
    for name in sorted(name for name in members if name.startswith("facts/")):
        table = _table_name(name)
        try:
            tables[table] = Facts.of_tables({table: table_of(members[name], table)}).tables[table]
        except NotFacts as error:
            findings.append(PackFinding("table_unreadable", {"file": name, "table": table, "why": str(error)}))
    return Facts.of_tables(tables)


def _table_name(member: str) -> str:
    return member.removeprefix("facts/").removesuffix(".csv")


def _claims(members: Mapping[str, bytes], findings: list[PackFinding]) -> tuple[Claim, ...]:
    try:
        data = read_json("claims.json", members["claims.json"])
    except NotAPack as error:
        findings.append(PackFinding("claim_unreadable", {"claim": "", "why": str(error)}))
        return ()
    rows = data.get("claims") if isinstance(data, dict) else None
    if not isinstance(rows, list):
        findings.append(PackFinding("claim_unreadable", {"claim": "", "why": "claims.json lists no claims."}))
        return ()
    claims: dict[str, Claim] = {}
    for row in rows:
        code = str(row.get("code", "")) if isinstance(row, dict) else ""
        try:
            claim = read_claim(row)
        except NotAClaim as error:
            findings.append(PackFinding("claim_unreadable", {"claim": code, "why": str(error)}))
            continue
        if claim.code in claims:
            findings.append(PackFinding("claim_unreadable", {"claim": code, "why": "its code stands twice."}))
        claims[claim.code] = claim
    return tuple(claims.values())


def _texts(members: Mapping[str, bytes], findings: list[PackFinding]) -> dict[str, dict[str, str]]:
    try:
        data = read_json("texts.json", members["texts.json"])
        texts = data["texts"]
        return {
            str(language): {str(section): text for section, text in said.items() if isinstance(text, str)}
            for language, said in texts.items()
        }
    except (NotAPack, KeyError, TypeError, AttributeError) as error:
        findings.append(PackFinding("report_unreadable", {"file": "texts.json", "why": str(error)}))
        return {}


def _reports(members: Mapping[str, bytes], findings: list[PackFinding]) -> dict[str, Report]:
    reports = {}
    for name in sorted(name for name in members if name.startswith("report.")):
        try:
            reports[name.split(".")[1]] = report_from_json(read_json(name, members[name]))
        except (NotAPack, NotABlock, RecursionError) as error:
            findings.append(PackFinding("report_unreadable", {"file": name, "why": str(error)}))
    return reports
