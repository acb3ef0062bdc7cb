"""The pages of an import: files, columns, dry run, result. Nothing is written before the last step is confirmed."""

from __future__ import annotations

import time
from dataclasses import asdict, replace
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from egenmakt.apps.access.models import User
from egenmakt.apps.access.queries import NotAllowed, nodes_where
from egenmakt.apps.people.models import Node
from egenmakt.core.money import Money
from egenmakt.interfaces.imports.bringing_in import (
    DryRun,
    NotBroughtIn,
    Outcome,
    bring_in,
    dry_run,
    note_import,
    totals,
)
from egenmakt.interfaces.imports.fields import FIELDS
from egenmakt.interfaces.imports.findings import Unreadable, findings_csv
from egenmakt.interfaces.imports.forms import KIND_NAMES, MappingForm, UploadForm
from egenmakt.interfaces.imports.keeping import Upload, keep
from egenmakt.interfaces.imports.mapping import InvalidMapping, Mapping, propose
from egenmakt.interfaces.imports.pages import (
    SECONDS_AT_ONCE,
    SHOWN_MAX,
    download,
    kept_upload,
    page_with_steps,
    refuse_what_is_too_large,
    takes_files,
)
from egenmakt.interfaces.imports.plan import Kind
from egenmakt.interfaces.imports.tables import Table
from egenmakt.interfaces.imports.uploads import ROWS_MAX_ON_THE_WEB
from egenmakt.interfaces.imports.workbook import sheets_of

KINDS = tuple(name for name, _words in KIND_NAMES)
"""What these pages bring in; stories have pages of their own."""


def _page(request: HttpRequest, name: str, step: int, **context: Any) -> HttpResponse:
    addresses = ("imports", "import_mapping", "import_report", "")
    names = (_("Files"), _("Columns"), _("Dry run"), _("Result"))
    steps = list(zip(names, addresses, strict=True))
    crumbs = [(_("Groups"), "groups"), *([(_("Bring in data"), "imports")] if step else [])]
    return page_with_steps(request, f"imports/{name}.html", step, steps=steps, crumbs=crumbs, **context)


def _upload(request: HttpRequest, token: str) -> Upload:
    return kept_upload(request, token, kinds=KINDS, deeds=("import.data",))


@takes_files
def start(request: HttpRequest) -> HttpResponse:
    """Choose files, and where their groups stand."""
    user = cast("User", request.user)
    if not nodes_where(user=user, deed="import.data").exists():
        raise NotAllowed(_("You may not bring in data from files. Ask the one who gives the roles."))
    if request.method != "POST":
        return _page(request, "start", 0, form=UploadForm(user=user, initial={"below": request.GET.get("below")}))
    form = UploadForm(request.POST, request.FILES, user=user)
    text = _("The files have more than %(most)s MB together. Divide them by group, or use the command line.")
    refuse_what_is_too_large(request, form, text)
    if not form.is_valid():
        return _page(request, "start", 0, form=form, status=422)
    data = form.cleaned_data
    files = [(item.name or "", item.read()) for item in data["tables"]]
    upload = keep(user=user, kind=data["kind"], below=data["below"].id, files=files)
    try:
        tables = _tables(upload, choose=True)
    except Unreadable as error:
        form.add_error("tables", str(error))
        return _page(request, "start", 0, form=form, status=422)
    proposed = propose(tables, currency=data["below"].country.currency if data["below"].country else "")
    upload.mapping = (_joined(data["mapping"], proposed) if data["mapping"] else proposed).to_json()
    upload.save()
    return redirect("import_mapping", upload.token)


def _joined(given: Mapping, proposed: Mapping) -> Mapping:
    """A kept mapping for new files: its columns where it names a file, the proposal where it does not."""
    return replace(
        given,
        files=(*given.files, *(part for part in proposed.files if part.name not in {f.name for f in given.files})),
        periods={**proposed.periods, **given.periods},
        currency=given.currency or proposed.currency,
    )


def _tables(upload: Upload, choose: bool = False) -> list[Table]:
    """The files as tables; of a workbook the first sheet, until another is chosen. Raises: Unreadable."""
    if choose:
        upload.sheets = [(sheets_of(upload.content(i)) or ("",))[0] for i in range(len(upload.names))]
    tables = upload.tables()
    rows = sum(len(table.rows) for table in tables)
    if rows > ROWS_MAX_ON_THE_WEB:
        text = _("The files have %(rows)s rows; a browser can send %(most)s.")
        values = {"rows": rows, "most": ROWS_MAX_ON_THE_WEB}
        raise Unreadable(tables[0].file, text % values, _("Divide them by group, or use the command line."))
    return tables


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def mapping(request: HttpRequest, token: str) -> HttpResponse:
    """Say which column is what, with the first rows in view."""
    upload = _upload(request, token)
    sheets = [sheets_of(upload.content(i)) for i in range(len(upload.names))]
    if request.method == "POST" and _chooses_sheet(request, upload, sheets):
        return redirect("import_mapping", token)
    try:
        tables = _tables(upload)
    except Unreadable as error:
        return _page(request, "unreadable", 1, upload=upload, error=error.finding, status=422)
    known = upload.read_mapping()
    known = replace(known, periods={**propose(tables).periods, **known.periods})
    data = request.POST if request.method == "POST" else None
    form = MappingForm(data, tables=tables, mapping=known, kind=upload.kind, sheets=sheets)
    if request.method == "POST" and form.is_valid():
        upload.mapping = form.result.to_json()
        upload.save()
        return redirect("import_report", token)
    status = 422 if form.errors else 200
    shown = {"parts": form.parts(), "periods": form.period_fields(), "defaults": form.default_fields()}
    return _page(request, "mapping", 1, upload=upload, form=form, status=status, **shown)


def _chooses_sheet(request: HttpRequest, upload: Upload, sheets: list[tuple[str, ...]]) -> bool:
    """Whether another sheet was chosen, which is then read with a proposal of its own."""
    changed = False
    for index, names in enumerate(sheets):
        chosen = request.POST.get(f"sheet_{index}", "")
        if chosen in names and chosen != upload.sheets[index]:
            upload.sheets[index] = chosen
            changed = True
            table = upload.tables()[index]
            part = replace(propose([table]).files[0], sheet=chosen)
            known = upload.read_mapping()
            others = [item for item in known.files if item.name != upload.names[index]]
            upload.mapping = replace(known, files=(part, *others)).to_json()
    if changed:
        upload.save()
    return changed


def _dry_run(request: HttpRequest, upload: Upload) -> DryRun:
    below = get_object_or_404(Node.objects.select_related("country"), id=upload.below)
    return dry_run(
        kind=cast("Kind", upload.kind),
        tables=_tables(upload),
        mapping=upload.read_mapping(),
        below=below,
        by=cast("User", request.user),
        at=timezone.now(),
    )


@never_cache
@login_required
@require_GET
def report(request: HttpRequest, token: str) -> HttpResponse:
    """What would be done, and every value that could not be placed."""
    upload = _upload(request, token)
    try:
        tried = _dry_run(request, upload)
    except (Unreadable, InvalidMapping) as error:
        return _page(request, "unreadable", 2, upload=upload, error=error, status=422)
    return _page(request, "report", 2, upload=upload, **_report_context(tried))


def _report_context(tried: DryRun) -> dict[str, Any]:
    groups = [group.group for group in tried.groups]
    members = [member for group in groups for member in group.members.values()]
    rows = (
        (_("Groups"), sum(g.known is None for g in groups), sum(g.known is not None for g in groups)),
        (_("Members"), sum(not m.is_known for m in members), sum(m.is_known for m in members)),
        (_("Goals of members"), sum(len(g.goals) for g in tried.groups), None),
        (_("Meetings"), sum(len(g.documents) for g in tried.groups), sum(g.meetings_known for g in tried.groups)),
        (_("Transfers"), sum(g.transfers for g in tried.groups), sum(g.transfers_known for g in tried.groups)),
    )
    notes = [finding for finding in tried.findings if finding.severity == "note"]
    differences = [difference for group in tried.groups for difference in group.differences]
    currency = tried.plan.currency
    return {
        "tried": tried,
        "counts": rows,
        "new_groups": sum(group.is_new for group in tried.groups if group.is_good),
        "good_groups": sum(group.is_good for group in tried.groups),
        "tallies": [(tally, FIELDS[tally.field].label) for tally in tried.plan.reading.tallies],
        "totals": [
            (total, Money(total.file_minor, currency), Money(total.ledger_minor, currency))
            for total in (totals(tried) if tried.is_good and currency else ())
        ],
        "compared": sum(group.compared for group in tried.groups),
        "differences": [
            (d, Money(d.file_minor, currency), Money(d.ledger_minor, currency)) for d in differences[:SHOWN_MAX]
        ],
        "differences_count": len(differences),
        "errors": tried.errors[:SHOWN_MAX],
        "errors_count": len(tried.errors),
        "notes": notes[:SHOWN_MAX],
        "notes_count": len(notes),
        "shown_max": SHOWN_MAX,
    }


@never_cache
@login_required
@require_POST
def run(request: HttpRequest, token: str) -> HttpResponse:
    """Write it: as many groups as fit into one request, and the others with the next."""
    upload = _upload(request, token)
    user = cast("User", request.user)
    partly = request.POST.get("partly") == "1"
    try:
        tried = _dry_run(request, upload)
    except (Unreadable, InvalidMapping) as error:
        return _page(request, "unreadable", 2, upload=upload, error=error, status=422)
    began, outcome, is_whole, problem = time.monotonic(), Outcome(), True, ""
    try:
        for index, so_far in enumerate(bring_in(run=tried, by=user, at=timezone.now(), partly=partly), start=1):
            outcome = so_far
            is_late = time.monotonic() - began > SECONDS_AT_ONCE
            if is_late and not outcome.is_empty and index < len(tried.groups):
                is_whole = False
                break
    except NotBroughtIn as error:
        problem = str(error)
    if not outcome.is_empty:
        note_import(run=tried, outcome=outcome, by=user, at=timezone.now())
    upload.done = _added(upload.done, outcome) | {"is_whole": is_whole, "partly": partly, "problem": problem}
    upload.save()
    return redirect("import_result", token)


def _added(done: dict[str, Any], outcome: Outcome) -> dict[str, Any]:
    """What was written in all requests so far."""
    now = asdict(outcome)
    names = ("groups", "members", "goals", "meetings", "transfers")
    return {name: done.get(name, 0) + now[name] for name in names} | {"left_out": now["left_out"]}


@never_cache
@login_required
@require_GET
def result(request: HttpRequest, token: str) -> HttpResponse:
    """What was written."""
    upload = _upload(request, token)
    if not upload.done:
        return redirect("import_report", token)
    done = upload.done
    counts = (
        (_("Groups"), done["groups"]),
        (_("Members"), done["members"]),
        (_("Goals of members"), done["goals"]),
        (_("Meetings"), done["meetings"]),
        (_("Transfers"), done["transfers"]),
    )
    is_empty = not any(count for _name, count in counts)
    return _page(request, "result", 3, upload=upload, done=done, counts=counts, is_empty=is_empty)


@never_cache
@login_required
@require_GET
def mapping_file(request: HttpRequest, token: str) -> HttpResponse:
    """The mapping, to be used again."""
    upload = _upload(request, token)
    return download(upload.read_mapping().to_text(), "application/json", "mapping.json")


@never_cache
@login_required
@require_GET
def findings_file(request: HttpRequest, token: str) -> HttpResponse:
    """All findings as a table to work through."""
    upload = _upload(request, token)
    return download("\ufeff" + findings_csv(_dry_run(request, upload).findings), "text/csv", "findings.csv")
