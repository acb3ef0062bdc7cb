"""All rules of a constitution as one form, and the form as a constitution again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from egenmakt.core.lending.allocation import ORDERS
from egenmakt.core.money import Money
from egenmakt.core.savings.constitution import KINDS, RULES, STEPS, Constitution
from egenmakt.core.savings.constitution_checks import LEAST
from egenmakt.core.savings.residue import RESIDUE_RULES
from egenmakt.core.savings.share_out_rules import KINDS as SHARE_OUTS
from egenmakt.core.savings.templates import spoken_rules
from egenmakt.interfaces.web.fields import DateField, MoneyField
from egenmakt.interfaces.web.meeting_loan import FORM_METHODS, METHOD_WORDS, PER_WORDS, UNIT_WORDS
from egenmakt.interfaces.web.meeting_sheets import text_field, whole_field
from egenmakt.interfaces.web.meeting_words import MARKS
from egenmakt.interfaces.web.meeting_words import STEPS as STEP_WORDS
from egenmakt.interfaces.web.rules_words import KIND_WORDS, RULE_HELP, RULE_NAMES, VALUE_WORDS

SPARE_FINES = 2
PERCENTS = ("savings_percent", "dividend_percent", "patronage_percent")
SECTIONS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (_("The group and its meetings"), ("kind", "meeting_every", "cycle_months")),
    (
        _("Savings"),
        (
            "savings_form",
            "share_price_minor",
            "shares_min",
            "shares_max",
            "compulsory_savings_minor",
            "voluntary_savings_allowed",
        ),
    ),
    (_("Social fund"), ("social_fund_contribution_minor", "social_fund_may_lend")),
    (
        _("Loans"),
        (
            "loan_multiple",
            "loan_max_minor",
            "method",
            "rate_percent",
            "rate_per",
            "every_count",
            "every_unit",
            "loan_instalments_max",
            "guarantors_needed",
            "allocation_order",
        ),
    ),
    (_("Decisions"), ("quorum_numerator", "quorum_denominator", "majority")),
    (
        _("Share-out"),
        ("share_out", "by", *PERCENTS, "shares_retained", "shares_grants", "brackets", "residue_rule"),
    ),
    (_("Joining and leaving"), ("entry_value", "exit_value")),
    (_("Loans from outside"), ("external_loan_from_cycle", "external_loan_limit")),
    (_("The box"), ("counters_needed", "keys_needed", "keys_outside_committee")),
)
WHERE = {"fines": "fine-0-name", "meeting_steps": "step-social_fund", "loan_terms_default": "method"}
"""Where a fault of a rule is shown that has no field of its own name."""
_MONEY = ("share_price_minor", "compulsory_savings_minor", "social_fund_contribution_minor", "loan_max_minor")
_YES_NO = ("voluntary_savings_allowed", "social_fund_may_lend", "shares_retained", "shares_grants")
_WHOLE = {name: least for name, least in LEAST.items() if name not in _MONEY}


def own_words(rules: Constitution, rule: str) -> str:
    """A clause in the group's own words; empty where it says what the rule itself says."""
    plain = replace(rules, clauses=()).clause_for(rule).words
    words = rules.clause_for(rule).words
    return "" if words == plain else words


class RulesForm(forms.Form):
    """Every rule with its help, starting from a constitution."""

    def __init__(self, *, base: Constitution, **options: Any) -> None:
        super().__init__(**options)
        self.base = base
        self._choices()
        for name, least in _WHOLE.items():
            self.fields[name] = whole_field(RULE_NAMES[name], least=least, initial=getattr(base, name))
        for name in _MONEY:
            self._money(name)
        for name in _YES_NO:
            initial = getattr(base, name, None) if hasattr(base, name) else bool(base.share_out.value(name))
            self.fields[name] = forms.BooleanField(label=RULE_NAMES[name], required=False, initial=initial)
        self._loans()
        self._share_out()
        for name, field in self.fields.items():
            field.help_text = RULE_HELP.get(name, "")
        self._steps()
        self._fines()
        for rule in spoken_rules(base):
            label = say("In our words: %(rule)s") % {"rule": RULE_NAMES.get(rule, rule)}
            hint = replace(base, clauses=()).clause_for(rule).words
            self.fields[f"words-{rule}"] = text_field(
                label, required=False, rows=2, initial=own_words(base, rule), help_text=hint
            )

    def _choices(self) -> None:
        base = self.base
        self._choice("kind", [(kind, KIND_WORDS[kind]) for kind in KINDS], base.kind)
        for name in ("savings_form", "majority", "meeting_every", "exit_value", "entry_value", "external_loan_limit"):
            self._choice(name, list(VALUE_WORDS[name].items()), getattr(base, name))
        self._choice(
            "residue_rule",
            [(name, VALUE_WORDS["residue_rule"].get(name, words)) for name, words in RESIDUE_RULES.items()],
            base.residue_rule,
        )
        orders = VALUE_WORDS["allocation_order"]
        self._choice("allocation_order", [(name, orders[name]) for name in ORDERS], base.allocation_order)

    def _choice(self, name: str, choices: list[tuple[str, Any]], initial: Any) -> None:
        self.fields[name] = forms.ChoiceField(label=RULE_NAMES[name], choices=choices, initial=initial)

    def _money(self, name: str) -> None:
        value, may_be_empty = getattr(self.base, name), name == "loan_max_minor"
        self.fields[name] = MoneyField(
            currency=self.base.currency,
            label=RULE_NAMES[name],
            required=not may_be_empty,
            initial=None if value is None else Money(value, self.base.currency),
        )

    def _loans(self) -> None:
        base, terms = self.base, self.base.loan_terms_default
        every = terms.get("every")
        every = every if isinstance(every, dict) else {}
        self.fields["loan_multiple"] = self._number("loan_multiple", base.loan_multiple, required=False)
        self._choice("method", [(name, METHOD_WORDS[name]) for name in FORM_METHODS], terms.get("method", "flat"))
        self.fields["rate_percent"] = self._number("rate_percent", terms.get("rate_percent", "0"))
        self._choice("rate_per", list(PER_WORDS.items()), terms.get("rate_per", "month"))
        self.fields["every_count"] = whole_field(RULE_NAMES["every_count"], least=1, initial=every.get("count", 1))
        self._choice("every_unit", list(UNIT_WORDS.items()), every.get("unit", "month"))

    def _number(self, name: str, value: Any, *, required: bool = True) -> forms.DecimalField:
        return forms.DecimalField(
            label=RULE_NAMES[name],
            min_value=Decimal(0),
            decimal_places=6,
            localize=True,
            required=required,
            initial=None if value is None else Decimal(str(value)),
        )

    def _share_out(self) -> None:
        rule = self.base.share_out
        self._choice(
            "share_out",
            [(name, VALUE_WORDS["share_out"].get(name, kind.words)) for name, kind in SHARE_OUTS.items()],
            rule.kind,
        )
        self._choice("by", list(VALUE_WORDS["by"].items()), rule.value("by") or "shares")
        for name in PERCENTS:
            value = rule.value(name)
            self.fields[name] = self._number(name, None if value is False else value, required=False)
        brackets = rule.value("brackets")
        self.fields["brackets"] = text_field(
            RULE_NAMES["brackets"],
            required=False,
            rows=3,
            initial=_bracket_text(brackets if isinstance(brackets, list) else []),
        )

    def _steps(self) -> None:
        for step in STEPS:
            place = self.base.meeting_steps.index(step) + 1 if step in self.base.meeting_steps else None
            self.fields[f"step-{step}"] = whole_field(STEP_WORDS[step], least=1, most=20, required=False, initial=place)

    def _fines(self) -> None:
        marks = [("", _("None")), *MARKS.items()]
        lines = self.base.fines.lines
        self.fine_places = range(len(lines) + SPARE_FINES)
        for place in self.fine_places:
            line = lines[place] if place < len(lines) else None
            amount = Money(line.amount_minor, self.base.currency) if line else None
            name = text_field(_("What for"), required=False, initial=line.name if line else "")
            cost = MoneyField(currency=self.base.currency, label=_("Amount"), required=False, initial=amount)
            trigger = forms.ChoiceField(
                label=_("Proposed for the mark"), choices=marks, required=False, initial=line.trigger if line else ""
            )
            for part, field in (("name", name), ("amount", cost), ("trigger", trigger)):
                self.fields[f"fine-{place}-{part}"] = field

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for place in self.fine_places:
            name, amount = cleaned.get(f"fine-{place}-name"), cleaned.get(f"fine-{place}-amount")
            if name and amount is None and f"fine-{place}-amount" not in self.errors:
                self.add_error(f"fine-{place}-amount", _("Say what the fine costs, or leave its name empty."))
            if amount is not None and not name:
                self.add_error(f"fine-{place}-name", _("Say what the fine is for, or leave its amount empty."))
        places = [cleaned.get(f"step-{step}") for step in STEPS if cleaned.get(f"step-{step}")]
        for step in STEPS:
            if cleaned.get(f"step-{step}") and places.count(cleaned[f"step-{step}"]) > 1:
                self.add_error(f"step-{step}", _("Two steps cannot have the same place."))
        if cleaned.get("share_out") == "brackets" and "brackets" in cleaned:
            try:
                _read_brackets(cleaned["brackets"])
            except ValueError:
                self.add_error("brackets", _("Write one bracket a line, such as: 0 to 50: 1 and then: 50 on: 2."))
        return cleaned

    def document(self) -> dict[str, Any]:
        """The rules as JSON, without clauses. The form is valid."""
        cleaned = self.cleaned_data
        document = self.base.to_json()
        for name in RULES:
            if name in cleaned and name != "share_out":
                value = cleaned[name]
                document[name] = value.minor if isinstance(value, Money) else value
        multiple = cleaned["loan_multiple"]
        document["loan_multiple"] = None if multiple is None else f"{multiple:f}"
        every = {"count": cleaned["every_count"], "unit": cleaned["every_unit"]}
        terms = {
            **self.base.loan_terms_default,
            "method": cleaned["method"],
            "rate_percent": f"{cleaned['rate_percent']:f}",
            "rate_per": cleaned["rate_per"],
        }
        if "every" in terms or every != {"count": 1, "unit": "month"}:
            terms["every"] = every
        document["loan_terms_default"] = terms
        placed = [(cleaned[f"step-{step}"], step) for step in STEPS if cleaned[f"step-{step}"]]
        document["meeting_steps"] = [step for _place, step in sorted(placed)]
        document["fines"] = [
            {
                "name": cleaned[f"fine-{place}-name"],
                "amount_minor": cleaned[f"fine-{place}-amount"].minor,
                "trigger": cleaned[f"fine-{place}-trigger"] or None,
            }
            for place in self.fine_places
            if cleaned[f"fine-{place}-name"]
        ]
        document["share_out"] = {"kind": cleaned["share_out"], "parameters": self._parameters()}
        document["clauses"] = []
        return document

    def _parameters(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = self.cleaned_data
        found: dict[str, Any] = {}
        for parameter in SHARE_OUTS[cleaned["share_out"]].parameters:
            value = cleaned.get(parameter.name)
            if parameter.kind == "percent":
                if value is not None:
                    text = f"{value:f}"
                    found[parameter.name] = int(text) if text.isdigit() else text.rstrip("0").rstrip(".")
            elif parameter.kind == "brackets":
                found[parameter.name] = _read_brackets(str(value))
            else:
                found[parameter.name] = value
        return found

    def with_clauses(self, rules: Constitution) -> Constitution:
        """The rules with a numbered clause for each: in the group's own words, or in plain ones."""
        numbers = {clause.rule: clause.number for clause in self.base.clauses}
        used, last, clauses = set(numbers.values()), 0, []
        for rule in spoken_rules(rules):
            words = self.cleaned_data.get(f"words-{rule}") or rules.clause_for(rule).words
            number = numbers.get(rule, "")
            while not number:
                last += 1
                number = "" if str(last) in used else str(last)
            used.add(number)
            clauses.append({"number": number, "rule": rule, "words": words})
        clauses.sort(key=lambda clause: (not clause["number"].isdigit(), len(clause["number"]), clause["number"]))
        return Constitution.from_json({**rules.to_json(), "clauses": clauses})


class VoteForm(forms.Form):
    """When the members voted, and how."""

    adopted_on = DateField(label=_("Adopted on"))
    votes_for = whole_field(_("Votes for"))
    votes_against = whole_field(_("Votes against"), initial=0)
    votes_abstained = whole_field(_("Abstained"), initial=0)


def _bracket_text(brackets: list[Any]) -> str:
    lines = []
    for bracket in brackets:
        end = bracket.get("to")
        upper = f"{bracket['from']} to {end}" if end is not None else f"{bracket['from']} on"
        lines.append(f"{upper}: {bracket['parts']}")
    return "\n".join(lines)


def _read_brackets(text: str) -> list[Mapping[str, int | None]]:
    """Lines like "0 to 50: 1" and "50 on: 2". Raises: ValueError."""
    found: list[Mapping[str, int | None]] = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        span, _colon, parts = line.rpartition(":")
        words = span.replace("-", " ").split()
        numbers = [int(word) for word in words if word.isdigit()]
        if not numbers or len(numbers) > 2:
            raise ValueError(line)
        found.append({"from": numbers[0], "to": numbers[1] if len(numbers) == 2 else None, "parts": int(parts)})
    if not found:
        raise ValueError("no bracket")
    return found
