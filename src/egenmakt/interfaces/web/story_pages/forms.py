"""The forms with which something is put beside a story, or decided about it."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from egenmakt.core.signification.framework import Framework
from egenmakt.core.signification.question import words
from egenmakt.core.signification.story import TEXT_MAX, TITLE_MAX
from egenmakt.interfaces.web import formats
from egenmakt.interfaces.web.templatetags.parts import own_name

LANGUAGES: Final = ("en", "sv", "sw", "fr", "es", "pt", "ar", "hi", "ne", "am", "so", "ny", "bem", "ro", "uk")
"""Offered for translations beside the languages of the round."""


class WithId(forms.Form):
    """A form whose id was made when it was shown: sending it twice does it once."""

    id = forms.UUIDField(widget=forms.HiddenInput)

    @property
    def id_sent(self) -> UUID:
        found: UUID = self.cleaned_data["id"]
        return found


class AnnotationForm(WithId):
    """A note beside a story: words, perhaps about one question, perhaps with another class."""

    words = forms.CharField(
        label=_("Your note"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"})
    )
    question = forms.ChoiceField(label=_("About which question"), required=False)
    option = forms.ChoiceField(label=_("How you would have classed the change yourself"), required=False)

    def __init__(self, data: Any, *, framework: Framework, **options: Any) -> None:
        super().__init__(data, **options)
        reader = formats.reader()
        self.kind = next((each for each in framework.questions if each.type == "change_type"), None)
        questions = [(each.code, words(each.text, reader, framework.source)) for each in framework.questions]
        self._choose("question", _("The whole story"), questions)
        kinds = self.kind.options if self.kind else ()
        self._choose(
            "option", _("I say nothing about that"), [(k.code, words(k.text, reader, framework.source)) for k in kinds]
        )

    def _choose(self, name: str, none: Any, found: list[tuple[str, str]]) -> None:
        self.fields[name].choices = [("", none), *found]  # type: ignore[attr-defined]  # both are choices

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if not found.get("words", "").strip() and not found.get("option"):
            self.add_error("words", _("Write a note, or say how you would have classed the change."))
        return found

    def what(self) -> dict[str, Any]:
        """The question and the answer of the note, as they are kept."""
        option = self.cleaned_data["option"]
        if option and self.kind:
            return {"question": self.kind.code, "answer": {"value": [option]}}
        return {"question": self.cleaned_data["question"], "answer": None}


class TranslationForm(WithId):
    """A translation beside the teller's own words."""

    language = forms.ChoiceField(label=_("Into which language"))
    title = forms.CharField(
        label=_("Title"), required=False, max_length=TITLE_MAX, widget=forms.TextInput(attrs={"dir": "auto"})
    )
    text = forms.CharField(
        label=_("Text"), max_length=TEXT_MAX, strip=False, widget=forms.Textarea(attrs={"rows": 12, "dir": "auto"})
    )
    made_with = forms.CharField(
        label=_("Program and version, if a machine made it"),
        required=False,
        max_length=200,
        help_text=_("Leave it empty when a person translated. Only stories whose teller allows it go to a machine."),
    )

    def __init__(self, data: Any, *, known: list[str], own: str, **options: Any) -> None:
        super().__init__(data, **options)
        codes = [code for code in dict.fromkeys((*known, *LANGUAGES)) if code != own]
        self.fields["language"].choices = [(code, own_name(code)) for code in codes]  # type: ignore[attr-defined]  # so


class DecisionForm(WithId):
    """What is decided about a story, and why."""

    decision = forms.ChoiceField(
        label=_("What do you decide?"),
        widget=forms.RadioSelect,
        choices=[
            ("approve", _("Approve: those whom the teller lets may read it")),
            ("set_aside", _("Set aside: it is not shown and not counted, and not erased")),
            ("wait", _("Let it wait: something must be found out first")),
        ],
    )
    reason = forms.CharField(
        label=_("Why"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        help_text=_("Needed unless you approve: whoever collected the story should be able to learn from it."),
    )


class FlagForm(forms.Form):
    """Why somebody may come to harm."""

    concern = forms.CharField(
        label=_("Who may come to harm, and how?"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"}),
        help_text=_("Only the person named for safeguarding reads this."),
    )


class OutcomeForm(forms.Form):
    """What was done before a story is seen again."""

    outcome = forms.CharField(
        label=_("What was done?"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"})
    )


class SettleForm(forms.Form):
    """Why a document that was not accepted needs no more work."""

    words = forms.CharField(
        label=_("What did you find out?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        help_text=_("Such as: the second phone had sent an earlier version. Write no names."),
    )


class TakeBackForm(forms.Form):
    """How the teller asked for it. Choices alone: this is remembered, and so must not be able to name anybody."""

    asked = forms.ChoiceField(
        label=_("How were you asked?"),
        widget=forms.RadioSelect,
        choices=[
            ("in_person", _("The teller said it to us")),
            ("by_phone", _("By phone")),
            ("in_writing", _("In writing")),
            ("through_somebody", _("Through somebody whom the teller sent")),
            ("by_guardian", _("By a parent, guardian or carer of a child")),
        ],
    )
