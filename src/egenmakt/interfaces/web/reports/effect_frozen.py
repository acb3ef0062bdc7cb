"""Freezing a report, its editions: publishing, files, what changed since, and whom to tell of a withdrawal."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as say
from django.views.decorators.cache import never_cache

from egenmakt.apps.access.queries import NotAllowed, Rights
from egenmakt.apps.reports.composing import DrawnUp
from egenmakt.apps.reports.models import Edition, EditionStory
from egenmakt.apps.reports.queries.effect import open_effect_report
from egenmakt.apps.reports.sections.setting import said
from egenmakt.apps.reports.services.effect_freezing import (
    Blocked,
    NotReady,
    SamePerson,
    freeze,
    pack_of,
    publish,
    say_told,
)
from egenmakt.apps.reports.services.effect_writing import NotAReport
from egenmakt.core.evidence.claims.claim import Claim
from egenmakt.core.evidence.claims.compare import Change, compare_with_facts
from egenmakt.core.evidence.claims.values import TableValue
from egenmakt.core.evidence.claims.verify import read_pack
from egenmakt.interfaces.web import formats
from egenmakt.interfaces.web.learning.pages import deed, refused
from egenmakt.interfaces.web.parts import Column, Crumb, Row, Table
from egenmakt.interfaces.web.reading import reading_page
from egenmakt.interfaces.web.reports.drawing import drawing_page, drawn_up
from egenmakt.interfaces.web.reports.effect import cell_number, period_text, reader_language, report_for
from egenmakt.interfaces.web.reports.effect_words import (
    REFUSALS,
    category_words,
    claim_value,
    edition_state,
    effect_crumbs,
    report_crumb,
    report_title,
)
from egenmakt.interfaces.web.templatetags.parts import own_name
from egenmakt.interfaces.web.writing import me

MOST_WORDS = 2000
ENDINGS = ("html", "pdf", "docx", "xlsx")


@never_cache
@deed
@drawing_page
def freeze_now(request: HttpRequest, id: UUID) -> HttpResponse:
    """Freeze the report as it is drawn up now; where that cannot be, go to what was found."""
    report = report_for(request, id)
    try:
        drawn = drawn_up(request, report, is_fresh=True)
        made = freeze(id=UUID(request.POST["id"]), report=report, by=me(request), at=timezone.now(), drawn_up=drawn)
    except NotReady as refusal:
        messages.error(request, refused(refusal, REFUSALS))
        return redirect("effect_findings", id)
    except NotAReport as refusal:
        messages.error(request, refused(refusal, REFUSALS))
        return redirect("effect_report", id)
    except (KeyError, ValueError) as problem:
        raise Http404(str(problem)) from problem
    messages.success(request, say("Edition %s is frozen. Somebody else publishes it.") % made.number)
    return redirect("effect_edition", made.id)


def edition_for(request: HttpRequest, id: UUID) -> Edition:
    """An edition of a report that the reader may see. Raises: Http404."""
    found = Edition.objects.filter(id=id).select_related("report__node").first()
    if found is None:
        raise Http404(say("There is no such edition."))
    try:
        open_effect_report(user=request.user, report_id=found.report_id)
    except NotAllowed as problem:
        raise Http404(str(problem)) from problem
    return found


@never_cache
@reading_page
def edition_page(request: HttpRequest, id: UUID) -> HttpResponse:
    """An edition: its seal and files, whether it may be published, and whose words were withdrawn since."""
    edition, language = edition_for(request, id), reader_language()
    report, rights = edition.report, Rights(request.user)
    withdrawn = list(EditionStory.objects.filter(edition=edition, withdrawn_at__isnull=False).order_by("id"))
    may_publish = edition.published_at is None and not withdrawn and rights.may("report.approve", report.node_id)
    context = {
        "title": say("Edition %s") % edition.number,
        "lead": f"{report_title(report, language)}, {report.node.name}, {period_text(report)}",
        "crumbs": effect_crumbs(report_crumb(report, language)),
        "edition": edition,
        "report": report,
        "state": edition_state(edition, bool(withdrawn)),
        "seal": read_pack(pack_of(edition=edition)).seal,
        "files": [
            (own_name(each), [(ending.upper(), reverse("effect_file", args=[id, each, ending])) for ending in ENDINGS])
            for each in report.languages
        ],
        "pack_url": reverse("effect_pack", args=[id]) if rights.may("export.facts", report.node_id) else "",
        "withdrawn": withdrawn,
        "may_write": rights.may("report.write", report.node_id),
        "may_publish": may_publish and me(request).id != edition.written_by,
        "waits_for_another": may_publish and me(request).id == edition.written_by,
    }
    return render(request, "web/reports/effect_edition.html", context)


@deed
def publish_now(request: HttpRequest, id: UUID) -> HttpResponse:
    """Publish an edition that somebody else has frozen."""
    edition = edition_for(request, id)
    try:
        publish(edition=edition, by=me(request), at=timezone.now())
        messages.success(request, say("The edition is published."))
    except (SamePerson, Blocked) as refusal:
        messages.error(request, refused(refusal, REFUSALS))
    return redirect("effect_edition", id)


@deed
def told(request: HttpRequest, id: UUID) -> HttpResponse:
    """Write down that those who have the report were told that somebody's words were withdrawn."""
    edition = edition_for(request, id)
    number = request.POST.get("entry", "")
    known = EditionStory.objects.filter(edition=edition)
    entry = next((one for one in known if str(one.id) == number), None)
    words = request.POST.get("words", "").replace("\r\n", "\n")
    if len(words) > MOST_WORDS:
        messages.error(request, say("The text is too long: it has room for 2,000 letters."))
    elif entry is not None:
        entry.edition = edition
        try:
            say_told(entry=entry, words=words, by=me(request), at=timezone.now())
            messages.success(request, say("It is written down."))
        except NotAReport:
            messages.error(request, say("Write who was told, and how."))
    return redirect("effect_edition", id)


@reading_page
@drawing_page
def changes(request: HttpRequest, id: UUID) -> HttpResponse:
    """What comes out otherwise today than when an edition was frozen, claim by claim."""
    edition, language = edition_for(request, id), reader_language()
    pack = read_pack(pack_of(edition=edition))
    drawn, claims = drawn_up(request, edition.report), {claim.code: claim for claim in pack.claims}
    found = compare_with_facts(pack, drawn.facts)
    columns = [Column(say("Claim")), Column(say("In the edition")), Column(say("Today"))]
    rows = [Row(_change(drawn, claims[one.claim], one, language)) for one in found]
    context = {
        "title": say("What has changed since"),
        "lead": say("Edition %s") % edition.number,
        "crumbs": effect_crumbs(
            report_crumb(edition.report, language),
            Crumb(say("Edition %s") % edition.number, reverse("effect_edition", args=[id])),
        ),
        "table": Table(say("Claims that come out otherwise"), columns, rows) if rows else None,
    }
    return render(request, "web/reports/effect_changes.html", context)


def _change(drawn: DrawnUp, claim: Claim, change: Change, language: str) -> list[object]:
    """A claim, what it was and what it is; of a table only the cells that are not what they were."""
    was, now = ([*one.cells] if isinstance(one, TableValue) else [] for one in (change.was, change.now))
    if was or now:
        texts = [
            "; ".join(f"{category_words(drawn, claim, cell, language)}: {cell_number(cell)}" for cell in some)
            for some in ([cell for cell in was if cell not in now], [cell for cell in now if cell not in was])
        ]
        if not any(texts) and isinstance(change.was, TableValue) and isinstance(change.now, TableValue):
            # the change is in what is not shown
            texts = [f"n = {formats.number_text(one.n)}" for one in (change.was, change.now)]
    else:
        texts = [
            claim_value(replace(claim, value=value), language) if value is not None else ""
            for value in (change.was, change.now)
        ]
    if change.now is None:
        texts[1] = say("no answer any more")
    return [formats.isolated(said(claim.statement, language)), *(text or "–" for text in texts)]


urlpatterns: list[URLPattern] = [
    path("reports/effect/<uuid:id>/freeze/", freeze_now, name="effect_freeze"),
    path("reports/editions/<uuid:id>/", edition_page, name="effect_edition"),
    path("reports/editions/<uuid:id>/publish/", publish_now, name="effect_publish"),
    path("reports/editions/<uuid:id>/told/", told, name="effect_told"),
    path("reports/editions/<uuid:id>/changes/", changes, name="effect_changes"),
]
