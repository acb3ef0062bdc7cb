"""What the pages of every import share: the steps on top, the files that are kept in between, and their limits."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any, Final, NamedTuple, cast

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from egenmakt.apps.access.models import User
from egenmakt.apps.access.queries import require
from egenmakt.interfaces.imports.keeping import Upload, find
from egenmakt.interfaces.imports.uploads import WEB_BYTES_MAX, Limit

SECONDS_AT_ONCE: Final = 15
"""How long one request writes; what is left is gone on with by the next."""
SHOWN_MAX: Final = 200


class Crumb(NamedTuple):
    """One page above this one."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an import."""

    name: str
    url: str = ""
    is_done: bool = False


def page_with_steps(
    request: HttpRequest,
    template: str,
    step: int,
    *,
    steps: Sequence[tuple[str, str]],
    crumbs: Sequence[tuple[str, str]],
    **context: Any,
) -> HttpResponse:
    """One page of an import. Args: step, from 0; steps and crumbs, each a title and the name of its page."""
    upload: Upload | None = context.get("upload")
    shown = []
    for index, (title, address) in enumerate(steps):
        args = [upload.token] if upload and index else []
        url = reverse(address, args=args) if index < step and address else ""
        shown.append(Step(title, url, is_done=index < step))
    above = [Crumb(title, reverse(address)) for title, address in crumbs]
    context |= {"steps": shown, "step": step, "crumbs": above}
    return render(request, template, context, status=context.pop("status", 200))


def kept_upload(request: HttpRequest, token: str, *, kinds: Collection[str], deeds: Sequence[str]) -> Upload:
    """The files that were sent before, for whoever sent them. Raises: Http404, NotAllowed."""
    upload = find(token=token, user=cast("User", request.user))
    if upload is None or upload.kind not in kinds:
        raise Http404(_("These files are no longer kept. Send them again."))
    for deed in deeds:
        require(user=request.user, deed=deed, node_id=upload.below)
    return upload


def takes_files(view: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """A page to which files are sent, for those who are signed in: what comes is limited before it is read."""
    checked = csrf_protect(never_cache(login_required(require_http_methods(["GET", "HEAD", "POST"])(view))))

    @csrf_exempt  # the check itself follows, once the size of what comes is limited
    @wraps(view)
    def limited(request: HttpRequest) -> HttpResponse:
        request.upload_handlers.insert(0, Limit(request))
        response: HttpResponse = checked(request)
        return response

    return limited


def refuse_what_is_too_large(request: HttpRequest, form: Any, words: str) -> None:
    """Say in the form that more was sent than is read. Args: words, with a place for the `most`."""
    if getattr(request, "is_too_large", False):
        form.add_error(None, words % {"most": WEB_BYTES_MAX // 1_000_000})
        form.errors.pop("tables", None)


def download(text: str, kind: str, name: str) -> HttpResponse:
    """A text as a file to keep."""
    return HttpResponse(
        text.encode(),
        content_type=f"{kind}; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
