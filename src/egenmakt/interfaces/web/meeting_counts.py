"""Counting the boxes: when a meeting opens, and by two members when it closes."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django import forms
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from egenmakt.core.meetings.fields import BOXES as BOX_NAMES
from egenmakt.interfaces.web.meeting_sheets import Block, Entry, GridRow, Sheet, text_field
from egenmakt.interfaces.web.meeting_words import BOXES, choices


class OpeningSheet(Sheet):
    """The boxes counted before anything is done."""

    lead = _("Count the money aloud. What you find is written down, also when it is not what was expected.")

    def build(self) -> None:
        state = self.setting.state
        for box in BOX_NAMES:
            expected = state.balance(box)
            if not expected and box != "loan_fund_box":
                continue
            hint = say("Expected: %(amount)s") % {"amount": self.setting.words(expected)}
            block = Block("fields", BOXES[box], hint)
            self.blocks.append(block)
            self.add(f"counted-{box}", self.setting.money_field(_("Counted"), least=0), block)
            self.add(f"reason-{box}", text_field(_("Reason, where the two differ"), required=False), block)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for box in BOX_NAMES:
            counted = cleaned.get(f"counted-{box}")
            if counted is None:
                continue
            expected = self.setting.state.balance(box)
            if counted.minor != expected and not cleaned.get(f"reason-{box}"):
                self.add_error(f"reason-{box}", difference_words(self, counted.minor, expected))
        return cleaned

    def counted(self) -> dict[str, tuple[int, str]]:
        """What was found in each box, and the reason where that differs."""
        cleaned = self.cleaned_data
        return {
            box: (cleaned[f"counted-{box}"].minor, cleaned[f"reason-{box}"])
            for box in BOX_NAMES
            if f"counted-{box}" in cleaned
        }


def difference_words(sheet: Sheet, counted: int, expected: int) -> str:
    """How far a count is from what was expected, and what to do."""
    words = sheet.setting.words
    values = {
        "counted": words(counted),
        "expected": words(expected),
        "difference": words(abs(counted - expected)),
    }
    if counted < expected:
        sentence = say("%(counted)s were counted and %(expected)s expected: %(difference)s is missing.")
    else:
        sentence = say("%(counted)s were counted and %(expected)s expected: %(difference)s too much.")
    return f"{sentence % values} {say('Count again, or write the reason.')}"


class ClosingSheet(Sheet):
    """The boxes counted by two members, each for herself."""

    lead = _("Each counter counts by herself and says what she found. Only then is it compared with the ledger.")

    def build(self) -> None:
        needed = self.setting.state.constitution.counters_needed
        self.needed = needed
        listed = choices((member.id, member.label) for member in self.setting.here)
        who = Block("fields", _("Who counts"))
        self.blocks.append(who)
        for number in range(1, needed + 2):
            is_extra = number > needed
            label = say("Counter %(number)s") % {"number": number}
            hint = _("Only when the others found different amounts.") if is_extra else ""
            field = forms.ChoiceField(label=label, choices=listed, required=not is_extra, help_text=hint)
            self.add(f"counter-{number}", field, who)
        columns = [
            _("Box"),
            *(say("Counter %(number)s") % {"number": n} for n in range(1, needed + 2)),
            _("Reason, where it differs"),
        ]
        grid = self.grid(_("What they found"), columns)
        for box in self._boxes():
            names = [f"count-{box}-{number}" for number in range(1, needed + 2)]
            for number, name in enumerate(names, start=1):
                label = say("Counter %(number)s") % {"number": number}
                self.fields[name] = self.setting.money_field(label, required=number <= needed, least=0)
            names.append(f"reason-{box}")
            self.fields[names[-1]] = text_field(_("Reason, where it differs"), required=False)
            grid.rows.append(GridRow(str(BOXES[box]), (), names))

    def _boxes(self) -> list[str]:
        state = self.setting.state
        return [b for b in BOX_NAMES if self.setting.balance(b) or state.balance(b) or b == "loan_fund_box"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        people = [cleaned.get(f"counter-{number}") for number in range(1, self.needed + 2)]
        for number, person in enumerate(people, start=1):
            if person and person in people[: number - 1]:
                self.add_error(f"counter-{number}", _("Another member counts: each counter is a different person."))
        for box in self._boxes():
            self._clean_box(box, cleaned)
        return cleaned

    def _clean_box(self, box: str, cleaned: dict[str, Any]) -> None:
        extra = f"count-{box}-{self.needed + 1}"
        found = [cleaned.get(f"count-{box}-{number}") for number in range(1, self.needed + 2)]
        if any(count is None for count in found[: self.needed]):
            return
        if found[-1] is not None and not cleaned.get(f"counter-{self.needed + 1}"):
            self.add_error(f"counter-{self.needed + 1}", _("Say who counted once more."))
            return
        amount, times = Counter(count.minor for count in found if count is not None).most_common(1)[0]
        if times < self.needed:
            self.add_error(
                extra, _("The counters found different amounts. Let one more member count, until enough agree.")
            )
            return
        expected = self.setting.balance(box)
        if amount != expected and not cleaned.get(f"reason-{box}"):
            self.add_error(f"reason-{box}", difference_words(self, amount, expected))

    def closing(self) -> list[Entry]:
        """The counts as they stand in the document."""
        cleaned, found = self.cleaned_data, []
        for box in self._boxes():
            counts = [
                {"by": cleaned[f"counter-{number}"], "amount": cleaned[f"count-{box}-{number}"].minor}
                for number in range(1, self.needed + 2)
                if cleaned.get(f"counter-{number}") and cleaned.get(f"count-{box}-{number}") is not None
            ]
            found.append({"box": box, "counts": counts, "reason": cleaned[f"reason-{box}"]})
        return found
