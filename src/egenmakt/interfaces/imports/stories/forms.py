"""The forms of an import of stories: the files, and what a person must state about them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from egenmakt.apps.access.models import User
from egenmakt.apps.access.queries import nodes_where
from egenmakt.apps.people.models import Node
from egenmakt.apps.stories.models import Round
from egenmakt.core.signification.consent import DOCUMENTED_MAX, PURPOSES
from egenmakt.interfaces.imports.forms import FilesField, day_field
from egenmakt.interfaces.imports.stories.formats import FORMATS
from egenmakt.interfaces.imports.stories.mapping import InvalidMapping, StoryMapping
from egenmakt.interfaces.imports.stories.statement import NotStated, Statement
from egenmakt.interfaces.imports.stories.writing import Into, NewRound

VISIBILITY_NAMES = (
    ("team", gettext_lazy("Those who work with the stories")),
    ("partner", gettext_lazy("The partner too")),
    ("organisation", gettext_lazy("The whole organisation")),
    ("anyone", gettext_lazy("Anyone")),
)
ROLE_NAMES = (
    ("", gettext_lazy("A column says it")),
    ("rights_holder", gettext_lazy("Rights-holders")),
    ("partner", gettext_lazy("Staff of a partner")),
    ("staff", gettext_lazy("Staff of the organisation")),
)
COLLECTED_NAMES = (
    ("self", gettext_lazy("The tellers themselves wrote or spoke")),
    ("facilitator", gettext_lazy("A facilitator asked and wrote")),
    ("paper", gettext_lazy("On paper, entered later")),
)
GUARDIAN_NAMES = (
    ("", gettext_lazy("Nobody, or nothing is documented: stories of children stay out")),
    ("parent", gettext_lazy("A parent")),
    ("guardian", gettext_lazy("A guardian")),
    ("carer", gettext_lazy("A carer")),
)


class StoryUploadForm(forms.Form):
    """The files, and the body whose stories they are."""

    below: forms.ModelChoiceField[Any] = forms.ModelChoiceField(
        label=gettext_lazy("Whose stories they are"),
        queryset=None,
        help_text=gettext_lazy("The partner or organisation in whose round they belong."),
    )
    tables = FilesField(
        label=gettext_lazy("Files"),
        help_text=gettext_lazy(
            "A table alone, or with its definition or form, and a ZIP of its photos and voices. 10 MB at most together."
        ),
        error_messages={"required": gettext_lazy("Choose a file.")},
    )
    format = forms.ChoiceField(label=gettext_lazy("Format"), required=False)
    mapping = forms.FileField(
        label=gettext_lazy("Mapping"),
        required=False,
        help_text=gettext_lazy("A mapping that you kept from an earlier import, if you have one."),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        allowed = nodes_where(user=user, deed="round.change").exclude(kind="group")
        fields["below"].queryset = allowed.order_by("name", "id")
        found_out = ("", _("Found out by what is in the files"))
        fields["format"].choices = [found_out, *((name, each.name) for name, each in FORMATS.items())]
        fields["tables"].widget.attrs["accept"] = ".csv,.txt,.tsv,.xlsx,.json,.zip"
        fields["mapping"].widget.attrs["accept"] = ".json"

    def clean_mapping(self) -> StoryMapping | None:
        """The mapping that was sent along."""
        sent = self.cleaned_data.get("mapping")
        return _mapping(sent.read()) if sent else None


def _mapping(text: str | bytes) -> StoryMapping:
    try:
        return StoryMapping.from_text(text)
    except InvalidMapping as error:
        raise ValidationError(error.problems) from None


class StatementForm(forms.Form):
    """The mapping, the round, and what no file says: consent, voice, who collected."""

    mapping = forms.CharField(
        label=gettext_lazy("Mapping"),
        widget=forms.Textarea(attrs={"rows": 16, "spellcheck": "false", "dir": "ltr"}),
        help_text=gettext_lazy("Which column is what. Change it here, or keep it as a file and send it along."),
    )
    round = forms.ChoiceField(label=gettext_lazy("Round"))
    name = forms.CharField(label=gettext_lazy("Name of the new round"), required=False, max_length=200)
    starts_on = day_field(gettext_lazy("First day of the new round"))
    until_on = day_field(gettext_lazy("Day from which nothing is collected in it any more"))
    keep_until_on = day_field(gettext_lazy("Day from which its stories are erased"))
    documented = forms.CharField(
        label=gettext_lazy("Where the consent is documented"),
        max_length=DOCUMENTED_MAX,
        help_text=gettext_lazy(
            "Such as: signed forms in the folder of the office in Kisumu. It is kept with every story."
        ),
    )
    purposes = forms.MultipleChoiceField(
        label=gettext_lazy("What the tellers agreed to"), widget=forms.CheckboxSelectMultiple
    )
    visibility = forms.ChoiceField(label=gettext_lazy("Who may read the stories"), choices=VISIBILITY_NAMES)
    guardian = forms.ChoiceField(
        label=gettext_lazy("Who agreed for tellers who are children, beside themselves"),
        choices=GUARDIAN_NAMES,
        required=False,
    )
    role = forms.ChoiceField(label=gettext_lazy("Whose voices they are"), choices=ROLE_NAMES, required=False)
    language = forms.CharField(
        label=gettext_lazy("Language of the stories"),
        required=False,
        max_length=20,
        help_text=gettext_lazy("Such as sw, where no column says it."),
    )
    collected_by = forms.ChoiceField(label=gettext_lazy("How they were collected"), choices=COLLECTED_NAMES)
    facilitator = forms.EmailField(
        label=gettext_lazy("Facilitator who collected them all"),
        required=False,
        help_text=gettext_lazy("The address by which she signs in, where a facilitator asked and no column says who."),
    )
    collected_on = day_field(
        gettext_lazy("The day on which they were collected"), gettext_lazy("Where no column says it.")
    )
    prompt = forms.CharField(
        label=gettext_lazy("Prompt"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("Its code, where there are several and no column says which was answered."),
    )

    def __init__(
        self, *args: Any, node: Node, missing: tuple[str, ...], has_files: bool = False, **kwargs: Any
    ) -> None:
        """Args: has_files, whether photos and voices came with the table, to which consent can be stated."""
        super().__init__(*args, **kwargs)
        self.node, self.missing, self.has_files = node, missing, has_files
        fields: Any = self.fields
        rounds = Round.objects.filter(node=node, closed_at__isnull=True).order_by("-opened_at", "name")
        fields["round"].choices = [("", _("Open a new round")), *((str(each.id), each.name) for each in rounds)]
        fields["round"].required = False
        fields["purposes"].choices = [
            (name, _(p.words)) for name, p in PURPOSES.items() if has_files or not p.attachment
        ]

    def clean_mapping(self) -> str:
        """The mapping as it was typed, when it can be used."""
        text: str = self.cleaned_data["mapping"]
        _mapping(text)
        return text

    def clean_facilitator(self) -> User | None:
        """The user who collected the stories."""
        email = self.cleaned_data["facilitator"]
        found = User.objects.filter(email__iexact=email).first() if email else None
        if email and found is None:
            raise ValidationError(_("Nobody signs in by this address."))
        return found

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("round"):
            for name in ("name", "starts_on", "until_on", "keep_until_on"):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, _("A new round needs this."))
            if data.get("starts_on") and data.get("until_on") and data["until_on"] <= data["starts_on"]:
                self.add_error("until_on", _("It must be after the first day."))
            if data.get("keep_until_on") and data.get("until_on") and data["keep_until_on"] < data["until_on"]:
                self.add_error("keep_until_on", _("Stories are kept at least as long as they are collected."))
        if not self.errors:
            try:
                self.statement()
            except NotStated as error:
                raise ValidationError(error.problems) from None
        return data

    def statement(self) -> Statement:
        """What was stated. Raises: NotStated."""
        data = self.cleaned_data
        return Statement(
            documented=data["documented"],
            purposes=frozenset(data["purposes"]),
            visibility=data["visibility"],
            role=data["role"],
            collected_by=data["collected_by"],
            facilitator=data["facilitator"].id if data["facilitator"] else None,
            collected_on=data["collected_on"],
            language=data["language"].strip(),
            prompt=data["prompt"].strip(),
            guardian=data["guardian"],
            has_files=self.has_files,
            missing=self.missing,
        )

    def into(self) -> Into:
        """The round that is there, or the one to be opened."""
        data = self.cleaned_data
        if data["round"]:
            return Round.objects.select_related("framework_version", "node").get(id=UUID(data["round"]))
        languages = tuple(filter(None, (data["language"].strip(),)))
        return NewRound(self.node, data["name"], data["starts_on"], data["until_on"], data["keep_until_on"], languages)
