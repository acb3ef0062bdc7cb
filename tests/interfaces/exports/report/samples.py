"""Reports for these tests: rendered once for each language, and one whose every text would do harm."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from egenmakt.core.evidence.blocks import (
    Bullets,
    Cell,
    ClaimLine,
    Column,
    Heading,
    KeyFigure,
    KeyFigures,
    Note,
    Placed,
    Prose,
    Quotation,
    Report,
    Series,
    Table,
    Text,
)
from egenmakt.interfaces.exports.report.annex import render_annex
from egenmakt.interfaces.exports.report.docx import render_docx
from egenmakt.interfaces.exports.report.html import render_html
from egenmakt.interfaces.exports.report.pdf import render_pdf
from tests.support.a_report import PICTURES, a_bar_chart, a_report

HOSTILE = '<script>alert("x")</script> & \'#eval("1")\' *a* _b_ $c$ \\ @ref \x00\x07 😀 a\u202egnp.exe'
FORMULA = '=HYPERLINK("http://example.org","x")'


@cache
def html(language: str, *, is_draft: bool = False) -> str:
    return render_html(a_report(language, is_draft=is_draft), PICTURES)


@cache
def pdf(language: str, *, is_draft: bool = False) -> bytes:
    return render_pdf(a_report(language, is_draft=is_draft), PICTURES)


@cache
def docx(language: str, *, is_draft: bool = False) -> bytes:
    return render_docx(a_report(language, is_draft=is_draft), PICTURES)


@cache
def annex(language: str) -> bytes:
    return render_annex(a_report(language))


def hostile_report() -> Report:
    """What a careless or unkind hand may type into any field."""
    bad = HOSTILE
    table = Table(
        caption=bad,
        columns=(Column(bad), Column(FORMULA, is_number=True)),
        rows=((Cell(bad), Cell(FORMULA, claim="c")), (Cell("+1"), Cell("@SUM(A1)")), (Cell("-2"), Cell("12"))),
        note=bad,
    )
    chart = replace(
        a_bar_chart("en"),
        title=bad,
        description=bad,
        keys=("KE", "NP", "PS"),
        series=(Series(FORMULA, (1, 2, 3)),),
        table=replace(table),
        claims=("c",),
    )
    line = ClaimLine("c", bad, FORMULA, bad, bad, bad, bad, "f" * 64)
    return replace(
        a_report("en"),
        title=bad,
        subtitle=bad,
        organisation=bad,
        period=bad,
        is_draft=True,
        blocks=(
            Heading(1, bad, anchor="claims"),
            Prose((Text(bad, unproved=True), Placed("c", bad), Text(bad, language="ar", strong=True))),
            Bullets(((Text(bad),),)),
            KeyFigures((KeyFigure(bad, bad, bad, bad, "c"),)),
            table,
            chart,
            Quotation(bad, "ar", bad, bad, bad, "c"),
            Note("caution", (Text(bad),)),
        ),
        claims=(line,),
        data_version=bad,
    )
