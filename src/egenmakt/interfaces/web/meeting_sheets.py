"""A sheet: the form of one step of a meeting, made of fields, grids with a line for each member, and cards."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from egenmakt.core.ledger.chart import AccountRef
from egenmakt.core.meetings.state import GroupState, LoanState, Member
from egenmakt.core.money import Money
from egenmakt.interfaces.web import formats
from egenmakt.interfaces.web.fields import MoneyField
from egenmakt.interfaces.web.meeting_words import choices

if TYPE_CHECKING:  # the type of a translated text exists for the checker only
    from django.utils.functional import _StrPromise

    Words = str | _StrPromise

Entry = dict[str, Any]


@dataclass(frozen=True)
class Setting:
    """What the form of a step knows: the group as the meeting finds it, and what was done in the steps before."""

    state: GroupState
    held_on: date
    marks: Mapping[UUID, str]
    balances: Mapping[AccountRef, int]
    kind: str = "ordinary"
    date_problem: str = ""
    """Why the group could not meet on the day that was typed."""

    @property
    def currency(self) -> str:
        """The currency of the group's book."""
        return self.state.currency

    @property
    def active(self) -> list[Member]:
        """The members who are called."""
        return [member for member in self.state.members.values() if member.active]

    @property
    def here(self) -> list[Member]:
        """The members who came, also those who came late."""
        return [member for member in self.active if self.marks.get(member.id, "present") in ("present", "late")]

    @property
    def member_loans(self) -> list[LoanState]:
        """The open loans inside the group, the oldest first."""
        loans = [loan for loan in self.state.loans.values() if loan.borrower is not None]
        return sorted(loans, key=lambda loan: (loan.granted_on, str(loan.id)))

    @property
    def outside_loans(self) -> list[LoanState]:
        """The open loans that the group took from outside."""
        return [loan for loan in self.state.loans.values() if loan.borrower is None]

    def balance(self, kind: str, owner: UUID | None = None) -> int:
        """What an account holds after the steps before this one."""
        return self.balances.get(AccountRef(kind, owner), 0)

    def money(self, minor: int) -> Money:
        """An amount of the group's currency."""
        return Money(minor, self.currency)

    def words(self, minor: int) -> str:
        """An amount as it is read."""
        return formats.money_text(self.money(minor))

    def label(self, member: UUID | None) -> str:
        """A member's name and number."""
        found = self.state.members.get(member) if member else None
        return formats.isolated_text(found.label) if found else ""

    def loan_label(self, loan: LoanState) -> str:
        """A loan by its borrower, its day and what is left of it."""
        left = self.words(self.balance("loan_principal" if loan.borrower else "external_loan", loan.id))
        who = self.label(loan.borrower) or str(_("Loan from outside"))
        return f"{who}, {formats.date_text(loan.granted_on, style='medium')}, {left}"

    def member_field(self, *, required: bool = True, label: Words = "") -> forms.ChoiceField:
        """A field that chooses one of the members."""
        listed = choices((member.id, member.label) for member in self.active)
        return forms.ChoiceField(label=label or _("Member"), choices=listed, required=required)

    def money_field(self, label: object, *, required: bool = True, least: int = 1, **options: Any) -> MoneyField:
        """A field for an amount of the group's currency."""
        return MoneyField(currency=self.currency, label=label, required=required, minimum=self.money(least), **options)


def whole_field(label: Words, *, least: int = 0, most: int | None = None, **options: Any) -> forms.IntegerField:
    """A field for a whole number, with the keyboard of digits."""
    widget = forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
    return forms.IntegerField(label=label, min_value=least, max_value=most, widget=widget, **options)


def text_field(label: Words, *, required: bool = True, rows: int = 0, **options: Any) -> forms.CharField:
    """A field for words."""
    if rows:
        options["widget"] = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=2000, required=required, **options)


def vote_fields(setting: Setting) -> dict[str, forms.Field]:
    """Hands counted for, against and abstaining; all who are here are proposed."""
    return {
        "votes_for": whole_field(_("Votes for"), initial=len(setting.here)),
        "votes_against": whole_field(_("Votes against"), initial=0),
        "votes_abstained": whole_field(_("Abstained"), initial=0),
    }


def vote_of(cleaned: Mapping[str, Any]) -> dict[str, int]:
    """The vote as it stands in a meeting document."""
    return {
        "for": cleaned["votes_for"],
        "against": cleaned["votes_against"],
        "abstained": cleaned["votes_abstained"],
    }


@dataclass(frozen=True)
class CardKind:
    """One kind of thing that may be added to a step, as often as it happened."""

    name: str
    step: str
    title: object
    fields: Callable[[Setting], Mapping[str, forms.Field]]
    entries: Callable[[Setting, str, Mapping[str, Any]], list[Entry]]
    """From the setting, the card's id and its cleaned fields."""
    is_used: Callable[[Setting], bool] = lambda _setting: True
    notes: Callable[[Setting, Mapping[str, Any], str], list[Any]] | None = None
    """What is shown on the card when it has been filled in: limits, costs."""
    hint: object = ""


@dataclass
class GridRow:
    """A line of a grid: whose it is, what is known, and the names of its fields."""

    label: str
    known: Sequence[object]
    names: Sequence[str]


@dataclass
class Block:
    """A part of a sheet, in the order in which it is read."""

    kind: str
    title: object = ""
    hint: object = ""
    columns: Sequence[object] = ()
    rows: list[GridRow] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    card: str = ""
    notes: list[Any] = field(default_factory=list)


Card = tuple[str, str]
"""The id of a card, and its kind."""


class Sheet(forms.Form):
    """The form of one step. `entries` gives what was done, each with the field to which a refusal points."""

    lead: object = ""

    def __init__(
        self, *, setting: Setting, cards: Sequence[Card], kinds: Mapping[str, CardKind], **options: Any
    ) -> None:
        super().__init__(**options)
        self.setting = setting
        self.kinds = kinds
        self.cards = [(id, kind) for id, kind in cards if kind in kinds]
        self.blocks: list[Block] = []
        self.build()
        for id, kind in self.cards:
            self._add_card(id, kinds[kind])

    def build(self) -> None:
        """Add the fields that are always there."""

    def add(self, name: str, new: forms.Field, block: Block) -> None:
        """Put a field into the form and into a block of single fields."""
        self.fields[name] = new
        block.names.append(name)

    def grid(self, title: object, columns: Sequence[object], hint: object = "") -> Block:
        """Begin a grid: the columns after the first, known ones and those with fields."""
        block = Block("grid", title, hint, columns)
        self.blocks.append(block)
        return block

    def _add_card(self, id: str, kind: CardKind) -> None:
        block = Block("card", kind.title, kind.hint, card=id)
        for name, new in kind.fields(self.setting).items():
            self.add(f"{id}-{name}", new, block)
        self.blocks.append(block)

    def card_values(self, id: str, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """The cleaned fields of one card, by their short names."""
        return {name[len(id) + 1 :]: value for name, value in cleaned.items() if name.startswith(f"{id}-")}

    def show_notes(self, filled: Sheet) -> None:
        """Show what is to be known about each card, as far as it was filled in."""
        filled.is_valid()
        for block in self.blocks:
            kind = dict(self.cards).get(block.card)
            notes = self.kinds[kind].notes if kind else None
            if notes:
                block.notes = notes(self.setting, self.card_values(block.card, filled.cleaned_data), block.card)

    @property
    def addable(self) -> list[CardKind]:
        """What may be added to this step in this group."""
        return [kind for kind in self.kinds.values() if kind.is_used(self.setting)]

    def entries(self) -> list[tuple[Entry, str]]:
        """What was done in this step, each with the name of the field that says it. The form is valid."""
        found = list(self.own_entries())
        for id, kind in self.cards:
            first = self.card_fields(id)[0]
            values = self.card_values(id, self.cleaned_data)
            found += [(entry, first) for entry in self.kinds[kind].entries(self.setting, id, values)]
        return found

    def card_fields(self, id: str) -> list[str]:
        """The names of a card's fields."""
        return [name for name in self.fields if name.startswith(f"{id}-")]

    def own_entries(self) -> list[tuple[Entry, str]]:
        """What the grids of this step say."""
        return []
