"""The filters of a page of patterns: partner, country, round, voice, language, and an answer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from egenmakt.core.patterns.table import ChoiceColumn, SeveralColumn
from egenmakt.core.patterns.voices import TOGETHER
from egenmakt.interfaces.web import formats
from egenmakt.interfaces.web.patterns.selection import Reading, Selection
from egenmakt.interfaces.web.patterns.words import FrameworkWords, voice_word
from egenmakt.interfaces.web.templatetags.parts import own_name

Choices = list[tuple[str, Any]]


class FilterForm(forms.Form):
    """What the reader may narrow the page by. Only fields with something to choose are there."""

    voice = forms.ChoiceField(label=gettext_lazy("Whose stories"), required=False)
    round = forms.ChoiceField(label=gettext_lazy("Round"), required=False)
    partner = forms.ChoiceField(label=gettext_lazy("Partner"), required=False)
    country = forms.ChoiceField(label=gettext_lazy("Country"), required=False)
    language = forms.ChoiceField(label=gettext_lazy("Told in"), required=False)
    only = forms.ChoiceField(label=gettext_lazy("Only those who answered"), required=False)

    kept: tuple[tuple[str, str], ...] = ()
    """What else stands in the address and stays there."""
    is_narrowed: bool = False

    @classmethod
    def of(cls, request: HttpRequest, reading: Reading) -> FilterForm:
        """The filters as this reader may set them, with what is set now."""
        selection = reading.selection
        names = tuple(selection.filters.__dataclass_fields__)
        form = cls(initial={name: getattr(selection.filters, name) for name in names})
        choices = _choices(selection, reading.words)
        for name in names:
            if len(choices[name]) > 2 or (name == "voice" and len(choices[name]) > 1):
                field = form.fields[name]
                assert isinstance(field, forms.ChoiceField)
                field.choices = choices[name]
            else:
                del form.fields[name]
        form.kept = tuple((key, value) for key, values in request.GET.lists() for value in values if key not in names)
        form.is_narrowed = any(getattr(selection.filters, name) for name in names)
        return form

    @property
    def first(self) -> Any:
        """The field that is always in sight."""
        return self["voice"] if "voice" in self.fields else None

    @property
    def further(self) -> list[Any]:
        """The fields that open on demand."""
        return [bound for bound in self if bound.name != "voice"]

    @property
    def is_further_narrowed(self) -> bool:
        """Whether one of those is set."""
        return any(bound.initial for bound in self.further)


def _choices(selection: Selection, words: FrameworkWords) -> dict[str, Choices]:
    everything: Choices = [("", _("All"))]
    voices: Choices = [("", _("Each voice by itself, side by side"))]
    voices += [(voice, voice_word(voice)) for voice in selection.voices]
    if len(selection.voices) > 1:
        voices.append((TOGETHER, _("All voices added together")))
    rounds = everything + [
        (str(each.id), f"{formats.isolated_text(each.name)} · {formats.isolated_text(each.partner)}")
        for each in selection.rounds
    ]
    readable = [each for each in selection.rounds if each.may_read]
    partners = dict(sorted(((str(e.node_id), formats.isolated_text(e.partner)) for e in readable), key=lambda p: p[1]))
    countries = dict(sorted({(e.country, e.country_name) for e in readable if e.country}, key=lambda p: p[1]))
    free = selection.is_free
    return {
        "voice": voices,
        "round": rounds,
        "partner": everything + list(partners.items()) if readable else [],
        "country": everything + list(countries.items()) if readable else [],
        "language": everything + [(name, own_name(name)) for name in selection.data.languages.names] if free else [],
        "only": everything + _answers(selection, words) if free else [],
    }


def _answers(selection: Selection, words: FrameworkWords) -> Choices:
    return [
        (words.question(code), [(f"{code}:{option}", words.mark(code, option)) for option in column.options])
        for code, column in selection.whole.columns.items()
        if isinstance(column, (ChoiceColumn, SeveralColumn))
    ]
