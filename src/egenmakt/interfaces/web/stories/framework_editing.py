"""Changing a draft: its questions, its texts, its languages and its translations; each change is checked whole."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from egenmakt.apps.stories.frameworks import framework_of
from egenmakt.apps.stories.models import FrameworkVersion
from egenmakt.core.signification.consent import PURPOSES
from egenmakt.core.signification.framework import Unreadable, framework_json
from egenmakt.core.signification.question_types import QUESTION_TYPES
from egenmakt.core.signification.translations import Row, translation_table, with_translations
from egenmakt.interfaces.web import formats
from egenmakt.interfaces.web.stories.consenting import NAMES as PURPOSE_NAMES
from egenmakt.interfaces.web.stories.framework_fields import fields_of, question_from, texts_of
from egenmakt.interfaces.web.stories.frameworks import (
    FILE_MAX,
    crumbs,
    draft_document,
    open_version,
    problem_lines,
    revise,
    show_version,
    version_url,
)

PLACE, SOURCE = "place", "source"
PROMPTS_SPARE: Final = 2


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def question(request: HttpRequest, framework_id: UUID, number: int, code: str = "") -> HttpResponse:
    """Change a question, or write a new one of a type."""
    version, document = draft_document(request, framework_id, number)
    place = next((i for i, q in enumerate(document["questions"]) if q["code"] == code), None)
    if code and place is None:
        raise Http404(f"There is no question {code}.")
    kind = document["questions"][place]["type"] if place is not None else request.GET.get("type", "")
    if kind not in QUESTION_TYPES:
        raise Http404(f"There is no question type {kind}.")
    if request.method == "GET":
        shown = document["questions"][place] if place is not None else {"type": kind}
        return _show_question(request, version, document, shown, place, ())
    made = question_from(request.POST, type=kind, languages=document["languages"])
    questions = list(document["questions"])
    if place is None:
        questions.append(made)
    else:
        questions[place] = made
    changed = {**document, "questions": questions}
    _made, problems = revise(request, version, changed)
    if problems:
        return _show_question(request, version, document, made, place, problems)
    messages.success(request, _("The question is kept in the draft."))
    return redirect(version_url(version))


def _show_question(
    request: HttpRequest,
    version: FrameworkVersion,
    document: Mapping[str, Any],
    shown: Mapping[str, Any],
    place: int | None,
    problems: Sequence[Any],
) -> HttpResponse:
    languages = document["languages"]
    earlier = document["questions"][: len(document["questions"]) if place is None else place]
    chosen = shown.get("show_if") or {"question": "", "any_of": []}
    deciders = [
        {
            "question": each,
            "options": [
                {**option, "is_chosen": each["code"] == chosen["question"] and option["code"] in chosen["any_of"]}
                for option in each["options"]
            ],
        }
        for each in earlier
        if QUESTION_TYPES[each["type"]].is_choice
    ]
    context = {
        "title": _("Change a question") if place is not None else _("A new question"),
        "lead": _(QUESTION_TYPES[shown["type"]].words),
        "crumbs": crumbs(version),
        "question": shown,
        "texts": texts_of("text", shown.get("text"), languages),
        "helps": texts_of("help", shown.get("help"), languages),
        "fields": fields_of(shown, languages),
        "deciders": deciders,
        "mistakes": problem_lines(problems),
        "language": formats.reader(),
        "languages": languages,
        "back_url": version_url(version),
    }
    return render(request, "web/stories/frameworks/question.html", context, status=422 if problems else 200)


@login_required
@require_POST
def arrange(request: HttpRequest, framework_id: UUID, number: int, code: str) -> HttpResponse:
    """Move a question up or down, or take it away."""
    version, document = draft_document(request, framework_id, number)
    questions = list(document["questions"])
    place = next((i for i, q in enumerate(questions) if q["code"] == code), None)
    if place is None:
        raise Http404(f"There is no question {code}.")
    deed = request.POST.get("go")
    other = place + {"up": -1, "down": 1}.get(deed or "", 0)
    if deed == "remove":
        del questions[place]
    elif 0 <= other < len(questions):
        questions[place], questions[other] = questions[other], questions[place]
    _made, problems = revise(request, version, {**document, "questions": questions})
    if problems:
        # such as a question that would stand before the one that decides whether it is asked
        return show_version(request, version, problems, status=422)
    return redirect(f"{version_url(version)}#question-{code}" if deed != "remove" else version_url(version))


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def texts(request: HttpRequest, framework_id: UUID, number: int) -> HttpResponse:
    """The title, the prompts, the consent and the languages."""
    version, document = draft_document(request, framework_id, number)
    problems: Sequence[Any] = ()
    if request.method == "POST":
        document = _with_texts(request, document)
        made, problems = revise(request, version, document)
        if made is not None:
            messages.success(request, _("The texts are kept in the draft."))
            return redirect(version_url(version))
    languages = document["languages"]
    consent = document["consent"]
    prompts = [*document["prompts"], *({"code": "", "text": {}} for _row in range(PROMPTS_SPARE))]
    context = {
        "title": _("Title, prompts and consent"),
        "crumbs": crumbs(version),
        "mistakes": problem_lines(problems),
        "language_codes": " ".join(languages),
        "titles": texts_of("title", document["title"], languages),
        "prompts": [
            {
                "prefix": f"prompts.{n}",
                "code": each["code"],
                "texts": texts_of(f"prompts.{n}.text", each["text"], languages),
            }
            for n, each in enumerate(prompts, start=1)
        ],
        "consent_version": consent["version"],
        "intro": texts_of("intro", consent["intro"], languages),
        "purposes": [
            (PURPOSE_NAMES[name], texts_of(f"purpose.{name}", consent["purposes"].get(name), languages))
            for name in PURPOSES
        ],
        "back_url": version_url(version),
        "language": languages[0] if languages else "",
    }
    return render(request, "web/stories/frameworks/texts.html", context, status=422 if problems else 200)


def _with_texts(request: HttpRequest, document: Mapping[str, Any]) -> dict[str, Any]:
    data, languages = request.POST, request.POST.get("languages", "").split()
    shown = list(dict.fromkeys([*document["languages"], *languages]))

    def texts(prefix: str) -> dict[str, str]:
        given = {code: data.get(f"{prefix}.{code}", "").strip().replace("\r\n", "\n") for code in shown}
        return {code: text for code, text in given.items() if text}

    prompts = []
    for n in range(1, 60):
        if f"prompts.{n}.code" not in data:
            break
        code, text = data[f"prompts.{n}.code"].strip(), texts(f"prompts.{n}.text")
        if code or text:
            prompts.append({"code": code, "text": text})
    purposes = {name: text for name in PURPOSES if (text := texts(f"purpose.{name}"))}
    consent = {"version": data.get("consent_version", "").strip(), "intro": texts("intro"), "purposes": purposes}
    states = {code: said for code, said in document.get("translation_state", {}).items() if code in languages[1:]}
    made = {**document, "languages": languages, "translation_state": states}
    return {**made, "title": texts("title"), "prompts": prompts, "consent": consent}


@login_required
@require_GET
def translations_out(request: HttpRequest, framework_id: UUID, number: int) -> HttpResponse:
    """Every text with its translations as a CSV file, in which no text becomes a formula."""
    framework = framework_of(version=open_version(request, framework_id, number))
    others = framework.languages[1:]
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([PLACE, SOURCE, *others])
    for row in translation_table(framework):
        cells = [row.place, row.source, *(row.translations[code] for code in others)]
        writer.writerow([safe(cell) for cell in cells])
    response = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{framework.code}-{framework.version}-translations.csv"'
    return response


def safe(text: str) -> str:
    """A cell that no spreadsheet takes for a formula: with an apostrophe unless it begins with a letter or a digit."""
    begins_plainly = unicodedata.category(text[0])[0] in "LN" if text else True
    return text if begins_plainly else f"'{text}"


def plain(cell: str) -> str:
    """The text of a cell that `safe` wrote."""
    return cell.removeprefix("'")


@login_required
@require_POST
def translations_in(request: HttpRequest, framework_id: UUID, number: int) -> HttpResponse:
    """The translations of a CSV file into a draft; a source that was changed since is named and nothing is taken."""
    version, _document = draft_document(request, framework_id, number)
    file = request.FILES.get("file")
    try:
        if file is None:
            raise ValueError(_("Choose a file first."))
        if (file.size or 0) > FILE_MAX:
            raise ValueError(_("The file is too large for a table of translations."))
        rows = read_translations(file.read())
        changed = with_translations(framework_of(version=version), rows)
    except Unreadable as error:
        return show_version(request, version, error.problems, status=422)
    except ValueError as error:
        messages.error(request, str(error))
        return redirect(version_url(version))
    _made, problems = revise(request, version, framework_json(changed))
    if problems:
        return show_version(request, version, problems, status=422)
    messages.success(request, _("The translations are in the draft."))
    return redirect(version_url(version))


def read_translations(content: bytes) -> list[Row]:
    """The rows of a table of translations. Raises: ValueError with a sentence."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError(_("The file is not text in UTF-8. Save it as “CSV UTF-8”.")) from None
    try:
        delimiter = ";" if text.partition("\n")[0].count(";") > text.partition("\n")[0].count(",") else ","
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise ValueError(_("The file is no CSV table: %(problem)s.") % {"problem": error}) from None
    if not lines or lines[0][:2] != [PLACE, SOURCE]:
        raise ValueError(_("The first columns must be “place” and “source”, as in the table that is taken out here."))
    languages = lines[0][2:]
    rows = []
    for line_number, line in enumerate(lines[1:], start=2):
        if not any(line):
            continue
        if len(line) != len(lines[0]):
            told = {"line": line_number, "cells": len(line), "columns": len(lines[0])}
            raise ValueError(_("Line %(line)s has %(cells)s cells, but there are %(columns)s columns.") % told)
        cells = [plain(cell).replace("\r\n", "\n") for cell in line]
        rows.append(Row(cells[0], cells[1], dict(zip(languages, cells[2:], strict=True))))
    return rows


ROOT: Final = "frameworks/<uuid:framework_id>/<int:number>/"
urlpatterns: list[URLPattern] = [
    path(f"{ROOT}question/", question, name="story_question_new"),
    path(f"{ROOT}question/<str:code>/", question, name="story_question"),
    path(f"{ROOT}question/<str:code>/arrange/", arrange, name="story_question_arrange"),
    path(f"{ROOT}texts/", texts, name="story_framework_texts"),
    path(f"{ROOT}translations.csv", translations_out, name="story_framework_translations"),
    path(f"{ROOT}translations/", translations_in, name="story_framework_translations_in"),
]
