"""The pages of an import of stories: files, what is stated, dry run, result. Until the last nothing is written."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from egenmakt.apps.access.models import User
from egenmakt.apps.access.queries import NotAllowed, nodes_where, require
from egenmakt.apps.people.models import Node
from egenmakt.core.numerals import word
from egenmakt.interfaces.imports.findings import Unreadable, findings_csv
from egenmakt.interfaces.imports.keeping import Upload, keep
from egenmakt.interfaces.imports.pages import (
    SECONDS_AT_ONCE,
    SHOWN_MAX,
    download,
    kept_upload,
    page_with_steps,
    refuse_what_is_too_large,
    takes_files,
)
from egenmakt.interfaces.imports.stories.formats import plan_of
from egenmakt.interfaces.imports.stories.forms import StatementForm, StoryUploadForm
from egenmakt.interfaces.imports.stories.mapping import FIELDS, StoryMapping
from egenmakt.interfaces.imports.stories.plan import Plan
from egenmakt.interfaces.imports.stories.rows import StoryFile
from egenmakt.interfaces.imports.stories.trial import Trial
from egenmakt.interfaces.imports.stories.writing import (
    NotBroughtIn,
    Outcome,
    bring_in,
    group_ids,
    note_import,
    rehearse,
)

KIND = "stories"
ROWS_SHOWN = 5
GROUPS_SHOWN = 100
TYPE_WORDS = {
    "change_type": gettext_lazy("type of change"),
    "single": gettext_lazy("one answer"),
    "several": gettext_lazy("several answers"),
    "picture": gettext_lazy("a picture"),
    "slider": gettext_lazy("a scale"),
    "dyad": gettext_lazy("between two"),
    "triad": gettext_lazy("between three"),
    "stones": gettext_lazy("stones on a canvas"),
    "text": gettext_lazy("own words"),
    "number": gettext_lazy("a number"),
    "date": gettext_lazy("a day"),
    "place": gettext_lazy("a place"),
    "photo": gettext_lazy("a photo"),
    "audio": gettext_lazy("a voice"),
}


def _page(request: HttpRequest, name: str, step: int, **context: Any) -> HttpResponse:
    addresses = ("story_imports", "story_import_settings", "story_import_report", "")
    names = (_("Files"), _("Columns and consent"), _("Dry run"), _("Result"))
    steps = list(zip(names, addresses, strict=True))
    crumbs = [(_("Bring in data"), "imports"), *([(_("Stories"), "story_imports")] if step else [])]
    return page_with_steps(request, f"imports/stories/{name}.html", step, steps=steps, crumbs=crumbs, **context)


def _upload(request: HttpRequest, token: str) -> Upload:
    return kept_upload(request, token, kinds=(KIND,), deeds=("import.data", "round.change"))


@takes_files
def start(request: HttpRequest) -> HttpResponse:
    """Choose files, and whose stories they are."""
    user = cast("User", request.user)
    for deed in ("import.data", "round.change"):
        if not nodes_where(user=user, deed=deed).exists():
            raise NotAllowed(_("You may not bring in stories from files. Ask the one who gives the roles."))
    if request.method != "POST":
        return _page(request, "start", 0, form=StoryUploadForm(user=user))
    form = StoryUploadForm(request.POST, request.FILES, user=user)
    text = _("The files have more than %(most)s MB together. Divide them, or use the command line.")
    refuse_what_is_too_large(request, form, text)
    if not form.is_valid():
        return _page(request, "start", 0, form=form, status=422)
    data = form.cleaned_data
    require(user=user, deed="import.data", node_id=data["below"].id)
    files = [(item.name or "", item.read()) for item in data["tables"]]
    upload = keep(user=user, kind=KIND, below=data["below"].id, files=files)
    upload.mapping = {"format": data["format"], "given": data["mapping"].to_text() if data["mapping"] else ""}
    try:
        plan = _plan(upload)
    except Unreadable as error:
        form.add_error("tables", str(error))
        return _page(request, "start", 0, form=form, status=422)
    upload.mapping["text"] = plan.mapping.to_text()
    upload.save()
    return redirect("story_import_settings", upload.token)


def _files(upload: Upload) -> list[StoryFile]:
    return [StoryFile(name, upload.folder / str(index)) for index, name in enumerate(upload.names)]


def _needs_files(view: Callable[[HttpRequest, Upload], HttpResponse]) -> Callable[[HttpRequest, str], HttpResponse]:
    """A view of the sender's files; where they are written and thrown away, what became of them is shown instead."""

    @wraps(view)
    def wrapped(request: HttpRequest, token: str) -> HttpResponse:
        upload = _upload(request, token)
        if upload.done and not all(file.path.exists() for file in _files(upload)):
            return redirect("story_import_result", token)
        return view(request, upload)

    return wrapped


def _plan(upload: Upload) -> Plan:
    """How the files are read, by the mapping as it was last saved. Raises: Unreadable."""
    text = upload.mapping.get("text") or upload.mapping.get("given")
    mapping = StoryMapping.from_text(text) if text else None
    return plan_of(files=_files(upload), format=upload.mapping.get("format", ""), mapping=mapping)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@_needs_files
def settings(request: HttpRequest, upload: Upload) -> HttpResponse:
    """See how the files are read, and state what they do not say."""
    node = get_object_or_404(Node, id=upload.below)
    try:
        plan = _plan(upload)
    except Unreadable as error:
        return _page(request, "unreadable", 1, upload=upload, error=error.finding, status=422)
    kept = upload.mapping.get("stated", {})
    initial = {"mapping": upload.mapping.get("text", ""), **kept}
    data = request.POST if request.method == "POST" else None
    form = StatementForm(data, initial=initial, node=node, missing=plan.to_be_stated, has_files=plan.media is not None)
    if form.is_bound and form.is_valid():
        # what is stated is read again from what was sent, so that the dry run and the writing state the same
        upload.mapping["stated"] = {name: form.data.get(name, "") for name in form.fields if name != "mapping"}
        upload.mapping["stated"]["purposes"] = form.cleaned_data["purposes"]
        upload.mapping["text"] = form.cleaned_data["mapping"]
        upload.done = {}
        upload.save()
        return redirect("story_import_report", upload.token)
    shown = {
        "rows": plan.rows.first(ROWS_SHOWN),
        "plan": plan,
        "fields": [(FIELDS[name], column) for name, column in plan.mapping.fields.items()],
        "questions": [(question, TYPE_WORDS.get(question.type, question.type)) for question in plan.mapping.questions],
        "problems": plan.problems,
        "groups": _groups_named(plan, node),
    }
    return _page(request, "settings", 1, upload=upload, form=form, status=422 if form.errors else 200, **shown)


def _groups_named(plan: Plan, node: Node) -> list[tuple[str, int, bool]]:
    """The names in the column of the group, how often each stands there, and whether it fits one group here."""
    column = plan.mapping.fields.get("group", "")
    if column not in plan.rows.header:
        return []
    index, known = plan.rows.header.index(column), group_ids(node_id=node.id)
    stated = {word(key): value for key, value in plan.mapping.groups.items()}
    names = Counter(cell for row in plan.rows if (cell := row.cells[index]))
    named = [(name, count, stated.get(word(name), name)) for name, count in names.most_common()]
    fits = [(name, count, as_said == "-" or len(known.get(word(as_said), ())) == 1) for name, count, as_said in named]
    return sorted(fits, key=lambda each: (each[2], -each[1]))[:GROUPS_SHOWN]


def _stated(upload: Upload, plan: Plan) -> StatementForm:
    """What was stated, as it was sent."""
    node = get_object_or_404(Node, id=upload.below)
    data = {**upload.mapping.get("stated", {}), "mapping": upload.mapping.get("text", "")}
    form = StatementForm(data, node=node, missing=plan.to_be_stated, has_files=plan.media is not None)
    if not form.is_valid():
        raise NotBroughtIn(" ".join(str(error) for errors in form.errors.values() for error in errors))
    return form


def _rehearse(request: HttpRequest, upload: Upload) -> tuple[StatementForm, Trial]:
    plan = _plan(upload)
    form = _stated(upload, plan)
    user = cast("User", request.user)
    return form, rehearse(plan=plan, statement=form.statement(), into=form.into(), by=user)


@never_cache
@login_required
@require_GET
@_needs_files
def report(request: HttpRequest, upload: Upload) -> HttpResponse:
    """What would be written, and every value that has no place."""
    try:
        _form, trial = _rehearse(request, upload)
    except (Unreadable, NotBroughtIn) as error:
        return _page(request, "unreadable", 2, upload=upload, error=error, status=422)
    return _page(request, "report", 2, upload=upload, **_report_context(trial))


def _report_context(trial: Trial) -> dict[str, Any]:
    counts = (
        (_("New stories"), trial.new),
        (_("Here already"), trial.here),
        (_("Rows with errors"), trial.left_out),
        (_("Without consent to be kept: nothing of them is stored"), trial.without_consent),
        (_("Trial entries, passed over"), trial.trial_rows),
        *(((_("Photos and voices"), trial.files),) if trial.plan.media is not None else ()),
    )
    texts = {question.code: question.text for question in trial.plan.mapping.questions}
    return {
        "trial": trial,
        "counts": counts,
        "tallies": [
            *((t, FIELDS[t.name]) for t in trial.fields),
            *((t, texts.get(t.name, "")) for t in trial.questions),
        ],
        "left_out": trial.plan.mapping.left_out.items(),
        "unknown_groups": trial.unknown_groups.most_common(GROUPS_SHOWN),
        "errors": trial.errors[:SHOWN_MAX],
        "notes": trial.notes[:SHOWN_MAX],
        "shown_max": SHOWN_MAX,
    }


@never_cache
@login_required
@require_POST
@_needs_files
def run(request: HttpRequest, upload: Upload) -> HttpResponse:
    """Write it: as many stories as fit into one request, and the others with the next."""
    user, at = cast("User", request.user), timezone.now()
    partly = request.POST.get("partly") == "1"
    try:
        form, trial = _rehearse(request, upload)
    except (Unreadable, NotBroughtIn) as error:
        return _page(request, "unreadable", 2, upload=upload, error=error, status=422)
    statement, into = form.statement(), form.into()
    began, outcome, problem = time.monotonic(), Outcome(), ""
    skip = 0 if upload.done.get("is_whole", True) else int(upload.done.get("rows", 0))
    is_whole = True
    try:
        for so_far in bring_in(trial=trial, statement=statement, into=into, by=user, at=at, partly=partly, skip=skip):
            outcome = so_far
            if time.monotonic() - began > SECONDS_AT_ONCE and outcome.rows < trial.rows:
                is_whole = False
                break
    except NotBroughtIn as error:
        problem = str(error)
    if not outcome.is_empty:
        note_import(trial=trial, outcome=outcome, statement=statement, into=into, by=user, at=at)
    before: dict[str, int] = upload.done.get("counts", {}) if skip else {}
    counts = {name: before.get(name, 0) + outcome.counts.get(name, 0) for name in {*before, *outcome.counts}}
    upload.done = {
        "counts": counts,
        "rows": outcome.rows,
        "of": trial.rows,
        "is_whole": is_whole,
        "partly": partly,
        "problem": problem,
        "findings": [str(finding) for finding in outcome.findings[:SHOWN_MAX]],
    }
    upload.save()
    if is_whole and not problem:
        # the stories are in the database now, and may have to be erased there: no copy stays behind
        for index in range(len(upload.names)):
            (upload.folder / str(index)).unlink(missing_ok=True)
    return redirect("story_import_result", upload.token)


@never_cache
@login_required
@require_GET
def result(request: HttpRequest, token: str) -> HttpResponse:
    """What was written."""
    upload = _upload(request, token)
    if not upload.done:
        return redirect("story_import_report", token)
    done = upload.done["counts"]
    names = (
        ("accepted", _("New stories")),
        ("already_recorded", _("Here already")),
        ("files", _("Photos and voices kept")),
        ("quarantined", _("In quarantine, for a person to look at")),
        ("refused", _("Refused")),
        ("erased", _("Erased before, and not brought back")),
        ("left_out", _("Left out because of errors")),
        ("without_consent", _("Without consent to be kept: nothing of them is stored")),
    )
    counts = [(words, done[name]) for name, words in names if done.get(name)]
    is_empty = not any(done.get(name) for name in ("accepted", "quarantined", "refused"))
    return _page(request, "result", 3, upload=upload, done=upload.done, counts=counts, is_empty=is_empty)


@never_cache
@login_required
@require_GET
def mapping_file(request: HttpRequest, token: str) -> HttpResponse:
    """The mapping, to be used again."""
    upload = _upload(request, token)
    return download(upload.mapping.get("text", ""), "application/json", "mapping.json")


@never_cache
@login_required
@require_GET
@_needs_files
def framework_file(request: HttpRequest, upload: Upload) -> HttpResponse:
    """The framework that follows from the files."""
    try:
        framework = _plan(upload).framework
    except Unreadable as error:
        return _page(request, "unreadable", 1, upload=upload, error=error, status=422)
    return download(json.dumps(framework, ensure_ascii=False, indent=2), "application/json", "framework.json")


@never_cache
@login_required
@require_GET
@_needs_files
def findings_file(request: HttpRequest, upload: Upload) -> HttpResponse:
    """All findings as a table to work through."""
    try:
        _form, trial = _rehearse(request, upload)
    except (Unreadable, NotBroughtIn) as error:
        return _page(request, "unreadable", 2, upload=upload, error=error, status=422)
    return download("\ufeff" + findings_csv(trial.findings), "text/csv", "findings.csv")
