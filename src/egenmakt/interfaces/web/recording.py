"""Recording a meeting step by step, from the roll call to the three keys; it is kept as it is typed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods
from uuid6 import uuid7

from egenmakt.apps.access.queries import may, require
from egenmakt.apps.groups.models import Draft, Meeting, SavingsGroup
from egenmakt.apps.groups.services.drafts import DEEDS, discard_draft, find_draft, save_typed
from egenmakt.apps.groups.services.meetings import receive_meeting
from egenmakt.apps.groups.state import NotReady
from egenmakt.core.ledger.chain import canonical
from egenmakt.core.meetings.fields import BOXES as BOX_NAMES
from egenmakt.core.meetings.keys import NotAPin
from egenmakt.interfaces.web.meeting_draft import Drafted, Found, data_of, initials_of, typed_of
from egenmakt.interfaces.web.meeting_loan_changes import CHANGE_LINES
from egenmakt.interfaces.web.meeting_words import BOXES, STEPS, choices
from egenmakt.interfaces.web.parts import Crumb, KeyFigure, Step
from egenmakt.interfaces.web.writing import crumbs, group_of, me

ORDINARY, SHARE_OUT = Draft.Kind.ORDINARY.value, Draft.Kind.SHARE_OUT.value
URLS = {ORDINARY: "meeting_record", SHARE_OUT: "share_out_record"}
TITLES = {ORDINARY: _("Record a meeting"), SHARE_OUT: _("Record the share-out meeting")}


class KeysForm(forms.Form):
    """The members who lock the meeting, each with her PIN."""

    def __init__(self, *, drafted: Drafted, **options: Any) -> None:
        super().__init__(**options)
        self.drafted = drafted
        setting = drafted.settings["closing"]
        listed = choices((member.id, self._label(member.label, member.in_committee)) for member in setting.here)
        self.numbers = range(1, drafted.state.constitution.keys_needed + 1)
        for number in self.numbers:
            who = forms.ChoiceField(label=say("Key %(number)s") % {"number": number}, choices=listed)
            pin = forms.CharField(
                label=say("PIN of key %(number)s") % {"number": number},
                max_length=8,
                strip=True,
                widget=forms.PasswordInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
            )
            self.fields[f"member-{number}"], self.fields[f"pin-{number}"] = who, pin

    @staticmethod
    def _label(label: str, in_committee: bool) -> str:
        return say("%(member)s, committee") % {"member": label} if in_committee else label

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        chosen = [cleaned.get(f"member-{number}") for number in self.numbers]
        for number, member in enumerate(chosen, start=1):
            if member and member in chosen[: number - 1]:
                self.add_error(f"member-{number}", _("Each key is held by a different member."))
        return cleaned

    def pins(self) -> dict[UUID, str]:
        """Each member's PIN as it was typed."""
        cleaned = self.cleaned_data
        return {UUID(cleaned[f"member-{number}"]): cleaned[f"pin-{number}"] for number in self.numbers}


def _open(request: HttpRequest, group_id: UUID, kind: str) -> tuple[SavingsGroup, Drafted | None, str]:
    """The group and its draft; without a draft that can be written, why not."""
    group = group_of(request, group_id, deed=DEEDS[kind])
    draft = find_draft(group=group, kind=kind, by=me(request))
    try:
        return group, Drafted(group=group, kind=kind, draft=draft, at=timezone.now()), ""
    except NotReady as error:
        return group, None, str(error)


def _context(request: HttpRequest, drafted: Drafted, current: str) -> dict[str, Any]:
    """What every page of the recording shows: the group, and how far it has come."""
    group, kind = drafted.group, drafted.kind
    done = [step for step in drafted.steps if drafted.is_done(step)]
    names = [*drafted.steps, "summary", "keys"]
    steps = [
        Step(
            str(STEPS[name]),
            "" if name == "keys" and drafted.missing else _url(drafted, name),
            is_done=name in done,
        )
        for name in names
    ]
    return {
        "group": group,
        "title": TITLES[kind],
        "number": drafted.state.last_number + 1,
        "crumbs": crumbs(group, Crumb(str(TITLES[kind]), reverse(URLS[kind], args=[group.id]))),
        "steps": steps,
        "index": names.index(current) if current in names else -1,
        "current": current,
        "step_title": STEPS.get(current, ""),
        "overview_url": reverse(URLS[kind], args=[group.id]),
    }


def _url(drafted: Drafted, step: str) -> str:
    return reverse(f"{URLS[drafted.kind]}_step", args=[drafted.group.id, step])


def _not_ready(request: HttpRequest, group: SavingsGroup, kind: str, problem: str) -> HttpResponse:
    context = {"group": group, "title": TITLES[kind], "problem": problem, "crumbs": crumbs(group)}
    return render(request, "web/recording/not_ready.html", context, status=409)


@never_cache
@login_required
@require_GET
def overview(request: HttpRequest, group_id: UUID, kind: str) -> HttpResponse:
    """Where the recording stands: begin, go on, or throw it away."""
    group, drafted, problem = _open(request, group_id, kind)
    if drafted is None:
        return _not_ready(request, group, kind, problem)
    first = next((step for step in drafted.steps if not drafted.is_done(step)), "summary")
    context = {
        **_context(request, drafted, ""),
        "is_begun": bool(drafted.typed),
        "next_url": _url(drafted, first),
        "next_name": STEPS[first],
        "discard_url": reverse(f"{URLS[kind]}_discard", args=[group.id]),
    }
    return render(request, "web/recording/overview.html", context)


@sensitive_post_parameters()  # PINs stay out of error reports
@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def step(request: HttpRequest, group_id: UUID, step: str, kind: str) -> HttpResponse:
    """One step of the meeting."""
    group, drafted, problem = _open(request, group_id, kind)
    if drafted is None:
        return _not_ready(request, group, kind, problem)
    if step == "summary":
        return _summary(request, drafted)
    if step == "keys":
        return _keys(request, drafted)
    if step not in drafted.steps:
        raise Http404
    if request.method == "POST":
        return _save(request, drafted, step)
    return _show_step(request, drafted, step, 200)


def _show_step(request: HttpRequest, drafted: Drafted, step: str, status: int) -> HttpResponse:
    sheet = drafted.shown(step)
    shown = drafted.refused(drafted.sheet(step, data=request.POST), step) if status == 422 else sheet
    shown.show_notes(shown if shown.is_bound else drafted.sheet(step, data=data_of(drafted.typed.get(step, {}))))
    place = drafted.steps.index(step)
    context = {
        **_context(request, drafted, step),
        "sheet": shown,
        "back_url": _url(drafted, drafted.steps[place - 1]) if place else "",
        "has_notes": any(kind.notes for kind in shown.kinds.values()) and bool(shown.cards),
    }
    return render(request, "web/recording/step.html", context, status=status)


def _save(request: HttpRequest, drafted: Drafted, step: str) -> HttpResponse:
    """Keep what was typed; go on when it was said to be finished and nothing speaks against it."""
    at, cards = timezone.now(), drafted.cards(step)
    language = get_language() or "en"
    added = request.POST.get("add", "")
    typed = typed_of(request.POST, cards, language, tried="add" not in request.POST)
    if request.POST.get("remove"):
        cards = [card for card in cards if card[0] != request.POST["remove"]]
        typed = typed_of(request.POST, cards, language, tried=False)
        typed["data"] = {k: v for k, v in typed["data"].items() if not k.startswith(f"{request.POST['remove']}-")}
    if added:
        card = str(uuid7())
        cards = [*cards, (card, added)]
        typed["cards"] = [list(item) for item in cards]
        typed["data"] |= initials_of(drafted.sheet(step, cards=[(card, added)]), card)
    if "show" in request.POST or "remove" in request.POST:
        typed["tried"] = False
    by = me(request)
    draft = save_typed(group=drafted.group, kind=drafted.kind, step=step, typed=typed, by=by, at=at)
    if not typed["tried"]:
        anchor = f"#card-{cards[-1][0]}" if cards and "show" not in request.POST else "#steps-form"
        return redirect(_url(drafted, step) + anchor)
    again = Drafted(group=drafted.group, kind=drafted.kind, draft=draft, at=at)
    if not again.is_done(step):
        return _show_step(request, again, step, 422)
    order = [*again.steps, "summary"]
    return redirect(_url(again, order[order.index(step) + 1]))


def _figures(drafted: Drafted) -> list[KeyFigure]:
    """What is read aloud before the box is locked, in large numerals."""
    setting = drafted.settings["closing"]
    sums: dict[str, int] = {}
    for transfer in drafted.now.transfers if drafted.now else ():
        sums[transfer.reason] = sums.get(transfer.reason, 0) + transfer.amount_minor

    def total(*reasons: str) -> int:
        return sum(sums.get(reason, 0) for reason in reasons)

    lines = (
        (say("Saved today"), total("share_purchase", "compulsory_saving", "voluntary_saving", "buy_in")),
        (say("Paid to the social fund"), total("social_fund_contribution")),
        (say("Loans paid back"), total("repayment_principal")),
        (say("Interest and fees paid"), total("repayment_interest", "repayment_fee")),
        (say("Fines paid"), total("fine_paid")),
        (say("New loans"), total("loan_disbursed")),
        (say("Paid out to members"), total("withdrawal", "paid_out", "share_out_paid", "social_fund_grant")),
    )
    here = say("%(here)s of %(all)s members") % {"here": len(setting.here), "all": len(setting.active)}
    return [KeyFigure(say("Here today"), here), *(KeyFigure(name, setting.words(x)) for name, x in lines if x)]


def _boxes(drafted: Drafted) -> list[KeyFigure]:
    """What was counted in each box."""
    setting = drafted.settings["closing"]
    lines = {line["box"]: line for line in drafted.document["closing"]}
    found = []
    for box in (name for name in BOX_NAMES if name in lines):
        amounts = [count["amount"] for count in lines[box]["counts"]]
        found.append(KeyFigure(BOXES[box], setting.words(max(amounts, key=amounts.count)), lines[box]["reason"]))
    return found


def _summary(request: HttpRequest, drafted: Drafted) -> HttpResponse:
    """What was done, to be read aloud; or what is still missing."""
    context = {
        **_context(request, drafted, "summary"),
        "missing": [{"name": STEPS[name], "url": _url(drafted, name)} for name in drafted.missing],
        "findings": _linked(drafted, drafted.findings),
        "figures": _figures(drafted),
        "boxes": _boxes(drafted) if drafted.document["closing"] else [],
        "lines": _lines(drafted),
        "keys_url": _url(drafted, "keys"),
    }
    return render(request, "web/recording/summary.html", context)


def _linked(drafted: Drafted, findings: list[Found]) -> list[dict[str, Any]]:
    return [{"name": STEPS[found.step], "url": _url(drafted, found.step), "text": found.text} for found in findings]


def _lines(drafted: Drafted) -> list[str]:
    """Each loan and each decision in a sentence."""
    setting, found = drafted.settings["closing"], []
    for part in drafted.document["steps"]:
        for entry in part["entries"]:
            if entry["type"] == "loan":
                values = {
                    "member": setting.label(UUID(entry["member"])),
                    "amount": setting.words(entry["terms"]["principal_minor"]),
                    "count": entry["terms"]["instalments"],
                }
                words = ngettext(
                    "%(member)s borrows %(amount)s, to be paid back in one part.",
                    "%(member)s borrows %(amount)s, to be paid back in %(count)s parts.",
                    entry["terms"]["instalments"],
                )
                found.append(words % values)
            elif entry["type"] in CHANGE_LINES:
                found.append(CHANGE_LINES[entry["type"]](setting, entry))
            elif entry["type"] == "decision":
                found.append(say("Decided: %(words)s") % {"words": entry["words"]})
    return found


def _keys(request: HttpRequest, drafted: Drafted) -> HttpResponse:
    """The three keys; then the meeting is sent as a phone would send it."""
    if drafted.missing:
        return redirect(_url(drafted, "summary"))
    form = KeysForm(drafted=drafted, data=request.POST if request.method == "POST" else None)
    findings: list[Found] = []
    if request.method == "POST" and form.is_valid():
        try:
            document = drafted.locked(form.pins())
        except NotAPin:
            form.add_error(None, _("A PIN is four to eight digits, not all the same. Let each member type hers again."))
        else:
            receipt = receive_meeting(content=canonical(document), by=me(request), at=timezone.now())
            if receipt.status in ("accepted", "already_recorded"):
                discard_draft(group=drafted.group, kind=drafted.kind, by=me(request))
                return redirect("meeting_recorded", receipt.meeting_id)
            findings = drafted.places(receipt.findings)
            for found in findings:
                if found.step == "keys":
                    form.add_error(None, found.text)
    context = {
        **_context(request, drafted, "keys"),
        "form": form,
        "rule": drafted.state.constitution.clause_for("keys_needed").words,
        "findings": _linked(drafted, [found for found in findings if found.step != "keys"]),
    }
    return render(request, "web/recording/keys.html", context, status=422 if form.errors or findings else 200)


@never_cache
@login_required
@require_GET
def recorded(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """The meeting code in large letters, to be written into the passbooks."""
    meeting = get_object_or_404(Meeting.objects.select_related("group__node"), id=meeting_id)
    require(user=me(request), deed="group.read", node_id=meeting.group_id)
    context = {
        "meeting": meeting,
        "group": meeting.group,
        "crumbs": crumbs(meeting.group),
        "may_correct": may(user=me(request), deed="meeting.correct", node_id=meeting.group_id),
    }
    return render(request, "web/recording/recorded.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def discard(request: HttpRequest, group_id: UUID, kind: str) -> HttpResponse:
    """Throw away what was typed, after asking."""
    group = group_of(request, group_id, deed=DEEDS[kind])
    if request.method == "POST":
        if discard_draft(group=group, kind=kind, by=me(request)):
            messages.success(request, _("What was typed is thrown away. Nothing was recorded."))
        return redirect(URLS[kind], group.id)
    context = {
        "title": _("Throw away what was typed?"),
        "lead": group.node.name,
        "consequences": [
            _("Everything that was typed for this meeting disappears."),
            _("Meetings that have been recorded are not touched."),
        ],
        "deed": _("Throw it away"),
        "back_url": reverse(URLS[kind], args=[group.id]),
    }
    return render(request, "web/confirm.html", context)


urlpatterns: list[URLPattern] = [
    path("meetings/<uuid:meeting_id>/recorded/", recorded, name="meeting_recorded"),
]
for _kind, _name, _start in (
    (ORDINARY, "meeting_record", "record"),
    (SHARE_OUT, "share_out_record", "share-out/record"),
):
    urlpatterns += [
        path(f"groups/<uuid:group_id>/{_start}/", overview, {"kind": _kind}, name=_name),
        path(f"groups/<uuid:group_id>/{_start}/discard/", discard, {"kind": _kind}, name=f"{_name}_discard"),
        path(f"groups/<uuid:group_id>/{_start}/<slug:step>/", step, {"kind": _kind}, name=f"{_name}_step"),
    ]
