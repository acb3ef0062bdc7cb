"""Writing a monthly report: begin it, fill in the figures, take our own, put it away and bring it back, correct it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from uuid6 import uuid7

from egenmakt.apps.people.models import Node
from egenmakt.apps.reports.models import MonthlyReport
from egenmakt.apps.reports.queries.monthly import ReportPage, report_of, report_page
from egenmakt.apps.reports.services.monthly import (
    MovedOn,
    TypedLine,
    bring_back,
    discard,
    start_correction,
    start_draft,
    take_own,
    write_figures,
)
from egenmakt.core.evidence.counts import Count, read_count
from egenmakt.core.evidence.findings import SENTENCES
from egenmakt.core.evidence.monthly import Figure
from egenmakt.core.evidence.months import Month, NotAMonth, read_month
from egenmakt.interfaces.web import formats
from egenmakt.interfaces.web.learning.pages import (
    WithId,
    bodies_where,
    deed,
    form_or_deed,
    long_text,
    node_choices,
    posted,
    refused,
    writing_page,
)
from egenmakt.interfaces.web.reading import today
from egenmakt.interfaces.web.reports.monthly import monthly_crumbs, report_crumbs, report_title
from egenmakt.interfaces.web.reports.monthly_words import REFUSALS, line_names, month_words
from egenmakt.interfaces.web.writing import me


class MonthField(forms.CharField):
    """A month, picked in the device's own calendar or typed in any usual way."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        try:
            return read_month(text).month
        except NotAMonth as error:
            code = error.code
        raise ValidationError(say(SENTENCES[code]) % {"written": text}, code=code)


class MonthInput(forms.TextInput):
    """The device's own calendar of months."""

    input_type = "month"


class CountField(forms.CharField):
    """A whole number as people write it: 1 234, 1,234, १२३; or nothing."""

    def __init__(self, **kwargs: Any) -> None:
        keyboard = {"inputmode": "numeric", "autocomplete": "off", "maxlength": "200"}
        super().__init__(widget=forms.TextInput(attrs=keyboard), **kwargs)

    def to_python(self, value: Any) -> Any:
        count = read_count(super().to_python(value) or "")
        if count.state == "unreadable":
            code = count.code if count.code in SENTENCES else "unreadable"
            raise ValidationError(say(SENTENCES[code]) % {"written": count.written}, code=code)
        return count


@writing_page
def new(request: HttpRequest) -> HttpResponse:
    """Begin the report of a body for a month; the address may bring both."""
    nodes = {
        key: node for key, node in bodies_where(me(request), "report.write").items() if node.kind != Node.Kind.GROUP
    }
    last = Month(today().year, today().month).later(-1)

    class NewForm(WithId):
        node = forms.ChoiceField(label=_("Country or partner"), choices=node_choices(nodes))
        month = MonthField(label=_("Month"), widget=MonthInput, help_text=_("Such as 2026-03."))

    given = {name: request.GET[name] for name in ("node", "month") if request.GET.get(name)}
    form = NewForm(posted(request), initial={"id": uuid7(), "month": str(last), **given})

    def do(said: dict[str, Any]) -> str:
        made = start_draft(
            id=said["id"], node=nodes[said["node"]], month=said["month"], by=me(request), at=timezone.now()
        )
        return reverse("monthly_figures", args=[made.id])

    shown = {"title": say("Begin a monthly report"), "button": say("Begin"), "crumbs": monthly_crumbs()}
    return form_or_deed(request, form, do=do, refusals=REFUSALS, shown=shown)


class FiguresForm(forms.Form):
    """Two figures and a note for each indicator; beside them what they follow upon."""

    use_required_attribute = False
    changes = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any, *, page: ReportPage, others: bool = False) -> None:
        super().__init__(data)
        self.names, self.page = line_names(), page
        self.initial["changes"] = page.report.changes
        for code, line in page.lines.items():
            for figure, label in (("flow", _("The month")), ("accumulated", _("Accumulated"))):
                value, written = getattr(line, figure), getattr(line, f"{figure}_written")
                field = CountField(label=label, help_text=self._hint(code, figure, value if others else None))
                self.fields[f"{code}-{figure}"] = field
                self.initial[f"{code}-{figure}"] = written or ("" if value is None else str(value))
            note = forms.CharField(label=_("Note"), required=False, max_length=2000)
            self.fields[f"{code}-note"] = note
            self.initial[f"{code}-note"] = line.note

    def _hint(self, code: str, figure: str, theirs: int | None) -> str:
        """What our registers count, what it follows upon, and what somebody else wrote."""
        own, before = self.page.own.get(code), self.page.before.get(code)
        parts = []
        if figure == "accumulated" and before is not None:
            parts.append(say("Before: %(number)s.") % {"number": formats.number_text(before)})
        if own is not None:
            parts.append(say("Our registers: %(number)s.") % {"number": formats.number_text(getattr(own, figure))})
        if theirs is not None:
            parts.append(say("Written meanwhile: %(number)s.") % {"number": formats.number_text(theirs)})
        return " ".join(parts)

    def groups(self) -> Iterator[tuple[str, list[BoundField]]]:
        """Each indicator's name with its fields."""
        for code in self.page.lines:
            yield self.names.get(code, code), [self[f"{code}-{part}"] for part in ("flow", "accumulated", "note")]

    def lines(self) -> Mapping[str, TypedLine]:
        """What was typed."""
        said = self.cleaned_data
        return {
            code: TypedLine(_count(said, code, "flow"), _count(said, code, "accumulated"), said[f"{code}-note"])
            for code in self.page.lines
        }


def _count(said: Mapping[str, Any], code: str, figure: Figure) -> Count:
    count: Count = said[f"{code}-{figure}"]
    return count


@writing_page
def figures(request: HttpRequest, id: UUID) -> HttpResponse:
    """Fill in the figures of a draft."""
    page = report_page(user=request.user, report_id=id)
    form, status = FiguresForm(posted(request), page=page), 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                write_figures(
                    report=page.report, figures=form.lines(), changes=form.cleaned_data["changes"], by=me(request),
                    at=timezone.now(),
                )  # fmt: skip
                return redirect("monthly_report", id)
            except MovedOn as refusal:
                # what was typed stays, and is sent again upon what stands there now
                data: QueryDict = request.POST.copy()
                data["changes"] = str(page.report.changes)
                form = FiguresForm(data, page=page, others=True)
                form.add_error(None, refused(refusal, REFUSALS))
            except tuple(REFUSALS) as refusal:
                form.add_error(None, refused(refusal, REFUSALS))
    context = {
        "title": say("Figures: %(report)s") % {"report": report_title(page.report)},
        "crumbs": report_crumbs(page.report),
        "form": form,
        "report": page.report,
    }
    return render(request, "web/reports/monthly_figures.html", context, status=status)


def _back(request: HttpRequest, report: MonthlyReport, do: Any, done: str) -> HttpResponse:
    """Do something to a report and go back to its page; a refusal is said there."""
    try:
        do()
        messages.success(request, done)
    except tuple(REFUSALS) as refusal:
        messages.error(request, refused(refusal, REFUSALS))
    return redirect("monthly_report", report.id)


@deed
def take(request: HttpRequest, id: UUID, code: str) -> HttpResponse:
    """Take what our own registers count."""
    report = report_of(user=request.user, report_id=id)
    done = say("Taken from our own registers: %(name)s.") % {"name": line_names().get(code, code)}

    def do() -> None:
        take_own(report=report, indicator=code, by=me(request), at=timezone.now())

    return _back(request, report, do, done)


@deed
def put_away(request: HttpRequest, id: UUID) -> HttpResponse:
    """Put a draft away."""
    report = report_of(user=request.user, report_id=id)

    def do() -> None:
        discard(report=report, by=me(request), at=timezone.now())

    return _back(request, report, do, say("The draft was put away. It can be brought back."))


@deed
def back_again(request: HttpRequest, id: UUID) -> HttpResponse:
    """Bring a draft back."""
    report = report_of(user=request.user, report_id=id)

    def do() -> None:
        bring_back(report=report, by=me(request), at=timezone.now())

    return _back(request, report, do, say("The draft is back."))


@writing_page
def correct(request: HttpRequest, id: UUID) -> HttpResponse:
    """Begin a correction of a published report."""
    report = report_of(user=request.user, report_id=id)

    class CorrectionForm(WithId):
        reason = long_text(_("Why is it corrected?"), help_text=_("It stands beside both editions, for everybody."))

    form = CorrectionForm(posted(request), initial={"id": uuid7()})

    def do(said: dict[str, Any]) -> str:
        made = start_correction(id=said["id"], report=report, reason=said["reason"], by=me(request), at=timezone.now())
        return reverse("monthly_figures", args=[made.id])

    lead = say("The published edition stays as it is. A new edition with the same figures is begun, for you to change.")
    shown = {
        "title": say("Correct %(month)s") % {"month": month_words(Month(report.month.year, report.month.month))},
        "button": say("Begin the correction"),
        "lead": lead,
        "crumbs": report_crumbs(report),
    }
    return form_or_deed(request, form, do=do, refusals=REFUSALS, shown=shown)


urlpatterns: list[URLPattern] = [
    path("reports/monthly/new/", new, name="monthly_new"),
    path("reports/monthly/<uuid:id>/figures/", figures, name="monthly_figures"),
    path("reports/monthly/<uuid:id>/take/<slug:code>/", take, name="monthly_take"),
    path("reports/monthly/<uuid:id>/put-away/", put_away, name="monthly_put_away"),
    path("reports/monthly/<uuid:id>/bring-back/", back_again, name="monthly_bring_back"),
    path("reports/monthly/<uuid:id>/correct/", correct, name="monthly_correct"),
]
