"""A group's constitution: its clauses in words, its versions and what differs, and adopting a new one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods
from uuid6 import uuid7

from egenmakt.apps.access.queries import may
from egenmakt.apps.groups.models import ConstitutionVersion, SavingsGroup
from egenmakt.apps.groups.services.setup import NotVoted, adopt_constitution
from egenmakt.core.meetings.fields import Vote
from egenmakt.core.savings.constitution import (
    Constitution,
    FrozenInMidCycle,
    InvalidConstitution,
    changes,
)
from egenmakt.core.savings.templates import TEMPLATES, spoken_rules
from egenmakt.interfaces.web.meeting_sheets import Block, GridRow, whole_field
from egenmakt.interfaces.web.parts import Crumb
from egenmakt.interfaces.web.rules_form import SECTIONS, WHERE, RulesForm, VoteForm
from egenmakt.interfaces.web.rules_words import RULE_NAMES, TEMPLATE_WORDS
from egenmakt.interfaces.web.writing import crumbs, group_of, me

PRESENT = "present"


class BeginForm(forms.Form):
    """What to start from: the present rules, or a template with the size of one small saving."""

    start = forms.ChoiceField(label=_("Start from"), widget=forms.RadioSelect)
    scale = whole_field(
        _("One small saving, in whole units of the currency"),
        least=1,
        most=10_000_000,
        initial=100,
        help_text=_("For a template: such as 100 for KES or 10 for INR. All its amounts follow from it."),
    )

    def __init__(self, *, has_present: bool, **options: Any) -> None:
        super().__init__(**options)
        listed = list(TEMPLATE_WORDS.items())
        present = [(PRESENT, _("The rules that are in force now"))] if has_present else []
        self.fields["start"].choices = present + listed  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["start"].initial = PRESENT if has_present else listed[0][0]


def _versions(group: SavingsGroup) -> list[ConstitutionVersion]:
    return list(ConstitutionVersion.objects.filter(group=group).order_by("-number"))


def _differences(old: Constitution, new: Constitution) -> list[dict[str, Any]]:
    """Each rule that differs, in words before and after."""
    found = []
    for name, _before, _after in changes(old, new):
        if name == "clauses":
            continue
        before, after = old.clause_for(name).words, new.clause_for(name).words
        found.append({"name": RULE_NAMES.get(name, name), "before": before, "after": after})
    before_words = {clause.rule: clause.words for clause in old.clauses}
    changed = {name for name, _before, _after in changes(old, new)}
    for clause in new.clauses:
        if clause.rule not in changed and before_words.get(clause.rule, clause.words) != clause.words:
            name = RULE_NAMES.get(clause.rule, clause.rule)
            found.append({"name": name, "before": before_words[clause.rule], "after": clause.words})
    return found


@never_cache
@login_required
@require_GET
def constitution(request: HttpRequest, group_id: UUID) -> HttpResponse:
    """The rules in words, all versions, and what each changed."""
    group = group_of(request, group_id, deed="group.read")
    versions = _versions(group)
    number = request.GET.get("version", "")
    chosen = next((v for v in versions if str(v.number) == number), versions[0] if versions else None)
    if number and (chosen is None or str(chosen.number) != number):
        raise Http404
    context: dict[str, Any] = {
        "group": group,
        "title": _("Constitution"),
        "crumbs": crumbs(group),
        "versions": versions,
        "chosen": chosen,
        "may_adopt": may(user=me(request), deed="constitution.change", node_id=group.id),
        "adopt_url": reverse("constitution_adopt", args=[group.id]),
    }
    if chosen:
        rules = Constitution.from_json(chosen.rules)
        earlier = next((v for v in versions if v.number == chosen.number - 1), None)
        context["clauses"] = _clauses(rules)
        context["earlier"] = earlier
        context["differences"] = _differences(Constitution.from_json(earlier.rules), rules) if earlier else []
    return render(request, "web/rules/constitution.html", context)


def _clauses(rules: Constitution) -> list[dict[str, Any]]:
    written = list(rules.clauses) or [rules.clause_for(rule) for rule in spoken_rules(rules)]
    return [{"number": x.number, "name": RULE_NAMES.get(x.rule, x.rule), "words": x.words} for x in written]


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def adopt(request: HttpRequest, group_id: UUID) -> HttpResponse:
    """Choose what to start from; then all rules in one form, and the vote."""
    group = group_of(request, group_id, deed="constitution.change")
    versions = _versions(group)
    present = Constitution.from_json(versions[0].rules) if versions else None
    context = {
        "group": group,
        "title": _("Adopt rules"),
        "crumbs": crumbs(group, Crumb(say("Constitution"), reverse("constitution", args=[group.id]))),
    }
    base = _base(request, group, present)
    if base is None:
        asked = request.GET if "start" in request.GET else None
        form = BeginForm(has_present=present is not None, data=asked)
        context |= {"form": form}
        return render(
            request, "web/rules/begin.html", context, status=422 if form.is_bound and not form.is_valid() else 200
        )
    data = request.POST if request.method == "POST" else None
    initial = {"adopted_on": timezone.localdate(), "votes_for": group.memberships.filter(status="active").count()}
    rules, vote = RulesForm(base=base, data=data), VoteForm(data=data, initial=initial)
    if request.method == "POST" and all([rules.is_valid(), vote.is_valid()]):
        version = _adopt(request, group, present, rules, vote)
        if version is not None:
            messages.success(
                request, _("Version %(number)s of the constitution is adopted.") % {"number": version.number}
            )
            return redirect("constitution", group.id)
    context |= {
        "rules": rules,
        "vote": vote,
        "sections": _sections(rules),
        "words": [name for name in rules.fields if name.startswith("words-")],
        "id": request.POST.get("id") or str(uuid7()),
    }
    return render(request, "web/rules/adopt.html", context, status=422 if rules.errors or vote.errors else 200)


def _base(request: HttpRequest, group: SavingsGroup, present: Constitution | None) -> Constitution | None:
    """The constitution to start from, or nothing as long as that is not chosen."""
    start, scale = request.GET.get("start", ""), request.GET.get("scale", "100")
    if start == PRESENT:
        return present
    is_size = scale.isdigit() and 1 <= int(scale) <= 10_000_000
    if start not in TEMPLATES or not is_size:
        return None
    return TEMPLATES[start](group.currency, int(scale))


def _adopt(
    request: HttpRequest, group: SavingsGroup, present: Constitution | None, form: RulesForm, vote: VoteForm
) -> ConstitutionVersion | None:
    """Adopt what the form says; faults go to their fields."""
    votes = vote.cleaned_data
    try:
        new = form.with_clauses(Constitution.from_json(form.document()))
        return adopt_constitution(
            id=_id(request),
            group=group,
            rules=new.to_json(),
            adopted_on=votes["adopted_on"],
            vote=Vote(votes["votes_for"], votes["votes_against"], votes["votes_abstained"]),
            by=me(request),
            at=timezone.now(),
        )
    except InvalidConstitution as error:
        for name, sentence in error.errors:
            _blame(form, name, sentence)
    except FrozenInMidCycle as error:
        for name, _sentence in error.refusals:
            clause = present.clause_for(name) if present else None
            values = {"number": clause.number if clause else "", "words": clause.words if clause else ""}
            text = say("This stands until the cycle is closed. Clause %(number)s: “%(words)s”") % values
            _blame(form, name, text)
    except NotVoted as error:
        vote.add_error("votes_for", str(error))
    return None


def _id(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("id", ""))
    except ValueError:
        return uuid7()


def _blame(form: RulesForm, rule: str, sentence: str) -> None:
    name = WHERE.get(rule, rule)
    form.add_error(name if name in form.fields else None, sentence)


def _sections(form: RulesForm) -> list[Block]:
    """The form in the order in which it is read."""
    blocks = [Block("fields", title, names=list(names)) for title, names in SECTIONS]
    steps = Block(
        "fields",
        _("Order of the meeting"),
        _("Number the steps that the group takes; leave those empty that it does not take."),
        names=[name for name in form.fields if name.startswith("step-")],
    )
    rows = [
        GridRow(
            say("Fine %(number)s") % {"number": place + 1},
            (),
            [f"fine-{place}-{part}" for part in ("name", "amount", "trigger")],
        )
        for place in form.fine_places
    ]
    columns = [_("Fine"), _("What for"), _("Amount"), _("Proposed for the mark")]
    hint = _("A fine may be proposed by itself when a member is marked so at the roll call.")
    fines = Block("grid", _("Fines"), hint, columns, rows)
    return [blocks[0], steps, *blocks[1:3], fines, *blocks[3:]]


urlpatterns: list[URLPattern] = [
    path("groups/<uuid:group_id>/constitution/", constitution, name="constitution"),
    path("groups/<uuid:group_id>/constitution/adopt/", adopt, name="constitution_adopt"),
]
