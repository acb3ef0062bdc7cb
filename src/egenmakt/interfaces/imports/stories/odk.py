"""An export of KoboToolbox or ODK (CSV or XLSX), with the XLSForm that it was collected with where there is one.

Columns are named by their path (`group/question` or `group-question`), by the name or by the label of the question; a
question with several answers has one column with all of them and one for each option (`question/option`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from egenmakt.core.numerals import word
from egenmakt.interfaces.imports.findings import Finding, Source, Unreadable
from egenmakt.interfaces.imports.stories.framework import code_of
from egenmakt.interfaces.imports.stories.joining import plain_text, with_stated
from egenmakt.interfaces.imports.stories.mapping import OptionMap, QuestionMap, StoryMapping
from egenmakt.interfaces.imports.stories.plan import Plan
from egenmakt.interfaces.imports.stories.rows import LIMITS, Rows, StoryFile, read_rows
from egenmakt.interfaces.imports.stories.table import HEADINGS, propose
from egenmakt.interfaces.imports.tables import Table
from egenmakt.interfaces.imports.workbook import read_workbook, sheets_of

BLANK = ("n/a",)
"""What an export writes where a question was not asked."""
FIELDS = {
    "source_id": ("_uuid", "meta/instanceID", "instanceID", "KEY", "_id"),
    "started_at": ("start", "starttime"),
    "finished_at": ("end", "endtime", "_submission_time", "SubmissionDate"),
    "facilitator": ("_submitted_by", "username", "SubmitterName"),
}
META = frozenset({
    "_id", "_uuid", "_submission_time", "_validation_status", "_notes", "_status", "_submitted_by", "_tags", "_index",
    "__version__", "_xform_id_string", "_attachments", "_geolocation", "meta/instanceID", "meta/rootUuid", "start",
    "end", "starttime", "endtime", "today", "deviceid", "subscriberid", "simserial", "phonenumber", "username", "audit",
    "formhub/uuid", "meta/deprecatedID", "meta/instanceName", "_bamboo_dataset_id", "_duration", "_version_", "KEY",
    "SubmissionDate", "SubmitterID", "SubmitterName", "AttachmentsPresent", "AttachmentsExpected", "Status",
    "ReviewState", "DeviceID", "Edits", "FormVersion", "instanceID", "instanceName",
})  # fmt: skip
PLACES = ("geopoint", "geotrace", "geoshape")
MEDIA = ("image", "audio", "video", "file", "background-audio")
UNASKED = (
    "note",
    "calculate",
    "hidden",
    "xml-external",
    "csv-external",
    "deviceid",
    "start",
    "end",
    "today",
    "username",
    "phonenumber",
    "audit",
    "simserial",
    "subscriberid",
    "email",
    "start-geopoint",
)
_PLACE_PARTS = re.compile(r"_?(.+)[-_](latitude|longitude|altitude|precision|accuracy)", re.IGNORECASE)
_LANGUAGE = re.compile(r"label::.*\(([A-Za-z-]+)\)")


def is_form(file: StoryFile) -> bool:
    """Whether a workbook is an XLSForm."""
    if file.path.stat().st_size > LIMITS.bytes:
        return False
    with file.path.open("rb") as opened:
        if opened.read(4) != b"PK\x03\x04":
            return False
    return {"survey", "choices"} <= {name.lower() for name in sheets_of(file.path.read_bytes())}


def plan_odk(files: Sequence[StoryFile], mapping: StoryMapping | None = None) -> Plan:
    """An export, with its form or without. Args: mapping, for what the form does not say. Raises: Unreadable."""
    forms = [file for file in files if is_form(file)]
    tables = [file for file in files if file not in forms]
    if len(tables) != 1 or len(forms) > 1:
        text = _("One table is read, and at most one form (XLSForm).")
        raise Unreadable(files[0].name, text, _("Tables of repeated groups are not brought in."))
    rows = read_rows(tables[0])
    building = _Building(rows)
    if forms:
        _read_form(forms[0], building)
    else:
        _without_form(rows, building)
    derived = building.mapping()
    return Plan(rows, with_stated(derived, mapping), (), tuple(building.findings))


@dataclass
class _Building:
    """A mapping on its way from a form, or from the table alone."""

    rows: Rows
    questions: list[QuestionMap] = field(default_factory=list)
    text_columns: list[str] = field(default_factory=list)
    """Columns of free text, of which one is the story."""
    left_out: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    title: str = ""
    language: str = "en"

    def mapping(self) -> StoryMapping:
        """The mapping; which free text is the story is told by its name, and otherwise by its length."""
        header = self.rows.header
        fields = {}
        for name, columns in FIELDS.items():
            column = next((c for c in columns if c in header and _is_filled(self.rows, c)), "")
            if column:
                fields[name] = column
        for name in ("title", "text"):
            column = next((c for c in self.text_columns if word(_last(c)).replace("_", " ") in HEADINGS[name]), "")
            if column and column not in fields.values():
                fields[name] = column
        if "text" not in fields and self.text_columns:
            free = [column for column in self.text_columns if column not in fields.values()]
            fields["text"] = max(free, key=lambda column: _length(self.rows, column))
        questions = tuple(q for q in self.questions if not set(q.all_columns) & set(fields.values()))
        used = {*fields.values(), *(column for question in questions for column in question.all_columns)}
        left_out = {}
        for column in header:
            if column not in used:
                left_out[column] = self.left_out.get(column) or self._why(column)
        return StoryMapping(
            fields=fields,
            questions=questions,
            left_out={column: why for column, why in left_out.items() if why},
            title=self.title or self.rows.file,
            code=code_of(self.title or self.rows.file.rsplit(".", 1)[0], default="form"),
            language=self.language,
        )

    def _why(self, column: str) -> str:
        if column in META or column.startswith(("_", "meta/", "meta-", "formhub/")):
            return _("It is about the export.")
        parts = _PLACE_PARTS.fullmatch(column)
        if parts:
            return _("It is finer than a coarse place.")
        return ""


def _is_filled(rows: Rows, column: str) -> bool:
    index = rows.header.index(column)
    return any(row.cells[index] for row in rows.first(50))


def _length(rows: Rows, column: str) -> int:
    index = rows.header.index(column)
    return sum(len(row.cells[index]) for row in rows.first(200))


def _last(column: str) -> str:
    """The name of a question without the groups that it stands in."""
    return column.rsplit("/", 1)[-1]


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A sheet of a form, by the names of its columns."""

    table: Table

    def cells(self) -> list[tuple[int, dict[str, str]]]:
        names = [name.lower() if not name.startswith("label::") else name for name in self.table.header]
        return [(row.number, dict(zip(names, row.cells, strict=True))) for row in self.table.rows]


def _read_form(file: StoryFile, building: _Building) -> None:
    content = file.path.read_bytes()
    names = {name.lower(): name for name in sheets_of(content)}

    def sheet(name: str) -> _Sheet:
        return _Sheet(read_workbook(content=content, file=file.name, sheet=names[name], limits=LIMITS))

    choices: dict[str, list[OptionMap]] = {}
    for _number, cells in sheet("choices").cells():
        options = choices.setdefault(cells.get("list_name") or cells.get("list name", ""), [])
        if cells.get("name"):
            code = code_of(cells["name"], [option.code for option in options], "option")
            options.append(OptionMap(code, _label(cells), (cells["name"], *_labels(cells))))
    survey = sheet("survey")
    labels = [name for name in survey.table.header if name.startswith("label")]
    found = _LANGUAGE.fullmatch(labels[0]) if labels else None
    building.language = found[1].lower() if found else "en"
    if "settings" in names:
        first = next(iter(sheet("settings").cells()), (0, {}))[1]
        building.title = first.get("form_title", "")
    path: list[str] = []
    repeats = 0
    for number, cells in survey.cells():
        kind, _blank, rest = " ".join(cells.get("type", "").split()).partition(" ")
        kind = kind.replace("-", "_") if kind.startswith(("begin", "end-", "select")) else kind
        if f"{kind}_{rest}" in ("begin_group", "end_group", "begin_repeat", "end_repeat"):
            kind = f"{kind}_{rest}"
        if kind in ("begin_group", "begin_repeat"):
            path.append(cells.get("name", ""))
            repeats += kind == "begin_repeat"
            if kind == "begin_repeat":
                text = _(
                    "Answers in the repeated group “%(name)s” stand in a table of their own and are not brought in."
                )
                source = Source(file.name, number)
                building.findings.append(Finding(source, text % {"name": path[-1]}, severity="note"))
        elif kind in ("end_group", "end_repeat"):
            path = path[:-1]
            repeats -= kind == "end_repeat"
        elif kind and not repeats and cells.get("name"):
            _add_question(building, _Asked(file.name, number, kind, rest, cells, tuple(path)), choices)


@dataclass(frozen=True, slots=True)
class _Asked:
    """One row of a survey that asks something."""

    file: str
    number: int
    kind: str
    rest: str
    cells: dict[str, str]
    path: tuple[str, ...]

    @property
    def columns(self) -> list[str]:
        """The names that its column may have in an export."""
        name = self.cells["name"]
        paths = [separator.join((*self.path, name)) for separator in "/-"]
        return [*paths, name, *_labels(self.cells), *("/".join((*self.path, label)) for label in _labels(self.cells))]


def _label(cells: dict[str, str]) -> str:
    return plain_text(next((cells[name] for name in cells if name.startswith("label") and cells[name]), cells["name"]))


def _labels(cells: dict[str, str]) -> list[str]:
    """The words of a question or an option in every language."""
    return list(dict.fromkeys(cells[name] for name in cells if name.startswith("label") and cells[name]))


def _add_question(building: _Building, asked: _Asked, choices: dict[str, list[OptionMap]]) -> None:
    header = building.rows.header
    column = next((name for name in asked.columns if name in header), "")
    options = choices.get(asked.rest.split(" ")[0], [])
    split = _split_columns(asked, header, options)
    if asked.kind in UNASKED:
        if column and column not in META:
            building.left_out[column] = _("It was shown or reckoned, not asked.")
        return
    if not column and not any(split.values()):
        source = Source(asked.file, asked.number, asked.cells["name"])
        building.findings.append(Finding(source, _("The table of stories has no such column."), severity="note"))
        return
    if asked.kind in PLACES:
        building.left_out[column] = _("It is finer than a coarse place.")
        return
    base = QuestionMap(
        code=code_of(asked.cells["name"], [q.code for q in building.questions], "question"),
        type="text",
        how="text",
        text=_label(asked.cells),
        columns=(column,) if column else (),
        blank=BLANK,
    )
    building.questions.append(_typed(building, asked, base, options, split))
    if asked.kind == "text" and column:
        building.text_columns.append(column)


def _split_columns(asked: _Asked, header: Sequence[str], options: Sequence[OptionMap]) -> dict[str, str]:
    """The column of each option of a question with several answers, where the export has them."""
    found = {}
    for option in options if asked.kind == "select_multiple" else ():
        names = [f"{start}{glue}{value}" for start in asked.columns for glue in "/." for value in option.values]
        found[option.code] = next((name for name in names if name in header), "")
    return found


def _typed(
    building: _Building, asked: _Asked, base: QuestionMap, options: list[OptionMap], split: dict[str, str]
) -> QuestionMap:
    match asked.kind:
        case "select_one" | "select_one_from_file":
            return replace(base, type="single", how="choice", options=tuple(options)) if options else base
        case "select_multiple":
            if any(split.values()):
                if base.columns:
                    building.left_out[base.columns[0]] = _("The same answers stand in a column for each option.")
                named = tuple(replace(o, columns=(split[o.code],) if split[o.code] else ()) for o in options)
                return replace(base, type="several", how="columns", columns=(), options=named)
            return replace(base, type="several", how="delimited", delimiter=" ", options=tuple(options))
        case "integer" | "decimal":
            return replace(base, type="number", how="number")
        case "range":
            given = dict(part.partition("=")[::2] for part in asked.cells.get("parameters", "").split())
            low, high = given.get("start", "1"), given.get("end", "10")
            ends = (OptionMap("low", low), OptionMap("high", high))
            return replace(base, type="slider", how="scale", low=low, high=high, options=ends)
        case "date" | "datetime" | "dateTime":
            return replace(base, type="date", how="date")
        case kind if kind in MEDIA:
            text = _("Of “%(name)s” only the names of the files are brought in, not the files.")
            source = Source(asked.file, asked.number, asked.cells["name"])
            building.findings.append(Finding(source, text % {"name": asked.cells["name"]}, severity="note"))
    return base


def _without_form(rows: Rows, building: _Building) -> None:
    """Questions as far as the table shows them: options that have columns of their own belong to one question."""
    proposed = propose(rows)
    questions = {column: q for q in proposed.questions for column in q.columns}
    result: list[QuestionMap] = []
    split: dict[str, list[str]] = {}
    for column in rows.header:
        start = column.rsplit("/", 1)[0]
        if "/" in column and start in rows.header:
            split.setdefault(start, []).append(column)
    inner = {column for columns in split.values() for column in columns}
    for column in rows.header:
        is_meta = column in META or column.startswith(("_", "meta/", "formhub/")) or _PLACE_PARTS.fullmatch(column)
        if is_meta or column in inner:
            continue
        if column in proposed.left_out and column not in split:
            building.left_out[column] = proposed.left_out[column]
            continue
        name = _last(column)
        code = code_of(name, [q.code for q in result], "question")
        question = replace(
            questions.get(column, QuestionMap(code=code, type="text", how="text", columns=(column,))),
            code=code,
            text=name,
            blank=BLANK,
        )
        if column in split:
            options: list[OptionMap] = []
            for own in split[column]:
                label = _last(own)
                options.append(OptionMap(code_of(label, [o.code for o in options], "option"), label, (label,), (own,)))
            building.left_out[column] = _("The same answers stand in a column for each option.")
            question = replace(question, type="several", how="columns", columns=(), options=tuple(options))
        result.append(question)
    building.questions = result
    building.text_columns = [question.columns[0] for question in result if question.how == "text" and question.columns]
