"""Opening a round: at which partner and with which framework, then when, in which languages, by whom, how many."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from uuid6 import uuid7

from egenmakt.apps.access.queries import require
from egenmakt.apps.people.models import Node
from egenmakt.apps.stories.frameworks import framework_of
from egenmakt.apps.stories.models import FrameworkVersion, Round
from egenmakt.apps.stories.queries.collecting import groups_below, may_collect, partners_for_rounds
from egenmakt.apps.stories.queries.rounds import frameworks_for
from egenmakt.apps.stories.services.rounds import (
    NotOurFramework,
    RoundClosed,
    add_facilitator,
    change_round,
    end_facilitator,
    open_round,
)
from egenmakt.core.signification.framework import Framework, words
from egenmakt.core.signification.rounds import InvalidTarget, Quota, RoundTarget
from egenmakt.interfaces.web import formats
from egenmakt.interfaces.web.fields import DateField
from egenmakt.interfaces.web.stories.findings import problem_sentence
from egenmakt.interfaces.web.stories.quota_words import choices, quota_word
from egenmakt.interfaces.web.stories.rounds import round_crumbs
from egenmakt.interfaces.web.templatetags.parts import own_name
from egenmakt.interfaces.web.writing import me

QUOTAS = ("sex", "age_band", "disability", "role")
KEEP_YEARS = 5
MORE_GROUPS = 3
"""How many empty lines there are for further quotas by group."""


class WhereForm(forms.Form):
    """At which partner, and with which framework."""

    node = forms.ChoiceField(label=_("At which partner?"))
    version = forms.ChoiceField(label=_("With which framework?"), required=False)


class RoundForm(forms.Form):
    """When, in which languages, by whom, and how many from whom."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    name = forms.CharField(label=_("Name of the round"), max_length=200, help_text=_("Such as “Spring 2026”."))
    starts_on = DateField(label=_("First day"))
    last_on = DateField(label=_("Last day"))
    keep_until_on = DateField(
        label=_("Erase the stories on"),
        help_text=_("On this day the stories of the round are erased, with everything that hangs on them."),
    )
    languages = forms.MultipleChoiceField(label=_("In which languages?"), widget=forms.CheckboxSelectMultiple)
    facilitators = forms.MultipleChoiceField(
        label=_("Who collects?"), widget=forms.CheckboxSelectMultiple, required=False
    )
    target = forms.IntegerField(label=_("How many stories?"), min_value=1, max_value=100_000, initial=70)
    is_moderated = forms.BooleanField(
        label=_("Somebody looks at each story before others may read it"), required=False, initial=True
    )

    def __init__(
        self, *, node: Node, framework: Framework, group_quotas: Mapping[str, int] | None = None, **options: Any
    ) -> None:
        """Args: group_quotas, how many from which groups, by their ids, as the round has it already."""
        super().__init__(**options)
        self.fields["languages"].choices = [(code, own_name(code)) for code in framework.languages]  # type: ignore[attr-defined]  # a choice field
        self.people = {str(user.id): user for user in may_collect(node=node)}
        self.fields["facilitators"].choices = [(id, user.name) for id, user in self.people.items()]  # type: ignore[attr-defined]  # as above
        self.quotas: list[tuple[str, str, str]] = []
        for by in QUOTAS:
            for value, said in choices(by, framework):
                name = f"quota-{by}-{value}"
                label = say("At least from: %(who)s (%(by)s)") % {"who": said, "by": quota_word(by)}
                self.fields[name] = forms.IntegerField(label=label, min_value=1, max_value=100_000, required=False)
                self.quotas.append((by, value, name))
        self.group_rows: list[tuple[str, str]] = []
        self._add_groups(node, group_quotas or {})

    def _add_groups(self, node: Node, already: Mapping[str, int]) -> None:
        """A line for each group of which some are wanted, and some lines more; there may be hundreds of groups."""
        listed = dict(groups_below(node_id=node.id))
        gone = Node.objects.filter(id__in=[id for id in already if id not in listed]).values_list("id", "name")
        listed |= {str(id): name for id, name in gone}
        if not listed:
            return
        given = [*already.items(), *[("", None)] * MORE_GROUPS]
        for number, (id, target) in enumerate(given, start=1):
            group, wanted = f"group-{number}", f"group-{number}-target"
            self.fields[group] = forms.ChoiceField(
                label=say("Group %(number)s") % {"number": formats.number_text(number)},
                choices=[("", say("No group")), *listed.items()],
                required=False,
                initial=id,
            )
            self.fields[wanted] = forms.IntegerField(
                label=say("Stories at least"), min_value=1, max_value=100_000, required=False, initial=target
            )
            self.group_rows.append((group, wanted))

    def plain(self) -> list[Any]:
        """The fields that every round has."""
        names = {name for _by, _value, name in self.quotas} | {name for row in self.group_rows for name in row}
        return [bound for bound in self if bound.name not in names]

    def quota_fields(self) -> list[Any]:
        """The fields of the quotas."""
        return [self[name] for _by, _value, name in self.quotas]

    def group_fields(self) -> list[tuple[Any, Any]]:
        """The lines of the quotas by group: which group, and how many."""
        return [(self[group], self[wanted]) for group, wanted in self.group_rows]

    def _group_quotas(self, cleaned: dict[str, Any]) -> list[dict[str, Any]]:
        found = []
        for group, wanted in self.group_rows:
            id, target = cleaned.get(group), cleaned.get(wanted)
            if id and target:
                found.append({"by": "group", "value": id, "target": target})
            elif id and wanted not in self.errors:
                self.add_error(wanted, _("How many stories are wanted from this group?"))
            elif target:
                self.add_error(group, _("From which group?"))
        return found

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        starts, last, keep = (cleaned.get(name) for name in ("starts_on", "last_on", "keep_until_on"))
        if starts and last and last < starts:
            self.add_error("last_on", _("The last day is before the first. Exchange them."))
        if last and keep and keep <= last:
            self.add_error("keep_until_on", _("The stories must be kept at least until the round is over."))
        wanted = [
            {"by": by, "value": value, "target": cleaned[name]} for by, value, name in self.quotas if cleaned.get(name)
        ]
        wanted = [*self._group_quotas(cleaned), *wanted]
        try:
            RoundTarget(cleaned.get("target") or 1, tuple(Quota(**each) for each in wanted))
        except InvalidTarget as problem:
            if cleaned.get("target"):
                for each in problem.problems:
                    self.add_error(None, problem_sentence(each))
        cleaned["quotas"] = wanted
        return cleaned


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def open_new(request: HttpRequest) -> HttpResponse:
    """Choose partner and framework, then open the round."""
    partners = {str(node.id): node for node in partners_for_rounds(user=request.user)}
    where = WhereForm(request.GET or None)
    where.fields["node"].choices = [(id, node.name) for id, node in partners.items()]  # type: ignore[attr-defined]  # a choice field
    node = partners.get(request.GET.get("node", ""))
    versions = list(frameworks_for(user=request.user, node_id=node.id)) if node else []
    where.fields["version"].choices = [(str(version.id), version_name(version)) for version in versions]  # type: ignore[attr-defined]  # as above
    where.fields["version"].required = bool(node)
    if node is None:
        del where.fields["version"]
    version = next((each for each in versions if str(each.id) == request.GET.get("version")), None)
    base = {"title": say("Open a round"), "crumbs": round_crumbs(), "partners": partners, "node": node}
    if node is None or version is None:
        context = {**base, "form": where, "versions": versions, "framework_new": reverse("story_frameworks")}
        return render(request, "web/stories/rounds/where.html", context)
    return _details(request, node, version, base)


def version_name(version: FrameworkVersion) -> str:
    """A framework's title in the reader's language, with the number of the version."""
    framework = framework_of(version=version)
    title = words(framework.title, formats.reader(), framework.source)
    return say("%(title)s, version %(number)s") % {"title": title, "number": version.number}


def _details(request: HttpRequest, node: Node, version: FrameworkVersion, base: dict[str, Any]) -> HttpResponse:
    framework = framework_of(version=version)
    today = timezone.now().date()
    initial = {
        "id": uuid7(),
        "starts_on": today,
        "last_on": today + timedelta(days=30),
        "keep_until_on": today.replace(year=today.year + KEEP_YEARS, day=min(today.day, 28)),
        "languages": [framework.source],
    }
    form = RoundForm(node=node, framework=framework, data=request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            round = open_round(
                id=UUID(str(data["id"])),
                framework_version=version,
                node=node,
                name=data["name"],
                starts_on=data["starts_on"],
                until_on=data["last_on"] + timedelta(days=1),
                keep_until_on=data["keep_until_on"],
                languages=data["languages"],
                target=data["target"],
                quotas=data["quotas"],
                facilitators=[form.people[id] for id in data["facilitators"]],
                is_moderated=data["is_moderated"],
                by=me(request),
                at=timezone.now(),
            )
        except NotOurFramework as problem:
            form.add_error(None, str(problem))
        else:
            return redirect("story_round", round.id)
    context = {**base, "form": form, "version_name": version_name(version), "is_draft": version.frozen_at is None}
    return render(request, "web/stories/rounds/new.html", context, status=422 if form.errors else 200)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """Change a round that is open: its name, its days, its target and quotas, and who collects."""
    round = get_object_or_404(Round.objects.select_related("node", "framework_version"), id=round_id)
    require(user=me(request), deed="round.change", node_id=round.node_id)
    collecting = {each.user_id: each.user for each in round.facilitators.filter(ended_at=None).select_related("user")}
    initial = {
        "id": round.id,
        "name": round.name,
        "starts_on": round.starts_on,
        "last_on": round.until_on - timedelta(days=1),
        "keep_until_on": round.keep_until_on,
        "languages": round.languages,
        "facilitators": [str(id) for id in collecting],
        "target": round.target,
        **{f"quota-{quota['by']}-{quota['value']}": quota["target"] for quota in round.quotas},
    }
    framework = framework_of(version=round.framework_version)
    by_group = {quota["value"]: quota["target"] for quota in round.quotas if quota["by"] == "group"}
    form = RoundForm(
        node=round.node, framework=framework, group_quotas=by_group, data=request.POST or None, initial=initial
    )
    form.people |= {str(id): user for id, user in collecting.items()}
    form.fields["facilitators"].choices = [(id, user.name) for id, user in form.people.items()]  # type: ignore[attr-defined]  # a choice field
    # what was asked from the first day on stays: when it began, and whether stories wait for somebody
    form.fields["starts_on"].disabled = True
    del form.fields["is_moderated"]
    if request.method == "POST" and form.is_valid():
        return _changed(request, round, form, set(map(str, collecting)))
    context = {
        "title": say("Change the round"),
        "crumbs": round_crumbs(round),
        "node": round.node,
        "form": form,
        "version_name": version_name(round.framework_version),
        "deed": say("Keep the changes"),
    }
    return render(request, "web/stories/rounds/new.html", context, status=422 if form.errors else 200)


def _changed(request: HttpRequest, round: Round, form: RoundForm, before: set[str]) -> HttpResponse:
    data, by, at = form.cleaned_data, me(request), timezone.now()
    try:
        with transaction.atomic():
            change_round(
                round=round,
                by=by,
                at=at,
                name=data["name"],
                until_on=data["last_on"] + timedelta(days=1),
                keep_until_on=data["keep_until_on"],
                target=data["target"],
                quotas=data["quotas"],
                languages=data["languages"],
            )
            for id in data["facilitators"]:
                if id not in before:
                    add_facilitator(round=round, user=form.people[id], by=by, at=at)
            for id in before - set(data["facilitators"]):
                end_facilitator(round=round, user=form.people[id], by=by, at=at)
    except RoundClosed as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, say("The round is changed."))
    return redirect("story_round", round.id)


urlpatterns: list[URLPattern] = [
    path("rounds/new/", open_new, name="story_round_new"),
    path("rounds/<uuid:round_id>/change/", change, name="story_round_change"),
]
