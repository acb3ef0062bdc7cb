"""Writing an effect report: beginning one, its sections with claims to place, its claims, and answers to findings."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from uuid6 import uuid7

from egenmakt.apps.access.queries import Rights
from egenmakt.apps.people.models import Node
from egenmakt.apps.reports.composing import DrawnUp, findings_of
from egenmakt.apps.reports.models import EffectReport
from egenmakt.apps.reports.queries.effect import answers_of, latest_claims, latest_texts, text_versions
from egenmakt.apps.reports.queries.quoting import quotable_in
from egenmakt.apps.reports.sections.parts import names_of
from egenmakt.apps.reports.sections.setting import said
from egenmakt.apps.reports.services.effect_freezing import Open, open_findings
from egenmakt.apps.reports.services.effect_writing import (
    ChangedMeanwhile,
    answer_finding,
    discard,
    put_claim,
    start_report,
    take_up_text,
    write_text,
)
from egenmakt.core.evidence.claims.outline import OUTLINES, Section
from egenmakt.core.evidence.claims.placing import parts_of
from egenmakt.core.evidence.claims.writing import CldrWriter
from egenmakt.interfaces.web import formats
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
    report_crumb,
    section_title,
)
from egenmakt.interfaces.web.templatetags.parts import own_name
from egenmakt.interfaces.web.writing import me

STORIES_SHOWN = 100
EXCERPT = 200
LANGUAGES = ("sv", "en")
CELLS = ("country", "sex", "voice", "group_kind", "currency")
TABLE_COLUMNS = ("country", "sex", "age_band", "disability", "group_kind", "voice", "kind", "direction", "area")


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


def _section(drawn: DrawnUp, code: str) -> Section:
    for section in drawn.outline.sections:
        if section.code == code:
            return section
    raise Http404(say("The outline has no such section."))


@writing_page
@drawing_page
def section_page(request: HttpRequest, id: UUID, code: str) -> HttpResponse:
    """One section: what the authors write in each language, the claims that can be placed, and what was found."""
    report, language = report_for(request, id), reader_language()
    may_write = Rights(request.user).may("report.write", report.node_id)
    drawn = drawn_up(report, user=me(request))
    section, texts = _section(drawn, code), latest_texts(report=report)

    class SectionForm(forms.Form):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            for each in report.languages:
                row = texts.get((code, each))
                field = long_text(str(own_name(each)), rows=10, required=False)
                field.initial, field.widget.attrs["lang"] = row.text if row else "", each
                self.fields[f"text_{each}"] = field
                number = forms.IntegerField(widget=forms.HiddenInput, initial=row.number if row else 0)
                self.fields[f"after_{each}"] = number

    form = SectionForm(posted(request) if may_write else None)
    if request.method == "POST" and may_write and form.is_valid() and _save(request, report, code, form):
        messages.success(request, say("Saved."))
        return redirect("effect_section", id, code)
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
        "versions": [(own_name(each), rows) for each, rows in versions if len(rows) > 1],
    }
    return render(request, "web/reports/effect_section.html", context, status=422 if form.errors else 200)


def _save(request: HttpRequest, report: EffectReport, code: str, form: forms.Form) -> bool:
    """Save each language; what somebody else saved meanwhile is said at its field, and nothing is lost."""
    for each in report.languages:
        try:
            write_text(
                report=report, section=code, language=each, text=form.cleaned_data[f"text_{each}"],
                after=form.cleaned_data[f"after_{each}"], by=me(request), at=timezone.now(),
            )  # fmt: skip
        except ChangedMeanwhile:
            form.add_error(f"text_{each}", REFUSALS[ChangedMeanwhile])
    return form.is_valid()


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
    drawn = drawn_up(report, user=me(request))
    left, may_answer = open_findings(drawn_up=drawn), Rights(request.user).may("report.check", report.node_id)
    problem = ""
    if request.method == "POST" and may_answer:
        chosen = next((one for one in left if one.fingerprint == request.POST.get("finding")), None)
        reason = request.POST.get("reason", "").strip()
        if chosen is not None and chosen.finding.severity == "look" and reason:
            sentence = finding_words(chosen.finding)[0]
            answer_finding(
                report=report, finding=chosen.fingerprint, sentence=sentence, reason=reason, by=me(request),
                at=timezone.now(),
            )  # fmt: skip
            return redirect(f"{reverse('effect_findings', args=[id])}#left")
        problem = say("Write why this may stay as it is, or put it right.")
    answers = answers_of(report=report)
    context = {
        "title": say("What was found"),
        "lead": say("Put it right in the section, or say why it may stay. What stops a report has no answer."),
        "crumbs": effect_crumbs(report_crumb(report, language)),
        "report": report,
        "left": [_shown(drawn, one, language) for one in left],
        "answered": [(answer.sentence, answer.reason, answer.written_by_name) for answer in answers.values()],
        "refused": list(drawn.refused.values()),
        "may_answer": may_answer,
        "problem": problem,
    }
    return render(request, "web/reports/effect_findings.html", context, status=422 if problem else 200)


def _shown(drawn: DrawnUp, one: Open, language: str) -> dict[str, Any]:
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
    }


class ClaimForm(forms.Form):
    """A number that an author asks for: an indicator, for whom, and how it is shown."""

    section = forms.ChoiceField(label=_("Section"))
    indicator = forms.ChoiceField(label=_("Indicator"))
    kind = forms.ChoiceField(
        label=_("How it is shown"),
        choices=[("figure", _("One number")), ("at_least", _("At least a round number")), ("table", _("A table"))],
    )
    by = forms.ChoiceField(label=_("A table by"), required=False)
    step = forms.IntegerField(label=_("Rounded down to"), required=False, min_value=2, initial=100)
    country = forms.CharField(label=_("Country, as two letters"), required=False, max_length=2)
    sex = forms.ChoiceField(
        label=_("Sex"), required=False, choices=[("", _("All")), ("female", _("Women")), ("male", _("Men"))]
    )
    voice = forms.ChoiceField(
        label=_("Voice"),
        required=False,
        choices=[
            ("", _("All")), ("rights_holder", _("Rights-holders")), ("partner", _("Partners")), ("staff", _("Staff")),
        ],
    )  # fmt: skip
    currency = forms.CharField(label=_("Currency"), required=False, max_length=3, help_text=_("For amounts: KES"))


@writing_page
@drawing_page
def claim_new(request: HttpRequest, id: UUID) -> HttpResponse:
    """Ask for a number that no section shows by itself."""
    report, language = report_for(request, id), reader_language()
    Rights(request.user).require("report.write", report.node_id)
    drawn = drawn_up(report, user=me(request))
    form = ClaimForm(posted(request))
    form.fields["section"].choices = _sections(drawn, language)  # type: ignore[attr-defined]  # a field of choices
    counted = [one for one in drawn.catalogue.indicators.values() if one.versions[-1].measure is not None]
    form.fields["indicator"].choices = [(one.code, one.said("name", language)) for one in counted]  # type: ignore[attr-defined]  # likewise
    form.fields["by"].choices = [("", "–"), *((name, name.replace("_", " ")) for name in TABLE_COLUMNS)]  # type: ignore[attr-defined]  # likewise
    if request.method == "POST" and form.is_valid():
        code, document = _document(drawn, form.cleaned_data)
        put_claim(
            report=report, section=form.cleaned_data["section"], code=code, document=document, by=me(request),
            at=timezone.now(),
        )  # fmt: skip
        return redirect("effect_claims", id)
    shown = {
        "title": say("Ask for a number"),
        "button": say("Add the claim"),
        "crumbs": effect_crumbs(report_crumb(report, language)),
        "lead": say("It is counted from the registers when the report is drawn up. A claim that cannot be is named."),
    }
    return render(request, "web/learning/form.html", {"form": form, **shown}, status=422 if form.is_bound else 200)


def _sections(drawn: DrawnUp, language: str) -> list[tuple[str, str]]:
    return [(one.code, section_title(drawn, one.code, language)) for one in drawn.outline.sections]


def _document(drawn: DrawnUp, given: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The code and the document of a claim that was asked for in the form."""
    report, indicator = drawn.report, drawn.catalogue.indicator(given["indicator"])
    cell = {
        name: given[name].upper() if name in ("country", "currency") else given[name]
        for name in CELLS
        if given.get(name)
    }
    figure: dict[str, Any] = {
        "indicator": indicator.code,
        "from_on": report.from_on.isoformat(),
        "until_on": report.until_on.isoformat(),
    }
    if cell:
        figure["cell"] = cell
    query: dict[str, Any]
    if given["kind"] == "table" and given["by"]:
        kind, query = "table", {"figure": figure, "by": [given["by"]]}
    elif given["kind"] == "at_least":
        kind, query = "at_least", {"figure": figure, "step": given["step"] or 100}
    else:
        kind = "share" if indicator.kind == "share" else "money" if indicator.is_money else "number"
        query = {"figure": figure}
    code = _free(
        drawn, "-".join([indicator.code.replace("_", "-"), *map(slugify, cell.values()), given.get("by") or ""])
    )
    version = indicator.versions[-1]
    method = {"en": version.method} | {each: version.said("method", each) for each in version.words}
    return code, {"kind": kind, "statement": dict(names_of(indicator)), "query": query, "method": method}


def _free(drawn: DrawnUp, wanted: str) -> str:
    """A code that no claim of the report has yet."""
    base = re.sub(r"[^a-z0-9]+", "-", wanted.lower()).strip("-")[:60] or "claim"
    taken = {*drawn.claims, *drawn.refused, *drawn.left_out, *latest_claims(report=drawn.report)}
    return next(
        code for number in range(1, 10_000) if (code := base if number == 1 else f"{base}-{number}") not in taken
    )


@writing_page
@drawing_page
def quote_new(request: HttpRequest, id: UUID) -> HttpResponse:
    """Choose somebody's words: only stories that their tellers opened to everybody, with names covered."""
    report, language = report_for(request, id), reader_language()
    Rights(request.user).require("report.write", report.node_id)
    drawn = drawn_up(report, user=me(request))
    found = quotable_in(node_id=report.node_id, from_on=report.from_on, until_on=report.until_on, limit=STORIES_SHOWN)

    class QuoteForm(forms.Form):
        section = forms.ChoiceField(label=_("Section"), choices=_sections(drawn, language))
        story = forms.ChoiceField(
            label=_("Whose words"),
            widget=forms.RadioSelect,
            choices=[(one.id_hash, formats.isolated(one.wordings[0].text[:EXCERPT])) for one in found],
            error_messages={"required": _("Choose a story.")},
        )

    form = QuoteForm(posted(request))
    if request.method == "POST" and form.is_valid():
        hash = form.cleaned_data["story"]
        statement = {"en": "What somebody told, in her own words", "sv": "Vad någon berättade, med egna ord"}
        document = {"kind": "quotation", "statement": statement, "query": {"story": hash}, "method": {}}
        put_claim(
            report=report, section=form.cleaned_data["section"], code=_free(drawn, f"words-{hash[:8]}"),
            document=document, by=me(request), at=timezone.now(),
        )  # fmt: skip
        return redirect("effect_claims", id)
    shown = {
        "title": say("Choose somebody’s words"),
        "button": say("Add the quotation"),
        "crumbs": effect_crumbs(report_crumb(report, language)),
        "lead": say("Only stories that their tellers opened to everybody are here, with names covered.")
        if found
        else say("No story of this period may be quoted: none is open to everybody with its names covered."),
    }
    return render(request, "web/learning/form.html", {"form": form, **shown}, status=422 if form.is_bound else 200)


@deed
def claim_remove(request: HttpRequest, id: UUID, code: str) -> HttpResponse:
    """Take an author's claim away; adding it again brings it back."""
    report = report_for(request, id)
    row = latest_claims(report=report).get(code)
    if row is not None:
        put_claim(report=report, section=row.section, code=code, document=None, by=me(request), at=timezone.now())
        messages.success(request, say("The claim is taken away."))
    return redirect("effect_claims", id)


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
    path("reports/effect/<uuid:id>/claims/ask/", claim_new, name="effect_claim_new"),
    path("reports/effect/<uuid:id>/claims/quote/", quote_new, name="effect_quote_new"),
    path("reports/effect/<uuid:id>/claims/<slug:code>/remove/", claim_remove, name="effect_claim_remove"),
    path("reports/effect/<uuid:id>/aside/", lay_aside, name="effect_aside"),
]
