"""Write an organisation's own IATI file: budgets, spending, documents."""

from __future__ import annotations

from lxml import etree

from egenmakt.interfaces.exports.iati.activities import Part
from egenmakt.interfaces.exports.iati.organisation import OrganisationFile, PeriodMoney
from egenmakt.interfaces.exports.iati.safe_xml import Element
from egenmakt.interfaces.exports.iati.standard_files import VERSION
from egenmakt.interfaces.exports.iati.writer_parts import (
    XML_LANG,
    add,
    document,
    instant,
    money,
    narrate,
    period,
    reporter,
    serialised,
)


def write_organisation(content: OrganisationFile) -> bytes:
    """The bytes of an organisation file, valid by the schema of 2.03."""
    root = etree.Element("iati-organisations")
    root.set("version", VERSION)
    root.set("generated-datetime", instant(content.generated_at))
    element = add(root, "iati-organisation")
    element.set(XML_LANG, content.language)
    element.set("default-currency", content.currency)
    element.set("last-updated-datetime", instant(content.updated_at))
    add(element, "organisation-identifier", content.publisher.ref)
    narrate(element, "name", content.publisher.name)
    reporter(element, content.publisher)
    for amount in sorted(content.total_budgets, key=_order):
        _amount(add(element, "total-budget", status=amount.status), amount)
    for party, amount in sorted(content.recipient_budgets, key=lambda pair: (_order(pair[1]), repr(pair[0]))):
        found = add(element, "recipient-org-budget", status=amount.status)
        narrate(found, "recipient-org", party.name, ref=party.ref)
        _amount(found, amount)
    for tag, budgets in (("region", content.region_budgets), ("country", content.country_budgets)):
        for part, amount in sorted(budgets, key=lambda pair: (_order(pair[1]), pair[0].code)):
            found = add(element, f"recipient-{tag}-budget", status=amount.status)
            _part(found, f"recipient-{tag}", part)
            _amount(found, amount)
    for amount in sorted(content.expenditures, key=_order):
        _amount(add(element, "total-expenditure"), amount, line="expense-line")
    for link in sorted(content.documents, key=repr):
        document(element, link, with_countries=True)
    return serialised(root)


def _order(one: PeriodMoney) -> tuple[str, str, str]:
    return one.start_on.isoformat(), one.end_on.isoformat(), repr(one)


def _part(parent: Element, tag: str, one: Part) -> None:
    element = add(parent, tag, vocabulary=one.vocabulary, code=one.code)
    narrate(element, None, one.name)


def _amount(parent: Element, one: PeriodMoney, *, line: str = "budget-line") -> None:
    period(parent, one.start_on, one.end_on)
    money(parent, one.value, one.value_on)
    for each in sorted(one.lines, key=repr):
        found = add(parent, line, ref=each.ref)
        money(found, each.value, each.value_on)
        narrate(found, None, each.text)
