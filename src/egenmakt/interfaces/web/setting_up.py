"""Setting up a group: forming it, its members, offices, PINs, cycles and goals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid5

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
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods
from uuid6 import uuid7

from egenmakt.apps.access.queries import NotAllowed, deeds_at
from egenmakt.apps.groups.models import CutOffSheet, Cycle, Goal, SavingsGroup
from egenmakt.apps.groups.services.goals import set_goal
from egenmakt.apps.groups.services.members import AlreadyAMember, NewMember, add_member, add_members
from egenmakt.apps.groups.services.setup import (
    CycleOpen,
    NotWitnessed,
    create_group,
    give_office,
    leave_office,
    set_pin,
    start_cycle,
)
from egenmakt.apps.groups.services.steps import note_step
from egenmakt.apps.people.models import Country, Place
from egenmakt.apps.people.services import ConflictingId, NotInTheTree, add_place
from egenmakt.core.meetings.keys import NotAPin
from egenmakt.interfaces.web.parts import Column, Crumb, Row, Table
from egenmakt.interfaces.web.setting_up_forms import (
    OFFICES,
    STEPS,
    CycleForm,
    GoalForm,
    GroupForm,
    LeaveOfficeForm,
    MemberForm,
    MemberGroupForm,
    MembersForm,
    OfficeForm,
    PinForm,
    StepForm,
    label,
)
from egenmakt.interfaces.web.writing import address, crumbs, group_of, me


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def new_group(request: HttpRequest) -> HttpResponse:
    """Form a group."""
    form = GroupForm(
        user=me(request),
        data=request.POST if request.method == "POST" else None,
        initial={"id": uuid7(), "language": "en"},
    )
    if not form.parents:
        raise NotAllowed("You may not form a group. Ask the one who gives the roles in your organisation.")
    if request.method == "POST" and form.is_valid():
        group = _create(request, form)
        if group is not None:
            messages.success(request, _("The group is formed. Write down its rules and its members now."))
            return redirect("group_settings", group.id)
    groups = address("groups")
    context = {
        "form": form,
        "title": _("Form a group"),
        "crumbs": [Crumb(say("Groups"), groups)] if groups else [],
    }
    return render(request, "web/setting_up/group_new.html", context, status=422 if form.errors else 200)


def _create(request: HttpRequest, form: GroupForm) -> SavingsGroup | None:
    said = form.cleaned_data
    country = get_object_or_404(Country, code=said["country"])
    try:
        with transaction.atomic():
            return create_group(
                id=said["id"],
                name=said["name"],
                kind=said["kind"],
                parent=form.parents[said["parent"]],
                country=country,
                place=_place(country, said["place"].strip()),
                currency=said["currency"],
                formed_on=said["formed_on"],
                language=said["language"],
                is_training=said["is_training"],
                by=me(request),
                at=timezone.now(),
            )
    except (NotInTheTree, ConflictingId) as error:
        form.add_error(None, str(error))
    return None


def _place(country: Country, name: str) -> Place | None:
    if not name:
        return None
    known = Place.objects.filter(country=country, name=name).order_by("id").first()
    return known or add_place(id=uuid7(), country=country, level="village", name=name)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def new_member(request: HttpRequest, group_id: UUID) -> HttpResponse:
    """Take in one member, or a list of them."""
    group = group_of(request, group_id, deed="group.update")
    which = request.POST.get("form", "")

    def data(name: str) -> Any:
        return request.POST if which == name else None

    one = MemberForm(data=data("one"), initial={"id": uuid7()}, auto_id="one_%s")
    many = MembersForm(data=data("many"), initial={"id": uuid7()}, auto_id="many_%s")
    joining = None
    if group.kind == SavingsGroup.Kind.NETWORK:
        joining = MemberGroupForm(
            user=me(request), network=group, data=data("group"), initial={"id": uuid7()}, auto_id="group_%s"
        )
    if which == "one" and one.is_valid():
        said = dict(one.cleaned_data)
        add_member(group=group, by=me(request), at=timezone.now(), person_id=uuid5(said["id"], "person"), **said)
        return _added(request, group, 1)
    if which == "many" and many.is_valid():
        return _added(request, group, _add_all(request, group, many))
    if which == "group" and joining is not None and joining.is_valid() and _join(request, group, joining):
        return _added(request, group, 1)
    is_wrong = any(form is not None and form.is_bound and form.errors for form in (one, many, joining))
    context = {
        "group": group,
        "title": _("New members"),
        "crumbs": crumbs(group, Crumb(say("Settings"), reverse("group_settings", args=[group.id]))),
        "one": one,
        "many": many,
        "joining": joining,
        "members": _member_table(group),
        "settings_url": reverse("group_settings", args=[group.id]),
    }
    return render(request, "web/setting_up/member_new.html", context, status=422 if is_wrong else 200)


def _add_all(request: HttpRequest, group: SavingsGroup, form: MembersForm) -> int:
    said = form.cleaned_data
    members = [
        NewMember(
            # made from the form's id: sending the list twice adds nobody twice
            id=uuid5(said["id"], f"member/{place}"),
            person_id=uuid5(said["id"], f"person/{place}"),
            name=new.name,
            sex=new.sex,
            birth_year=new.birth_year,
            joined_on=said["joined_on"],
        )
        for place, new in enumerate(form.members)
    ]
    return len(add_members(group=group, members=members, by=me(request), at=timezone.now()))


def _join(request: HttpRequest, group: SavingsGroup, form: MemberGroupForm) -> bool:
    said = form.cleaned_data
    member_group = get_object_or_404(SavingsGroup, id=said["group"])
    try:
        add_member(
            id=said["id"],
            group=group,
            member_group=member_group,
            joined_on=said["joined_on"],
            by=me(request),
            at=timezone.now(),
        )
    except AlreadyAMember as error:
        form.add_error("group", str(error))
        return False
    return True


def _added(request: HttpRequest, group: SavingsGroup, count: int) -> HttpResponse:
    messages.success(request, _("Members taken in: %(count)s") % {"count": count})
    names = Counter(label(m).rpartition(" (")[0] for m in _members(group))
    same = [name for name, times in names.items() if times > 1]
    if same:
        text = _("Some members have the same name: %(names)s. Their numbers tell them apart.")
        messages.info(request, text % {"names": ", ".join(same)})
    return redirect("member_new", group.id)


def _members(group: SavingsGroup) -> list[Any]:
    rows = group.memberships.filter(status="active").select_related("person", "member_group__node")
    return list(rows.order_by("number"))


def _member_table(group: SavingsGroup) -> Table:
    columns = [Column(say("Member")), Column(say("Has a PIN"))]
    rows = [Row([label(m), say("Yes") if m.pin_key else say("No")]) for m in _members(group)]
    return Table(caption=say("Members"), columns=columns, rows=rows)


# -- the settings of a group: several forms on one page, each with its own deed ------------------------------------


def _office(request: HttpRequest, form: OfficeForm) -> str:
    said = form.cleaned_data
    give_office(
        membership=form.chosen("member"),
        office=said["office"],
        from_on=said["from_on"],
        by=me(request),
        at=timezone.now(),
    )
    return say("The office is given.")


def _leave(request: HttpRequest, form: LeaveOfficeForm) -> str:
    said = form.cleaned_data
    if said["until_on"] < said["held"].from_on:
        form.add_error("until_on", _("Choose a day that is not before the office began."))
        return ""
    leave_office(held=said["held"], until_on=said["until_on"], by=me(request), at=timezone.now())
    return say("The office is ended.")


def _pin(request: HttpRequest, form: PinForm) -> str:
    try:
        set_pin(
            membership=form.chosen("member"),
            pin=form.cleaned_data["pin"],
            witnesses=form.witnesses(),
            by=me(request),
            at=timezone.now(),
        )
    except NotAPin:
        form.add_error("pin", _("A PIN has four to eight digits, not all the same."))
    except NotWitnessed:
        form.add_error("witness_1", _("The witnesses are two different members, and not the member herself."))
    else:
        return say("The PIN is set. Only the member knows it.")
    return ""


def _cycle(request: HttpRequest, form: CycleForm, group: SavingsGroup) -> str:
    said = form.cleaned_data
    try:
        cycle = start_cycle(group=group, by=me(request), at=timezone.now(), **said)
    except CycleOpen as error:
        form.add_error("starts_on", str(error))
        return ""
    return say("Cycle %(number)s has begun.") % {"number": cycle.number}


def _goal(request: HttpRequest, form: GoalForm, group: SavingsGroup) -> str:
    said = form.cleaned_data
    set_goal(
        id=said["id"],
        group=group,
        membership=form.membership(),
        words=said["words"],
        measure=said["measure"],
        target_minor=said["target"].minor,
        set_on=said["set_on"],
        due_on=said["due_on"],
        by=me(request),
        at=timezone.now(),
    )
    return say("The goal is written down.")


def _step(request: HttpRequest, form: StepForm, group: SavingsGroup) -> str:
    note_step(group=group, by=me(request), at=timezone.now(), **form.cleaned_data)
    return say("The step is written down.")


@sensitive_post_parameters("pin", "again")
@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def settings(request: HttpRequest, group_id: UUID) -> HttpResponse:
    """Offices, PINs, cycles and goals of a group."""
    group = group_of(request, group_id, deed="group.update")
    which = request.POST.get("form", "") if request.method == "POST" else ""

    def options(name: str, **more: Any) -> dict[str, Any]:
        return {"data": request.POST if which == name else None, "auto_id": f"{name}_%s", **more}

    built: dict[str, forms.Form] = {
        "office": OfficeForm(group=group, **options("office")),
        "leave": LeaveOfficeForm(group=group, **options("leave")),
        "step": StepForm(**options("step")),
        "pin": PinForm(group=group, **options("pin")),
        "cycle": CycleForm(**options("cycle", initial={"id": uuid7()})),
        "goal": GoalForm(group=group, **options("goal", initial={"id": uuid7()})),
    }
    deeds: dict[str, Callable[[Any], str]] = {
        "office": lambda form: _office(request, form),
        "leave": lambda form: _leave(request, form),
        "step": lambda form: _step(request, form, group),
        "pin": lambda form: _pin(request, form),
        "cycle": lambda form: _cycle(request, form, group),
        "goal": lambda form: _goal(request, form, group),
    }
    if which in built and built[which].is_valid():
        done = deeds[which](built[which])
        if done:
            messages.success(request, done)
            return redirect(reverse("group_settings", args=[group.id]) + f"#{which}")
    context = {
        **_settings_context(request, group),
        **{f"{name}_form": form for name, form in built.items()},
        "which": which,
    }
    return render(request, "web/setting_up/settings.html", context, status=422 if which else 200)


def _settings_context(request: HttpRequest, group: SavingsGroup) -> dict[str, Any]:
    members = _members(group)
    held = LeaveOfficeForm(group=group).offices
    has_rules = group.constitutions.exists()
    cycle = Cycle.objects.filter(group=group, closed_on__isnull=True).first()
    has_sheet = CutOffSheet.objects.filter(group=group).exists()
    return {
        "group": group,
        "title": _("Settings of the group"),
        "crumbs": crumbs(group),
        "members": _member_table(group),
        "held": [{"office": OFFICES[x.office], "member": label(x.membership), "from_on": x.from_on} for x in held],
        "steps": [(STEPS[each.step], each.from_on) for each in group.steps.order_by("-from_on")],
        "cycle": cycle,
        "goals": Goal.objects.filter(group=group, given_up_on__isnull=True).order_by("due_on", "id"),
        "may": deeds_at(user=me(request), node_id=group.id),
        "checklist": [
            {"name": _("Members"), "done": bool(members), "url": reverse("member_new", args=[group.id])},
            {"name": _("Constitution"), "done": has_rules, "url": reverse("constitution", args=[group.id])},
            {"name": _("Offices"), "done": bool(held), "url": "#office"},
            {
                "name": _("PINs for the keys"),
                "done": sum(bool(member.pin_key) for member in members) >= 3,
                "url": "#pin",
            },
            {"name": _("Cycle"), "done": cycle is not None, "url": "#cycle"},
        ],
        "has_sheet": has_sheet,
        "may_cut_off": not has_sheet and not group.last_number,
    }


urlpatterns: list[URLPattern] = [
    path("groups/new/", new_group, name="group_new"),
    path("groups/<uuid:group_id>/members/new/", new_member, name="member_new"),
    path("groups/<uuid:group_id>/settings/", settings, name="group_settings"),
]
