"""The claims that authors add to an effect report: a number asked for, somebody's words, and taking one away."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from egenmakt.apps.access.queries import Rights
from egenmakt.apps.reports.composing import DrawnUp
from egenmakt.apps.reports.queries.effect import latest_claims
from egenmakt.apps.reports.queries.quoting import quotable_in
from egenmakt.apps.reports.sections.parts import names_of
from egenmakt.apps.reports.sections.setting import said
from egenmakt.apps.reports.services.effect_writing import (
    put_claim,
)
from egenmakt.interfaces.web import formats
from egenmakt.interfaces.web.learning.pages import (
    deed,
    posted,
    writing_page,
)
from egenmakt.interfaces.web.reports.drawing import drawing_page, drawn_up
from egenmakt.interfaces.web.reports.effect import reader_language, report_for
from egenmakt.interfaces.web.reports.effect_words import (
    effect_crumbs,
    report_crumb,
    section_title,
)
from egenmakt.interfaces.web.reports.fact_words import COLUMNS
from egenmakt.interfaces.web.writing import me

STORIES_SHOWN = 100
EXCERPT = 200
CELLS = ("country", "sex", "voice", "group_kind", "currency")
TABLE_COLUMNS = ("country", "sex", "age_band", "disability", "group_kind", "voice", "kind", "direction", "area")


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
    drawn = drawn_up(request, report)
    form = ClaimForm(posted(request))
    form.fields["section"].choices = _sections(drawn, language)  # type: ignore[attr-defined]  # a field of choices
    counted = [one for one in drawn.catalogue.indicators.values() if one.versions[-1].measure is not None]
    form.fields["indicator"].choices = [(one.code, one.said("name", language)) for one in counted]  # type: ignore[attr-defined]  # likewise
    form.fields["by"].choices = [("", "–"), *((name, str(COLUMNS[name])) for name in TABLE_COLUMNS)]  # type: ignore[attr-defined]  # likewise
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
    statement = {
        each: _stated(name, [said(drawn.labels.get(key, {}).get(one, {"en": one}), each) for key, one in cell.items()])
        for each, name in names_of(indicator).items()
    }
    return code, {"kind": kind, "statement": statement, "query": query, "method": method}


def _stated(name: str, only: list[str]) -> str:
    """What a claim states: what is counted, and of whom only."""
    return f"{name} ({', '.join(only)})" if only else name


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
    drawn = drawn_up(request, report)
    found = quotable_in(node_id=report.node_id, from_on=report.from_on, until_on=report.until_on, limit=STORIES_SHOWN)

    class QuoteForm(forms.Form):
        section = forms.ChoiceField(label=_("Section"), choices=_sections(drawn, language))
        story = forms.ChoiceField(
            label=_("Whose words"),
            widget=forms.RadioSelect,
            choices=[(one.id_hash, formats.isolated(one.wordings[0].text[:EXCERPT])) for one in found],
            error_messages={"required": _("Choose a story.")},
        )

    form = QuoteForm(posted(request)) if found else forms.Form()
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
        "button": say("Add the quotation") if found else "",
        "crumbs": effect_crumbs(report_crumb(report, language)),
        "lead": say("Only stories that their tellers opened to everybody are here, with names covered.")
        if found
        else say("No story of this period may be quoted: none is open to everybody with its names covered."),
    }
    return render(request, "web/learning/form.html", {"form": form, **shown}, status=422 if form.is_bound else 200)


@writing_page
@drawing_page
def picture_new(request: HttpRequest, id: UUID) -> HttpResponse:
    """Choose a photograph: only those whose tellers let them be shown, of stories that are open to everybody."""
    report, language = report_for(request, id), reader_language()
    Rights(request.user).require("report.write", report.node_id)
    drawn = drawn_up(request, report)
    stories = quotable_in(node_id=report.node_id, from_on=report.from_on, until_on=report.until_on)
    found = {each.sha256: one for one in stories for each in one.photographs}

    class PictureForm(forms.Form):
        section = forms.ChoiceField(label=_("Section"), choices=_sections(drawn, language))
        picture = forms.ChoiceField(
            label=_("Which photograph"),
            widget=forms.RadioSelect,
            choices=[
                (sha256, formats.isolated(one.wordings[0].title or one.wordings[0].text[:EXCERPT]))
                for sha256, one in found.items()
            ],
            help_text=_("Named by the story that it came with."),
            error_messages={"required": _("Choose a photograph.")},
        )
        caption = forms.CharField(label=_("What stands below it"), max_length=300)
        alternative = forms.CharField(
            label=_("What it shows, for whoever does not see it"),
            max_length=500,
            widget=forms.Textarea(attrs={"rows": 3}),
            help_text=_("Name nobody."),
        )

    form = PictureForm(posted(request)) if found else forms.Form()
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        document = {
            "kind": "picture",
            "statement": dict.fromkeys(report.languages, given["caption"]),
            "query": {"story": found[given["picture"]].id_hash, "sha256": given["picture"]},
            "alternative": given["alternative"],
            "method": {},
        }
        put_claim(
            report=report, section=given["section"], code=_free(drawn, f"picture-{given['picture'][:8]}"),
            document=document, by=me(request), at=timezone.now(),
        )  # fmt: skip
        return redirect("effect_claims", id)
    shown = {
        "title": say("Choose a photograph"),
        "button": say("Add the photograph") if found else "",
        "crumbs": effect_crumbs(report_crumb(report, language)),
        "lead": say("Only photographs that their tellers let be shown are here, without place, camera and date.")
        if found
        else say("No photograph of this period may be shown."),
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


urlpatterns: list[URLPattern] = [
    path("reports/effect/<uuid:id>/claims/ask/", claim_new, name="effect_claim_new"),
    path("reports/effect/<uuid:id>/claims/quote/", quote_new, name="effect_quote_new"),
    path("reports/effect/<uuid:id>/claims/picture/", picture_new, name="effect_picture_new"),
    path("reports/effect/<uuid:id>/claims/<slug:code>/remove/", claim_remove, name="effect_claim_remove"),
]
