"""Effect reports to read: which there are, how far one has come, its claims and what stands behind each."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext as say
from uuid6 import uuid7

from egenmakt.apps.access.queries import NotAllowed, Rights
from egenmakt.apps.reports.composing import DrawnUp, findings_of
from egenmakt.apps.reports.models import EditionStory, EffectReport
from egenmakt.apps.reports.queries.effect import (
    editions_of,
    effect_reports_of,
    latest_claims,
    latest_texts,
    notices_of,
    open_effect_report,
)
from egenmakt.apps.reports.sections.setting import said
from egenmakt.apps.reports.services.effect_freezing import open_findings
from egenmakt.core.evidence.claims.claim import Claim
from egenmakt.core.evidence.claims.evaluate import spec_of
from egenmakt.core.evidence.claims.queries import OutsideQuery, StoryQuery, asked_in
from egenmakt.core.evidence.claims.values import Cell as ValueCell
from egenmakt.core.evidence.claims.values import TableValue
from egenmakt.core.evidence.claims.writing import CldrWriter
from egenmakt.core.evidence.measures.evaluation import rows_behind
from egenmakt.interfaces.web import formats
from egenmakt.interfaces.web.learning.pages import may_anywhere
from egenmakt.interfaces.web.parts import Column, Crumb, Row, Table
from egenmakt.interfaces.web.reading import badge_cell, reading_page
from egenmakt.interfaces.web.reports.drawing import drawing_page, drawn_up
from egenmakt.interfaces.web.reports.effect_words import (
    KINDS,
    category_words,
    claim_value,
    edition_state,
    effect_crumbs,
    outline_names,
    reasons_of,
    report_crumb,
    report_tabs,
    report_title,
    section_title,
)
from egenmakt.interfaces.web.reports.fact_words import COLUMNS, TABLES
from egenmakt.interfaces.web.reports.indicator_files import fact_cell
from egenmakt.interfaces.web.templatetags.parts import own_name
from egenmakt.interfaces.web.writing import me

ROWS_SHOWN = 100
HIDDEN = "…"


def reader_language() -> str:
    """The language of whoever reads."""
    return get_language() or "en"


def report_for(request: HttpRequest, id: UUID) -> EffectReport:
    """The report that the reader may see; otherwise there is none. Raises: Http404."""
    try:
        return open_effect_report(user=request.user, report_id=id)
    except NotAllowed as problem:
        raise Http404(str(problem)) from problem


def period_text(report: EffectReport) -> str:
    """The period in the reader's language."""
    return CldrWriter.of(reader_language()).period(report.from_on, report.until_on)


@reading_page
def effect_reports(request: HttpRequest) -> HttpResponse:
    """All reports that the reader may see, and the withdrawals that somebody is to be told of."""
    language = reader_language()
    reports = list(effect_reports_of(user=request.user).prefetch_related("editions")[:200])
    names = outline_names(language)
    columns = [
        Column(say("Report")),
        Column(say("Body")),
        Column(say("Period")),
        Column(say("Outline")),
        Column(say("State")),
    ]
    rows = []
    for report in reports:
        editions = sorted(report.editions.all(), key=lambda one: -one.number)
        state = badge_cell(*edition_state(editions[0])) if editions else badge_cell(say("Draft"), "neutral")
        if report.discarded_at:
            state = badge_cell(say("Laid aside"), "warning")
        cells: list[object] = [formats.isolated(report_title(report, language)), formats.isolated(report.node.name)]
        cells += [period_text(report), names.get(report.outline, report.outline), state]
        rows.append(Row(cells, url=reverse("effect_report", args=[report.id])))
    context = {
        "title": say("Effect reports"),
        "tabs": report_tabs(),
        "table": Table(say("Effect reports"), columns, rows) if rows else None,
        "notices": list(dict.fromkeys(_notice(each) for each in notices_of(user=request.user)[:50])),
        "new_url": reverse("effect_new") if may_anywhere(me(request), "report.write") else "",
    }
    return render(request, "web/reports/effect_reports.html", context)


def _notice(entry: EditionStory) -> tuple[str, str]:
    report = entry.edition.report
    title, number = formats.isolated_text(report_title(report, reader_language())), entry.edition.number
    name = f"{title}, {formats.isolated_text(report.node.name)}: {say('Edition %s') % number}"
    return name, reverse("effect_edition", args=[entry.edition_id])


@reading_page
@drawing_page
def effect_report(request: HttpRequest, id: UUID) -> HttpResponse:
    """How far a report has come: each section in each language, what was found, and its editions."""
    report, language = report_for(request, id), reader_language()
    drawn, texts = drawn_up(request, report), latest_texts(report=report)
    found = {each: findings_of(drawn, each) for each in report.languages}
    columns = [Column(say("Section")), *(Column(str(own_name(each))) for each in report.languages)]
    rows = []
    for section in drawn.outline.sections:
        cells: list[object] = [section_title(drawn, section.code, language)]
        for each in report.languages:
            count = sum(one.section == section.code for one in found[each])
            row = texts.get((section.code, each))
            if row is None or not row.text:
                state = badge_cell(say("To be written"), "warning") if section.authored else "–"
            else:
                state = badge_cell(say("%s found") % count, "info") if count else badge_cell(say("Written"), "success")
            cells.append(state)
        rows.append(Row(cells, url=reverse("effect_section", args=[report.id, section.code])))
    editions, rights = editions_of(report=report), Rights(request.user)
    left = open_findings(drawn_up=drawn)
    context = {
        "title": report_title(report, language),
        "lead": f"{report.node.name}, {period_text(report)}",
        "crumbs": effect_crumbs(),
        "report": report,
        "sections": Table(say("Sections"), columns, rows),
        "found_count": len(left),
        "refused": reasons_of(drawn.refused),
        "claim_count": len(drawn.claims),
        "left_out": reasons_of(drawn.left_out),
        "editions": [(each, edition_state(each)) for each in editions],
        "may_write": rights.may("report.write", report.node_id),
        "is_ready": not left and not drawn.refused,
        "new_id": uuid7(),
        "drafts": [
            (f"{own_name(each)}: {ending.upper()}", reverse("effect_draft", args=[report.id, each, ending]))
            for each in report.languages
            for ending in ("html", "pdf", "docx")
        ],
    }
    return render(request, "web/reports/effect_report.html", context)


@reading_page
@drawing_page
def effect_claims(request: HttpRequest, id: UUID) -> HttpResponse:
    """All claims of a report with their values: those that sections make and those of the authors."""
    report, language = report_for(request, id), reader_language()
    drawn = drawn_up(request, report)
    columns = [
        Column(say("Claim")),
        Column(say("Value"), is_numeric=True),
        Column(say("n"), is_numeric=True),
        Column(say("Kind")),
        Column(say("Section")),
        Column(say("To place it")),
    ]
    rows = [
        Row(
            [
                formats.isolated(said(claim.statement, language)),
                claim_value(claim, language) if claim.kind != "quotation" else "–",
                formats.number_text(claim.n),
                KINDS[claim.kind],
                section_title(drawn, drawn.sections_of.get(code, ""), language),
                format_html("<code>{}</code>", "{{" + code + "}}"),
            ],
            url=reverse("effect_claim", args=[report.id, code]),
        )
        for code, claim in drawn.claims.items()
    ]
    context = {
        "title": say("Claims"),
        "lead": say("Every number and quotation of the report, with what it stands on."),
        "crumbs": effect_crumbs(report_crumb(report, language)),
        "table": Table(say("Claims"), columns, rows) if rows else None,
        "report": report,
        "refused": reasons_of(drawn.refused),
        "left_out": reasons_of(drawn.left_out),
        "may_write": Rights(request.user).may("report.write", report.node_id),
    }
    return render(request, "web/reports/effect_claims.html", context)


@reading_page
@drawing_page
def effect_claim(request: HttpRequest, id: UUID, code: str) -> HttpResponse:
    """One claim: its value, method, question and fingerprint, and the rows of facts behind it."""
    report, language = report_for(request, id), reader_language()
    drawn = drawn_up(request, report)
    claim = drawn.claims.get(code)
    if claim is None:
        raise Http404(say("The report has no such claim."))
    rights = Rights(request.user)
    writer = CldrWriter.of(language)
    value = "" if claim.kind == "quotation" else claim_value(claim, language)
    shown = [(say("Value"), value)] if value else []
    shown += [
        (say("n"), formats.number_text(claim.n)),
        (say("Kind"), KINDS[claim.kind]),
        (say("Period"), writer.period(*claim.period)),
        (say("How it is counted"), said(claim.method, language) or "–"),
    ]
    if isinstance(claim.query, OutsideQuery):
        shown.append((say("Source"), claim.query.source))
    if claim.consent is not None:
        shown.append((say("Consent"), f"{claim.consent.given}, {claim.consent.given_at[:10]}, {claim.consent.version}"))
    authored = latest_claims(report=report)
    may_see_rows = rights.may("export.facts", report.node_id) and not isinstance(claim.query, StoryQuery)
    context = {
        "title": said(claim.statement, language),
        "crumbs": effect_crumbs(
            report_crumb(report, language), Crumb(say("Claims"), reverse("effect_claims", args=[report.id]))
        ),
        "claim": claim,
        "report": report,
        "place": "{{" + code + "}}",
        "shown": shown,
        "cells": _cells(drawn, claim, language),
        "most": ROWS_SHOWN,
        "tables": _rows(drawn, claim) if may_see_rows else [],
        "may_remove": code in authored and rights.may("report.write", report.node_id),
    }
    return render(request, "web/reports/effect_claim.html", context)


def _cells(drawn: DrawnUp, claim: Claim, language: str) -> Table | None:
    if not isinstance(claim.value, TableValue):
        return None
    columns = [Column(say("Which")), Column(say("Number"), is_numeric=True)]
    rows = [Row([category_words(drawn, claim, cell, language), cell_number(cell)]) for cell in claim.value.cells]
    note = say("… stands where a number is not shown, because it is about few people or would give such a number away.")
    has_hidden = any(cell.value is None for cell in claim.value.cells)
    return Table(said(claim.statement, language), columns, rows, note=note if has_hidden else "")


def cell_number(cell: ValueCell) -> str:
    """The number of a cell, with the whole that it is a part of; dots where it is not shown."""
    if cell.value is None:
        return HIDDEN
    value = formats.number_text(cell.value)
    return value if cell.of is None else f"{value} / {formats.number_text(cell.of)}"


def _rows(drawn: DrawnUp, claim: Claim) -> list[Table]:
    """The first rows of facts that a claim counts, without names."""
    found = []
    for asked in asked_in(claim.query):
        spec = spec_of(asked, drawn.catalogue)
        rows = rows_behind(drawn.facts, spec, most=ROWS_SHOWN)
        columns = [Column(str(COLUMNS[name])) for name in rows.column_names]
        lines = [
            Row([fact_cell(value) for value in line])
            for line in zip(*(column.to_pylist() for column in rows.columns), strict=True)
        ]
        caption, note = say("Rows of facts"), str(TABLES[spec.measure.table])
        found.append(Table(caption, columns, lines, note=note, narrow="scroll"))
    return found


urlpatterns: list[URLPattern] = [
    path("reports/effect/", effect_reports, name="effect_reports"),
    path("reports/effect/<uuid:id>/", effect_report, name="effect_report"),
    path("reports/effect/<uuid:id>/claims/", effect_claims, name="effect_claims"),
    path("reports/effect/<uuid:id>/claims/<slug:code>/", effect_claim, name="effect_claim"),
]
