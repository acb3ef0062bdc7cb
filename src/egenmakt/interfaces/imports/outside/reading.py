"""A file of figures from outside: which column is what, what each row was understood as, and what keeps it out.

The table is entered whole or not at all, so that nobody has to ask which half of it counts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from egenmakt.apps.people.models import Country, Node
from egenmakt.apps.reports.models import OutsideTable
from egenmakt.apps.reports.services.indicators import Handed, NotAnOutsideTable, problem_of, refuse_wrong
from egenmakt.core.evidence.catalogue.catalogue import shipped
from egenmakt.core.evidence.counts import Count, decimal_signs, read_count
from egenmakt.core.evidence.months import NotAMonth, read_month
from egenmakt.core.money import DECIMALS
from egenmakt.core.numerals import western, word
from egenmakt.interfaces.imports.findings import Finding, Source, Unreadable
from egenmakt.interfaces.imports.tables import Row, Table
from egenmakt.interfaces.imports.values import (
    DATE_ORDERS,
    SIGNS,
    NotRead,
    date_evidence,
    decimal_evidence,
    read_amount,
    read_date,
)

FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "indicator": ("indicator", "indikator", "measure", "figure", "mått", "indicateur", "indicador"),
    "value": ("value", "number", "värde", "antal", "valeur", "valor", "nombre"),
    "of": ("of", "whole", "out of", "av", "helhet", "total"),
    "period": ("period", "year", "month", "år", "månad", "année", "año", "mois", "mes"),
    "from": ("from", "start", "från", "första dag", "first day", "début", "desde"),
    "to": ("to", "until", "last day", "end", "till", "sista dag", "slut", "fin", "hasta"),
    "country": ("country", "land", "pays", "país"),
    "partner": ("partner", "organisation", "organization", "partenaire", "socio"),
    "sex": ("sex", "gender", "kön", "sexe", "sexo"),
    "currency": ("currency", "valuta", "devise", "moneda"),
}
"""By which words each column is known."""
SEXES: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        ("female", "f", "w", "woman", "women", "girls", "kvinna", "kvinnor", "k", "femmes", "mujeres"), "female"
    ),
    **dict.fromkeys(("male", "m", "man", "men", "boys", "män", "hommes", "hombres"), "male"),
    **dict.fromkeys(("other", "annat", "autre", "otro"), "other"),
    **dict.fromkeys(("unknown", "not known", "okänt"), "unknown"),
    **dict.fromkeys(("", "all", "both", "total", "alla", "båda", "totalt"), ""),
}
ROWS_MAX: Final = 20_000

# what the service says, so that the sentences are translated
_SAID: Final = (
    gettext_noop("A period has at least one day."),
    gettext_noop("A share comes with its whole, and nothing else does."),
    gettext_noop("The number is below nought, larger than its whole, or too large to be exact."),
    gettext_noop("An amount has a currency, and nothing else has."),
    gettext_noop("The partner does not belong to this body."),
    gettext_noop("The same is counted already for this period, or a part of it."),
)


@dataclass(frozen=True, slots=True)
class Understood:
    """A row as it was understood, beside its cells as they were written."""

    row: Row
    figure: Handed
    partner: str
    """The partner's name."""


@dataclass(frozen=True)
class Trial:
    """What a file would bring."""

    table: Table
    rows: tuple[Understood, ...]
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> list[Finding]:
        """What keeps the table out."""
        return [finding for finding in self.findings if finding.severity == "error"]

    @property
    def figures(self) -> list[Handed]:
        """What would be entered."""
        return [one.figure for one in self.rows]


def propose(table: Table) -> dict[str, str]:
    """Which column of the file is likely to be which field, by its name; "" where none is."""
    names = {word(name): name for name in table.header}
    return {field: next((names[one] for one in known if one in names), "") for field, known in FIELDS.items()}


def rehearse(*, table: Table, columns: Mapping[str, str], below: Node, replaces: OutsideTable | None = None) -> Trial:
    """What would be entered, and everything that keeps the table out; nothing is written. Raises: Unreadable."""
    if len(table.rows) > ROWS_MAX:
        text = _("The file has more than %(most)s rows.") % {"most": ROWS_MAX}
        raise Unreadable(table.file, text, _("Divide it into several files, by year."))
    reader = _Reader(table, columns, below)
    rows, findings = [], list(table.findings)
    for row in table.rows:
        if not any(cell.strip() for cell in row.cells):
            continue
        found, about = reader.read(row)
        findings += about
        if found is not None:
            rows.append(found)
    trial = Trial(table, tuple(rows), tuple(findings))
    if trial.errors or not rows:
        return trial
    try:
        refuse_wrong(node=below, figures=trial.figures, replaces=replaces)
    except NotAnOutsideTable as error:
        place = rows[error.row or 0].row.number
        remedy = _("Take the row away, or enter the table in place of the one that holds it.")
        findings.append(Finding(Source(table.file, place), _(str(error)), remedy))
    return Trial(table, tuple(rows), tuple(findings))


class _Reader:
    """Reads row by row, with what the whole file proves about its numbers and dates."""

    def __init__(self, table: Table, columns: Mapping[str, str], below: Node) -> None:
        self._table = table
        self._place = {field: table.header.index(name) for field, name in columns.items() if name in table.header}
        for field in ("indicator", "value"):
            if field not in self._place:
                text = _("No column says the indicator, or none says the value.")
                raise Unreadable(table.file, text, _("Choose the columns."), row=1)
        if "period" not in self._place and not {"from", "to"} <= set(self._place):
            text = _("No column says the period.")
            raise Unreadable(table.file, text, _("Choose a column with a year or month, or two with days."), row=1)
        self._decimals = decimal_signs(self._cells("value")) | decimal_signs(self._cells("of"))
        signs = decimal_evidence([(row.number, self._cell(row, "value")) for row in table.rows]).choice
        self._sign = next((sign for sign in SIGNS if sign == signs), None)
        dates = [(row.number, self._cell(row, field)) for row in table.rows for field in ("from", "to")]
        proved = date_evidence(dates).choice
        self._order = next((order for order in DATE_ORDERS if order == proved), None)
        self._indicators = {
            word(name): one.code
            for one in shipped().indicators.values()
            for name in (one.code, one.name, one.said("name", "sv"))
        }
        partners = Node.objects.filter(above__ancestor_id=below.id, kind=Node.Kind.PARTNER)
        self._partners = {word(node.name): node for node in partners}
        self._ids = {node.id for node in self._partners.values()}
        self._countries: dict[str, str] = {}
        for code, name in Country.objects.values_list("code", "name"):
            self._countries |= {word(code): code, word(name): code}

    def _cells(self, field: str) -> list[str]:
        return [self._cell(row, field) for row in self._table.rows]

    def _cell(self, row: Row, field: str) -> str:
        return row.cells[self._place[field]].strip() if field in self._place else ""

    def read(self, row: Row) -> tuple[Understood | None, list[Finding]]:
        """A row as it is understood, or what is wrong with it."""
        findings: list[Finding] = []

        def wrong(field: str, text: str, remedy: str) -> None:
            heading = self._table.header[self._place[field]] if field in self._place else field
            findings.append(
                Finding(Source(self._table.file, row.number, heading), text, remedy, self._cell(row, field))
            )

        code = self._indicators.get(word(self._cell(row, "indicator")), "")
        if not code:
            wrong(
                "indicator",
                _("There is no such indicator."),
                _("Write its name or its code as on the page of indicators."),
            )
        currency = self._cell(row, "currency").upper()
        value = self._value(row, code, currency, wrong)
        of = read_count(self._cell(row, "of"), decimals=self._decimals) if "of" in self._place else Count("", "blank")
        if of.state == "unreadable":
            wrong("of", _("This is not a whole number."), _("Write digits only, or leave the cell empty."))
        country = self._named(row, "country", self._countries)
        if country is None:
            wrong("country", _("There is no such country here."), _("Write its name or its two letters."))
        partner = self._partners.get(word(self._cell(row, "partner")))
        if partner is None and self._cell(row, "partner"):
            wrong("partner", _("There is no such partner below the body."), _("Write its name as it stands here."))
        sex = SEXES.get(word(self._cell(row, "sex")))
        if sex is None:
            wrong("sex", _("This is none of: women, men, other, unknown."), _("Write one of them, or leave it empty."))
        period = self._period(row, wrong)
        if findings or period is None or value is None:
            return None, findings
        figure = Handed(
            indicator=code,
            from_on=period[0],
            until_on=period[1],
            value=value,
            of=of.value,
            country=country or "",
            partner=partner.id if partner else None,
            sex=sex or "",
            currency=currency,
            row=row.number,
        )
        if problem := problem_of(figure, self._ids):
            wrong("value", _(problem), _("Look at the row again."))
            return None, findings
        return Understood(row, figure, partner.name if partner else ""), findings

    def _value(self, row: Row, code: str, currency: str, wrong: Callable[[str, str, str], None]) -> int | None:
        """The number, or for an amount its minor units."""
        cell = self._cell(row, "value")
        if code and shipped().indicators[code].is_money:
            if currency not in DECIMALS:
                wrong("currency", _("This is no currency."), _("Write its three letters, such as KES."))
                return None
            try:
                return read_amount(cell, currency=currency, sign=self._sign).minor
            except NotRead as error:
                wrong("value", error.text, error.remedy)
                return None
        value = read_count(cell, decimals=self._decimals)
        if value.value is None:
            wrong("value", _("This is not a whole number."), _("Write digits only, or take the row away."))
        return value.value

    def _named(self, row: Row, field: str, known: Mapping[str, str]) -> str | None:
        cell = self._cell(row, field)
        return known.get(word(cell)) if cell else ""

    def _period(self, row: Row, wrong: Callable[[str, str, str], None]) -> tuple[date, date] | None:
        """The days of a row: those of its two columns, or its month, or its year."""
        if self._cell(row, "from") or self._cell(row, "to"):
            found = []
            for field in ("from", "to"):
                try:
                    found.append(read_date(self._cell(row, field), order=self._order))
                except NotRead as error:
                    wrong(field, str(error), error.remedy)
            return (found[0], found[1] + timedelta(days=1)) if len(found) == 2 else None
        cell = western(self._cell(row, "period")).strip()
        if len(cell) == 4 and cell.isdecimal() and 1900 <= int(cell) < 2100:
            return date(int(cell), 1, 1), date(int(cell) + 1, 1, 1)
        try:
            month = read_month(cell).month
        except NotAMonth:
            wrong("period", _("This is neither a year nor a month."), _("Write it like 2026 or 2026-03."))
            return None
        after = month.later(1)
        return date(month.year, month.number, 1), date(after.year, after.number, 1)
