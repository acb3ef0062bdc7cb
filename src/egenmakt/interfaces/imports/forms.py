"""The forms of an import: what to bring in and where, and which column is what."""

from __future__ import annotations

from collections.abc import Mapping as MappingType
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from egenmakt.apps.access.models import User
from egenmakt.apps.access.queries import nodes_where
from egenmakt.core.money import DECIMALS, Money, NotAnAmount
from egenmakt.core.savings.constitution_checks import KINDS as GROUP_KINDS
from egenmakt.interfaces.imports.fields import FIELDS, MEMBER_FIELDS
from egenmakt.interfaces.imports.mapping import DETECT, FileMapping, InvalidMapping, Mapping
from egenmakt.interfaces.imports.tables import Table
from egenmakt.interfaces.imports.uploads import FILES_MAX

PERIODS_MAX = 200
EXAMPLES = 3
NOT_USED = "-"

KIND_NAMES = (
    ("meetings", gettext_lazy("Meetings from a paper book: a row for each member and meeting")),
    ("savings", gettext_lazy("Savings by period: a row for each member and quarter or month")),
    ("members", gettext_lazy("Members, without money")),
)
GROUP_KIND_NAMES = {
    "self_help": gettext_lazy("Self-help group"),
    "savings": gettext_lazy("Savings group"),
    "credit": gettext_lazy("Credit group"),
    "cooperative": gettext_lazy("Co-operative"),
    "youth": gettext_lazy("Youth group"),
    "farmers": gettext_lazy("Farmers' group"),
    "disability": gettext_lazy("Group of persons with disabilities"),
    "network": gettext_lazy("Network of groups"),
}
SURPLUS_NAMES = (
    ("refuse", gettext_lazy("Name them as errors")),
    ("single_precision", gettext_lazy("Read 9216.900390625 as 9216.90, where it is exactly that in 32-bit binary")),
    ("round_half_up", gettext_lazy("Round them, and name each")),
)


class _SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


def _is_id(text: object) -> bool:
    try:
        UUID(str(text))
    except ValueError:
        return False
    return True


class FilesField(forms.FileField):
    """One or several files."""

    widget = _SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        given = data if isinstance(data, list | tuple) else [data]
        if len(given) > FILES_MAX:
            raise ValidationError(_("At most %(count)s files can be sent at once.") % {"count": FILES_MAX})
        return [super(FilesField, self).clean(item, initial) for item in given]


class UploadForm(forms.Form):
    """What is brought in, and where."""

    below: forms.ModelChoiceField[Any] = forms.ModelChoiceField(
        label=gettext_lazy("Where the groups stand"),
        queryset=None,
        empty_label=gettext_lazy("Choose"),
        help_text=gettext_lazy("New groups are formed below this place; groups that are there already are found."),
    )
    kind = forms.ChoiceField(label=gettext_lazy("What the files hold"), choices=KIND_NAMES, widget=forms.RadioSelect)
    tables = FilesField(
        label=gettext_lazy("Files"),
        help_text=gettext_lazy("CSV or XLSX, 10 MB at most. The first row holds the headings."),
        error_messages={"required": gettext_lazy("Choose a file.")},
    )
    mapping = forms.FileField(
        label=gettext_lazy("Mapping"),
        required=False,
        help_text=gettext_lazy("A mapping that you kept from an earlier import, if you have one."),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["below"]
        chosen = self.data.get("below") or self.initial.get("below")
        # a list of thousands of groups helps nobody: a single one comes by its address
        fitting = ~Q(kind="group") | Q(id=chosen) if _is_id(chosen) else ~Q(kind="group")
        field.queryset = nodes_where(user=user, deed="import.data").filter(fitting).order_by("name", "id")
        widgets: Any = self.fields
        widgets["tables"].widget.attrs["accept"] = ".csv,.txt,.tsv,.xlsx"
        widgets["mapping"].widget.attrs["accept"] = ".json"

    def clean_mapping(self) -> Mapping | None:
        """The mapping that was sent along."""
        sent = self.cleaned_data.get("mapping")
        if not sent:
            return None
        try:
            return Mapping.from_text(sent.read())
        except InvalidMapping as error:
            raise ValidationError(error.problems) from None


class _Day(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def day_field(label: Any, help_text: Any = "") -> forms.DateField:
    """A day that may be left empty, chosen from a calendar."""
    return forms.DateField(label=label, required=False, help_text=help_text, widget=_Day(), input_formats=("%Y-%m-%d",))


def _field(chosen: str) -> str:
    return "" if chosen == NOT_USED else chosen


class MappingForm(forms.Form):
    """Which column is which field, and what the files do not say."""

    def __init__(
        self,
        *args: Any,
        tables: Sequence[Table],
        mapping: Mapping,
        kind: str,
        sheets: Sequence[Sequence[str]] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.tables, self.mapping, self.kind = tables, mapping, kind
        self.periods = list(mapping.periods)[:PERIODS_MAX]
        for index, table in enumerate(tables):
            part = mapping.for_table(table) or FileMapping(table.file, {})
            self._add_file(index, table, part, sheets[index] if index < len(sheets) else ())
        for number, period in enumerate(self.periods):
            field = day_field(period)
            field.initial = mapping.periods[period]
            self.fields[f"period_{number}"] = field
        self._add_defaults()

    def _add_file(self, index: int, table: Table, part: FileMapping, sheets: Sequence[str]) -> None:
        names = MEMBER_FIELDS if self.kind == "members" else tuple(FIELDS)
        choices = [(NOT_USED, _("– not used –")), *((name, FIELDS[name].label) for name in names)]
        if len(sheets) > 1:
            field = forms.ChoiceField(label=_("Sheet"), choices=[(s, s) for s in sheets], initial=part.sheet)
            self.fields[f"sheet_{index}"] = field
        for column, heading in enumerate(table.header):
            examples = list(dict.fromkeys(row.cells[column] for row in table.rows[:200] if row.cells[column]))
            self.fields[f"column_{index}_{column}"] = forms.ChoiceField(
                label=heading,
                choices=choices,
                initial=part.columns.get(heading) or NOT_USED,
                help_text=_("Such as: %(examples)s") % {"examples": " · ".join(e[:40] for e in examples[:EXAMPLES])}
                if examples
                else _("Empty in the first rows"),
            )
        detect = (DETECT, _("Find out from the values"))
        self.fields[f"decimal_{index}"] = forms.ChoiceField(
            label=_("Before decimals stands"),
            choices=[detect, ("point", _("a point: 1250.50")), ("comma", _("a comma: 1250,50"))],
            initial=part.decimal_sign,
        )
        self.fields[f"dates_{index}"] = forms.ChoiceField(
            label=_("In dates comes first"),
            choices=[detect, ("day_first", _("the day: 31/3/2026")), ("month_first", _("the month: 3/31/2026"))],
            initial=part.date_order,
        )

    def _add_defaults(self) -> None:
        groups, members = self.mapping.groups, self.mapping.members
        self.fields["currency"] = forms.ChoiceField(
            label=_("Currency of the books"), choices=[(code, code) for code in sorted(DECIMALS)]
        )
        self.fields["currency"].initial = self.mapping.currency
        self.fields["surplus_decimals"] = forms.ChoiceField(
            label=_("Amounts with more decimals than the currency has"),
            choices=SURPLUS_NAMES,
            initial=self.mapping.surplus_decimals,
        )
        self.fields["blank_words"] = forms.CharField(
            label=_("Words that mean an empty cell"),
            required=False,
            initial=" ".join(self.mapping.blank_words),
            help_text=_("With spaces between them, such as: - n/a"),
        )
        self.fields["group_kind"] = forms.ChoiceField(
            label=_("Kind of the new groups"),
            choices=[(k, GROUP_KIND_NAMES[k]) for k in GROUP_KINDS],
            initial=groups.kind,
        )
        self.fields["group_name"] = forms.CharField(
            label=_("Name of a new group"),
            initial=groups.name,
            help_text=_("{group} stands for what the column holds."),
        )
        self.fields["member_name"] = forms.CharField(
            label=_("Name of a member without one"),
            initial=members.name,
            help_text=_("{member_number} stands for the number."),
        )
        for name, label, text in (
            ("formed_on", _("Day the groups were formed"), _("Otherwise the day of the first meeting.")),
            ("cycle_starts_on", _("First day of the cycle"), ""),
            ("cycle_ends_on", _("Last planned day of the cycle"), ""),
        ):
            self.fields[name] = day_field(label, text)
            self.fields[name].initial = getattr(groups, name)
        self.fields["share_price"] = forms.CharField(
            label=_("Price of a share"),
            required=False,
            initial=groups.share_price,
            help_text=_("Needed where shares were bought, with a point before decimals."),
        )

    def parts(self) -> list[dict[str, Any]]:
        """For each file: its table, the fields of its columns, and how it is written."""
        return [
            {
                "table": table,
                "rows": table.rows[:10],
                "sheet": self[f"sheet_{i}"] if f"sheet_{i}" in self.fields else None,
                "columns": [self[f"column_{i}_{j}"] for j in range(len(table.header))],
                "settings": [self[f"decimal_{i}"], self[f"dates_{i}"]],
            }
            for i, table in enumerate(self.tables)
        ]

    def period_fields(self) -> list[Any]:
        """The days of the periods."""
        return [self[f"period_{number}"] for number in range(len(self.periods))]

    def default_fields(self) -> list[Any]:
        """What holds for all files."""
        names = ["currency", "surplus_decimals", "blank_words", "group_kind", "group_name", "member_name",
                 "formed_on", "cycle_starts_on", "cycle_ends_on", "share_price"]  # fmt: skip
        return [self[name] for name in names]

    def clean_share_price(self) -> str:
        """A price that is an amount of the currency."""
        text: str = self.cleaned_data["share_price"].strip()
        if text:
            try:
                Money.parse(text, self.cleaned_data.get("currency") or "KES")
            except NotAnAmount as error:
                raise ValidationError(str(error)) from None
        return text

    def clean(self) -> dict[str, Any]:
        """Each field once in a file; and everything else that a mapping must be."""
        data = super().clean() or {}
        for index, table in enumerate(self.tables):
            seen: dict[str, str] = {}
            for column, heading in enumerate(table.header):
                name = data.get(f"column_{index}_{column}")
                if name and name != NOT_USED and name in seen:
                    text = _("“%(heading)s” is the same already; choose another.") % {"heading": seen[name]}
                    self.add_error(f"column_{index}_{column}", text)
                elif name:
                    seen[name] = heading
        if not self.errors:
            try:
                self.result = Mapping.from_json(self._mapping(data).to_json())
            except InvalidMapping as error:
                for problem in error.problems:
                    self.add_error(None, problem)
        return data

    def _mapping(self, data: MappingType[str, Any]) -> Mapping:
        """The mapping as the form has it; what the form does not show is kept."""
        files = tuple(
            FileMapping(
                name=table.file,
                columns={h: _field(data[f"column_{i}_{j}"]) for j, h in enumerate(table.header)},
                decimal_sign=data[f"decimal_{i}"],
                date_order=data[f"dates_{i}"],
                sheet=data.get(f"sheet_{i}", ""),
            )
            for i, table in enumerate(self.tables)
        )
        days = {p: data.get(f"period_{n}") for n, p in enumerate(self.periods)}
        formed_on, starts_on, ends_on = (
            data[name].isoformat() if data[name] else "" for name in ("formed_on", "cycle_starts_on", "cycle_ends_on")
        )
        groups = replace(
            self.mapping.groups,
            kind=data["group_kind"],
            name=data["group_name"],
            share_price=data["share_price"],
            formed_on=formed_on,
            cycle_starts_on=starts_on,
            cycle_ends_on=ends_on,
        )
        return replace(
            self.mapping,
            files=files,
            currency=data["currency"],
            periods={**self.mapping.periods, **{p: day.isoformat() if day else "" for p, day in days.items()}},
            blank_words=tuple(data["blank_words"].split()),
            surplus_decimals=data["surplus_decimals"],
            groups=groups,
            members=replace(self.mapping.members, name=data["member_name"]),
        )
