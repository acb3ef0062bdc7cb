"""What tellers are asked: frameworks and their versions, to look at, to try, to take out and to bring in."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST
from uuid6 import uuid7

from egenmakt.apps.access.queries import may, nodes_where, require
from egenmakt.apps.people.models import Node
from egenmakt.apps.stories.frameworks import framework_of
from egenmakt.apps.stories.models import FrameworkVersion
from egenmakt.apps.stories.queries.collecting import frameworks_seen
from egenmakt.apps.stories.services.rounds import (
    ConflictingFramework,
    add_framework,
    revise_framework,
)
from egenmakt.core.signification.differences import differences, unmapped
from egenmakt.core.signification.framework import Framework, Unreadable, framework_json, shipped, words
from egenmakt.core.signification.question_types import QUESTION_TYPES
from egenmakt.core.signification.translations import missing, stale
from egenmakt.interfaces.web import formats
from egenmakt.interfaces.web.parts import Column, Crumb, Row, Table
from egenmakt.interfaces.web.reading import badge_cell
from egenmakt.interfaces.web.stories.asking import Asked, minutes_left, scripts_of
from egenmakt.interfaces.web.stories.findings import difference_sentence, problem_sentence
from egenmakt.interfaces.web.stories.telling import MINUTES_FOR_THE_STORY
from egenmakt.interfaces.web.templatetags.parts import own_name
from egenmakt.interfaces.web.wording import asked_after, language_of
from egenmakt.interfaces.web.writing import me

FILE_MAX = 2_000_000
LISTED = 200
TRANSLATION_WORDS: dict[str, Any] = {
    "machine": gettext_lazy("by a machine"),
    "unreviewed": gettext_lazy("not yet looked through"),
    "reviewed": gettext_lazy("looked through"),
}


def version_url(version: FrameworkVersion, name: str = "story_framework", *more: object) -> str:
    """The address of a page of one version."""
    return reverse(name, args=[version.framework_id, version.number, *more])


def crumbs(version: FrameworkVersion | None = None) -> list[Crumb]:
    """The way down to a version."""
    found = [
        Crumb(_("Rounds of stories"), reverse("story_rounds")),
        Crumb(_("What is asked"), reverse("story_frameworks")),
    ]
    return [*found, Crumb(title_of(framework_of(version=version)), version_url(version))] if version else found


def title_of(framework: Framework) -> str:
    """A framework's title in the reader's language."""
    return words(framework.title, formats.reader(), framework.source)


def open_version(request: HttpRequest, framework_id: UUID, number: int) -> FrameworkVersion:
    """A version that the reader may see. Raises: Http404."""
    seen = frameworks_seen(user=request.user).filter(id=framework_id).values("id")
    return get_object_or_404(
        FrameworkVersion.objects.select_related("framework__node"), framework__in=seen, number=number
    )


def may_change(request: HttpRequest, version: FrameworkVersion) -> bool:
    """Whether the reader may change it: by her role, and as long as it was not used."""
    return version.frozen_at is None and may(
        user=request.user, deed="framework.change", node_id=version.framework.node_id
    )


def problem_lines(problems: Sequence[Any]) -> list[dict[str, str]]:
    """Every problem as a sentence with its place."""
    return [
        {"sentence": f"{each.where or '/'}: {problem_sentence(each)}", "field": "", "label": ""} for each in problems
    ]


@never_cache
@login_required
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """The frameworks that the reader may write or use."""
    return _listing(request, [])


def _listing(request: HttpRequest, problems: Sequence[Any], status: int = 200) -> HttpResponse:
    rows = list(frameworks_seen(user=request.user).order_by("node__name", "code", "id")[:LISTED])
    versions: dict[UUID, list[FrameworkVersion]] = {}
    for version in FrameworkVersion.objects.filter(framework__in=rows).order_by("-number"):
        versions.setdefault(version.framework_id, []).append(version)
    columns = [Column(_("Framework")), Column(_("Whose")), Column(_("Version"), is_numeric=True), Column(_("State"))]
    table_rows = []
    for row in rows:
        for version in versions.get(row.id, []):
            version.framework = row
            cells = [title_of(framework_of(version=version)), row.node.name, formats.number_text(version.number)]
            table_rows.append(Row([*cells, state_badge(version)], url=version_url(version)))
    nodes = nodes_where(user=request.user, deed="framework.change").exclude(kind=Node.Kind.GROUP)
    context = {
        "title": _("What is asked"),
        "crumbs": crumbs()[:1],
        "table": Table(caption=_("Frameworks"), columns=columns, rows=table_rows),
        "nodes": list(nodes.order_by("name", "id")[:LISTED]),
        "mistakes": problem_lines(problems),
        "language": "",
    }
    return render(request, "web/stories/frameworks/list.html", context, status=status)


def state_badge(version: FrameworkVersion) -> Any:
    """Whether a version can still be changed."""
    return badge_cell(_("In use: never changed"), "success") if version.frozen_at else badge_cell(_("Draft"), "info")


@login_required
@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """Take the framework that ships as a draft of one's own, or bring one in from a file."""
    node = get_object_or_404(nodes_where(user=request.user, deed="framework.change"), id=request.POST.get("node"))
    file = request.FILES.get("file")
    try:
        content = _copy_of_shipped() if file is None else read_file(file)
        version = add_framework(content=content, node=node, by=me(request), at=timezone.now())
    except Unreadable as error:
        return _listing(request, error.problems, status=422)
    except (ValueError, ConflictingFramework) as error:
        messages.error(request, str(error))
        return redirect("story_frameworks")
    return redirect(version_url(version))


def _copy_of_shipped() -> dict[str, Any]:
    document = copy.deepcopy(framework_json(shipped()))
    id = str(uuid7())
    return {**document, "id": id, "code": f"{document['code'][:30]}_{id[-6:]}"}


def read_file(file: Any) -> dict[str, Any]:
    """A framework's document from a file. Raises: ValueError with a sentence."""
    if file.size > FILE_MAX:
        raise ValueError(_("The file is too large for a framework."))
    try:
        found = json.loads(file.read().decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise ValueError(_("The file is not text in UTF-8.")) from None
    except RecursionError:
        raise ValueError(_("This cannot be read.")) from None
    except json.JSONDecodeError as error:
        told = {"line": error.lineno, "problem": error.msg}
        raise ValueError(_("This is not JSON: line %(line)s, %(problem)s.") % told) from None
    if not isinstance(found, dict):
        raise ValueError(_("This is JSON, but no framework: it must be an object."))
    return found


@never_cache
@login_required
@require_GET
def version_page(request: HttpRequest, framework_id: UUID, number: int) -> HttpResponse:
    """One version: its questions, its languages, and what can be done with it."""
    return show_version(request, open_version(request, framework_id, number), [])


def show_version(
    request: HttpRequest, version: FrameworkVersion, problems: Sequence[Any], status: int = 200
) -> HttpResponse:
    """The page of a version, with what was wrong in what was tried."""
    framework = framework_of(version=version)
    document = framework_json(framework)
    before = version.framework.versions.filter(number__lt=version.number).order_by("-number").first()
    old = framework_of(version=before) if before else None
    questions = [
        {
            "document": q,
            "words": _(QUESTION_TYPES[q["type"]].words),
            "after": asked_after(document, q, language=formats.reader()),
            "is_first": place == 0,
            "is_last": place == len(document["questions"]) - 1,
        }
        for place, q in enumerate(document["questions"])
    ]
    context = {
        "title": title_of(framework),
        "crumbs": crumbs(),
        "version": version,
        "state": state_badge(version),
        "document": document,
        "questions": questions,
        "minutes": MINUTES_FOR_THE_STORY + minutes_left(document["questions"]),
        "types": [(name, _(kind.words)) for name, kind in QUESTION_TYPES.items()],
        "languages": document["languages"],
        "language": formats.reader(),
        "language_rows": _languages(framework, old, version),
        "stale": [
            {
                "place": each.place,
                "language": own_name(each.language),
                "source": each.source,
                "was": each.previous_source,
            }
            for each in (stale(framework, old) if old else ())
        ],
        "versions": list(version.framework.versions.order_by("-number")),
        "differences": [difference_sentence(each) for each in differences(old, framework)] if old else [],
        "unmapped": [problem_sentence(each) for each in unmapped(old, framework)] if old else [],
        "earlier": before,
        "may_change": may_change(request, version),
        "may_begin": may(user=request.user, deed="framework.change", node_id=version.framework.node_id)
        and version.frozen_at is not None
        and not version.framework.versions.filter(number__gt=version.number).exists(),
        "mistakes": problem_lines(problems),
        "json_url": version_url(version, "story_framework_json"),
        "csv_url": version_url(version, "story_framework_translations"),
    }
    return render(request, "web/stories/frameworks/version.html", context, status=status)


def _languages(framework: Framework, old: Framework | None, version: FrameworkVersion) -> Table:
    gone = missing(framework)
    aged = stale(framework, old) if old else ()
    columns = [
        Column(_("Language")),
        Column(_("Translation")),
        Column(_("Missing texts"), is_numeric=True),
        Column(_("Stale texts"), is_numeric=True),
    ]
    rows = [
        Row(
            [
                own_name(code),
                TRANSLATION_WORDS[framework.translation_state.get(code, "reviewed")] if place else _("the source"),
                formats.number_text(sum(each.language == code for each in gone)),
                formats.number_text(sum(each.language == code for each in aged)),
            ],
            url=f"{version_url(version, 'story_framework_preview')}?lang={code}",
        )
        for place, code in enumerate(framework.languages)
    ]
    note = _("A text is stale when its source was changed after it was translated. Each language opens the form in it.")
    return Table(caption=_("Languages"), note=note, columns=columns, rows=rows)


def revise(
    request: HttpRequest, version: FrameworkVersion, document: Mapping[str, Any]
) -> tuple[FrameworkVersion | None, Sequence[Any]]:
    """Write a draft anew. Returns: the version, or nothing and every problem."""
    try:
        return revise_framework(version=version, content=document, by=me(request), at=timezone.now()), ()
    except Unreadable as error:
        return None, error.problems


def draft_document(request: HttpRequest, framework_id: UUID, number: int) -> tuple[FrameworkVersion, dict[str, Any]]:
    """A draft that the reader may change, and its document. Raises: Http404, PermissionDenied."""
    version = open_version(request, framework_id, number)
    require(user=me(request), deed="framework.change", node_id=version.framework.node_id)
    if version.frozen_at is not None:
        raise PermissionDenied(f"Version {version.number} was used and is never changed; make a new version.")
    return version, framework_json(framework_of(version=version))


@login_required
@require_POST
def next_version(request: HttpRequest, framework_id: UUID, number: int) -> HttpResponse:
    """Begin the next version from one that is in use."""
    version = open_version(request, framework_id, number)
    document = {**framework_json(framework_of(version=version)), "version": version.number + 1}
    try:
        made = add_framework(content=document, node=version.framework.node, by=me(request), at=timezone.now())
    except ConflictingFramework as error:
        messages.error(request, str(error))
        return redirect(version_url(version))
    return redirect(version_url(made))


@login_required
@require_POST
def bring_in(request: HttpRequest, framework_id: UUID, number: int) -> HttpResponse:
    """Replace a draft by a file."""
    version, document = draft_document(request, framework_id, number)
    file = request.FILES.get("file")
    try:
        if file is None:
            raise ValueError(_("Choose a file first."))
        content = {**read_file(file), "id": document["id"], "version": document["version"]}
    except ValueError as error:
        messages.error(request, str(error))
        return redirect(version_url(version))
    _made, problems = revise(request, version, content)
    if problems:
        return show_version(request, version, problems, status=422)
    messages.success(request, _("The draft is what the file says now."))
    return redirect(version_url(version))


@login_required
@require_GET
def take_out(request: HttpRequest, framework_id: UUID, number: int) -> HttpResponse:
    """The framework as a JSON file."""
    version = open_version(request, framework_id, number)
    document = framework_json(framework_of(version=version))
    text = json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{document["code"]}-{version.number}.json"'
    return response


@never_cache
@login_required
@require_GET
def preview(request: HttpRequest, framework_id: UUID, number: int) -> HttpResponse:
    """The questions as the teller sees them, in any language and its direction; nothing typed here is sent."""
    version = open_version(request, framework_id, number)
    document = framework_json(framework_of(version=version))
    language = language_of(document, request.GET.get("lang") or translation.get_language() or "")
    with translation.override(language):
        context = {
            "title": _("As the teller sees it"),
            "crumbs": crumbs(version),
            "document": document,
            "asked": [Asked(question) for question in document["questions"]],
            "scripts": scripts_of(document["questions"]),
            "language": language,
            "page_language": language,
            "languages": document["languages"],
            "language_choices": [(code, own_name(code)) for code in document["languages"]],
        }
        return render(request, "web/stories/frameworks/preview.html", context)


urlpatterns: list[URLPattern] = [
    path("frameworks/", listing, name="story_frameworks"),
    path("frameworks/add/", add, name="story_framework_add"),
    path("frameworks/<uuid:framework_id>/<int:number>/", version_page, name="story_framework"),
    path("frameworks/<uuid:framework_id>/<int:number>/next/", next_version, name="story_framework_next"),
    path("frameworks/<uuid:framework_id>/<int:number>/file/", bring_in, name="story_framework_file"),
    path("frameworks/<uuid:framework_id>/<int:number>/framework.json", take_out, name="story_framework_json"),
    path("frameworks/<uuid:framework_id>/<int:number>/preview/", preview, name="story_framework_preview"),
]
