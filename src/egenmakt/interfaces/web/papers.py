"""The papers of a group to print: which there are, and where they are fetched."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from egenmakt.apps.groups.models import Meeting
from egenmakt.apps.groups.queries.access import open_group
from egenmakt.apps.groups.queries.members import member_names
from egenmakt.interfaces.web import formats
from egenmakt.interfaces.web.reading import group_crumbs, group_tabs, member_text, reading_page, url_of

BLANKS = ("meeting", "passbook", "loan_application", "cut_off_sheet")


@reading_page
def papers(request: HttpRequest, id: UUID) -> HttpResponse:
    """Everything of a group that can be printed."""
    opened = open_group(user=request.user, group_id=id)
    names = member_names(group_id=id).values()
    last = Meeting.objects.filter(group_id=id).order_by("-number").first()
    words = {
        "meeting": _("Meeting sheet, with the members' names"),
        "passbook": _("Empty passbook"),
        "loan_application": _("Loan application"),
        "cut_off_sheet": _("Cut-off sheet, for a group that starts in mid-cycle"),
    }
    blanks = [(words[name], url_of("paper_blank", id, name)) for name in BLANKS]
    context = {
        "opened": opened,
        "crumbs": group_crumbs(opened),
        "tabs": group_tabs(opened),
        "blanks": [(text, url) for text, url in blanks if url],
        "share_out_url": url_of("paper_share_out", id),
        "minutes": last and (formats.number_text(last.number), url_of("paper_minutes", last.id)),
        "passbooks": [(member_text(name), url_of("paper_passbook", name.id)) for name in names] if last else [],
    }
    return render(request, "web/papers/papers.html", context)


urlpatterns: list[URLPattern] = [path("groups/<uuid:id>/papers/", papers, name="papers")]
