"""Filters that write money, dates and numbers in the reader's language: {% load formats %}."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from egenmakt.core.money import Money
from egenmakt.interfaces.web import formats

register = template.Library()


@register.filter
def money(value: Money | None) -> SafeString | str:
    """{{ loan.principal|money }}: the amount with its currency, on one line, safe beside right-to-left text."""
    if value is None:
        return ""
    return format_html('<bdi class="money">{}</bdi>', formats.money_text(value))


@register.filter
def amount(value: Money | None) -> SafeString | str:
    """{{ row.balance|amount }}: without the currency, for a column whose heading names it."""
    if value is None:
        return ""
    return format_html('<bdi class="money">{}</bdi>', formats.amount_text(value))


@register.filter
def money_of(minor: int | None, currency: str) -> SafeString | str:
    """{{ row.balance_minor|money_of:group.currency }}: minor units and a currency code."""
    return "" if minor is None else money(Money(minor, currency))


@register.filter
def amount_of(minor: int | None, currency: str) -> SafeString | str:
    """{{ row.balance_minor|amount_of:group.currency }}: minor units, written without the currency."""
    return "" if minor is None else amount(Money(minor, currency))


@register.filter
def day(value: date | None, style: str = "long") -> SafeString | str:
    """{{ meeting.held_on|day }} or |day:"medium": a date, readable by machines too."""
    if value is None:
        return ""
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), formats.date_text(value, style=style))


@register.filter
def moment(value: datetime | None, zone: str = "UTC") -> SafeString | str:
    """{{ event.at|moment:group.time_zone }}: date and time as the clock in that zone shows it."""
    if value is None:
        return ""
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), formats.datetime_text(value, zone=zone))


@register.filter
def number(value: int | Decimal | Fraction | None, places: int | None = None) -> str:
    """{{ count|number }} or |number:1."""
    return "" if value is None else formats.number_text(value, places=places)


@register.filter
def percent(value: Fraction | Decimal | int | None, places: int = 0) -> str:
    """{{ attendance|percent }} or |percent:1, from a share of the whole (a Fraction)."""
    return "" if value is None else formats.percent_text(value, places=places)


@register.filter
def duration(days: int | None) -> str:
    """{{ loan.arrears_days|duration }}: 3 weeks 2 days."""
    return "" if days is None else formats.duration_text(days)


@register.filter
def named(value: object) -> SafeString:
    """{{ member.name|named }}: a name in its own direction."""
    return formats.isolated(value)


@register.filter
def currency_sign(currency: str) -> str:
    """{{ group.currency|currency_sign }}: kr, €, KES."""
    return formats.currency_sign(currency)
