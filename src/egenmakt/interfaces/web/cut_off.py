"""The cut-off sheet of a group that has met before: added up until both sides are equal, and then brought in."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
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
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from uuid6 import uuid7

from egenmakt.apps.groups.models import Draft, SavingsGroup
from egenmakt.apps.groups.services.cut_off import AlreadySetUp, set_up_in_mid_cycle
from egenmakt.apps.groups.services.drafts import discard_draft, find_draft, save_typed
from egenmakt.apps.groups.state import NotReady, state_now
from egenmakt.core.ledger.chain import canonical
from egenmakt.core.meetings.cut_off import SCHEMA
from egenmakt.core.meetings.fields import Unreadable
from egenmakt.core.meetings.refusals import MeetingRefused
from egenmakt.interfaces.web.fields import DateField
from egenmakt.interfaces.web.meeting_draft import data_of, initial_of, initials_of, typed_of
from egenmakt.interfaces.web.meeting_loan import FORM_METHODS, METHOD_WORDS, PER_WORDS, UNIT_WORDS
from egenmakt.interfaces.web.meeting_sheets import (
    Block,
    Card,
    CardKind,
    Entry,
    GridRow,
    Setting,
    Sheet,
    text_field,
    whole_field,
)
from egenmakt.interfaces.web.meeting_words import refusal_text
from egenmakt.interfaces.web.parts import Crumb, KeyFigure
from egenmakt.interfaces.web.writing import crumbs, group_of, me

KIND = Draft.Kind.CUT_OFF.value
STEP = "sheet"
HAS = ("loan_fund_box", "bank")
OWNS = ("grants", "retained", "other_income")
BALANCES: dict[str, Any] = {
    "loan_fund_box": _("Cash in the loan fund's box"),
    "bank": _("Money at the bank"),
    "social_fund_box": _("Cash in the social fund's box"),
    "social_fund": _("What the social fund should have"),
    "grants": _("Grants that belong to the group"),
    "retained": _("Profit kept from earlier cycles"),
    "other_income": _("Profit of this cycle so far"),
}
COLUMNS: dict[str, Any] = {
    "shares": _("Paid for shares"),
    "compulsory_savings": _("Savings"),
    "voluntary_savings": _("Voluntary savings"),
    "fines_due": _("Fines not paid"),
}


def _loan_fields(setting: Setting) -> Mapping[str, forms.Field]:
    terms = setting.state.constitution.loan_terms_default
    rate = Decimal(str(terms.get("rate_percent", "0")))
    return {
        "member": setting.member_field(label=_("Who borrowed")),
        "amount": setting.money_field(_("What is left of the loan")),
        "instalments": whole_field(_("Instalments that are left"), least=1, most=600, initial=1),
        "count": whole_field(_("One instalment every"), least=1, most=120, initial=1),
        "unit": forms.ChoiceField(label=_("Weeks or months"), choices=list(UNIT_WORDS.items()), initial="month"),
        "method": forms.ChoiceField(
            label=_("How interest is counted"),
            choices=[(name, METHOD_WORDS[name]) for name in FORM_METHODS],
            initial=terms.get("method", "flat"),
        ),
        "rate": forms.DecimalField(
            label=_("Interest in percent"), min_value=Decimal(0), decimal_places=4, localize=True, initial=rate
        ),
        "rate_per": forms.ChoiceField(
            label=_("Interest for each"), choices=list(PER_WORDS.items()), initial=terms.get("rate_per", "month")
        ),
        "first_due_on": DateField(label=_("Next instalment on"), required=False),
    }


def _loan(setting: Setting, id: str, v: Mapping[str, Any]) -> list[Entry]:
    terms: Entry = {
        "currency": setting.currency,
        "principal_minor": v["amount"].minor,
        "instalments": v["instalments"],
        "every": {"count": v["count"], "unit": v["unit"]},
        "method": v["method"],
        "rate_percent": "0" if v["method"] == "interest_free" else f"{v['rate']:f}",
        "rate_per": v["rate_per"],
    }
    if v.get("first_due_on"):
        terms["first_due_on"] = v["first_due_on"].isoformat()
    return [{"type": "loans", "id": id, "member": v["member"], "terms": terms}]


def _external_fields(setting: Setting) -> Mapping[str, forms.Field]:
    return {"lender": text_field(_("Who lent to the group")), "amount": setting.money_field(_("What is left of it"))}


def _external(_setting: Setting, id: str, v: Mapping[str, Any]) -> list[Entry]:
    return [{"type": "external", "id": id, "lender": v["lender"], "amount": v["amount"].minor}]


KINDS = {
    "cut_off_loan": CardKind("cut_off_loan", STEP, _("A loan to a member"), _loan_fields, _loan),
    "cut_off_external": CardKind("cut_off_external", STEP, _("A loan from outside"), _external_fields, _external),
}


class CutOffForm(Sheet):
    """What the group has, owes and owns."""

    def build(self) -> None:
        day = Block("fields", _("The day"))
        self.blocks.append(day)
        self.add("cut_off_on", DateField(label=_("Day of the sheet"), initial=self.setting.held_on), day)
        block = Block("fields", _("The group"))
        self.blocks.append(block)
        for name, label in BALANCES.items():
            self.add(name, self.setting.money_field(label, least=0, required=False), block)
        grid = self.grid(_("The members"), [_("Member"), *COLUMNS.values()])
        for member in self.setting.active:
            names = [f"{column}-{member.id}" for column in COLUMNS]
            for name, label in zip(names, COLUMNS.values(), strict=True):
                self.fields[name] = self.setting.money_field(label, least=0, required=False)
            grid.rows.append(GridRow(member.label, (), names))

    def minor(self, name: str) -> int:
        """An amount that was typed and can be read; zero else."""
        value = getattr(self, "cleaned_data", {}).get(name)
        return value.minor if value else 0

    def sides(self) -> tuple[int, int, int, int]:
        """What the loan fund has and whose it is; what the social fund has and should have."""
        ids = [id for id, kind in self.cards if kind == "cut_off_loan"]
        lent = sum(self.minor(f"{id}-amount") for id in ids)
        borrowed = sum(self.minor(f"{id}-amount") for id, kind in self.cards if kind == "cut_off_external")
        saved = sum(
            self.minor(f"{column}-{member.id}")
            for member in self.setting.active
            for column in ("shares", "compulsory_savings", "voluntary_savings")
        )
        has = sum(self.minor(name) for name in HAS) + lent
        owns = sum(self.minor(name) for name in OWNS) + borrowed + saved
        return has, owns, self.minor("social_fund_box"), self.minor("social_fund")

    def document(self, *, id: UUID, group_id: UUID) -> dict[str, Any]:
        """The sheet as it is sent. The form is valid."""
        day = self.cleaned_data["cut_off_on"].isoformat()
        cards = [entry for entry, _name in self.entries()]
        loans = [{k: v for k, v in card.items() if k != "type"} for card in cards if card["type"] == "loans"]
        for loan in loans:
            loan["terms"] = {**loan["terms"], "disbursed_on": day}
        outside = [{k: v for k, v in card.items() if k != "type"} for card in cards if card["type"] == "external"]
        return {
            "schema": SCHEMA,
            "id": str(id),
            "group": str(group_id),
            "cut_off_on": day,
            "balances": {name: self.minor(name) for name in BALANCES},
            "members": [
                {"member": str(m.id), **{column: self.minor(f"{column}-{m.id}") for column in COLUMNS}}
                for m in self.setting.active
            ],
            "loans": loans,
            "external": outside,
        }


def _figures(sheet: CutOffForm) -> list[KeyFigure]:
    has, owns, box, fund = sheet.sides()
    words = sheet.setting.words

    def difference(more: int) -> str:
        return say("equal") if more == 0 else words(more)

    return [
        KeyFigure(_("The loan fund has"), words(has), _("cash, bank and loans")),
        KeyFigure(_("It owes and owns"), words(owns), _("savings, outside loans and profit")),
        KeyFigure(_("Difference"), difference(has - owns)),
        KeyFigure(_("Difference in the social fund"), difference(box - fund)),
    ]


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def cut_off(request: HttpRequest, group_id: UUID) -> HttpResponse:
    """Write down the balances of one day; they are kept as they are typed until they are equal and brought in."""
    group = group_of(request, group_id, deed="group.update")
    draft = find_draft(group=group, kind=KIND, by=me(request))
    above = Crumb(say("Settings"), reverse("group_settings", args=[group.id]))
    base = {"group": group, "title": _("Opening balances"), "crumbs": crumbs(group, above)}
    try:
        state = state_now(group=group, on=timezone.localdate())
    except NotReady as error:
        return render(request, "web/recording/not_ready.html", {**base, "problem": str(error)}, status=409)
    setting = Setting(state, timezone.localdate(), {}, state.balances)
    typed = draft.typed.get(STEP, {}) if draft else {}
    cards: list[Card] = [(id, kind) for id, kind in typed.get("cards", [])]
    if request.method == "POST":
        return _save(request, group, setting, cards, base)
    empty = CutOffForm(setting=setting, cards=cards, kinds=KINDS)
    shown = CutOffForm(setting=setting, cards=cards, kinds=KINDS, initial=initial_of(typed, empty))
    read = CutOffForm(setting=setting, cards=cards, kinds=KINDS, data=data_of(typed))
    read.is_valid()
    return render(request, "web/setting_up/cut_off.html", {**base, "sheet": shown, "figures": _figures(read)})


def _save(
    request: HttpRequest, group: SavingsGroup, setting: Setting, cards: list[Card], base: dict[str, Any]
) -> HttpResponse:
    typed = typed_of(request.POST, cards, get_language() or "en", tried=False)
    gone, added = request.POST.get("remove", ""), request.POST.get("add", "")
    if gone:
        cards = [card for card in cards if card[0] != gone]
        typed["data"] = {name: v for name, v in typed["data"].items() if not name.startswith(f"{gone}-")}
    if added in KINDS:
        card = str(uuid7())
        cards = [*cards, (card, added)]
        typed["data"] |= initials_of(CutOffForm(setting=setting, cards=[(card, added)], kinds=KINDS), card)
    typed["cards"] = [list(item) for item in cards]
    draft = save_typed(group=group, kind=KIND, step=STEP, typed=typed, by=me(request), at=timezone.now())
    if "save" not in request.POST:
        anchor = f"#card-{cards[-1][0]}" if added in KINDS else ""
        return redirect(reverse("group_cut_off", args=[group.id]) + anchor)
    sheet = CutOffForm(setting=setting, cards=cards, kinds=KINDS, data=data_of(typed))
    if sheet.is_valid() and _bring_in(request, group, sheet, draft.id):
        discard_draft(group=group, kind=KIND, by=me(request))
        messages.success(request, _("The opening balances are brought in."))
        return redirect("group_settings", group.id)
    return render(
        request, "web/setting_up/cut_off.html", {**base, "sheet": sheet, "figures": _figures(sheet)}, status=422
    )


def _bring_in(request: HttpRequest, group: SavingsGroup, sheet: CutOffForm, id: UUID) -> bool:
    document = sheet.document(id=id, group_id=group.id)
    try:
        set_up_in_mid_cycle(group=group, content=canonical(document), by=me(request), at=timezone.now())
    except MeetingRefused as error:
        for refusal in error.refusals:
            parts = refusal.where.strip("/").split("/")
            name = None
            if parts[0] == "loans" and len(parts) > 1:
                name = f"{document['loans'][int(parts[1])]['id']}-amount"
            sheet.add_error(name, refusal_text(refusal, currency=group.currency))
    except Unreadable as error:
        for problem in error.problems:
            sheet.add_error(None, str(problem))
    except AlreadySetUp as error:
        sheet.add_error(None, str(error))
    else:
        return True
    return False


urlpatterns: list[URLPattern] = [path("groups/<uuid:group_id>/cut-off/", cut_off, name="group_cut_off")]
