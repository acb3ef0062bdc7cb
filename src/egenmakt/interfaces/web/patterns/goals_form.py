"""More like these, fewer like those: saving a region of answers as a goal, from the page that shows it."""

from __future__ import annotations

from contextlib import suppress
from itertools import pairwise
from typing import Any
from uuid import UUID

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from uuid6 import uuid7

from egenmakt.apps.people.models import Node
from egenmakt.apps.stories.models import Framework, StoryGoal
from egenmakt.apps.stories.queries.patterns import goal_nodes
from egenmakt.apps.stories.services.goals import GoalEnded, end_goal, set_goal
from egenmakt.core.patterns.regions import Goal
from egenmakt.core.patterns.table import ChoiceColumn, ScaleColumn, SeveralColumn, TriadColumn
from egenmakt.core.patterns.triads import ZONES
from egenmakt.interfaces.web import formats
from egenmakt.interfaces.web.patterns import blocks
from egenmakt.interfaces.web.patterns.blocks import Block
from egenmakt.interfaces.web.patterns.selection import Reading, read, region_of
from egenmakt.interfaces.web.patterns.sentences import number
from egenmakt.interfaces.web.patterns.words import voice_word
from egenmakt.interfaces.web.writing import me


class GoalForm(forms.Form):
    """Of which stories there should be more or fewer, for whose stories, and at which body."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    wanted = forms.ChoiceField(
        label=gettext_lazy("What do you want?"),
        widget=forms.RadioSelect,
        choices=[
            ("more", gettext_lazy("More stories like these")),
            ("fewer", gettext_lazy("Fewer stories like these")),
        ],
        initial="more",
    )
    mark = forms.ChoiceField(label=gettext_lazy("Which answers?"))
    voice = forms.ChoiceField(label=gettext_lazy("Whose stories"))
    node = forms.ChoiceField(label=gettext_lazy("Whose goal is it?"))
    words = forms.CharField(
        label=gettext_lazy("Why?"),
        required=False,
        max_length=500,
        help_text=gettext_lazy("Read by everybody who sees these patterns. Write no names."),
    )

    def __init__(self, reading: Reading, code: str, nodes: list[Node], data: Any = None) -> None:
        super().__init__(data, initial={"id": uuid7()}, auto_id="id_goal_%s")
        for name, choices in (
            ("mark", region_choices(reading, code)),
            ("voice", [(voice, voice_word(voice)) for voice in reading.selection.voices]),
            ("node", [(str(node.id), formats.isolated_text(node.name)) for node in nodes]),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices


def region_choices(reading: Reading, code: str) -> list[tuple[str, str]]:
    """The regions of a question that can be a goal: its options, thirds of its scale, zones of its triad."""
    column = reading.selection.whole.columns[code]
    if isinstance(column, (ChoiceColumn, SeveralColumn)):
        return [(option, reading.words.mark(code, option)) for option in column.options]
    if isinstance(column, ScaleColumn):
        third = (column.high - column.low) / 3
        edges = [column.low + third * step for step in range(4)]
        return [(f"{a:.6g}–{b:.6g}", f"{number(a, 0)}–{number(b, 0)}") for a, b in pairwise(edges)]
    if isinstance(column, TriadColumn):
        return [(f"zone:{zone}", reading.words.zone(code, zone)) for zone in ZONES]
    return []


def region_words(reading: Reading, goal: StoryGoal) -> str:
    """The region of a goal in words."""
    region, code = goal.region, str(goal.region["question"])
    if options := region.get("options"):
        answers = ", ".join(reading.words.mark(code, str(option)) for option in options)
    elif zones := region.get("zones"):
        answers = ", ".join(reading.words.zone(code, str(zone)) for zone in zones)
    else:
        answers = f"{number(float(region.get('low', 0)), 0)}–{number(float(region.get('high', 0)), 0)}"
    return f"{reading.words.question(code)}: {answers}"


def blocks_for(request: HttpRequest, reading: Reading, code: str) -> list[Block]:
    """The form for a goal, for who may set one; nothing for others. One query."""
    nodes = goal_nodes(user=request.user, node_ids=[each.node_id for each in reading.selection.rounds])
    if not nodes or not region_choices(reading, code) or not reading.selection.voices:
        return []
    form = GoalForm(reading, code, nodes)
    return [
        blocks.form(
            form,
            url=reverse("pattern_goal_set", args=[reading.framework_id, code]),
            deed=_("Save the goal"),
            title=_("More like these, fewer like those"),
        )
    ]


@login_required
@require_POST
def save(request: HttpRequest, framework_id: UUID, code: str) -> HttpResponse:
    """Save a goal, and go to where it is followed."""
    reading = read(request, framework_id)
    if code not in reading.selection.whole.columns:
        raise Http404(code)
    nodes = goal_nodes(user=request.user, node_ids=[each.node_id for each in reading.selection.rounds])
    form = GoalForm(reading, code, nodes, data=request.POST)
    if not form.is_valid():
        context = {
            "title": _("More like these, fewer like those"),
            "crumbs": blocks.crumbs(reading),
            "form": form,
            "deed": _("Save the goal"),
            "url": request.path,
        }
        return render(request, "web/patterns/form.html", context, status=422)
    given = form.cleaned_data
    region = region_of(code, given["mark"])
    assert region is not None
    set_goal(
        id=given["id"],
        framework=get_object_or_404(Framework, id=framework_id),
        node=next(node for node in nodes if str(node.id) == given["node"]),
        goal=Goal(region, given["wanted"]),
        voice=given["voice"],
        words=given["words"],
        by=me(request),
        at=timezone.now(),
    )
    return redirect("pattern_goals", framework_id)


@login_required
@require_POST
def end(request: HttpRequest, framework_id: UUID, goal_id: UUID) -> HttpResponse:
    """Follow a goal no longer."""
    goal = get_object_or_404(StoryGoal, id=goal_id, framework_id=framework_id)
    with suppress(GoalEnded):  # somebody else was faster; what was wanted is done
        end_goal(goal=goal, by=me(request), at=timezone.now())
    return redirect("pattern_goals", framework_id)


urlpatterns: list[URLPattern] = [
    path("patterns/<uuid:framework_id>/question/<slug:code>/goal/", save, name="pattern_goal_set"),
    path("patterns/<uuid:framework_id>/goals/<uuid:goal_id>/end/", end, name="pattern_goal_end"),
]
