"""From what was typed to the document of a meeting, and from a refusal back to the field that it is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.formats import localize_input
from django.utils.translation import get_language, override
from uuid6 import uuid7

from egenmakt.apps.groups.models import Draft, SavingsGroup
from egenmakt.apps.groups.state import NotReady, state_now
from egenmakt.core.meetings.closing import Decisions
from egenmakt.core.meetings.document import read_meeting
from egenmakt.core.meetings.draft import add_entries, lock, open_document
from egenmakt.core.meetings.entries.table import ENTRY_FIELDS
from egenmakt.core.meetings.fields import Unreadable
from egenmakt.core.meetings.keys import pin_key
from egenmakt.core.meetings.meeting import Preview, preview, share_out_so_far, work_out
from egenmakt.core.meetings.refusals import MeetingRefused
from egenmakt.core.meetings.state import latest_day
from egenmakt.core.savings.share_out_result import ShareOut
from egenmakt.interfaces.web import formats
from egenmakt.interfaces.web.fields import MoneyField
from egenmakt.interfaces.web.meeting_cards import cards_of
from egenmakt.interfaces.web.meeting_counts import ClosingSheet, OpeningSheet
from egenmakt.interfaces.web.meeting_share_out import ShareOutSheet
from egenmakt.interfaces.web.meeting_sheets import Card, Setting, Sheet
from egenmakt.interfaces.web.meeting_steps import SHEETS, RollCallSheet
from egenmakt.interfaces.web.meeting_words import finding_text

Typed = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Found:
    """One reason why the meeting would be refused: at which step, at which field, in a sentence."""

    step: str
    field: str
    text: str


def typed_of(post: QueryDict, cards: list[Card], language: str, *, tried: bool) -> Typed:
    """What was typed at a step, to be kept. PINs and the form's own fields are left out."""
    kept = {
        name: values
        for name, values in post.lists()
        if name not in ("csrfmiddlewaretoken", "add", "remove", "show", "save") and not name.startswith("pin-")
    }
    return {"data": kept, "cards": [list(card) for card in cards], "language": language, "tried": tried}


def data_of(typed: Typed) -> MultiValueDict[str, Any]:
    """What was typed, as a form wants it."""
    return MultiValueDict(typed.get("data", {}))


def initial_of(typed: Typed, sheet: Sheet) -> dict[str, Any]:
    """What was typed as it is shown again, before anybody has said that it is finished."""
    data = typed.get("data", {})
    many = [name for name, field in sheet.fields.items() if isinstance(field, forms.MultipleChoiceField)]
    shown = {name: values if name in many else (values or [""])[-1] for name, values in data.items()}
    # a box that was not ticked sends nothing
    ticks = [name for name, field in sheet.fields.items() if isinstance(field, forms.BooleanField)]
    return {**dict.fromkeys(ticks, False), **shown} if data else shown


def plain_text(value: object) -> str:
    """A proposed value as the reader would type it."""
    return str(localize_input(value)) if isinstance(value, Decimal) else str(value)


def initials_of(sheet: Sheet, card: str) -> dict[str, list[str]]:
    """What is proposed on a card that has just been added, as if it had been typed."""
    found = {}
    for name in sheet.card_fields(card):
        bound = sheet[name]
        value = bound.value()
        if value is not None and value is not False and value not in ("", []):
            text = bound.field.widget.format_value(value) if isinstance(bound.field, MoneyField) else value
            found[name] = ["on" if text is True else plain_text(text)]
    return found


class Drafted:
    """A meeting that is being written: its steps, its document so far, and what would be refused.

    Raises: NotReady when the group has no rules or no open cycle.
    """

    def __init__(self, *, group: SavingsGroup, kind: str, draft: Draft | None, at: datetime) -> None:
        self.group, self.kind = group, kind
        self.id = draft.id if draft else uuid7()
        self.typed: Typed = dict(draft.typed) if draft else {}
        self.today = latest_day(at)
        self.held_on = self._held_on(at.date())
        self.date_problem = ""
        try:
            self.state = state_now(group=group, on=self.held_on)
        except NotReady as error:  # not on the day that was typed; perhaps today, so that the day can be put right
            self.state = state_now(group=group, on=at.date())
            self.date_problem = str(error)
        self.settings: dict[str, Setting] = {}
        self.sheets: dict[str, Sheet] = {}
        self.origins: dict[str, list[str]] = {}
        self.findings: list[Found] = []
        self.steps = self._steps()
        self._walk()

    def _held_on(self, today: date) -> date:
        try:
            return date.fromisoformat(self.typed["start"]["data"]["held_on"][-1])
        except (KeyError, IndexError, ValueError):
            return today

    def _steps(self) -> list[str]:
        rules, state = self.state.constitution, self.state
        has_loans = any(loan.borrower is not None for loan in state.loans.values())
        owes_fines = any(balance for ref, balance in state.balances.items() if ref.kind == "fines_due")
        used = {
            "social_fund": bool(
                rules.social_fund_contribution_minor or rules.social_fund_may_lend or state.balance("social_fund")
            ),
            "savings": rules.savings_form != "none" or rules.voluntary_savings_allowed,
            "repayments": has_loans,
            "fines": bool(rules.fines.lines) or owes_fines,
            "loans": rules.loan_multiple != 0 or has_loans,
        }
        own = [step for step in rules.meeting_steps if used.get(step, True)]
        share_out = ["share_out"] if self.kind == Draft.Kind.SHARE_OUT else []
        return ["start", "roll_call", "opening", *own, *share_out, "closing"]

    # -- reading what was typed, step by step ---------------------------------------------------------------------

    def _walk(self) -> None:
        self._setting("start", self.state.balances, {})
        self._setting("roll_call", self.state.balances, {})
        roll = self._read("roll_call")
        marks = roll.marks() if isinstance(roll, RollCallSheet) else {}
        called = {m.id: marks.get(m.id, "present") for m in self.state.members.values() if m.active}
        self._setting("opening", self.state.balances, called)
        opening = self._read("opening")
        start = self._read("start")
        self.document = open_document(
            state=self.state,
            id=self.id,
            held_on=self.held_on,
            roll_call=called,
            kind="share_out" if self.kind == Draft.Kind.SHARE_OUT else "ordinary",
            counted=opening.counted() if isinstance(opening, OpeningSheet) else {},
            notes=start.cleaned_data["notes"] if start else "",
        )
        now = self._preview()
        for step in self.steps[3:-1]:
            self._setting(step, now.balances if now else self.state.balances, called)
            sheet = self._read(step)
            if sheet is not None:
                pairs = sheet.entries()
                self.origins[step] = [name for _, name in pairs]
                self.document = add_entries(self.document, [entry for entry, _ in pairs], state=self.state)
                now = self._preview() or now
        self.now = now
        self._setting("closing", now.balances if now else self.state.balances, called)
        closing = self._read("closing")
        if isinstance(closing, ClosingSheet):
            self.document = {**self.document, "closing": closing.closing()}
        self.findings = self._find()

    def _setting(self, step: str, balances: Mapping[Any, int], marks: Mapping[UUID, str]) -> None:
        self.settings[step] = Setting(self.state, self.held_on, marks, balances, self.kind, self.date_problem)

    def _preview(self) -> Preview | None:
        try:
            return preview(state=self.state, document=read_meeting(self.document, ENTRY_FIELDS), today=self.today)
        except Unreadable:
            return None

    def simulate(self, decisions: Decisions) -> ShareOut:
        """The share-out after the steps that have been written so far."""
        without = {**self.document, "steps": [s for s in self.document["steps"] if s["step"] != "share_out"]}
        document = read_meeting(without, ENTRY_FIELDS)
        return share_out_so_far(state=self.state, document=document, today=self.today, decisions=decisions)

    def _read(self, step: str) -> Sheet | None:
        """A step's form when it was finished and can be read; the numbers mean what they meant when typed."""
        typed = self.typed.get(step)
        if not typed or not typed.get("tried"):
            return None
        with override(typed.get("language") or "en"):
            sheet = self.sheet(step, data=data_of(typed))
            if not sheet.is_valid():
                return None
        self.sheets[step] = sheet
        return sheet

    # -- forms ----------------------------------------------------------------------------------------------------

    def cards(self, step: str) -> list[Card]:
        """The cards that were added to a step."""
        return [(id, kind) for id, kind in self.typed.get(step, {}).get("cards", [])]

    def sheet(self, step: str, *, data: Any = None, initial: Any = None, cards: list[Card] | None = None) -> Sheet:
        """The form of a step, empty or with what is given."""
        options: dict[str, Any] = {
            "setting": self.settings[step],
            "cards": self.cards(step) if cards is None else cards,
            "kinds": cards_of(step),
            "data": data,
            "auto_id": "id_%s",
        }
        if initial is not None:
            options["initial"] = initial
        if step != "share_out":
            return SHEETS[step](**options)
        simulated = type("ShareOutSheet", (ShareOutSheet,), {"simulate": staticmethod(self.simulate)})
        sheet: Sheet = simulated(**options)
        return sheet

    def shown(self, step: str) -> Sheet:
        """The form of a step as it is shown: with what was typed, and its mistakes once it was said to be finished."""
        typed = self.typed.get(step)
        if not typed:
            return self.sheet(step)
        if typed.get("tried") and typed.get("language") == get_language():
            return self.refused(self.sheet(step, data=data_of(typed)), step)
        if step in self.sheets:  # typed in another language: the numbers are written again in the reader's
            return self.sheet(step, initial=self.sheets[step].cleaned_data)
        return self.sheet(step, initial=initial_of(typed, self.sheet(step)))

    def refused(self, sheet: Sheet, step: str) -> Sheet:
        """The form with what the group's rules say against it, each beside its field."""
        if sheet.is_valid():
            for found in self.findings:
                if found.step == step:
                    sheet.add_error(found.field if found.field in sheet.fields else None, found.text)
        return sheet

    # -- what would be refused ------------------------------------------------------------------------------------

    def is_done(self, step: str) -> bool:
        """Whether a step was finished and nothing speaks against it."""
        return step in self.sheets and not any(found.step == step for found in self.findings)

    @property
    def missing(self) -> list[str]:
        """The steps that are not finished yet."""
        return [step for step in self.steps if not self.is_done(step)]

    @property
    def names(self) -> dict[str, str]:
        """Members and loans by id, for sentences."""
        known = {str(member.id): formats.isolated_text(member.label) for member in self.state.members.values()}
        return known | {str(x.id): self.settings["start"].label(x.borrower) for x in self.state.loans.values()}

    def _find(self) -> list[Found]:
        try:
            document = read_meeting(self.document, ENTRY_FIELDS)
        except Unreadable as error:
            return self.places(
                [{"code": "unreadable", "where": p.where, "values": {"problem": p.message}} for p in error.problems]
            )
        refusals = list(preview(state=self.state, document=document, today=self.today).refusals)
        if not refusals and "closing" in self.sheets:
            try:
                work_out(state=self.state, document=document, today=self.today)
            except MeetingRefused as error:
                refusals = error.refusals
        return self.places(
            [
                {
                    "code": r.code,
                    "where": r.where,
                    "values": r.values,
                    "clause": r.clause,
                    "clause_words": r.clause_words,
                }
                for r in refusals
            ]
        )

    def places(self, findings: list[dict[str, Any]]) -> list[Found]:
        """Findings of the rules, each at its step and its field."""
        names = self.names
        found = []
        for finding in findings:
            step, name = self._place(str(finding.get("where", "")))
            found.append(Found(step, name, finding_text(finding, currency=self.group.currency, names=names)))
        return found

    def _place(self, where: str) -> tuple[str, str]:
        parts = where.strip("/").split("/")
        index = int(parts[1]) if len(parts) > 1 and parts[1].isdigit() else None
        if parts[0] == "steps" and index is not None:
            step = str(self.document["steps"][index]["step"])
            if len(parts) > 3 and parts[2] == "entries":
                return step, self._precisely(step, self.origins[step][int(parts[3])], parts[-1])
            return step, ""
        if parts[0] in ("opening", "closing"):
            if index is None:
                return parts[0], ""
            box = self.document[parts[0]][index]["box"]
            return parts[0], f"counted-{box}" if parts[0] == "opening" else f"reason-{box}"
        if parts[0] in ("roll_call", "keys"):
            return parts[0], ""
        return "start", "held_on" if parts[0] == "held_on" else ""

    def _precisely(self, step: str, name: str, part: str) -> str:
        """The field of a card that a part of its entry is typed in; else the card's first field."""
        known = {"principal_minor": "amount", "vote": "votes_for"}
        closer = f"{name[:36]}-{known.get(part, part)}"
        return closer if step in self.sheets and closer in self.sheets[step].fields else name

    # -- sending --------------------------------------------------------------------------------------------------

    def locked(self, pins: Mapping[UUID, str]) -> dict[str, Any]:
        """The finished document with the keys that were turned. Raises: NotAPin."""
        keys = {member: pin_key(pin=pin, member=member) for member, pin in pins.items()}
        return lock(self.document, keys=keys)
