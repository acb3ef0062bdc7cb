"""The pages on which a table from outside is brought in: file and source, columns, dry run, result."""

from __future__ import annotations

from datetime import date
from typing import Any, cast
from uuid import UUID

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from uuid6 import uuid7

from egenmakt.apps.access.models import User
from egenmakt.apps.access.queries import NotAllowed, nodes_where
from egenmakt.apps.people.models import Node
from egenmakt.apps.reports.models import OutsideTable
from egenmakt.apps.reports.services.indicators import NotAnOutsideTable, enter_outside_table
from egenmakt.core.evidence.catalogue.catalogue import shipped
from egenmakt.interfaces.imports.findings import Unreadable, findings_csv
from egenmakt.interfaces.imports.keeping import Upload, keep
from egenmakt.interfaces.imports.outside.reading import FIELDS, Trial, propose, rehearse
from egenmakt.interfaces.imports.pages import (
    SHOWN_MAX,
    download,
    kept_upload,
    page_with_steps,
    refuse_what_is_too_large,
    takes_files,
)
from egenmakt.interfaces.imports.tables import Table
from egenmakt.interfaces.imports.workbook import sheets_of

KIND = "outside"
DEED = "indicator.change"
ROWS_SHOWN = 300
FIELD_NAMES = {
    "indicator": gettext_lazy("The indicator, by its name or code"),
    "value": gettext_lazy("The value; for a share the part"),
    "of": gettext_lazy("For a share: of how many"),
    "period": gettext_lazy("The period: a year or a month"),
    "from": gettext_lazy("The first day, where there is no such column"),
    "to": gettext_lazy("The last day, which belongs to the period"),
    "country": gettext_lazy("The country"),
    "partner": gettext_lazy("The partner"),
    "sex": gettext_lazy("Women or men, where a row is about one of them only"),
    "currency": gettext_lazy("The currency of an amount"),
}


class OutsideUploadForm(forms.Form):
    """Which file, for whom, and where its figures come from."""

    below: forms.ModelChoiceField[Any] = forms.ModelChoiceField(
        label=gettext_lazy("For whom it was handed in"),
        queryset=None,
        empty_label=gettext_lazy("Choose"),
        help_text=gettext_lazy("The figures count here and above."),
    )
    title = forms.CharField(label=gettext_lazy("What the table is called"), max_length=200)
    source = forms.CharField(
        label=gettext_lazy("Where the figures come from"),
        max_length=500,
        help_text=gettext_lazy("Who counted, and how that is known: a letter, a register, a report."),
    )
    received_on = forms.DateField(
        label=gettext_lazy("When it was received"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    replaces: forms.ModelChoiceField[Any] = forms.ModelChoiceField(
        label=gettext_lazy("Which table it replaces"),
        queryset=None,
        required=False,
        empty_label=gettext_lazy("none"),
        help_text=gettext_lazy("The table that it replaces stays readable and counts no more."),
    )
    tables = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("CSV or XLSX with a row for each figure: indicator, value and period at least."),
        error_messages={"required": gettext_lazy("Choose a file.")},
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        nodes = nodes_where(user=user, deed=DEED).exclude(kind=Node.Kind.GROUP)
        field: Any = self.fields["below"]
        field.queryset = nodes.order_by("name", "id")
        counting: Any = self.fields["replaces"]
        counting.queryset = OutsideTable.objects.filter(
            node_id__in=nodes.values("id"), replaced_by__isnull=True
        ).order_by("-entered_at", "id")

    def clean(self) -> dict[str, Any]:
        """A table replaces one of the same body."""
        data = super().clean() or {}
        if data.get("replaces") and data.get("below") and data["replaces"].node_id != data["below"].id:
            self.add_error("replaces", _("This table was handed in for another body."))
        return data


class ColumnsForm(forms.Form):
    """Which column of the file is what."""

    def __init__(self, data: Any, *, table: Table, columns: dict[str, str], sheets: tuple[str, ...]) -> None:
        super().__init__(data)
        if len(sheets) > 1:
            self.fields["sheet"] = forms.ChoiceField(label=_("Sheet"), choices=[(name, name) for name in sheets])
        choices = [("", _("not in the file")), *((name, name) for name in table.header)]
        for field in FIELDS:
            self.fields[field] = forms.ChoiceField(
                label=FIELD_NAMES[field],
                choices=choices,
                initial=columns.get(field, ""),
                required=field in ("indicator", "value"),
            )

    def columns(self) -> dict[str, str]:
        """What was chosen."""
        return {field: self.cleaned_data.get(field, "") for field in FIELDS}


def _page(request: HttpRequest, name: str, step: int, **context: Any) -> HttpResponse:
    addresses = ("outside_imports", "outside_import_columns", "outside_import_report", "")
    names = (_("File"), _("Columns"), _("Dry run"), _("Result"))
    steps = list(zip(names, addresses, strict=True))
    crumbs = [(_("Indicators"), "indicators"), *([(_("Bring in a table"), "outside_imports")] if step else [])]
    return page_with_steps(request, f"imports/outside/{name}.html", step, steps=steps, crumbs=crumbs, **context)


def _upload(request: HttpRequest, token: str) -> Upload:
    return kept_upload(request, token, kinds=(KIND,), deeds=(DEED,))


@takes_files
def start(request: HttpRequest) -> HttpResponse:
    """Choose a file, and say whose figures they are and where they come from."""
    user = cast("User", request.user)
    if not nodes_where(user=user, deed=DEED).exists():
        raise NotAllowed(_("You may not enter figures from outside. Ask the one who gives the roles."))
    if request.method != "POST":
        initial = {"received_on": timezone.now().date()}
        return _page(request, "start", 0, form=OutsideUploadForm(user=user, initial=initial))
    form = OutsideUploadForm(request.POST, request.FILES, user=user)
    refuse_what_is_too_large(request, form, _("The file has more than %(most)s MB. Divide it."))
    if not form.is_valid():
        return _page(request, "start", 0, form=form, status=422)
    data = form.cleaned_data
    file = data["tables"]
    upload = keep(user=user, kind=KIND, below=data["below"].id, files=[(file.name or "", file.read())])
    upload.mapping = {
        "title": data["title"],
        "source": data["source"],
        "received_on": data["received_on"].isoformat(),
        "replaces": str(data["replaces"].id) if data["replaces"] else "",
        "table": str(uuid7()),
    }
    upload.sheets = [(sheets_of(upload.content(0)) or ("",))[0]]
    try:
        upload.mapping["columns"] = propose(upload.tables()[0])
    except Unreadable as error:
        form.add_error("tables", str(error))
        return _page(request, "start", 0, form=form, status=422)
    upload.save()
    return redirect("outside_import_columns", upload.token)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def columns(request: HttpRequest, token: str) -> HttpResponse:
    """Say which column is what, with the first rows before one's eyes."""
    upload = _upload(request, token)
    sheets = sheets_of(upload.content(0))
    chosen = request.POST.get("sheet", "")
    try:
        if request.method == "POST" and chosen in sheets and chosen != upload.sheets[0]:
            upload.sheets = [chosen]
            upload.mapping["columns"] = propose(upload.tables()[0])
            upload.save()
            return redirect("outside_import_columns", token)
        table = upload.tables()[0]
    except Unreadable as error:
        return _page(request, "unreadable", 1, upload=upload, error=error.finding, status=422)
    data = request.POST if request.method == "POST" else None
    form = ColumnsForm(data, table=table, columns=upload.mapping["columns"], sheets=sheets)
    if form.is_bound and form.is_valid():
        upload.mapping["columns"] = form.columns()
        upload.save()
        return redirect("outside_import_report", token)
    status = 422 if form.errors else 200
    return _page(request, "columns", 1, upload=upload, form=form, table=table, rows=table.rows[:5], status=status)


def _rehearse(upload: Upload) -> Trial:
    return rehearse(
        table=upload.tables()[0],
        columns=upload.mapping["columns"],
        below=get_object_or_404(Node, id=upload.below),
        replaces=_replaces(upload),
    )


def _replaces(upload: Upload) -> OutsideTable | None:
    wanted = upload.mapping["replaces"]
    return OutsideTable.objects.filter(id=wanted).first() if wanted else None


@never_cache
@login_required
@require_GET
def report(request: HttpRequest, token: str) -> HttpResponse:
    """What would be entered: each row beside what it was understood as, and everything that keeps the table out."""
    upload = _upload(request, token)
    try:
        trial = _rehearse(upload)
    except Unreadable as error:
        return _page(request, "unreadable", 2, upload=upload, error=error.finding, status=422)
    known = shipped().indicators
    language = request.LANGUAGE_CODE
    rows = [(one, known[one.figure.indicator].said("name", language)) for one in trial.rows[:ROWS_SHOWN]]
    return _page(
        request,
        "report",
        2,
        upload=upload,
        rows=rows,
        rows_count=len(trial.rows),
        errors=trial.errors[:SHOWN_MAX],
        notes=[str(finding) for finding in trial.findings if finding.severity == "note"][:SHOWN_MAX],
        about=upload.mapping,
        replaces=_replaces(upload),
    )


@never_cache
@login_required
@require_POST
def run(request: HttpRequest, token: str) -> HttpResponse:
    """Enter the table, whole."""
    upload = _upload(request, token)
    said = upload.mapping
    try:
        trial = _rehearse(upload)
        if trial.errors or not trial.rows:
            return redirect("outside_import_report", token)
        made = enter_outside_table(
            id=UUID(said["table"]),
            node=get_object_or_404(Node, id=upload.below),
            title=said["title"],
            source=said["source"],
            received_on=date.fromisoformat(said["received_on"]),
            figures=trial.figures,
            by=cast("User", request.user),
            at=timezone.now(),
            file_name=trial.table.file,
            file_sha256=trial.table.fingerprint,
            replaces=_replaces(upload),
        )
    except Unreadable as error:
        return _page(request, "unreadable", 2, upload=upload, error=error.finding, status=422)
    except NotAnOutsideTable:
        return redirect("outside_import_report", token)
    upload.done = {"table": str(made.id), "figures": len(trial.figures)}
    upload.save()
    return redirect("outside_import_result", token)


@never_cache
@login_required
@require_GET
def result(request: HttpRequest, token: str) -> HttpResponse:
    """What was entered."""
    upload = _upload(request, token)
    if not upload.done:
        return redirect("outside_import_report", token)
    return _page(request, "result", 3, upload=upload, about=upload.mapping, figures=upload.done["figures"])


@never_cache
@login_required
@require_GET
def findings_file(request: HttpRequest, token: str) -> HttpResponse:
    """All findings as a table to work through."""
    upload = _upload(request, token)
    try:
        trial = _rehearse(upload)
    except Unreadable as error:
        return _page(request, "unreadable", 2, upload=upload, error=error.finding, status=422)
    return download("\ufeff" + findings_csv(trial.findings), "text/csv", "findings.csv")


urlpatterns: list[URLPattern] = [
    path("", start, name="outside_imports"),
    path("<str:token>/columns/", columns, name="outside_import_columns"),
    path("<str:token>/", report, name="outside_import_report"),
    path("<str:token>/findings.csv", findings_file, name="outside_import_findings"),
    path("<str:token>/run/", run, name="outside_import_run"),
    path("<str:token>/result/", result, name="outside_import_result"),
]
