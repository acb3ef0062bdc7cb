"""Checking, approving and publishing a monthly report; answering what was found; sending it back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from uuid6 import uuid7

from egenmakt.apps.reports.queries.monthly import report_of
from egenmakt.apps.reports.queries.monthly_series import check_of
from egenmakt.apps.reports.services.monthly_steps import (
    answer_finding,
    approve,
    check_report,
    publish,
    return_for_changes,
)
from egenmakt.core.evidence.answering import print_of
from egenmakt.interfaces.web.learning.pages import WithId, deed, form_or_deed, long_text, posted, refused, writing_page
from egenmakt.interfaces.web.reports.monthly import report_crumbs, report_title
from egenmakt.interfaces.web.reports.monthly_words import REFUSALS, shown_findings, wording
from egenmakt.interfaces.web.writing import me


@deed
def check(request: HttpRequest, id: UUID) -> HttpResponse:
    """Say that a draft was checked."""
    report = report_of(user=request.user, report_id=id)
    try:
        check_report(report=report, by=me(request), at=timezone.now())
        messages.success(request, say("The report is checked. Somebody else approves it now."))
    except tuple(REFUSALS) as refusal:
        messages.error(request, refused(refusal, REFUSALS))
    return redirect("monthly_report", id)


@deed
def approve_page(request: HttpRequest, id: UUID) -> HttpResponse:
    """Approve what others wrote and checked."""
    report = report_of(user=request.user, report_id=id)
    try:
        approve(report=report, by=me(request), at=timezone.now())
        messages.success(request, say("The report is approved. It can be published now."))
    except tuple(REFUSALS) as refusal:
        messages.error(request, refused(refusal, REFUSALS))
    return redirect("monthly_report", id)


@writing_page
def publish_page(request: HttpRequest, id: UUID) -> HttpResponse:
    """Publish an approved report, once it is said what that means."""
    report = report_of(user=request.user, report_id=id)
    if request.method == "POST":
        try:
            publish(report=report, by=me(request), at=timezone.now())
            messages.success(request, say("The report is published."))
        except tuple(REFUSALS) as refusal:
            messages.error(request, refused(refusal, REFUSALS))
        return redirect("monthly_report", id)
    context = {
        "title": say("Publish %(report)s?") % {"report": report_title(report)},
        "consequences": [
            say("The figures are locked: they are corrected only by a new edition that shows beside this one."),
            say("They count as published in the checks of later months."),
        ],
        "deed": say("Publish"),
        "back_url": reverse("monthly_report", args=[id]),
    }
    return render(request, "web/confirm.html", context)


@writing_page
def answer(request: HttpRequest, id: UUID, fingerprint: str) -> HttpResponse:
    """Write why a report may be published although something was found."""
    report = report_of(user=request.user, report_id=id)
    found = [one for one in check_of(report).mine if print_of(one) == fingerprint]
    if not found:
        raise Http404("This is not found in the report.")
    finding = shown_findings(found, wording(report), {})[0]

    class AnswerForm(WithId):
        words = long_text(
            _("Why are the figures right, or why do they stay?"),
            help_text=_("It is published with the report, beside what was found."),
        )

    form = AnswerForm(posted(request), initial={"id": uuid7()})

    def do(said: dict[str, Any]) -> str:
        answer_finding(
            id=said["id"], report=report, fingerprint=fingerprint, words=said["words"], by=me(request),
            at=timezone.now(),
        )  # fmt: skip
        return reverse("monthly_report", args=[id]) + "#findings"

    about = [f"{finding.where}: {finding.sentence}", *(words for words, _share in finding.causes), *finding.evidence]
    shown = {
        "title": say("Answer what was found"),
        "button": say("Write the answer"),
        "crumbs": report_crumbs(report),
        "about": about,
    }
    return form_or_deed(request, form, do=do, refusals=REFUSALS, shown=shown)


@writing_page
def send_back(request: HttpRequest, id: UUID) -> HttpResponse:
    """Send a report back to be changed."""
    report = report_of(user=request.user, report_id=id)

    class ReturnForm(WithId):
        words = long_text(_("What is to be changed?"))

    form = ReturnForm(posted(request), initial={"id": uuid7()})

    def do(said: dict[str, Any]) -> str:
        return_for_changes(id=said["id"], report=report, words=said["words"], by=me(request), at=timezone.now())
        return reverse("monthly_report", args=[id])

    shown = {
        "title": say("Send it back"),
        "button": say("Send it back"),
        "lead": say("It becomes a draft again."),
        "crumbs": report_crumbs(report),
    }
    return form_or_deed(request, form, do=do, refusals=REFUSALS, shown=shown)


urlpatterns: list[URLPattern] = [
    path("reports/monthly/<uuid:id>/check/", check, name="monthly_check"),
    path("reports/monthly/<uuid:id>/approve/", approve_page, name="monthly_approve"),
    path("reports/monthly/<uuid:id>/publish/", publish_page, name="monthly_publish"),
    path("reports/monthly/<uuid:id>/findings/<slug:fingerprint>/", answer, name="monthly_answer"),
    path("reports/monthly/<uuid:id>/send-back/", send_back, name="monthly_send_back"),
]
