"""Form fields for amounts: what the reader types in the reader's own way becomes Money, exactly."""

from __future__ import annotations

import re
from typing import Any

from babel.numbers import get_decimal_symbol, get_group_symbol
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from egenmakt.core.money import Money, NotAnAmount, decimals
from egenmakt.interfaces.web import formats

SPACES = " \u00a0\u202f\u2009'’"


def read_amount(text: str, *, currency: str, language: str | None = None) -> Money:
    """Read an amount as the reader's language writes it: "1 250,50" in Swedish, "1,250.50" in English.

    Digits of any script are read. Where the decimal sign is a comma, a point is read as one too, unless three digits
    follow it. A separator that could mean either is refused rather than guessed: the two differ a thousandfold.

    Raises: NotAnAmount.
    """
    locale = formats.locale_of(language or formats.reader())
    point, group = get_decimal_symbol(locale), get_group_symbol(locale)
    cleaned = text.strip().replace("\u2212", "-").replace("٫", ".").replace("٬", "")
    cleaned = re.sub(f"(?<=\\d)[{SPACES}](?=\\d)", "", cleaned)
    if group in ".,":
        # thousands: one to three digits, then groups of three (or of two, then three, in India)
        if re.fullmatch(rf"[-+]?\d{{1,3}}(\{group}\d{{2,3}})*\{group}\d{{3}}(\{point}\d*)?", cleaned):
            cleaned = cleaned.replace(group, "")
        elif group in cleaned:
            raise NotAnAmount(f"{text!r} can be read in two ways.")
    if point == "," and re.search(r"\.\d{3}$", cleaned):
        raise NotAnAmount(f"{text!r} can be read in two ways.")  # 1.250: a thousand, or one and a quarter
    cleaned = cleaned.replace(point, ".") if point == "," else cleaned
    places = decimals(currency)
    if len(cleaned.partition(".")[2]) > places:
        # even where the surplus digits are zeros: 1,250 in Swedish was hardly meant as 1.25
        raise NotAnAmount(f"{text!r} has more decimals than {currency} has ({places}).")
    return Money.parse(cleaned, currency)


class MoneyInput(forms.TextInput):
    """A text field with the currency in front; the keyboard of a phone shows digits."""

    def __init__(self, currency: str) -> None:
        self.currency = currency
        keyboard = "decimal" if decimals(currency) else "numeric"
        super().__init__(attrs={"inputmode": keyboard, "autocomplete": "off"})

    def format_value(self, value: object) -> str | None:
        return formats.amount_text(value) if isinstance(value, Money) else super().format_value(value)


class MoneyField(forms.Field):
    """An amount of one currency; by default zero or more."""

    widget: Any = MoneyInput

    def __init__(
        self,
        *,
        currency: str,
        minimum: Money | None = None,
        maximum: Money | None = None,
        allow_negative: bool = False,
        **kwargs: Any,
    ) -> None:
        self.currency = currency
        self.minimum = minimum if minimum is not None or allow_negative else Money(0, currency)
        self.maximum = maximum
        super().__init__(widget=MoneyInput(currency), **kwargs)

    def to_python(self, value: object) -> Money | None:
        if value in self.empty_values:
            return None
        if isinstance(value, Money):
            return value
        try:
            return read_amount(str(value), currency=self.currency)
        except NotAnAmount:
            example = formats.amount_text(Money(1250 * 10 ** decimals(self.currency), self.currency))
            raise ValidationError(
                _("“%(text)s” is not an amount in %(currency)s. Write it like %(example)s.")
                % {"text": value, "currency": self.currency, "example": example},
                code="invalid",
            ) from None

    def validate(self, value: Money | None) -> None:
        super().validate(value)
        if value is None:
            return
        if self.minimum is not None and value < self.minimum:
            raise ValidationError(
                _("The amount is at least %(least)s.") % {"least": formats.money_text(self.minimum)}, code="least"
            )
        if self.maximum is not None and self.maximum < value:
            raise ValidationError(
                _("The amount is at most %(most)s.") % {"most": formats.money_text(self.maximum)}, code="most"
            )

    def has_changed(self, initial: object, data: object) -> bool:
        try:
            return initial != self.to_python(data)
        except ValidationError:
            return True


class DateInput(forms.DateInput):
    """The device's own calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class DateField(forms.DateField):
    """A date, picked in the device's own calendar or typed as 2026-03-31."""

    widget: Any = DateInput
    input_formats = ("%Y-%m-%d",)
