"""Closing a cycle: what each would get, what must be decided first, and then the share-out meeting."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from egenmakt.apps.access.queries import may
from egenmakt.apps.groups.models import Draft
from egenmakt.apps.groups.services.drafts import DEEDS, find_draft, save_typed
from egenmakt.apps.groups.state import NotReady
from egenmakt.interfaces.web.meeting_draft import Drafted
from egenmakt.interfaces.web.meeting_share_out import block_text, decision_fields, decisions_in, share_out_table
from egenmakt.interfaces.web.parts import KeyFigure
from egenmakt.interfaces.web.reading import exact_money_text
from egenmakt.interfaces.web.writing import crumbs, group_of, me

KIND = Draft.Kind.SHARE_OUT.value


class DecisionsForm(forms.Form):
    """What the members decided about each debt, each claim below zero and the lots."""

    def __init__(self, *, drafted: Drafted, typed: dict[str, Any], **options: Any) -> None:
        super().__init__(initial=typed, **options)
        raw = self.data if self.is_bound else typed
        self.decided = decisions_in({name: raw.get(name) for name in raw})
        self.share_out = drafted.simulate(self.decided)
        self.fields.update(decision_fields(drafted.settings["share_out"], drafted.simulate, self.decided))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        lots = [value for name, value in cleaned.items() if name.startswith("lot-") and value]
        for name, value in list(cleaned.items()):
            if name.startswith("lot-") and value and lots.count(value) > 1:
                self.add_error(name, _("Two members cannot have drawn the same number."))
        return cleaned


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def share_out(request: HttpRequest, group_id: UUID) -> HttpResponse:
    """The share-out as it would be today; decisions are tried out here and kept for the meeting."""
    group = group_of(request, group_id, deed=DEEDS[KIND])
    draft = find_draft(group=group, kind=KIND, by=me(request))
    base = {"group": group, "title": _("Share out"), "crumbs": crumbs(group)}
    try:
        drafted = Drafted(group=group, kind=KIND, draft=draft, at=timezone.now())
    except NotReady as error:
        return render(request, "web/recording/not_ready.html", {**base, "problem": str(error)}, status=409)
    kept = drafted.typed.get("share_out", {})
    typed = {name: values[-1] for name, values in kept.get("data", {}).items() if values}
    form = DecisionsForm(drafted=drafted, typed=typed, data=request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        data = {**kept.get("data", {}), **{name: request.POST.getlist(name) for name in form.fields}}
        # what the vote said about other decisions does not count for these: the step is to be finished again
        new = {"data": data, "cards": [], "language": get_language() or "en", "tried": False}
        save_typed(group=group, kind=KIND, step="share_out", typed=new, by=me(request), at=timezone.now())
        messages.success(request, _("The decisions are kept for the share-out meeting."))
        return redirect("share_out", group.id)
    return render(
        request,
        "web/closing/share_out.html",
        _context(request, drafted, form, base),
        status=422 if form.errors else 200,
    )


def _context(request: HttpRequest, drafted: Drafted, form: DecisionsForm, base: dict[str, Any]) -> dict[str, Any]:
    setting, result = drafted.settings["share_out"], form.share_out
    figures = [
        KeyFigure(_("Money in the box and at the bank"), setting.words(result.totals.money_minor)),
        KeyFigure(_("To be paid out"), setting.words(result.totals.payouts_minor)),
    ]
    if result.value_per_share is not None:
        figures.append(KeyFigure(_("Value of a share"), exact_money_text(result.value_per_share, setting.currency)))
    if result.shortage_minor:
        figures.append(KeyFigure(_("Cash that is lacking"), setting.words(result.shortage_minor)))
    rules = drafted.state.constitution
    return {
        **base,
        "form": form,
        "figures": figures,
        "table": share_out_table(setting, result),
        "blocks": [block_text(setting, block) for block in result.blocks],
        "rule": rules.clause_for("share_out").words,
        "residue": rules.clause_for("residue_rule").words,
        "is_begun": any(step in drafted.typed for step in ("start", "roll_call")),
        "may_record": may(user=me(request), deed="meeting.record", node_id=drafted.group.id),
        "record_url": reverse("share_out_record", args=[drafted.group.id]),
    }


urlpatterns: list[URLPattern] = [path("groups/<uuid:group_id>/share-out/", share_out, name="share_out")]
