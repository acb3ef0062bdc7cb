"""Effect reports to fetch: the public page of an edition and its files, its pack, and drafts."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from egenmakt.apps.access.queries import NotAllowed, require
from egenmakt.apps.reports.composing import draw_up
from egenmakt.apps.reports.models import Edition
from egenmakt.apps.reports.queries.effect import open_edition, open_effect_report
from egenmakt.apps.reports.services.effect_freezing import pack_of
from egenmakt.interfaces.exports.report.editions import FORMATS, NoSuchFile, draft_of, file_name, file_of
from egenmakt.interfaces.exports.report.html import content_security_policy

PUBLIC = "public, max-age=300"
PRIVATE = "private, no-store"


def _found(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """What is not there, or not for this reader, is answered with 404."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except (NotAllowed, NoSuchFile, FileNotFoundError) as problem:
            raise Http404(str(problem)) from problem

    return require_GET(answer)


def _answer(content: bytes, *, ending: str, name: str, caching: str) -> HttpResponse:
    response = HttpResponse(content, content_type=FORMATS[ending][1])
    if ending == "html":
        response["Content-Security-Policy"] = (
            content_security_policy()
        )  # the page brings its own style and nothing else
    else:
        response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = caching
    return response


@_found
def effect_file(request: HttpRequest, id: UUID, language: str, ending: str) -> HttpResponse:
    """A file of an edition: for everybody once it is published, before for those who may see the report."""
    edition = open_edition(user=request.user, edition_id=id)
    content = file_of(edition=edition, language=language, ending=ending)
    caching = PUBLIC if edition.published_at else PRIVATE
    return _answer(content, ending=ending, name=file_name(edition, language, ending), caching=caching)


@_found
def effect_public(request: HttpRequest, id: UUID, language: str) -> HttpResponse:
    """The page of an edition, under an address to hand out."""
    return effect_file(request, id=id, language=language, ending="html")


@login_required
@never_cache
@_found
def effect_pack(request: HttpRequest, id: UUID) -> HttpResponse:
    """The pack of an edition, for whoever checks it: it holds rows about people, without names."""
    edition: Edition = open_edition(user=request.user, edition_id=id)
    require(user=request.user, deed="export.facts", node_id=edition.report.node_id)
    response = HttpResponse(pack_of(edition=edition), content_type="application/zip")
    name = file_name(edition, edition.report.languages[0], "pack.zip")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@login_required
@never_cache
@_found
def effect_draft(request: HttpRequest, id: UUID, language: str, ending: str) -> HttpResponse:
    """A report as it can be drawn up now, marked as a draft."""
    report = open_effect_report(user=request.user, report_id=id)
    content = draft_of(drawn_up=draw_up(report=report), language=language, ending=ending)
    return _answer(content, ending=ending, name=f"draft.{language}.{ending}", caching=PRIVATE)
