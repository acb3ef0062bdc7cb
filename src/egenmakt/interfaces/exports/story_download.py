"""Fetching stories as a file: by POST, since it is written down that they left."""

from __future__ import annotations

import tempfile
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from uuid6 import uuid7

from egenmakt.apps.access.models import User
from egenmakt.apps.access.queries import require
from egenmakt.apps.people.models import Node
from egenmakt.apps.stories.models import Round
from egenmakt.interfaces.exports.story_export import PURPOSES, NothingToExport, write_stories


@require_POST
@login_required
def story_file(request: HttpRequest) -> HttpResponse | FileResponse:
    """The stories of a body, or of one of its rounds, for a purpose, as a zip."""
    assert isinstance(request.user, User)
    said = {name: request.POST.get(name, "").strip() for name in ("node", "round", "purpose", "recipient")}
    try:
        node_id = UUID(said["node"])
        round_id = UUID(said["round"]) if said["round"] else None
    except ValueError:
        return _refused(_("Choose which body takes the stories out."))
    node = get_object_or_404(Node, id=node_id)
    require(user=request.user, deed="story.export", node_id=node.id)
    if said["purpose"] not in PURPOSES or not said["recipient"]:
        return _refused(_("Say for which purpose the stories are taken out, and who gets them."))
    round = get_object_or_404(Round, id=round_id) if round_id else None
    now = timezone.now()
    name = f"stories-{slugify(round.name if round else node.name) or 'all'}-{said['purpose']}-{now:%Y-%m-%d}.zip"
    file = tempfile.TemporaryFile()  # noqa: SIM115  the answer closes it
    try:
        write_stories(
            id=uuid7(),  # each file is a copy of its own, also of the same stories
            node=node,
            into=file,
            purpose=said["purpose"],
            recipient=said["recipient"][:200],
            file_name=name[:200],
            by=request.user,
            at=now,
            round=round,
        )
    except NothingToExport:
        file.close()
        return _refused(_("No story may be taken out for this purpose: its teller, or the moderation, says no."))
    file.seek(0)
    response = FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")
    response["Cache-Control"] = "private, no-store"
    return response


def _refused(sentence: str) -> HttpResponse:
    return HttpResponse(sentence, status=422, content_type="text/plain; charset=utf-8")
