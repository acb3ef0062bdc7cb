"""The forms with which a group is set up: the group, its members, offices, PINs, cycles and goals."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from egenmakt.apps.access.models import User
from egenmakt.apps.access.queries import nodes_where
from egenmakt.apps.groups.models import Goal, Membership, OfficeHeld, SavingsGroup
from egenmakt.apps.people.models import Country, Node, Person
from egenmakt.core.money import DECIMALS
from egenmakt.interfaces.web import formats
from egenmakt.interfaces.web.fields import DateField, MoneyField
from egenmakt.interfaces.web.meeting_words import choices
from egenmakt.interfaces.web.rules_words import KIND_WORDS
from egenmakt.interfaces.web.templatetags.parts import own_name

LANGUAGES = ("en", "sv", "sw", "fr", "pt", "es", "ar", "am", "hi", "bn", "ta", "ne", "fa", "ps", "so", "rw", "lg", "ny")
"""Languages that groups speak, beside those that the pages are in."""
SEXES = (
    (Person.Sex.FEMALE.value, _("Woman")),
    (Person.Sex.MALE.value, _("Man")),
    (Person.Sex.OTHER.value, _("Other")),
    (Person.Sex.UNKNOWN.value, _("Not said")),
)
CHOOSE = _("Choose")
OFFICES: dict[str, Any] = {
    "chair": _("Chair"),
    "record_keeper": _("Record-keeper"),
    "box_keeper": _("Box-keeper"),
    "money_counter": _("Money-counter"),
    "key_holder": _("Key-holder"),
}
_SEX_WORDS = {
    "female": ("f", "w", "woman", "female", "girl", "k", "kvinna"),
    "male": ("m", "man", "male", "boy", "pojke"),
    "other": ("o", "other", "annat"),
}


class GroupForm(forms.Form):
    """A new group: its name, its place in the tree, its country and its money."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    name = forms.CharField(label=_("Name of the group"), max_length=200, help_text=_("As the members say it."))
    parent = forms.ChoiceField(label=_("Which organisation or partner it belongs to"))
    kind = forms.ChoiceField(label=_("Kind of group"), choices=list(KIND_WORDS.items()), initial="savings")
    country = forms.ChoiceField(label=_("Country"))
    place = forms.CharField(label=_("Village or area"), max_length=200, required=False)
    currency = forms.ChoiceField(
        label=_("Currency"), required=False, help_text=_("Left empty: the country's own. It cannot be changed later.")
    )
    formed_on = DateField(label=_("When the group was formed"), initial=timezone.localdate)
    language = forms.ChoiceField(label=_("Language of the group"))
    is_training = forms.BooleanField(
        label=_("A group to learn with"), required=False, help_text=_("Its money never counts in any total.")
    )

    def __init__(self, *, user: User, **options: Any) -> None:
        super().__init__(**options)
        kinds = ("organisation", "partner", "network")
        self.parents = {
            str(node.id): node
            for node in nodes_where(user=user, deed="group.create").filter(kind__in=kinds).order_by("name")
        }
        self._choose("parent", [(id, node.name) for id, node in self.parents.items()])
        countries = [(country.code, country.name) for country in Country.objects.order_by("name")]
        self._choose("country", countries)
        self._choose("currency", [(code, code) for code in sorted(DECIMALS)], empty=_("The country's own"))
        codes = dict.fromkeys((*(code for code, _name in settings.LANGUAGES), *LANGUAGES))
        self._choose("language", [(code, own_name(code)) for code in codes])
        if len(self.parents) == 1 and not self.is_bound:
            parent: Node = next(iter(self.parents.values()))
            self.initial.update(parent=str(parent.id), country=parent.country_id or "")

    def _choose(self, name: str, listed: list[tuple[str, Any]], empty: Any = CHOOSE) -> None:
        self.fields[name].choices = [("", empty), *listed]  # type: ignore[attr-defined]  # a ChoiceField


class MemberForm(forms.Form):
    """One new member."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    name = forms.CharField(
        label=_("Name"), max_length=200, help_text=_("Two may have the same name: the number tells them apart.")
    )
    sex = forms.ChoiceField(label=_("Woman or man"), choices=SEXES, initial="female")
    birth_year = forms.IntegerField(label=_("Year of birth"), required=False, min_value=1900, max_value=2100)
    has_disability = forms.TypedChoiceField(
        label=_("Lives with a disability"),
        choices=[("", _("Not asked")), ("no", _("No")), ("yes", _("Yes"))],
        required=False,
        coerce=lambda text: text == "yes",
        empty_value=None,
    )
    phone = forms.CharField(label=_("Telephone"), max_length=20, required=False)
    joined_on = DateField(label=_("Member from"), initial=timezone.localdate)


@dataclass(frozen=True, slots=True)
class NewMember:
    """One line of a pasted list."""

    name: str
    sex: str
    birth_year: int | None


class MembersForm(forms.Form):
    """Several new members at once, from a list."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    lines = forms.CharField(
        label=_("A list of members"),
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("One member a line: name; woman or man; year of birth. The last two may be left out."),
    )
    sex = forms.ChoiceField(label=_("Where nothing is said"), choices=SEXES, initial="unknown")
    joined_on = DateField(label=_("Members from"), initial=timezone.localdate)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        self.members: list[NewMember] = []
        lines = [line for line in cleaned.get("lines", "").splitlines() if line.strip()]
        for number, line in enumerate(lines, start=1):
            try:
                self.members.append(_read_line(line, cleaned.get("sex", "unknown")))
            except ValueError as error:
                self.add_error("lines", say("Line %(number)s: %(problem)s") % {"number": number, "problem": error})
        if len(lines) > 300:
            self.add_error("lines", _("A list has at most 300 members."))
        return cleaned


def _read_line(line: str, sex: str) -> NewMember:
    parts = [part.strip() for part in re.split(r"[;\t]", line)]
    name, year = parts[0], None
    if not name or len(name) > 200:
        raise ValueError(say("write a name of at most 200 letters."))
    for part in parts[1:]:
        word = part.lower()
        found = [known for known, words in _SEX_WORDS.items() if word in words]
        if found:
            sex = found[0]
        elif part.isdigit() and 1900 <= int(part) <= 2100:
            year = int(part)
        elif part:
            raise ValueError(say("“%(part)s” is neither woman, man nor a year of birth.") % {"part": part})
    return NewMember(name, sex, year)


class MemberGroupForm(forms.Form):
    """A group that joins a network of groups."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    group = forms.ChoiceField(label=_("Which group"))
    joined_on = DateField(label=_("Member from"), initial=timezone.localdate)

    def __init__(self, *, user: User, network: SavingsGroup, **options: Any) -> None:
        super().__init__(**options)
        nodes = nodes_where(user=user, deed="group.read").filter(kind="group").exclude(id=network.id)
        listed = nodes.filter(group__isnull=False).order_by("name").values_list("id", "name")[:2000]
        self.fields["group"].choices = choices(listed)  # type: ignore[attr-defined]  # a ChoiceField


class GroupedForm(forms.Form):
    """A form about members of one group."""

    def __init__(self, *, group: SavingsGroup, **options: Any) -> None:
        super().__init__(**options)
        self.group = group
        rows = group.memberships.filter(status="active").select_related("person", "member_group__node")
        self.members = {str(member.id): member for member in rows.order_by("number")}
        for name in ("member", "witness_1", "witness_2"):
            if name in self.fields:
                listed = [(member.id, label(member)) for member in self.members.values()]
                self.fields[name].choices = choices(listed)  # type: ignore[attr-defined]  # a ChoiceField

    def chosen(self, name: str) -> Membership:
        """The member that a field names."""
        return self.members[self.cleaned_data[name]]


def label(member: Membership) -> str:
    """A member's name and number."""
    name = member.person.name if member.person else member.member_group.node.name if member.member_group else ""
    return formats.isolated_text(f"{name} ({member.number})")


class OfficeForm(GroupedForm):
    """A member is elected to an office."""

    member = forms.ChoiceField(label=_("Member"))
    office = forms.ChoiceField(label=_("Office"), choices=list(OFFICES.items()))
    from_on = DateField(label=_("From"), initial=timezone.localdate)


class LeaveOfficeForm(forms.Form):
    """An office ends."""

    held = forms.ModelChoiceField(label=_("Office"), queryset=OfficeHeld.objects.none())
    until_on = DateField(label=_("Until"), initial=timezone.localdate)

    def __init__(self, *, group: SavingsGroup, **options: Any) -> None:
        super().__init__(**options)
        rows = OfficeHeld.objects.filter(membership__group=group, until_on__isnull=True)
        self.offices = list(rows.select_related("membership__person", "membership__member_group__node"))
        field: Any = self.fields["held"]
        field.queryset = rows
        field.label_from_instance = lambda held: f"{OFFICES[held.office]}: {label(held.membership)}"


STEPS: dict[str, Any] = {
    "mobilise": _("Mobilised: it meets and saves"),
    "train": _("In training"),
    "credit": _("With credit"),
    "expand": _("Expanding, in value chains"),
}
"""The steps of the method, in their order."""


class StepForm(forms.Form):
    """The step of the method that the group has reached."""

    step = forms.ChoiceField(label=_("Step"), choices=list(STEPS.items()))
    from_on = DateField(label=_("From"), initial=timezone.localdate)


class PinForm(GroupedForm):
    """A member chooses her PIN; replacing one needs two witnesses."""

    member = forms.ChoiceField(label=_("Member"))
    pin = forms.CharField(
        label=_("PIN, typed by the member herself"),
        max_length=8,
        widget=forms.PasswordInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text=_("Four to eight digits, not all the same. It is never kept and never shown."),
    )
    again = forms.CharField(
        label=_("The same PIN once more"),
        max_length=8,
        widget=forms.PasswordInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    witness_1 = forms.ChoiceField(
        label=_("First witness"), required=False, help_text=_("Only where a PIN is replaced, such as a forgotten one.")
    )
    witness_2 = forms.ChoiceField(label=_("Second witness"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("pin") and cleaned.get("again") and cleaned["pin"] != cleaned["again"]:
            self.add_error("again", _("The two are not the same. Let the member type both again."))
        member = self.members.get(cleaned.get("member", ""))
        if member is not None and member.pin_key:
            for name in ("witness_1", "witness_2"):
                if not cleaned.get(name):
                    self.add_error(name, _("A PIN is replaced only before two witnesses. Choose one."))
        return cleaned

    def witnesses(self) -> list[Membership]:
        """The members who saw it."""
        names = ("witness_1", "witness_2")
        return [self.chosen(name) for name in names if self.cleaned_data.get(name)]


class CycleForm(forms.Form):
    """The next cycle begins."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    starts_on = DateField(label=_("The cycle starts on"), initial=timezone.localdate)
    end_planned_on = DateField(label=_("The share-out is planned for"))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        start, end = cleaned.get("starts_on"), cleaned.get("end_planned_on")
        if start and end and end <= start:
            self.add_error("end_planned_on", _("The share-out comes after the start. Choose a later day."))
        return cleaned


class GoalForm(GroupedForm):
    """What the group, or one member, wants to reach."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    words = forms.CharField(label=_("The goal in the group's words"), max_length=300)
    measure = forms.ChoiceField(
        label=_("Measured by"),
        choices=[(Goal.Measure.SAVINGS.value, _("Savings")), (Goal.Measure.SOCIAL_FUND.value, _("Social fund"))],
    )
    member = forms.ChoiceField(label=_("A member's own goal"), required=False)
    set_on = DateField(label=_("Set on"), initial=timezone.localdate)
    due_on = DateField(label=_("To be reached by"))

    def __init__(self, *, group: SavingsGroup, **options: Any) -> None:
        super().__init__(group=group, **options)
        self.fields["target"] = MoneyField(currency=group.currency, label=_("How much"))
        self.order_fields(["id", "words", "measure", "target", "member", "set_on", "due_on"])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("target") is not None and not cleaned["target"]:
            self.add_error("target", _("A goal is more than zero."))
        start, end = cleaned.get("set_on"), cleaned.get("due_on")
        if start and end and end < start:
            self.add_error("due_on", _("Choose a day that is not before the goal is set."))
        return cleaned

    def membership(self) -> Membership | None:
        """The member whose goal it is, if it is not the group's."""
        return self.chosen("member") if self.cleaned_data.get("member") else None
