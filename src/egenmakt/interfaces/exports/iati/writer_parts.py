"""The pieces that every IATI file is written from: texts in languages, amounts, organisations, documents."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from lxml import etree

from egenmakt.core.money import Money
from egenmakt.interfaces.exports.iati.safe_xml import Element
from egenmakt.interfaces.exports.iati.values import Document, Party, Publisher, Words

XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def add(parent: Element, tag: str, text: str | None = None, **attributes: str | None) -> Element:
    """One more element; attributes that are None are left out, and `_` in a name becomes `-`."""
    element = etree.SubElement(parent, tag)
    for name, value in attributes.items():
        if value is not None:
            element.set(name.rstrip("_").replace("_", "-"), value)
    element.text = text
    return element


def narrate(parent: Element, tag: str | None, words: Words | None, **attributes: str | None) -> None:
    """A text in its languages, in the order of their codes; nothing where there is no text."""
    if words is None:
        return
    element = parent if tag is None else add(parent, tag, **attributes)
    for language, text in sorted(words.parts):
        add(element, "narrative", text).set(XML_LANG, language)


def plain(number: Decimal) -> str:
    """A number without exponent and without needless zeros: 12.50 is 12.5."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def instant(moment: datetime) -> str:
    """An instant in whole seconds of UTC."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def flag(value: bool | None) -> str | None:
    """true, false, or nothing."""
    return None if value is None else ("true" if value else "false")


def money(parent: Element, value: Money, value_on: date) -> None:
    """An amount in major units, with the decimals of its currency, which is always named."""
    add(parent, "value", format(value.major(), "f"), currency=value.currency, value_date=value_on.isoformat())


def party(parent: Element, tag: str, one: Party | None, activity_as: str) -> None:
    """An organisation; `activity_as` is what the attribute with its activity is called here."""
    if one is None:
        return
    element = add(parent, tag, ref=one.ref, **{activity_as: one.activity}, type_=one.kind)
    narrate(element, None, one.name)


def document(parent: Element, one: Document, *, with_countries: bool = False) -> None:
    """A link to a document."""
    element = add(parent, "document-link", url=one.url, format_=one.format)
    narrate(element, "title", one.title)
    narrate(element, "description", one.description)
    for category in sorted(one.categories):
        add(element, "category", code=category)
    for language in sorted(one.languages):
        add(element, "language", code=language)
    if one.on is not None:
        add(element, "document-date", iso_date=one.on.isoformat())
    for country in sorted(one.countries) if with_countries else ():
        add(element, "recipient-country", code=country)


def period(parent: Element, start_on: date, end_on: date) -> None:
    """First and last day."""
    add(parent, "period-start", iso_date=start_on.isoformat())
    add(parent, "period-end", iso_date=end_on.isoformat())


def serialised(root: Element) -> bytes:
    """The bytes of a file."""
    found: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return found


def reporter(parent: Element, publisher: Publisher) -> None:
    """Who reports."""
    narrate(
        parent, "reporting-org", publisher.name, ref=publisher.ref, type_=publisher.kind,
        secondary_reporter="true" if publisher.secondary else None,
    )  # fmt: skip
