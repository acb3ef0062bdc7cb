"""An old meeting as a form: every entry with its fields, and the counts, which can follow what is corrected."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from egenmakt.core.meetings.document import read_meeting
from egenmakt.core.meetings.draft import add_entries
from egenmakt.core.meetings.entries.table import ENTRY_FIELDS
from egenmakt.core.meetings.fields import BOXES as BOX_NAMES
from egenmakt.core.meetings.meeting import preview
from egenmakt.core.money import Money
from egenmakt.interfaces.web.fields import DateField
from egenmakt.interfaces.web.meeting_loan_changes import EFFECTS
from egenmakt.interfaces.web.meeting_sheets import Block, GridRow, Setting, Sheet, text_field, whole_field
from egenmakt.interfaces.web.meeting_words import BOXES, ENTRIES, FIELDS, MARKS, STEPS, choices

Document = dict[str, Any]
EDITABLE = ("uuid", "amount", "balance", "count", "text", "box", "loan_box", "cash_box", "effect", "rate", "date")
"""The kinds of field that a grid can show; votes, decisions and payouts stay as they were."""


class CorrectionSheet(Sheet):
    """A whole meeting that can be edited."""

    def __init__(self, *, base: Document, **options: Any) -> None:
        self.base = base
        self.origins: dict[str, list[str]] = {}
        super().__init__(**options)

    def build(self) -> None:
        block = Block("fields", _("The meeting"))
        self.blocks.append(block)
        day = date.fromisoformat(self.base["held_on"])
        self.add("held_on", DateField(label=_("Day of the meeting"), initial=day), block)
        self.add("notes", text_field(_("Note to the minutes"), required=False, initial=self.base["notes"]), block)
        for place, step in enumerate(self.base["steps"]):
            self._build_step(place, step)
        self._build_roll_call()
        self._build_counts()

    def _build_step(self, place: int, step: Document) -> None:
        types = list(dict.fromkeys(entry["type"] for entry in step["entries"]))
        for kind in types:
            shown = [n for n, f in ENTRY_FIELDS[kind].items() if f.kind in EDITABLE and n != "id"]
            terms = ["principal_minor", "instalments", "rate_percent"] if kind == "loan" else []
            columns = [_("Line"), *(FIELDS.get(name, name) for name in (*shown, *terms)), _("Take out")]
            title = f"{STEPS.get(step['step'], step['step'])}: {ENTRIES[kind]}"
            grid = self.grid(title, columns)
            for index, entry in enumerate(step["entries"]):
                if entry["type"] != kind:
                    continue
                start = f"entry-{place}-{index}"
                names = []
                for name in shown:
                    self.fields[f"{start}-{name}"] = self._field(kind, name, entry.get(name))
                    names.append(f"{start}-{name}")
                for name in terms:
                    self.fields[f"{start}-{name}"] = self._term(name, entry["terms"].get(name))
                    names.append(f"{start}-{name}")
                names.append(f"{start}-out")
                self.fields[names[-1]] = forms.BooleanField(label=_("Take out"), required=False)
                grid.rows.append(GridRow(self._row_label(entry, index), (), names))

    def _row_label(self, entry: Document, index: int) -> str:
        state = self.setting.state
        for id in (entry.get("member"), entry.get("loan")):
            for member in state.members.values():
                if str(member.id) == id:
                    return member.label
            for loan in state.loans.values():
                if str(loan.id) == id:
                    return self.setting.label(loan.borrower)
        return say("Line %(number)s") % {"number": index + 1}

    def _field(self, kind: str, name: str, value: Any) -> forms.Field:
        field = ENTRY_FIELDS[kind][name]
        label: Any = FIELDS.get(name, name)
        if field.kind in ("amount", "balance"):
            initial = None if value is None else self.setting.money(value)
            least = 1 if field.kind == "amount" else 0
            return self.setting.money_field(label, required=field.required, least=least, initial=initial)
        if field.kind == "count":
            return whole_field(label, least=1, required=field.required, initial=value)
        if field.kind == "text":
            return text_field(label, required=False, initial=value)
        if field.kind in ("box", "loan_box", "cash_box"):
            boxes = {"loan_box": ("loan_fund_box", "social_fund_box"), "cash_box": ("loan_fund_box", "bank")}
            listed = [(box, BOXES[box]) for box in boxes.get(field.kind, BOX_NAMES)]
            return forms.ChoiceField(label=label, choices=listed, initial=value or "loan_fund_box")
        if field.kind == "effect":
            return forms.ChoiceField(label=label, choices=list(EFFECTS.items()), initial=value)
        if field.kind == "rate":
            return self._term(name, value)
        if field.kind == "date":
            return DateField(label=label, initial=date.fromisoformat(value))
        if name == "loan":
            loans = [(loan.id, self.setting.loan_label(loan)) for loan in self.setting.state.loans.values()]
            return forms.ChoiceField(label=label, choices=_with(choices(loans), value), initial=value)
        members = choices((m.id, m.label) for m in self.setting.active)
        return forms.ChoiceField(label=label, choices=_with(members, value), initial=value, required=field.required)

    def _term(self, name: str, value: Any) -> forms.Field:
        label: Any = FIELDS.get(name, name)
        if name == "principal_minor":
            return self.setting.money_field(label, initial=Money(value, self.setting.currency))
        if name == "instalments":
            return whole_field(label, least=1, most=600, initial=value)
        try:
            rate = Decimal(str(value or "0"))
        except InvalidOperation:
            rate = Decimal(0)
        return forms.DecimalField(label=label, min_value=Decimal(0), decimal_places=4, localize=True, initial=rate)

    def _build_roll_call(self) -> None:
        if not self.base["roll_call"]:
            return
        grid = self.grid(_("Roll call"), [_("Member"), _("Mark")])
        for line in self.base["roll_call"]:
            name = f"mark-{line['member']}"
            self.fields[name] = forms.ChoiceField(label=_("Mark"), choices=list(MARKS.items()), initial=line["state"])
            grid.rows.append(GridRow(self._row_label(line, 0), (), (name,)))

    def _build_counts(self) -> None:
        if self.base["opening"]:
            grid = self.grid(_("Opening count"), [_("Box"), _("Counted"), _("Reason")])
            for index, line in enumerate(self.base["opening"]):
                self._count_row(grid, f"opening-{index}", line["box"], line["counted"], line.get("reason", ""))
        if not self.base["closing"]:
            return
        block = Block("fields", _("Closing count"))
        self.blocks.append(block)
        answers = [
            ("follow", _("It was written down with the same mistake: change it by as much")),
            ("keep", _("It was counted rightly: the difference stays, with its reason")),
        ]
        follow = forms.ChoiceField(
            label=_("The money that was counted"), choices=answers, widget=forms.RadioSelect, initial="follow"
        )
        self.add("counts", follow, block)
        grid = self.grid(_("What was counted"), [_("Box"), _("Counted"), _("Reason")])
        for index, line in enumerate(self.base["closing"]):
            amounts = [count["amount"] for count in line["counts"]]
            agreed = max(amounts, key=amounts.count) if amounts else 0
            self._count_row(grid, f"closing-{index}", line["box"], agreed, line.get("reason", ""))

    def _count_row(self, grid: Block, start: str, box: str, minor: int, reason: str) -> None:
        counted = self.setting.money_field(_("Counted"), least=0, initial=self.setting.money(minor))
        self.fields[f"{start}-counted"] = counted
        self.fields[f"{start}-reason"] = text_field(_("Reason"), required=False, initial=reason)
        grid.rows.append(GridRow(str(BOXES[box]), (), (f"{start}-counted", f"{start}-reason")))

    def unchecked(self) -> CorrectionSheet:
        """The same form with what was typed, and no mistakes named yet: a line has just been added or taken away."""
        shown: dict[str, Any] = {}
        data = cast("QueryDict", self.data)
        for name, field in self.fields.items():
            is_known = name in self.data or isinstance(field, forms.BooleanField)
            has_new_card = any(name.startswith(f"{id}-") and not _is_typed(self.data, id) for id, _ in self.cards)
            if is_known and not has_new_card:
                many = isinstance(field, forms.MultipleChoiceField)
                shown[name] = data.getlist(name) if many else data.get(name, False)
        return CorrectionSheet(
            base=self.base,
            setting=self.setting,
            cards=self.cards,
            kinds=self.kinds,
            initial=shown,
            auto_id=self.auto_id,
        )

    # -- the meeting as it should have been ------------------------------------------------------------------------

    def document(self, *, today: date) -> Document:
        """The corrected meeting, in the form in which meetings are sent. The form is valid."""
        cleaned = self.cleaned_data
        document = copy.deepcopy(self.base)
        document["held_on"], document["notes"] = cleaned["held_on"].isoformat(), cleaned["notes"]
        for line in document["roll_call"]:
            line["state"] = cleaned[f"mark-{line['member']}"]
        for index, line in enumerate(document["opening"]):
            line["expected"] = self.setting.state.balance(line["box"])
            line["counted"] = cleaned[f"opening-{index}-counted"].minor
            line["reason"] = cleaned[f"opening-{index}-reason"]
        document["steps"] = self._steps(document["steps"])
        added = self.entries()
        for _entry, name in added:
            step = self.kinds[dict(self.cards)[name[:36]]].step
            self.origins.setdefault(step, []).append(name)
        document = add_entries(document, [entry for entry, _ in added], state=self.setting.state)
        return self._counted(document, today)

    def _steps(self, steps: list[Document]) -> list[Document]:
        kept = []
        self.origins = {}
        for place, step in enumerate(steps):
            entries = []
            for index, entry in enumerate(step["entries"]):
                start = f"entry-{place}-{index}"
                if self.cleaned_data.get(f"{start}-out"):
                    continue
                entries.append(self._entry(entry, start))
                first = next((name for name in self.fields if name.startswith(f"{start}-")), "")
                self.origins.setdefault(step["step"], []).append(first)
            if entries:
                kept.append({**step, "entries": entries})
        return kept

    def _entry(self, entry: Document, start: str) -> Document:
        new = dict(entry)
        for name in ENTRY_FIELDS[entry["type"]]:
            if f"{start}-{name}" in self.cleaned_data:
                value = _plain(self.cleaned_data[f"{start}-{name}"])
                if value is None or (value == "" and not ENTRY_FIELDS[entry["type"]][name].required):
                    new.pop(name, None)
                else:
                    new[name] = value
        if entry["type"] == "loan":
            terms = dict(entry["terms"])
            terms["disbursed_on"] = self.cleaned_data["held_on"].isoformat()
            for name in ("principal_minor", "instalments", "rate_percent"):
                terms[name] = _plain(self.cleaned_data[f"{start}-{name}"])
            if terms["principal_minor"] != entry["terms"]["principal_minor"]:
                terms.pop("disbursements", None)
            new["terms"] = terms
        return new

    def _counted(self, document: Document, today: date) -> Document:
        follows = self.cleaned_data.get("counts") == "follow"
        before = self._expected(self.base, today) if follows else {}
        after = self._expected(document, today) if follows else {}
        for index, line in enumerate(document["closing"]):
            counted = self.cleaned_data[f"closing-{index}-counted"].minor
            line["reason"] = self.cleaned_data[f"closing-{index}-reason"]
            amounts = [count["amount"] for count in line["counts"]]
            agreed = max(amounts, key=amounts.count) if amounts else 0
            shift = after.get(line["box"], 0) - before.get(line["box"], 0)
            for count in line["counts"]:
                if count["amount"] == agreed:
                    count["amount"] = max(0, counted + shift)
        return document

    def _expected(self, document: Document, today: date) -> dict[str, int]:
        # the expected opening balances are those of the ledger, also where an earlier meeting was corrected since
        document = copy.deepcopy(document)
        for line in document["opening"]:
            line["expected"] = self.setting.state.balance(line["box"])
        now = preview(state=self.setting.state, document=read_meeting(document, ENTRY_FIELDS), today=today)
        return {box: now.box(box) for box in BOX_NAMES}

    def place(self, document: Document, where: str) -> str | None:
        """The field to which a refusal points."""
        parts = where.strip("/").split("/")
        name = ""
        if parts[0] == "steps" and len(parts) > 3 and parts[2] == "entries":
            name = self.origins[document["steps"][int(parts[1])]["step"]][int(parts[3])]
            precise = name.rpartition("-")[0] + f"-{parts[-1]}"
            name = precise if precise in self.fields else name
        elif parts[0] in ("opening", "closing") and len(parts) > 1 and parts[1].isdigit():
            name = f"{parts[0]}-{parts[1]}-reason"
        elif parts[0] == "held_on":
            name = "held_on"
        return name if name in self.fields else None


def _is_typed(data: Any, card: str) -> bool:
    return any(name.startswith(f"{card}-") for name in data)


def _with(listed: list[tuple[str, object]], value: Any) -> list[tuple[str, object]]:
    """The choices, with the present value among them, also when it could not be chosen anew."""
    return listed if value is None or any(id == value for id, _ in listed) else [*listed, (value, value)]


_PLAIN: dict[type, Callable[[Any], Any]] = {
    Money: lambda money: money.minor,
    Decimal: lambda number: f"{number:f}",
    date: lambda day: day.isoformat(),
}


def _plain(value: Any) -> Any:
    """A cleaned value as it stands in a document."""
    return _PLAIN.get(type(value), lambda same: same)(value)


__all__ = ["CorrectionSheet", "Setting"]
