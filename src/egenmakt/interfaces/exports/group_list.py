"""The list of groups as CSV: the same groups as on the page, all of them, with plain numbers for a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import islice
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from egenmakt.apps.groups.models import SavingsGroup
from egenmakt.apps.groups.queries.listing import GroupFigures, GroupFilter, figures_of, groups_to_read, with_names
from egenmakt.interfaces.exports.cells import Cell, Table, amount, csv_lines

CHUNK = 500
"""Groups for whose figures one set of queries is asked; the file is sent while it is made."""

GROUPS = Table(
    name="groups",
    columns=(
        "id",
        "name",
        "partner",
        "country",
        "kind",
        "formed_on",
        "currency",
        "members",
        "savings",
        "loans_out",
        "late_loans",
        "documents_waiting",
        "last_meeting",
        "last_held_on",
        "is_training",
        "closed_on",
    ),
    numbers=frozenset(("members", "savings", "loans_out", "late_loans", "documents_waiting", "last_meeting")),
)


@require_GET
@login_required
def groups_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The groups that the reader may see, narrowed as the page is, by name."""
    found = groups_to_read(user=request.user, chosen=_asked(request)).order_by("node__name", "id").iterator(CHUNK)
    answer = StreamingHttpResponse(csv_lines(GROUPS, _rows(found)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="groups-{timezone.now().date().isoformat()}.csv"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def _asked(request: HttpRequest) -> GroupFilter:
    """The filter of the address; what cannot be read does not narrow the list."""
    under = None
    with suppress(ValueError):
        under = UUID(request.GET.get("under", ""))
    kind = request.GET.get("kind", "")
    return GroupFilter(
        name=request.GET.get("name", "").strip(),
        under=under,
        country=request.GET.get("country", ""),
        kind=kind if kind in SavingsGroup.Kind.values else "",
    )


def _rows(groups: Iterable[SavingsGroup]) -> Iterator[dict[str, Cell]]:
    on = timezone.now().date()
    rest = iter(groups)
    while chunk := with_names(islice(rest, CHUNK)):
        figures = figures_of(groups=chunk, on=on)
        for group in chunk:
            yield _row(group, figures[group.id])


def _row(group: SavingsGroup, figures: GroupFigures) -> dict[str, Cell]:
    return {
        "id": str(group.id),
        "name": group.node.name,
        "partner": group.node.parent.name if group.node.parent else None,
        "country": group.node.country_id,
        "kind": group.kind,
        "formed_on": group.formed_on.isoformat(),
        "currency": group.currency,
        "members": figures.members,
        "savings": amount(figures.savings_minor, group.currency),
        "loans_out": amount(figures.loans_minor, group.currency),
        "late_loans": figures.late_loans,
        "documents_waiting": figures.documents_waiting,
        "last_meeting": group.last_number or None,
        "last_held_on": group.last_held_on.isoformat() if group.last_held_on else None,
        "is_training": "yes" if group.is_training else "no",
        "closed_on": group.closed_on.isoformat() if group.closed_on else None,
    }
