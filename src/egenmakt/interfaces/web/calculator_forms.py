"""The forms of the calculators: every option of a loan and of a share-out, with a default for each."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar, Self, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from egenmakt.core.lending.parts import Problem
from egenmakt.core.lending.terms import INSTALMENTS_MAX
from egenmakt.core.lending.terms_json import plain_decimal
from egenmakt.core.money import DECIMALS, NotAnAmount
from egenmakt.core.savings.share_out_rules import KINDS
from egenmakt.interfaces.web.fields import DateField, read_amount
from egenmakt.interfaces.web.reading_words import METHOD_NAMES, RATE_PER, RESIDUE_RULES, SHARE_OUT_KINDS, UNITS

CURRENCIES = [(code, code) for code in sorted(DECIMALS)]
WEEKDAYS = [
    ("0", gettext_lazy("Monday")),
    ("1", gettext_lazy("Tuesday")),
    ("2", gettext_lazy("Wednesday")),
    ("3", gettext_lazy("Thursday")),
    ("4", gettext_lazy("Friday")),
    ("5", gettext_lazy("Saturday")),
    ("6", gettext_lazy("Sunday")),
]
LINES_MOST = 50
SHARE_OUTS_WITHOUT = ("brackets",)
"""Kinds that need more than a form with a few fields; they are calculated by the command and the group's own rules."""


def _choices(*pairs: tuple[str, Any]) -> list[tuple[str, Any]]:
    return list(pairs)


class AmountForm(forms.Form):
    """A form whose amounts are in the currency that one of its fields names."""

    @classmethod
    def from_address(cls, query: QueryDict) -> Self:
        """The form as an address fills it: a choice that the address does not name has its default."""
        data = query.copy()
        for name, field in cls.base_fields.items():
            if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.MultipleChoiceField):
                names = [str(choice[0]) for choice in cast("list[tuple[Any, Any]]", field.choices)]
                data.setdefault(name, str(field.initial or names[0]))
        return cls(data)

    def amount(self, name: str, currency: str) -> int:
        """An amount in minor units; 0 where nothing is written. Raises: ValidationError."""
        text = str(self.cleaned_data.get(name) or "").strip()
        if not text:
            return 0
        try:
            found = read_amount(text, currency=currency)
        except NotAnAmount:
            words = _("“%(text)s” is not an amount in %(currency)s.") % {"text": text, "currency": currency}
            raise ValidationError(words) from None
        if found.minor < 0:
            raise ValidationError(_("“%(text)s” is below zero.") % {"text": text})
        return found.minor

    def read_amounts(self, names: tuple[str, ...], currency: str) -> dict[str, int] | None:
        """Several amounts; None when one of them cannot be read, which is then said beside its field."""
        found = {}
        for name in names:
            try:
                found[name] = self.amount(name, currency)
            except ValidationError as problem:
                self.add_error(name, problem)
        return found if len(found) == len(names) else None


def _amount_field(label: Any, **more: Any) -> forms.CharField:
    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    return forms.CharField(label=label, max_length=30, widget=widget, **more)


def _count_field(label: Any, least: int = 0, most: int = INSTALMENTS_MAX, **more: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=least, max_value=most, **more)


def _percent_field(label: Any, **more: Any) -> forms.DecimalField:
    return forms.DecimalField(label=label, min_value=0, max_digits=12, decimal_places=6, localize=True, **more)


class LoanForm(AmountForm):
    """The terms of a loan. Only the first seven are needed."""

    currency = forms.ChoiceField(label=gettext_lazy("Currency"), choices=CURRENCIES, initial="KES")
    principal = _amount_field(gettext_lazy("How much is borrowed?"), initial="10000")
    method = forms.ChoiceField(
        label=gettext_lazy("How is the interest reckoned?"), choices=list(METHOD_NAMES.items()), initial="flat"
    )
    rate_percent = _percent_field(gettext_lazy("Interest in percent"), initial="5", required=False)
    rate_per = forms.ChoiceField(
        label=gettext_lazy("Percent of what time"), choices=list(RATE_PER.items()), initial="month"
    )
    instalments = _count_field(gettext_lazy("How many instalments?"), least=1, initial=3)
    every_unit = forms.ChoiceField(
        label=gettext_lazy("One instalment every so many"), choices=list(UNITS.items()), initial="month"
    )
    every_count = _count_field(
        gettext_lazy("How many of these from one to the next?"), least=1, most=366, initial=1, required=False
    )
    disbursed_on = DateField(label=gettext_lazy("Paid out on"), required=False)
    first_due_on = DateField(label=gettext_lazy("First instalment on"), required=False)
    fee_amount = _amount_field(gettext_lazy("A fee as an amount"), required=False)
    fee_percent = _percent_field(gettext_lazy("A fee in percent of the loan"), required=False)
    fee_when = forms.ChoiceField(
        label=gettext_lazy("When is the fee taken?"),
        choices=_choices(
            ("disbursement", gettext_lazy("Kept back when the loan is paid out")),
            ("first_instalment", gettext_lazy("With the first instalment")),
            ("each_instalment", gettext_lazy("With each instalment")),
        ),
    )
    grace_principal_periods = _count_field(gettext_lazy("Instalments with interest only"), required=False)
    grace_whole_periods = _count_field(gettext_lazy("Periods in which nothing is paid"), required=False)
    interest_free_periods = _count_field(gettext_lazy("Periods without interest"), required=False)
    earlier_interest = forms.ChoiceField(
        label=gettext_lazy("Interest of the time in which nothing is paid"),
        choices=_choices(
            ("first", gettext_lazy("With the first instalment")), ("spread", gettext_lazy("Spread over all"))
        ),
    )
    day_count = forms.ChoiceField(
        label=gettext_lazy("How are days counted?"),
        choices=_choices(
            ("equal_periods", gettext_lazy("Every period counts the same")),
            ("30/360", "30/360"),
            ("actual/360", gettext_lazy("Actual days / 360")),
            ("actual/365", gettext_lazy("Actual days / 365")),
            ("actual/actual", gettext_lazy("Actual days / actual year")),
        ),
    )
    first_period = forms.ChoiceField(
        label=gettext_lazy("The first period counts"),
        choices=_choices(("whole", gettext_lazy("as a whole one")), ("by_days", gettext_lazy("by its days"))),
    )
    future_interest = forms.ChoiceField(
        label=gettext_lazy("Who repays early owes"),
        choices=_choices(
            ("as_method", gettext_lazy("what the way of reckoning says")),
            ("accrued", gettext_lazy("only interest until that day")),
            ("in_full", gettext_lazy("all interest to come")),
        ),
    )
    rounding_mode = forms.ChoiceField(
        label=gettext_lazy("Rounding"),
        choices=_choices(
            ("half_even", gettext_lazy("To the nearest, a half to the even")),
            ("half_up", gettext_lazy("To the nearest, a half up")),
            ("up", gettext_lazy("Up")),
            ("down", gettext_lazy("Down")),
        ),
    )
    rounding_multiple = _amount_field(
        gettext_lazy("Smallest amount that can be paid"),
        required=False,
        help_text=gettext_lazy(
            "Such as 1 where there are no smaller coins. Left empty: the smallest unit of the currency."
        ),
    )
    rounding_residue = forms.ChoiceField(
        label=gettext_lazy("What rounding leaves over goes to"),
        choices=_choices(
            ("last", gettext_lazy("the last instalment")),
            ("first", gettext_lazy("the first instalment")),
            ("spread", gettext_lazy("all instalments")),
        ),
    )
    balloon_percent = _percent_field(
        gettext_lazy("Part of the loan left for the last payment, in percent"), required=False
    )
    percentages = forms.CharField(
        label=gettext_lazy("Own percentages"),
        required=False,
        max_length=2000,
        help_text=gettext_lazy(
            "One for each instalment, with spaces between them, 100 together; only for own percentages."
        ),
    )
    rate_changes = forms.CharField(
        label=gettext_lazy("Changes of the rate"),
        required=False,
        max_length=2000,
        help_text=gettext_lazy("One a line: the day and the new percent, such as 2026-06-01 4."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    prepayments = forms.CharField(
        label=gettext_lazy("Payments before time"),
        required=False,
        max_length=2000,
        help_text=gettext_lazy("One a line: the day, the amount, and shorten or lower, such as 2026-06-01 1000 lower."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    free_weekdays = forms.MultipleChoiceField(
        label=gettext_lazy("Days of the week without payments"),
        required=False,
        choices=WEEKDAYS,
        widget=forms.CheckboxSelectMultiple,
    )
    free_country = forms.CharField(
        label=gettext_lazy("No payments on the holidays of"),
        required=False,
        max_length=2,
        help_text=gettext_lazy("The country's two letters, such as KE."),
    )
    free_move = forms.ChoiceField(
        label=gettext_lazy("A payment on such a day"),
        choices=_choices(
            ("next", gettext_lazy("moves to the next day")),
            ("previous", gettext_lazy("moves to the day before")),
            ("stay", gettext_lazy("stays")),
        ),
    )

    MAIN = ("currency", "principal", "method", "rate_percent", "rate_per", "instalments", "every_unit")

    def main_fields(self) -> list[Any]:
        """What everybody fills in."""
        return [self[name] for name in self.MAIN]

    def further_fields(self) -> list[Any]:
        """What may be left as it is."""
        return [self[name] for name in self.fields if name not in self.MAIN]

    def is_further_used(self) -> bool:
        """Whether one of the further fields holds a mistake, so that they must be shown."""
        return any(name in self.errors for name in self.fields if name not in self.MAIN)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        currency = found.get("currency")
        if not currency:
            return found
        names = ("principal", "fee_amount", "rounding_multiple")
        amounts = self.read_amounts(names, currency)
        if amounts:
            found["amounts"] = amounts
            if amounts["principal"] < 1:
                self.add_error("principal", _("Write how much is borrowed, above zero."))
        for name in ("rate_changes", "prepayments"):
            try:
                found[name] = self._lines(name, currency)
            except ValidationError as problem:
                self.add_error(name, problem)
        return found

    def _lines(self, name: str, currency: str) -> list[dict[str, object]]:
        lines = [line.split() for line in str(self.cleaned_data.get(name) or "").splitlines() if line.strip()]
        if len(lines) > LINES_MOST:
            raise ValidationError(_("Write at most %(most)s lines.") % {"most": LINES_MOST})
        return [self._line(name, words, currency) for words in lines]

    def _line(self, name: str, words: list[str], currency: str) -> dict[str, object]:
        try:
            on = date.fromisoformat(words[0]).isoformat()
            if name == "rate_changes":
                return {"on": on, "rate_percent": words[1].replace(",", ".")}
            effect = words[2] if len(words) > 2 else "shorten"
            return {"on": on, "amount_minor": read_amount(words[1], currency=currency).minor, "effect": effect}
        except (ValueError, IndexError):
            raise ValidationError(_("“%(line)s” cannot be read.") % {"line": " ".join(words)}) from None

    def document(self) -> dict[str, object]:
        """The terms as the calculation reads them."""
        found, amounts = self.cleaned_data, self.cleaned_data["amounts"]
        document: dict[str, object] = {
            "currency": found["currency"],
            "principal_minor": amounts["principal"],
            "disbursed_on": (found["disbursed_on"] or timezone.now().date()).isoformat(),
            "method": found["method"],
            "instalments": found["instalments"],
            "rate_percent": str(found["rate_percent"] or 0) if found["method"] != "interest_free" else "0",
            "rate_per": found["rate_per"],
            "every": {"count": found["every_count"] or 1, "unit": found["every_unit"]},
            "fees": self._fees(),
            "rounding": self._rounding(),
            "balloon_percent": str(found["balloon_percent"] or 0),
            "percentages": str(found["percentages"] or "").replace(",", ".").split(),
            "rate_changes": found["rate_changes"],
            "prepayments": found["prepayments"],
            "free_days": self._free_days(),
        }
        for name in ("grace_principal_periods", "grace_whole_periods", "interest_free_periods"):
            document[name] = found[name] or 0
        for name in ("earlier_interest", "day_count", "first_period", "future_interest"):
            if found[name]:
                document[name] = found[name]
        if found["first_due_on"]:
            document["first_due_on"] = found["first_due_on"].isoformat()
        return document

    def _fees(self) -> list[dict[str, object]]:
        found = self.cleaned_data
        when = found["fee_when"] or "disbursement"
        fees: list[dict[str, object]] = []
        if found["amounts"]["fee_amount"]:
            fees.append({"name": _("fee"), "amount_minor": found["amounts"]["fee_amount"], "when": when})
        if found["fee_percent"]:
            fees.append({"name": _("fee"), "percent": str(found["fee_percent"]), "when": when})
        return fees

    def _rounding(self) -> dict[str, object]:
        found = self.cleaned_data
        return {
            "mode": found["rounding_mode"] or "half_even",
            "multiple_minor": found["amounts"]["rounding_multiple"] or 1,
            "residue": found["rounding_residue"] or "last",
        }

    def _free_days(self) -> dict[str, object]:
        found = self.cleaned_data
        free: dict[str, object] = {
            "weekdays": [int(day) for day in found["free_weekdays"]],
            "move": found["free_move"] or "next",
        }
        if found["free_country"]:
            free["country"] = found["free_country"].upper()
        return free

    FIELD_OF: ClassVar[dict[str, str]] = {
        "principal_minor": "principal",
        "every": "every_count",
        "fees": "fee_amount",
        "rounding": "rounding_multiple",
        "free_days": "free_country",
    }

    def add_problems(self, problems: list[Problem]) -> None:
        """Say each problem of the calculation beside the field that it comes from."""
        for where, sentence in problems:
            name = self.FIELD_OF.get(where.split(".")[0], where.split(".")[0])
            self.add_error(name if name in self.fields else None, sentence)


class ShareOutForm(AmountForm):
    """The fund and the rule."""

    currency = forms.ChoiceField(label=gettext_lazy("Currency"), choices=CURRENCIES, initial="KES")
    cash = _amount_field(gettext_lazy("Cash in the loan fund box"), initial="21450")
    rule = forms.ChoiceField(
        label=gettext_lazy("How is it divided?"),
        choices=[(kind, words) for kind, words in SHARE_OUT_KINDS.items() if kind not in SHARE_OUTS_WITHOUT],
        initial="proportional",
    )
    by = forms.ChoiceField(
        label=gettext_lazy("What weighs?"),
        choices=_choices(("shares", gettext_lazy("Shares")), ("savings", gettext_lazy("Saved money"))),
        initial="shares",
    )
    residue_rule = forms.ChoiceField(
        label=gettext_lazy("What cannot be divided"),
        choices=list(RESIDUE_RULES.items()),
        initial="largest_remainder",
    )
    bank = _amount_field(gettext_lazy("At the bank"), required=False)
    retained = _amount_field(gettext_lazy("Profit kept from earlier cycles"), required=False)
    grants = _amount_field(gettext_lazy("Grants in the fund"), required=False)
    external = _amount_field(gettext_lazy("Borrowed outside"), required=False)
    dividend_percent = _percent_field(gettext_lazy("Dividend, percent of the profit (permanent fund)"), required=False)
    patronage_percent = _percent_field(gettext_lazy("Of it by interest paid, percent"), required=False)
    savings_percent = _percent_field(
        gettext_lazy("Part of the profit by savings, percent; the rest by interest paid"), required=False
    )

    MAIN = ("currency", "cash", "rule", "by", "residue_rule")

    def main_fields(self) -> list[Any]:
        """What everybody fills in."""
        return [self[name] for name in self.MAIN]

    def further_fields(self) -> list[Any]:
        """What may be left as it is."""
        return [self[name] for name in self.fields if name not in self.MAIN]

    def is_further_used(self) -> bool:
        """Whether one of the further fields holds a mistake, so that they must be shown."""
        return any(name in self.errors for name in self.fields if name not in self.MAIN)

    def document(self, members: list[dict[str, Any]]) -> dict[str, Any] | None:
        """The share-out as the calculation reads it; None when an amount cannot be read."""
        found = self.cleaned_data
        amounts = self.read_amounts(("cash", "bank", "retained", "grants", "external"), found["currency"])
        if amounts is None:
            return None
        return {
            "currency": found["currency"],
            "rule": {"kind": found["rule"], "parameters": self._parameters()},
            "residue_rule": found["residue_rule"] or "largest_remainder",
            "group": {
                "members": members,
                "loan_fund_cash_minor": amounts["cash"],
                "bank_minor": amounts["bank"],
                "retained_minor": amounts["retained"],
                "grants_minor": amounts["grants"],
                "external_debt_minor": amounts["external"],
            },
        }

    def _parameters(self) -> dict[str, Any]:
        found = self.cleaned_data
        known = {parameter.name for parameter in KINDS[found["rule"]].parameters}
        parameters: dict[str, Any] = {"by": found["by"] or "shares"}
        for name in ("dividend_percent", "patronage_percent", "savings_percent"):
            if found[name] is not None:
                parameters[name] = plain_decimal(found[name])
        return {name: value for name, value in parameters.items() if name in known}


class MemberForm(AmountForm):
    """One member of the group."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100, required=False)
    shares = _count_field(gettext_lazy("Shares"), most=1_000_000, required=False)
    savings = _amount_field(gettext_lazy("Saved"), required=False)
    interest_paid = _amount_field(gettext_lazy("Interest paid"), required=False)
    loan = _amount_field(gettext_lazy("Loan left"), required=False)
    interest_due = _amount_field(gettext_lazy("Interest due"), required=False)
    fines = _amount_field(gettext_lazy("Fines due"), required=False)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if not found.get("name") and any(found.get(name) for name in self.fields if name != "name"):
            self.add_error("name", _("Write whose line this is."))
        return found

    def document(self, currency: str) -> dict[str, Any] | None:
        """The member as the calculation reads her; None when an amount cannot be read."""
        amounts = self.read_amounts(("savings", "interest_paid", "loan", "interest_due", "fines"), currency)
        if amounts is None:
            return None
        debt = {"loan": "1", "principal_minor": amounts["loan"], "interest_due_minor": amounts["interest_due"]}
        return {
            "member": self.cleaned_data["name"],
            "shares": self.cleaned_data["shares"] or 0,
            "savings_minor": amounts["savings"],
            "interest_paid_minor": amounts["interest_paid"],
            "fines_due_minor": amounts["fines"],
            "debts": [debt] if amounts["loan"] or amounts["interest_due"] else [],
        }


MemberFormSet = forms.formset_factory(MemberForm, extra=3, max_num=60, absolute_max=60)
