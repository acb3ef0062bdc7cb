"""A whole report brought in as one document: its texts, claims and answers, such as for a command without a browser."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from egenmakt.apps.access.models import User
from egenmakt.apps.reports.models import EffectReport
from egenmakt.apps.reports.queries.effect import latest_texts
from egenmakt.apps.reports.services.effect_freezing import Open
from egenmakt.apps.reports.services.effect_writing import NotAReport, answer_finding, put_claim, write_text
from egenmakt.core.evidence.claims.outline import Outline

SCHEMA: Final = "egenmakt.report-texts.1"
FIELDS: Final = {"schema", "note", "titles", "texts", "claims", "answers"}


class NotTexts(NotAReport):
    """The document cannot be brought in. It names the place and what to write there."""


@dataclass(frozen=True, slots=True)
class Texts:
    """What somebody wrote outside: by section and language; claims by code; answers by finding and section."""

    titles: Mapping[str, str]
    texts: Mapping[str, Mapping[str, str]]
    claims: Mapping[str, Mapping[str, Any]]
    answers: Mapping[str, str]
    """`finding/section` -> the reason why it may stay: "section_without_claims/lasting"."""


def read_texts(document: object, *, outline: Outline) -> Texts:
    """The document of a report's texts. Raises: NotTexts with the place of what cannot be."""
    if not isinstance(document, Mapping) or document.get("schema") != SCHEMA:
        raise NotTexts(f"The document is not of the form {SCHEMA}.")
    if unknown := sorted(set(document) - FIELDS):
        raise NotTexts(f"{unknown[0]}: there is no such field. There are {', '.join(sorted(FIELDS))}.")
    titles = _words(document.get("titles", {}), "titles")
    known = {section.code for section in outline.sections}
    texts: dict[str, Mapping[str, str]] = {}
    for code, said in _object(document.get("texts", {}), "texts").items():
        if code not in known:
            raise NotTexts(f"texts/{code}: the outline {outline.code} has no such section.")
        texts[code] = _words(said, f"texts/{code}")
    claims = _object(document.get("claims", {}), "claims")
    for code, claim in claims.items():
        given = _object(claim, f"claims/{code}")
        if lacking := {"section", "kind", "statement", "query"} - set(given):
            raise NotTexts(f"claims/{code}: it lacks {', '.join(sorted(lacking))}.")
        if given["section"] not in known:
            raise NotTexts(f"claims/{code}: the outline {outline.code} has no section {given['section']!r}.")
    return Texts(titles, texts, claims, _words(document.get("answers", {}), "answers"))


def _object(value: object, place: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise NotTexts(f"{place}: it is no object.")
    return value


def _words(value: object, place: str) -> dict[str, str]:
    given = _object(value, place)
    for key, text in given.items():
        if not isinstance(text, str):
            raise NotTexts(f"{place}/{key}: it is no text.")
    return dict(given)


def bring_in(*, report: EffectReport, texts: Texts, by: User | None, at: datetime) -> int:
    """Save the texts and claims of a document, each as its newest version. Returns: how many texts were new.

    A language that the report does not have is refused. Raises: NotTexts, NotAllowed.
    """
    before = latest_texts(report=report)
    written = 0
    for code, said in texts.texts.items():
        for language, text in said.items():
            if language not in report.languages:
                raise NotTexts(f"texts/{code}/{language}: the report has no such language.")
            last = before.get((code, language))
            saved = write_text(
                report=report, section=code, language=language, text=text, after=last.number if last else 0,
                by=by, at=at,
            )  # fmt: skip
            written += last is None or saved.number != last.number
    for code, claim in texts.claims.items():
        document = {key: value for key, value in claim.items() if key != "section"}
        put_claim(report=report, section=claim["section"], code=code, document=document, by=by, at=at)
    return written


def answer_all(
    *, report: EffectReport, found: list[Open], answers: Mapping[str, str], by: User | None, at: datetime
) -> list[Open]:
    """Answer what a document has reasons for. Returns: what is left open."""
    left = []
    for one in found:
        reason = answers.get(f"{one.finding.code}/{one.finding.section}", "")
        if one.finding.severity == "stops" or not reason.strip():
            left.append(one)
            continue
        answer_finding(report=report, finding=one.fingerprint, sentence=str(one.finding), reason=reason, by=by, at=at)
    return left
