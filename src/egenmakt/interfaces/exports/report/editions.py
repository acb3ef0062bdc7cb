"""The files of an edition: drawn from its pack alone, and kept, so that each is made once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from django.utils.text import slugify

from egenmakt.apps.reports import files
from egenmakt.apps.reports.composing import DrawnUp, compose
from egenmakt.apps.reports.models import Edition
from egenmakt.apps.reports.services.effect_freezing import pack_of, photographs_of
from egenmakt.core.evidence.blocks import Report
from egenmakt.core.evidence.claims.verify import read_pack
from egenmakt.interfaces.exports.report.annex import render_annex
from egenmakt.interfaces.exports.report.docx import render_docx
from egenmakt.interfaces.exports.report.html import render_html
from egenmakt.interfaces.exports.report.pdf import render_pdf

Pictures = Mapping[str, bytes]
Render = Callable[[Report, Pictures], bytes]

FORMATS: Final[Mapping[str, tuple[Render, str]]] = {
    "html": (lambda report, pictures: render_html(report, pictures).encode(), "text/html; charset=utf-8"),
    "pdf": (render_pdf, "application/pdf"),
    "docx": (render_docx, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "xlsx": (
        lambda report, _pictures: render_annex(report),
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
}
"""Ending -> what makes it, and its media type."""


class NoSuchFile(LookupError):
    """An edition has no file in that language or of that kind."""


def file_of(*, edition: Edition, language: str, ending: str) -> bytes:
    """A file of an edition. It is drawn from the pack the first time. Raises: NoSuchFile, FileNotFoundError."""
    if ending not in FORMATS or language not in edition.report.languages:
        raise NoSuchFile(f"There is no {ending} in {language}.")
    name = f"report.{language}.{ending}"
    kept = files.read(edition_id=edition.id, name=name)
    if kept is not None:
        return kept
    pack = read_pack(pack_of(edition=edition))
    render, _media_type = FORMATS[ending]
    content = render(pack.reports[language], files.photographs(edition_id=edition.id))
    files.write(edition_id=edition.id, name=name, content=content)
    return content


def draft_of(*, drawn_up: DrawnUp, language: str, ending: str) -> bytes:
    """A file of a report as it can be drawn up now, marked as a draft. Nothing is kept. Raises: NoSuchFile."""
    if ending not in FORMATS or language not in drawn_up.report.languages:
        raise NoSuchFile(f"There is no {ending} in {language}.")
    report = compose(drawn_up, language, edition=1, is_draft=True)
    render, _media_type = FORMATS[ending]
    return render(report, photographs_of(drawn_up))


def file_name(edition: Edition, language: str, ending: str) -> str:
    """What a file is called when it is fetched: organisation, period, edition, language."""
    report = edition.report
    begins = slugify(report.node.name) or "report"
    return f"{begins}-{report.from_on.year}-{report.until_on.year}-{edition.number}.{language}.{ending}"
