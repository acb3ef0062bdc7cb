"""The pages on which published months are brought in: file, names, dry run, result."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from egenmakt.apps.access.models import User
from egenmakt.apps.access.queries import NotAllowed, nodes_where
from egenmakt.apps.people.models import Node
from egenmakt.core.evidence.monthly_lines import report_lines
from egenmakt.core.evidence.reading import ReadTable
from egenmakt.interfaces.imports.findings import Unreadable, findings_csv
from egenmakt.interfaces.imports.keeping import Upload, keep
from egenmakt.interfaces.imports.pages import (
    SHOWN_MAX,
    download,
    kept_upload,
    page_with_steps,
    refuse_what_is_too_large,
    takes_files,
)
from egenmakt.interfaces.imports.series.monthly import (
    LEFT_OUT,
    HasErrors,
    Names,
    Trial,
    bodies_for,
    indicators_of,
    propose,
    read_series,
    regions_of,
    rehearse,
    write,
)
from egenmakt.interfaces.imports.tables import Table
from egenmakt.interfaces.imports.workbook import sheets_of

KIND = "monthly"
ROWS_SHOWN = 300
NAMES_MAX = 200


class SeriesUploadForm(forms.Form):
    """Which file, whose, and as what."""

    below: forms.ModelChoiceField[Any] = forms.ModelChoiceField(
        label=gettext_lazy("Where the countries or partners stand"),
        queryset=None,
        empty_label=gettext_lazy("Choose"),
        help_text=gettext_lazy("The regions of the file are looked for here and below."),
    )
    as_what = forms.ChoiceField(
        label=gettext_lazy("What the months become"),
        choices=(
            ("published", gettext_lazy("History: they were published before, and are locked")),
            ("drafts", gettext_lazy("Drafts: they are checked, approved and published here")),
        ),
        widget=forms.RadioSelect,
    )
    tables = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy(
            "CSV or XLSX with the columns month, region, indicator, flow, accumulated; notes if any."
        ),
        error_messages={"required": gettext_lazy("Choose a file.")},
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["below"]
        field.queryset = nodes_where(user=user, deed="import.data").exclude(kind=Node.Kind.GROUP).order_by("name", "id")


class NamesForm(forms.Form):
    """What each name of the file stands for."""

    def __init__(
        self, data: Any, *, read: ReadTable, names: Names, bodies: list[Node], sheets: tuple[str, ...]
    ) -> None:
        super().__init__(data)
        self.read = read
        left_out = (LEFT_OUT, _("left out"))
        nodes = [("", _("Choose")), *((str(node.id), node.name) for node in bodies), left_out]
        language = get_language() or "en"
        lines = [("", _("Choose")), *((line.code, line.named(language)) for line in report_lines()), left_out]
        if len(sheets) > 1:
            self.fields["sheet"] = forms.ChoiceField(label=_("Sheet"), choices=[(name, name) for name in sheets])
        for place, region in enumerate(regions_of(read)[:NAMES_MAX]):
            self.fields[f"region_{place}"] = forms.ChoiceField(
                label=region, choices=nodes, initial=names.bodies.get(region, "")
            )
        for place, indicator in enumerate(indicators_of(read)[:NAMES_MAX]):
            self.fields[f"indicator_{place}"] = forms.ChoiceField(
                label=indicator, choices=lines, initial=names.lines.get(indicator, "")
            )

    def regions(self) -> list[forms.BoundField]:
        """The fields of the regions."""
        return [self[name] for name in self.fields if name.startswith("region_")]

    def indicators(self) -> list[forms.BoundField]:
        """The fields of the indicators."""
        return [self[name] for name in self.fields if name.startswith("indicator_")]

    def names(self) -> Names:
        """What was chosen."""
        said = self.cleaned_data
        return Names(
            {region: said[f"region_{n}"] for n, region in enumerate(regions_of(self.read)[:NAMES_MAX])},
            {name: said[f"indicator_{n}"] for n, name in enumerate(indicators_of(self.read)[:NAMES_MAX])},
        )


def _page(request: HttpRequest, name: str, step: int, **context: Any) -> HttpResponse:
    addresses = ("monthly_imports", "monthly_import_names", "monthly_import_report", "")
    names = (_("File"), _("Names"), _("Dry run"), _("Result"))
    steps = list(zip(names, addresses, strict=True))
    above = [(_("Monthly reports"), "monthly_reports")]
    crumbs = [*above, *([(_("Bring in published months"), "monthly_imports")] if step else [])]
    return page_with_steps(request, f"imports/series/{name}.html", step, steps=steps, crumbs=crumbs, **context)


def _upload(request: HttpRequest, token: str) -> Upload:
    return kept_upload(request, token, kinds=(KIND,), deeds=("import.data",))


def _is_published(upload: Upload) -> bool:
    return bool(upload.mapping.get("as_what") == "published")


def _table(upload: Upload) -> Table:
    return upload.tables()[0]


@takes_files
def start(request: HttpRequest) -> HttpResponse:
    """Choose a file, whose it is, and what its months become."""
    user = cast("User", request.user)
    if not nodes_where(user=user, deed="import.data").exists():
        raise NotAllowed(_("You may not bring in data from files. Ask the one who gives the roles."))
    if request.method != "POST":
        return _page(request, "start", 0, form=SeriesUploadForm(user=user))
    form = SeriesUploadForm(request.POST, request.FILES, user=user)
    refuse_what_is_too_large(request, form, _("The file has more than %(most)s MB. Divide it."))
    if not form.is_valid():
        return _page(request, "start", 0, form=form, status=422)
    data = form.cleaned_data
    file = data["tables"]
    upload = keep(user=user, kind=KIND, below=data["below"].id, files=[(file.name or "", file.read())])
    upload.mapping = {"as_what": data["as_what"]}
    upload.sheets = [(sheets_of(upload.content(0)) or ("",))[0]]
    try:
        read = read_series(_table(upload))
    except Unreadable as error:
        if len(sheets_of(upload.content(0))) < 2:
            form.add_error("tables", str(error))
            return _page(request, "start", 0, form=form, status=422)
    else:
        _keep_names(upload, _proposed(upload, read, user))
    upload.save()
    return redirect("monthly_import_names", upload.token)


def _bodies(upload: Upload, user: User) -> list[Node]:
    below = get_object_or_404(Node, id=upload.below)
    return list(bodies_for(by=user, below=below, is_published=_is_published(upload)))


def _proposed(upload: Upload, read: ReadTable, user: User) -> Names:
    return propose(read=read, bodies=_bodies(upload, user))


def _keep_names(upload: Upload, names: Names) -> None:
    upload.mapping |= {"bodies": dict(names.bodies), "lines": dict(names.lines)}


def _names(upload: Upload) -> Names:
    return Names(upload.mapping.get("bodies", {}), upload.mapping.get("lines", {}))


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def names(request: HttpRequest, token: str) -> HttpResponse:
    """Say which body and which line each name of the file means."""
    upload, user = _upload(request, token), cast("User", request.user)
    sheets = sheets_of(upload.content(0))
    chosen = request.POST.get("sheet", "")
    if request.method == "POST" and chosen in sheets and chosen != upload.sheets[0]:
        upload.sheets = [chosen]
        upload.mapping = {"as_what": upload.mapping["as_what"]}
        upload.save()
        return redirect("monthly_import_names", token)
    try:
        table = _table(upload)
        read = read_series(table)
    except Unreadable as error:
        return _page(request, "unreadable", 1, upload=upload, error=error.finding, sheets=sheets, status=422)
    kept = _names(upload)
    shown = kept if kept.bodies else _proposed(upload, read, user)
    data = request.POST if request.method == "POST" else None
    form = NamesForm(data, read=read, names=shown, bodies=_bodies(upload, user), sheets=sheets)
    if form.is_bound and form.is_valid():
        _keep_names(upload, form.names())
        upload.done = {}
        upload.save()
        return redirect("monthly_import_report", token)
    status = 422 if form.errors else 200
    return _page(request, "names", 1, upload=upload, form=form, table=table, rows=table.rows[:5], status=status)


def _rehearse(request: HttpRequest, upload: Upload) -> Trial:
    return rehearse(
        table=_table(upload),
        names=_names(upload),
        below=get_object_or_404(Node, id=upload.below),
        is_published=_is_published(upload),
        by=cast("User", request.user),
        on=timezone.now().date(),
    )


@never_cache
@login_required
@require_GET
def report(request: HttpRequest, token: str) -> HttpResponse:
    """What would be written: each cell beside what it was understood as, and everything that has no place."""
    upload = _upload(request, token)
    try:
        trial = _rehearse(request, upload)
    except Unreadable as error:
        return _page(request, "unreadable", 2, upload=upload, error=error.finding, status=422)
    notes = [finding for finding in trial.findings if finding.severity == "note"]
    lines = {line.code: line.named(get_language() or "en") for line in report_lines()}
    rows = [(month, row, lines[row.code]) for month in trial.months for row in month.rows]
    context = {
        "trial": trial,
        "counts": _counts(
            {name: trial.count(name) for name in ("recorded", "already_recorded", "different", "in_error")}
        ),
        "new": trial.count("recorded"),
        "rows": rows[:ROWS_SHOWN],
        "rows_count": len(rows),
        "errors": trial.errors[:SHOWN_MAX],
        "notes": notes[:SHOWN_MAX],
        "notes_count": len(notes),
        "is_published": _is_published(upload),
    }
    return _page(request, "report", 2, upload=upload, **context)


def _counts(done: dict[str, int]) -> list[tuple[str, int]]:
    words = {
        "recorded": _("New months"),
        "already_recorded": _("Here already, with the same figures"),
        "different": _("Here already, with other figures: left as they are"),
        "in_error": _("Left out because of errors"),
    }
    return [(words[name], done[name]) for name in words]


@never_cache
@login_required
@require_POST
def run(request: HttpRequest, token: str) -> HttpResponse:
    """Write it."""
    upload = _upload(request, token)
    try:
        trial = _rehearse(request, upload)
        done = write(
            trial=trial,
            is_published=_is_published(upload),
            by=cast("User", request.user),
            at=timezone.now(),
            partly=request.POST.get("partly") == "1",
        )
    except Unreadable as error:
        return _page(request, "unreadable", 2, upload=upload, error=error.finding, status=422)
    except HasErrors:
        return redirect("monthly_import_report", token)
    upload.done = done
    upload.save()
    return redirect("monthly_import_result", token)


@never_cache
@login_required
@require_GET
def result(request: HttpRequest, token: str) -> HttpResponse:
    """What was written."""
    upload = _upload(request, token)
    if not upload.done:
        return redirect("monthly_import_report", token)
    return _page(request, "result", 3, upload=upload, counts=_counts(upload.done), new=upload.done["recorded"])


@never_cache
@login_required
@require_GET
def findings_file(request: HttpRequest, token: str) -> HttpResponse:
    """All findings as a table to work through."""
    upload = _upload(request, token)
    try:
        trial = _rehearse(request, upload)
    except Unreadable as error:
        return _page(request, "unreadable", 2, upload=upload, error=error.finding, status=422)
    return download("\ufeff" + findings_csv(trial.findings), "text/csv", "findings.csv")


urlpatterns: list[URLPattern] = [
    path("", start, name="monthly_imports"),
    path("<str:token>/names/", names, name="monthly_import_names"),
    path("<str:token>/", report, name="monthly_import_report"),
    path("<str:token>/findings.csv", findings_file, name="monthly_import_findings"),
    path("<str:token>/run/", run, name="monthly_import_run"),
    path("<str:token>/result/", result, name="monthly_import_result"),
]
