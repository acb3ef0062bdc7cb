"""Writing an effect report: beginning one, its sections with claims to place, and answers to findings."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from uuid6 import uuid7

from egenmakt.apps.access.queries import Rights
from egenmakt.apps.people.models import Node
from egenmakt.apps.reports.composing import DrawnUp, finding_fingerprint, findings_of
from egenmakt.apps.reports.models import EffectReport, SectionText
from egenmakt.apps.reports.queries.effect import answers_of, latest_texts, text_versions
from egenmakt.apps.reports.sections.setting import said
from egenmakt.apps.reports.services.effect_freezing import Open, open_findings
from egenmakt.apps.reports.services.effect_writing import (
    MOST_LETTERS,
    ChangedMeanwhile,
    ReasonMissing,
    answer_finding,
    discard,
    start_report,
    take_up_text,
    write_text,
)
from egenmakt.core.evidence.claims.outline import OUTLINES, Section, load_outline
from egenmakt.core.evidence.claims.placing import parts_of
from egenmakt.core.evidence.claims.writing import CldrWriter
from egenmakt.interfaces.web.fields import DateField
from egenmakt.interfaces.web.learning.pages import (
    WithId,
    bodies_where,
    deed,
    form_or_deed,
    long_text,
    node_choices,
    posted,
    writing_page,
)
from egenmakt.interfaces.web.reports.drawing import drawing_page, drawn_up
from egenmakt.interfaces.web.reports.effect import reader_language, report_for
from egenmakt.interfaces.web.reports.effect_words import (
    REFUSALS,
    claim_value,
    effect_crumbs,
    finding_words,
    outline_names,
    reasons_of,
    report_crumb,
    section_title,
)
from egenmakt.interfaces.web.templatetags.parts import own_name
from egenmakt.interfaces.web.writing import me

MOST_REASON = 2000
LANGUAGES = ("sv", "en")


@writing_page
def new(request: HttpRequest) -> HttpResponse:
    """Begin a report of a body for a time, by an outline, in one language or two."""
    nodes = {
        key: node for key, node in bodies_where(me(request), "report.write").items() if node.kind != Node.Kind.GROUP
    }
    names = outline_names(reader_language())

    class NewForm(WithId):
        node = forms.ChoiceField(label=_("Whose report"), choices=node_choices(nodes))
        from_on = DateField(label=_("First day"))
        last_on = DateField(label=_("Last day"))
        outline = forms.ChoiceField(label=_("Outline"), choices=[(code, names[code]) for code in OUTLINES])
        title_sv = forms.CharField(label=_("Title in Swedish"), max_length=200, required=False)
        title_en = forms.CharField(label=_("Title in English"), max_length=200, required=False)

        def clean(self) -> dict[str, Any]:
            data: dict[str, Any] = super().clean() or {}
            if not data.get("title_sv") and not data.get("title_en"):
                raise forms.ValidationError(say("Give the report a title in at least one language."))
            if data.get("from_on") and data.get("last_on") and data["from_on"] > data["last_on"]:
                self.add_error("last_on", say("The last day lies before the first."))
            return data

    year = timezone.now().year - 1
    initial = {"id": uuid7(), "from_on": f"{year}-01-01", "last_on": f"{year}-12-31", "outline": OUTLINES[0]}
    form = NewForm(posted(request), initial=initial)

    def do(given: dict[str, Any]) -> str:
        titles = {language: given[f"title_{language}"] for language in LANGUAGES if given[f"title_{language}"]}
        made = start_report(
            id=given["id"], node=nodes[given["node"]], outline=given["outline"], from_on=given["from_on"],
            until_on=given["last_on"] + timedelta(days=1), titles=titles, by=me(request), at=timezone.now(),
        )  # fmt: skip
        return reverse("effect_report", args=[made.id])

    shown = {"title": say("Begin an effect report"), "button": say("Begin"), "crumbs": effect_crumbs()}
    return form_or_deed(request, form, do=do, refusals=REFUSALS, shown=shown)


def _section(report: EffectReport, code: str) -> Section:
    for section in load_outline(report.outline).sections:
        if section.code == code:
            return section
    raise Http404(say("The outline has no such section."))


@writing_page
@drawing_page
def section_page(request: HttpRequest, id: UUID, code: str) -> HttpResponse:
    """One section: what the authors write in each language, the claims that can be placed, and what was found."""
    report, language = report_for(request, id), reader_language()
    rights = Rights(request.user)
    may_write = rights.may("report.write", report.node_id)
    section, texts = _section(report, code), latest_texts(report=report)

    class SectionForm(forms.Form):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            for each in report.languages:
                row = texts.get((code, each))
                field = long_text(str(own_name(each)), rows=10, required=False, most=MOST_LETTERS)
                field.initial, field.widget.attrs["lang"] = row.text if row else "", each
                field.widget.attrs["dir"] = "auto"
                self.fields[f"text_{each}"] = field
                number = forms.IntegerField(widget=forms.HiddenInput, required=False, initial=row.number if row else 0)
                self.fields[f"after_{each}"] = number

    form, meanwhile = SectionForm(posted(request)), []
    if request.method == "POST":
        rights.require("report.write", report.node_id)
        # before anything is drawn up, which may take long
        if form.is_valid():
            meanwhile = _save(request, report, code, form)
            if not meanwhile:
                messages.success(request, say("Saved."))
                return redirect("effect_section", id, code)
    drawn = drawn_up(request, report)
    versions = [(each, text_versions(report=report, section=code, language=each)) for each in report.languages]
    context = {
        "title": section_title(drawn, code, language),
        "lead": said(section.hint, language),
        "crumbs": effect_crumbs(report_crumb(report, language)),
        "form": form,
        "report": report,
        "section": section,
        "may_write": may_write,
        "own_claims": _placeable(drawn, language, [one for one, made in drawn.sections_of.items() if made == code]),
        "other_claims": _placeable(drawn, language, [one for one, made in drawn.sections_of.items() if made != code]),
        "found": [
            (own_name(each), *finding_words(one), one.sentence)
            for each in report.languages
            for one in findings_of(drawn, each)
            if one.section == code
        ],
        "meanwhile": [(own_name(row.language), row) for row in meanwhile],
        "versions": [(each, own_name(each), rows) for each, rows in versions if len(rows) > 1],
    }
    return render(request, "web/reports/effect_section.html", context, status=422 if form.errors else 200)


def _save(request: HttpRequest, report: EffectReport, code: str, form: forms.Form) -> list[SectionText]:
    """Save each language. Returns: what somebody else saved meanwhile.

    That is said at its field, and the words typed stay there; once both were looked at, saving again puts them on top.
    """
    meanwhile = []
    data = request.POST.copy()
    for each in report.languages:
        try:
            saved = write_text(
                report=report, section=code, language=each, text=form.cleaned_data[f"text_{each}"],
                after=form.cleaned_data[f"after_{each}"] or 0, by=me(request), at=timezone.now(),
            )  # fmt: skip
        except ChangedMeanwhile:
            form.add_error(f"text_{each}", REFUSALS[ChangedMeanwhile])
            saved = latest_texts(report=report)[code, each]
            meanwhile.append(saved)
        data[f"after_{each}"] = str(saved.number)
    form.data = data
    return meanwhile


def _placeable(drawn: DrawnUp, language: str, codes: list[str]) -> list[tuple[str, str, str, tuple[str, ...]]]:
    """The claims that an author can place: what is typed to place each, words, value, parts."""
    writer = CldrWriter.of(language)
    return [
        (
            "{{" + each + "}}",
            said(claim.statement, language),
            "" if claim.kind == "quotation" else claim_value(claim, language),
            tuple("{{" + f"{each}:{part}" + "}}" for part in parts_of(claim, writer=writer, language=language)),
        )
        for each in codes
        if (claim := drawn.claims.get(each)) is not None
    ]


@deed
def take_up(request: HttpRequest, id: UUID, code: str) -> HttpResponse:
    """Go back to an earlier version of a section's text; the later ones stay in the list."""
    report = report_for(request, id)
    for language in report.languages:
        for version in text_versions(report=report, section=code, language=language):
            if str(version.id) == request.POST.get("version"):
                take_up_text(report=report, version=version, by=me(request), at=timezone.now())
                messages.success(request, say("The earlier text is back."))
    return redirect("effect_section", id, code)


@writing_page
@drawing_page
def findings_page(request: HttpRequest, id: UUID) -> HttpResponse:
    """Everything that was found, section by section, with a field for the reason why it may stay."""
    report, language = report_for(request, id), reader_language()
    drawn = drawn_up(request, report)
    left, may_answer = open_findings(drawn_up=drawn), Rights(request.user).may("report.check", report.node_id)
    problem, asked, reason = "", "", ""
    if request.method == "POST":
        Rights(request.user).require("report.check", report.node_id)
        asked, reason = request.POST.get("finding", ""), request.POST.get("reason", "").replace("\r\n", "\n").strip()
        chosen = next((one for one in left if one.fingerprint == asked and one.finding.severity == "look"), None)
        if chosen is None:
            problem = say("This is not found any more, or it was answered meanwhile.")
        elif len(reason) > MOST_REASON:
            problem = say("The reason is too long: it has room for 2,000 letters.")
        elif not reason:
            problem = str(REFUSALS[ReasonMissing])
        else:
            sentence = finding_words(chosen.finding)[0]
            answer_finding(
                report=report, finding=chosen.fingerprint, sentence=sentence, reason=reason, by=me(request),
                at=timezone.now(),
            )  # fmt: skip
            return redirect(f"{reverse('effect_findings', args=[id])}#left")
    answers = answers_of(report=report)
    now = {
        finding_fingerprint(one, each): (section_title(drawn, one.section, language), each, finding_words(one)[0])
        for each in report.languages
        for one in findings_of(drawn, each)
    }
    context = {
        "title": say("What was found"),
        "lead": say("Put it right in the section, or say why it may stay. What stops a report has no answer."),
        "crumbs": effect_crumbs(report_crumb(report, language)),
        "report": report,
        "left": [_shown(drawn, one, language, reason if one.fingerprint == asked else "") for one in left],
        # what is not found any more stands as it was said then
        "answered": [
            (_told(now.get(answer.finding)), answer.sentence, answer.reason, answer.written_by_name)
            for answer in answers.values()
        ],
        "refused": reasons_of(drawn.refused),
        "may_answer": may_answer,
        "problem": problem,
    }
    return render(request, "web/reports/effect_findings.html", context, status=422 if problem else 200)


def _told(found: tuple[str, str, str] | None) -> str:
    """What an answer is about: the section, the language and what was found there."""
    return f"{found[0]} ({own_name(found[1])}): {found[2]}" if found else ""


def _shown(drawn: DrawnUp, one: Open, language: str, typed: str) -> dict[str, Any]:
    sentence, remedy = finding_words(one.finding)
    url = reverse("effect_section", args=[drawn.report.id, one.finding.section]) if one.finding.section else ""
    return {
        "fingerprint": one.fingerprint,
        "language": own_name(one.language),
        "section": section_title(drawn, one.finding.section, language),
        "url": url,
        "sentence": sentence,
        "remedy": remedy,
        "words": one.finding.sentence,
        "stops": one.finding.severity == "stops",
        "typed": typed,
    }


@deed
def lay_aside(request: HttpRequest, id: UUID) -> HttpResponse:
    """Lay a report aside, or take it up again."""
    report = report_for(request, id)
    discard(report=report, by=me(request), at=timezone.now(), is_back=report.discarded_at is not None)
    return redirect("effect_report", id)


urlpatterns: list[URLPattern] = [
    path("reports/effect/new/", new, name="effect_new"),
    path("reports/effect/<uuid:id>/sections/<slug:code>/", section_page, name="effect_section"),
    path("reports/effect/<uuid:id>/sections/<slug:code>/take-up/", take_up, name="effect_take_up"),
    path("reports/effect/<uuid:id>/found/", findings_page, name="effect_findings"),
    path("reports/effect/<uuid:id>/aside/", lay_aside, name="effect_aside"),
]
