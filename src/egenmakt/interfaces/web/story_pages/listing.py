"""The list of stories: searched by words of any language, narrowed, and as quick on its last page as on its first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache

from egenmakt.apps.access.queries import AnyUser, nodes_where
from egenmakt.apps.stories.frameworks import framework_of
from egenmakt.apps.stories.models import Masking, Round, Story
from egenmakt.apps.stories.queries.listing import (
    IDS_MAX,
    StoryFilter,
    latest_maskings,
    listed_stories,
    rounds_to_choose,
    whole_stories,
)
from egenmakt.apps.stories.services.beside import text_sha256
from egenmakt.core.signification.framework import Framework
from egenmakt.core.signification.question import words
from egenmakt.interfaces.web import formats
from egenmakt.interfaces.web.paging import Page, keyset_page
from egenmakt.interfaces.web.parts import Column, Row, Table
from egenmakt.interfaces.web.reading import badge_cell, read_uuid, reading_page, short_day
from egenmakt.interfaces.web.story_pages.waiting import story_tabs
from egenmakt.interfaces.web.story_pages.words import (
    STATES,
    VOICES,
    kind_text,
    language_text,
    voice_text,
    when_text,
)

ORDERS = {"": ("-received_at", "-id"), "-received": ("-received_at", "-id"), "received": ("received_at", "id")}
TEST = "test"


class FilterForm(forms.Form):
    """What the list is narrowed by; everything may be left open."""

    q = forms.CharField(
        label=gettext_lazy("Words in the story or its translations"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search", "dir": "auto"}),
    )
    round = forms.ChoiceField(label=gettext_lazy("Round"), required=False)
    voice = forms.ChoiceField(label=gettext_lazy("Voice"), required=False)
    language = forms.ChoiceField(label=gettext_lazy("Language"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Type of change"), required=False)
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)

    def __init__(self, data: Any, *, rounds: Sequence[Round], decides: bool) -> None:
        super().__init__(data)
        all_of_them = ("", _("All"))
        frameworks = _frameworks(rounds)
        languages = sorted({language for round in rounds for language in round.languages})
        states = [(code, words) for code, (words, _kind) in STATES.items()] if decides else []
        choices: dict[str, list[tuple[str, Any]]] = {
            "round": [(str(each.id), formats.isolated_text(f"{each.name}, {each.node.name}")) for each in rounds],
            "voice": list(VOICES.items()),
            "language": [(code, language_text(code)) for code in languages],
            "kind": _kinds(frameworks),
            "state": [*states, (TEST, _("Told to try the form"))],
        }
        for name, found in choices.items():
            self.fields[name].choices = [all_of_them, *found]  # type: ignore[attr-defined]  # each is a choice

    def chosen(self, ids: tuple[UUID, ...]) -> StoryFilter:
        """The filter that was chosen; what is no choice narrows nothing."""
        self.is_valid()
        found = self.cleaned_data
        question, _slash, option = found.get("kind", "").partition("/")
        state = found.get("state", "")
        return StoryFilter(
            round_id=read_uuid(found.get("round", "")),
            voice=found.get("voice", ""),
            language=found.get("language", ""),
            kind=(question, option) if option else None,
            state="" if state == TEST else state,
            mode=TEST if state == TEST else "real",
            words=found.get("q", ""),
            ids=ids,
        )


def _frameworks(rounds: Sequence[Round]) -> list[Framework]:
    """The frameworks of the rounds, the latest first, each version once."""
    versions = {each.framework_version_id: each.framework_version for each in rounds}
    return [framework_of(version=version) for version in versions.values()]


def _kinds(frameworks: Sequence[Framework]) -> list[tuple[str, str]]:
    """Every type of change that was asked for, in the words of the latest version that has it."""
    found: dict[str, str] = {}
    for framework in frameworks:
        for question in framework.questions:
            for option in question.options if question.type == "change_type" else ():
                text = words(option.text, formats.reader(), framework.source)
                found.setdefault(f"{question.code}/{option.code}", text)
    return list(found.items())


@never_cache
@reading_page
def stories(request: HttpRequest) -> HttpResponse:
    """The stories that the reader may open. The list itself shows no words but covered ones."""
    rounds = rounds_to_choose(user=request.user)
    decides = nodes_where(user=request.user, deed="story.moderate").exists()
    form = FilterForm(request.GET, rounds=rounds, decides=decides)
    ids = _ids(request.GET.getlist("ids"))
    chosen = form.chosen(ids)
    found = listed_stories(user=request.user, chosen=chosen)
    order = ORDERS.get(request.GET.get("sort", ""), ORDERS[""])
    keys = keyset_page(found, order=order, query=request.GET)
    page: Page[Story] = replace(keys, rows=whole_stories(ids=[story.id for story in keys.rows]))
    is_narrowed = bool(ids or any(value for name, value in form.cleaned_data.items() if name in form.fields))
    context = {
        "title": _("Stories"),
        "tabs": story_tabs(request),
        "form": form,
        "page": page,
        "table": table_of(page.rows, caption=_("Stories"), is_sorted=True),
        "is_narrowed": is_narrowed,
        "is_searched": bool(chosen.words.strip()),
        "covered_only": bool(chosen.words.strip()) and not may_read_names(request.user),
        "named": _named(ids),
        "ids": ids,
        "has_rounds": bool(rounds),
        "clear_url": reverse("stories"),
    }
    return render(request, "web/story_pages/list.html", context)


def may_read_names(user: AnyUser) -> bool:
    """Whether a reader sees stories with names anywhere, or those that she wrote down herself."""
    deeds = ("story.read_personal", "story.read_own")
    return any(nodes_where(user=user, deed=deed).exists() for deed in deeds)


def _ids(texts: Sequence[str]) -> tuple[UUID, ...]:
    """The stories that the address names, by commas or one by one; what is no id is left out."""
    found = (read_uuid(part.strip()) for text in texts for part in text.split(","))
    return tuple(dict.fromkeys(id for id in found if id))[:IDS_MAX]


def _named(ids: Sequence[UUID]) -> str:
    if not ids:
        return ""
    count = formats.number_text(len(ids))
    return ngettext(
        "Of %(count)s story that was chosen elsewhere, it is shown if you may read it.",
        "Of %(count)s stories that were chosen elsewhere, those are shown that you may read.",
        len(ids),
    ) % {"count": count}


def table_of(stories: Sequence[Story], *, caption: str, is_sorted: bool = False, url: str = "story") -> Table:
    """Stories as rows: a covered title where there is one, and the teller's own class; no other word of theirs."""
    maskings = latest_maskings(stories=stories)
    columns = [
        Column(_("Story")),
        Column(_("Happened")),
        Column(_("Voice")),
        Column(_("Language")),
        Column(_("Round")),
        Column(_("Received"), sort_key="received" if is_sorted else ""),
        Column(_("State")),
    ]
    rows = [
        Row(
            [
                heading_of(story, maskings.get(story.id)),
                when_text(story.told_of),
                voice_text(story.voice),
                format_html('<span lang="{}">{}</span>', story.language, language_text(story.language)),
                formats.isolated(f"{story.round.name}, {story.node.name}"),
                short_day(story.received_at.date()),
                state_cell(story),
            ],
            url=reverse(url, args=[story.id]),
        )
        for story in stories
    ]
    return Table(caption=caption, columns=columns, rows=rows)


def heading_of(story: Story, masking: Masking | None) -> object:
    """What a row of the list is called: the covered title, or else the type of change in the reader's language."""
    kind = kind_text(framework_of(version=story.framework_version), story.answers)
    title = covered_title(story, masking)
    if not title:
        return kind
    direction = formats.text_direction(story.language)
    return format_html(
        '<span lang="{}" dir="{}">{}</span> <span class="soft small">{}</span>', story.language, direction, title, kind
    )


def covered_title(story: Story, masking: Masking | None) -> str:
    """The title with the masks that were accepted for just this text; nothing without them."""
    if masking is None or masking.text_sha256 != text_sha256(title=story.title, text=story.text):
        return ""
    title = story.title
    for mask in sorted(masking.masks, key=lambda each: -int(each["start"])):
        if mask["field"] == "title":
            title = title[: mask["start"]] + mask["replacement"] + title[mask["end"] :]
    return title


def state_cell(story: Story) -> object:
    """How far the story has come, as a word and a shape."""
    if story.mode == Story.Mode.TEST:
        return badge_cell(_("Only to try the form"), "info")
    text, kind = STATES[story.state]
    return badge_cell(text, kind)
