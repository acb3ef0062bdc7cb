"""Grading a group: a card, measures from the books and from what was seen, the marks, and how it was before."""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods
from uuid6 import uuid7

from egenmakt.apps.access.queries import may
from egenmakt.apps.groups.measures import Measured, measures_of
from egenmakt.apps.groups.models import Grading, OwnGradingCard, SavingsGroup
from egenmakt.apps.groups.services.grading import add_own_card, record_grading
from egenmakt.core.savings.grading import CARDS, OutsideMeasure, grade, read_card, shipped_card, shipped_document
from egenmakt.core.savings.grading import Grading as Result
from egenmakt.core.savings.grading_card import GradingCard, InvalidGradingCard
from egenmakt.core.savings.intervals import number_words
from egenmakt.interfaces.web import formats
from egenmakt.interfaces.web.fields import DateField
from egenmakt.interfaces.web.parts import Column, Crumb, Row, Table
from egenmakt.interfaces.web.writing import crumbs, group_of, me

SOURCES: dict[str, Any] = {
    "meetings": _("Counted: meetings held from %(since)s to %(until)s."),
    "roll_calls": _("From the roll calls of the meetings from %(since)s to %(until)s."),
    "savings": _("From the ledger: who saved in every thirty days from %(since)s to %(until)s."),
    "loans": _("From the ledger: who has had a loan from %(since)s to %(until)s."),
    "repayments": _("From the ledger: what was paid of all that fell due from %(since)s to %(until)s."),
}
UPLOAD_MAX = 200_000


class MeasuresForm(forms.Form):
    """The measures of a card; those that the books know are proposed."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    graded_on = DateField(label=_("Day of the grading"))

    def __init__(self, *, card: GradingCard, known: dict[str, Measured], **options: Any) -> None:
        super().__init__(**options)
        self.card = card
        for name, measure in card.measures.items():
            if measure.domain is None:
                listed = [("", _("Choose")), *((choice, choice) for choice in measure.choices)]
                field: forms.Field = forms.ChoiceField(choices=listed)
            else:
                field = forms.DecimalField(localize=True, max_digits=12, decimal_places=0 if measure.is_whole else 4)
                field.help_text = say("A number %(range)s.") % {"range": measure.domain}
            field.label = measure.words
            if name in known:
                value = known[name]
                field.initial = (
                    Decimal(round(value.value * 10)).scaleb(-1)
                    if value.value.denominator > 1
                    else value.value.numerator
                )
                field.help_text = source_text(value)
            self.fields[f"measure-{name}"] = field

    def measures(self) -> dict[str, str]:
        """The measures as they are graded and kept: numbers as exact text, and words."""
        values = {n[8:]: v for n, v in self.cleaned_data.items() if n.startswith("measure-")}
        return {
            name: number_words(Fraction(value)) if isinstance(value, Decimal) else str(value)
            for name, value in values.items()
        }


class CardForm(forms.Form):
    """An own mark card, as a file or pasted."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    file = forms.FileField(label=_("A card as a JSON file"), required=False)
    text = forms.CharField(
        label=_("Or the card itself"), required=False, widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"})
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        file, text = cleaned.get("file"), cleaned.get("text", "")
        name = "file" if file else "text"
        if file and file.size > UPLOAD_MAX:
            self.add_error("file", _("The file is too large for a mark card."))
            return cleaned
        try:
            raw = file.read().decode("utf-8") if file else text
            if file:  # shown again, so that it can be put right on the page
                self.data = {**self.data, "text": raw}
            if not raw.strip():
                raise ValueError(say("Choose a file, or paste the card."))
            self.document = json.loads(raw)
            read_card(self.document)
        except InvalidGradingCard as error:
            for problem in error.problems:
                self.add_error("text", problem)
        except UnicodeDecodeError:
            self.add_error(name, _("The file is not text in UTF-8."))
        except json.JSONDecodeError as error:
            self.add_error(
                "text",
                say("This is not JSON: line %(line)s, %(problem)s.") % {"line": error.lineno, "problem": error.msg},
            )
        except (ValueError, RecursionError) as error:
            self.add_error(name, str(error) or say("This cannot be read."))
        return cleaned


def source_text(value: Measured) -> str:
    """Where a proposed value comes from."""
    days = {
        "since": formats.date_text(value.from_on, style="medium"),
        "until": formats.date_text(value.until_on, style="medium"),
    }
    return str(SOURCES[value.source]) % days


def _document(group: SavingsGroup, name: str) -> dict[str, Any] | None:
    """The card of that name: one that ships, or one of the organisation's own."""
    if name in CARDS:
        return shipped_document(name)
    try:
        id = UUID(name)
    except ValueError:
        return None
    own = OwnGradingCard.objects.filter(id=id, organisation_id=group.organisation_id).first()
    return own.content if own else None


def _base(group: SavingsGroup) -> dict[str, Any]:
    return {"group": group, "title": _("Grading"), "crumbs": crumbs(group)}


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def grading(request: HttpRequest, group_id: UUID) -> HttpResponse:
    """How the group was graded before, and which card to grade it by now; with a card chosen, its measures."""
    group = group_of(request, group_id, deed="group.read")
    may_grade = may(user=me(request), deed="group.update", node_id=group.id)
    name = request.GET.get("card", "")
    document = _document(group, name) if name and may_grade else None
    if document is not None:
        return _measure(request, group, name, document)
    own = OwnGradingCard.objects.filter(organisation_id=group.organisation_id).order_by("-added_at")[:100]
    context = {
        **_base(group),
        "may_grade": may_grade,
        "cards": [*((card, shipped_card(card).name) for card in CARDS), *((str(card.id), card.name) for card in own)],
        "history": _history(group),
        "card_url": reverse("grading_card", args=[group.id]),
    }
    return render(request, "web/grading/grading.html", context)


def _history(group: SavingsGroup) -> Table:
    columns = [
        Column(say("Day")),
        Column(say("Card")),
        Column(say("Grade")),
        Column(say("Marks"), is_numeric=True),
        Column(say("Graded by")),
    ]
    rows = [
        Row(
            [
                formats.date_text(kept.graded_on, style="medium"),
                kept.card["name"],
                kept.grade,
                _marks_text(kept.total),
                kept.graded_by_name,
            ],
            url=reverse("grading_result", args=[kept.id]),
        )
        for kept in Grading.objects.filter(group=group).order_by("-graded_on", "-graded_at")[:100]
    ]
    return Table(caption=say("Gradings so far"), columns=columns, rows=rows)


def _marks_text(total: str) -> str:
    value = Fraction(total)
    return formats.number_text(
        value.numerator if value.denominator == 1 else round(value, 1), places=None if value.denominator == 1 else 1
    )


def _measure(request: HttpRequest, group: SavingsGroup, name: str, document: dict[str, Any]) -> HttpResponse:
    card, today = read_card(document), timezone.localdate()
    form = MeasuresForm(
        card=card,
        known=measures_of(group=group, on=today),
        data=request.POST if request.method == "POST" else None,
        initial={"id": uuid7(), "graded_on": today},
    )
    result = None
    if request.method == "POST" and form.is_valid():
        try:
            result = grade(card=card, measures=form.measures())
            if "keep" in request.POST:
                kept = record_grading(
                    id=form.cleaned_data["id"],
                    group=group,
                    card=document,
                    measures=form.measures(),
                    graded_on=form.cleaned_data["graded_on"],
                    by=me(request),
                    at=timezone.now(),
                )
                messages.success(request, _("The grading is kept."))
                return redirect("grading_result", kept.id)
        except OutsideMeasure as error:
            _blame(form, error)
    context = {
        **_base(group),
        "card": card,
        "form": form,
        "result": _result_table(card, result, form.measures()) if result else None,
        "grade": result,
        "words": _grade_words(card, result) if result else "",
    }
    return render(request, "web/grading/measure.html", context, status=422 if form.errors else 200)


def _blame(form: MeasuresForm, error: OutsideMeasure) -> None:
    for name, measure in form.card.measures.items():
        if str(error).startswith(f"{measure.words} is "):
            form.add_error(f"measure-{name}", str(error))
            return
    form.add_error(None, str(error))


def _grade_words(card: GradingCard, result: Result) -> str:
    values = {
        "grade": result.grade or "",
        "total": _marks_text(number_words(result.total)),
        "most": _marks_text(number_words(card.highest_total)),
        "words": result.words,
    }
    return say("Grade %(grade)s: %(total)s of %(most)s marks. %(words)s.") % values


def _result_table(card: GradingCard, result: Result, measures: dict[str, str]) -> Table:
    columns = [
        Column(say("Criterion")),
        Column(say("Measure")),
        Column(say("Marks"), is_numeric=True),
        Column(say("Most"), is_numeric=True),
    ]
    rows = [
        Row(
            [
                line.criterion,
                f"{card.measures[line.measure].words}: {measures.get(line.measure, '')}",
                _marks_text(number_words(line.marks)) if line.marks is not None else "–",
                _marks_text(number_words(line.most)),
            ]
        )
        for line in result.marks
    ]
    return Table(caption=card.name, columns=columns, rows=rows)


@never_cache
@login_required
@require_GET
def result(request: HttpRequest, grading_id: UUID) -> HttpResponse:
    """One grading as it was made, criterion by criterion."""
    kept = get_object_or_404(Grading.objects.select_related("group__node"), id=grading_id)
    group = group_of(request, kept.group_id, deed="group.read")
    card = read_card(kept.card)
    made = grade(card=card, measures=kept.measures)
    context = {
        **_base(group),
        "crumbs": crumbs(group, Crumb(say("Grading"), reverse("grading", args=[group.id]))),
        "kept": kept,
        "card": card,
        "result": _result_table(card, made, kept.measures),
        "words": _grade_words(card, made),
    }
    return render(request, "web/grading/result.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def own_card(request: HttpRequest, group_id: UUID) -> HttpResponse:
    """Bring in an own mark card; holes and overlaps are named."""
    group = group_of(request, group_id, deed="group.update")
    form = CardForm(
        data=request.POST if request.method == "POST" else None,
        files=request.FILES if request.method == "POST" else None,
        initial={"id": uuid7()},
    )
    if request.method == "POST" and form.is_valid():
        card = add_own_card(
            id=form.cleaned_data["id"], group=group, content=form.document, by=me(request), at=timezone.now()
        )
        messages.success(
            request, _("The card %(name)s can be used for all groups of the organisation.") % {"name": card.name}
        )
        return redirect(f"{reverse('grading', args=[group.id])}?card={card.id}")
    context = {
        **_base(group),
        "title": _("An own mark card"),
        "crumbs": crumbs(group, Crumb(say("Grading"), reverse("grading", args=[group.id]))),
        "form": form,
        "example": json.dumps(shipped_document("panchsutra"), indent=1, ensure_ascii=False),
    }
    return render(request, "web/grading/own_card.html", context, status=422 if form.errors else 200)


urlpatterns: list[URLPattern] = [
    path("groups/<uuid:group_id>/grading/", grading, name="grading"),
    path("groups/<uuid:group_id>/grading/card/", own_card, name="grading_card"),
    path("gradings/<uuid:grading_id>/", result, name="grading_result"),
]
