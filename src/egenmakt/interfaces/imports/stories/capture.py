"""A capture: a definition (JSON) of what was asked, and a table (CSV) of what was answered.

The columns are named by ids: `Q` for a text or a single choice, `Q_ITEM` with 1 for each chosen item, `Q_percentX` and
`Q_percentY` with `Q_LABEL` for each corner of a triad, `Q_percentX` with two labels for a dyad, `Q_STONE_percentX` and
`…Y` for a stone, `Q_NA` where the teller said that it does not apply. The labels of a triad stand in the order top,
left, right.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from egenmakt.interfaces.imports.findings import Unreadable
from egenmakt.interfaces.imports.stories.framework import code_of
from egenmakt.interfaces.imports.stories.joining import plain_text, read_json, with_stated
from egenmakt.interfaces.imports.stories.mapping import OptionMap, QuestionMap, StoryMapping
from egenmakt.interfaces.imports.stories.plan import Plan
from egenmakt.interfaces.imports.stories.rows import RawRow, Rows, StoryFile, read_rows
from egenmakt.interfaces.imports.stories.triads import AmbiguousTriads, Geometry, TriadRow, find_geometry

FIELDS = {
    "source_id": ("id", "FragmentID"),
    "language": ("language",),
    "teller": ("responder_id",),
    "started_at": ("meta_started",),
    "finished_at": ("meta_completed", "server_upload_time", "upload_time"),
}
ABOUT_THE_EXPORT = ("project_id", "version", "definition_version", "server_upload_time", "upload_time")
NOT_ASKED = ("label", "navigation", "save")


def is_definition(content: Any) -> bool:
    """Whether a JSON is the definition of a capture."""
    return isinstance(content, dict) and isinstance(content.get("signifiers"), list)


def plan_capture(files: Sequence[StoryFile], mapping: StoryMapping | None = None) -> Plan:
    """A definition and its table.

    Args: mapping, of which what cannot be found out is taken: languages, roles, consent columns, and `triads`, which
    says how y is counted where the file does not show it. Raises: Unreadable.
    """
    definition, table = _two(files)
    content = read_json(definition)
    if not is_definition(content):
        text = _("The JSON is no definition of a capture: it has no list of “signifiers”.")
        raise Unreadable(definition.name, text, _("Take the definition that belongs to the table."))
    rows = read_rows(table)
    building = _Building(content=content, rows=rows)
    for signifier in sorted(content["signifiers"], key=lambda s: _number(s.get("order"))):
        building.add(signifier)
    geometry, reasons = _geometry(rows, building, mapping)
    questions = tuple(_with_geometry(question, geometry) for question in building.questions)
    left_out = {name: building.left_out.get(name) or _("It is about the export.") for name in building.rest()}
    unknown = [name for name in left_out if name not in ABOUT_THE_EXPORT and not name.startswith("meta_")]
    unknown = [name for name in unknown if name not in building.left_out]
    if unknown:
        text = _("The definition does not explain these columns: %(columns)s.") % {"columns": ", ".join(unknown[:10])}
        raise Unreadable(table.name, text, _("Take the definition of the version that the table was made with."))
    derived = StoryMapping(
        fields=building.fields,
        questions=questions,
        left_out=left_out,
        title=plain_text(_first(content.get("name"))) or table.name,
        code=code_of(plain_text(_first(content.get("name"))) or "capture"),
        language=_first(content.get("language")) or "en",
    )
    return Plan(rows, with_stated(derived, mapping), tuple(reasons))


def _two(files: Sequence[StoryFile]) -> tuple[StoryFile, StoryFile]:
    json_files = [file for file in files if file.name.lower().endswith(".json")]
    tables = [file for file in files if not file.name.lower().endswith(".json")]
    if len(json_files) != 1 or len(tables) != 1:
        text = _("A capture is two files: its definition (.json) and its table (.csv).")
        raise Unreadable(files[0].name, text, _("Give just these two."))
    return json_files[0], tables[0]


def _first(value: Any) -> str:
    """A value that some exports put into a list of one."""
    if isinstance(value, list):
        return _first(value[0]) if value else ""
    return "" if value is None else str(value)


def _number(value: Any) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


@dataclass
class _Building:
    """A mapping on its way from a definition."""

    content: Mapping[str, Any]
    rows: Rows
    questions: list[QuestionMap] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        for name, columns in FIELDS.items():
            column = next((column for column in columns if column in self.rows.header and self._has(column)), "")
            if column:
                self.fields[name] = column
                self.used.add(column)

    def _has(self, column: str) -> bool:
        """Whether anything stands in a column, in the first rows."""
        index = self.rows.header.index(column)
        return any(row.cells[index] for row in self.rows.first(50))

    def rest(self) -> list[str]:
        """The columns that have no use yet."""
        return [name for name in self.rows.header if name not in self.used]

    def add(self, signifier: Mapping[str, Any]) -> None:
        """One thing of the definition: a question, the story itself, or something that was only shown."""
        kind, id = str(signifier.get("type")), str(signifier.get("id"))
        if kind in NOT_ASKED:
            return
        content = signifier.get("content") if isinstance(signifier.get("content"), dict) else {}
        is_story = bool(signifier.get("fragment")) or id == _first(self.content.get("fragment_signifier_id"))
        if kind == "freetext" and is_story:
            if id in self.rows.header:
                self.fields["text"] = id
                self.used.add(id)
            return
        question = self._question(kind, id, signifier, content or {})
        columns = [name for name in self.rows.header if name == id or name.startswith(f"{id}_")]
        if question is None or not question.all_columns:
            why = _("Its kind (%(kind)s) is not brought in.") % {"kind": kind}
            self.left_out.update({name: why for name in columns if name not in self.used})
            return
        self.questions.append(question)
        self.used.update(question.all_columns)
        beside = _("It follows from the parts of the same answer.")
        self.left_out.update({name: beside for name in columns if name not in self.used and "_percent" in name})

    def _question(self, kind: str, id: str, s: Mapping[str, Any], content: Mapping[str, Any]) -> QuestionMap | None:
        header = self.rows.header
        title = plain_text(_first(s.get("title")))
        code = code_of(title or kind, [q.code for q in self.questions], kind)
        na = f"{id}_NA" if f"{id}_NA" in header else ""
        base = QuestionMap(code=code, type="text", how="text", text=title, not_applicable_column=na)
        match kind:
            case "triad" | "dyad":
                return self._parts(kind, id, base, content)
            case "list" | "imageselect":
                return self._list(id, base, content)
            case "stones":
                stones = _marks(content.get("stones"), "title", "stone")
                placed = [
                    replace(o, columns=(f"{id}_{o.values[0]}_percentX", f"{id}_{o.values[0]}_percentY"), values=())
                    for o in stones
                    if f"{id}_{o.values[0]}_percentX" in header
                ]
                return replace(base, type="stones", how="stones", options=tuple(placed), whole="1")
            case "freetext" | "photo" | "audio" | "uniqueid":
                return replace(base, columns=(id,) if id in header else ())
        return None

    def _parts(self, kind: str, id: str, base: QuestionMap, content: Mapping[str, Any]) -> QuestionMap:
        header = self.rows.header
        labels = _marks(content.get("labels"), "text", "corner" if kind == "triad" else "end")
        if len(labels) != (3 if kind == "triad" else 2):
            names = ("top", "left", "right") if kind == "triad" else ("left", "right")
            labels = [OptionMap(name, name, (name,)) for name in names]
        with_columns = [replace(o, columns=(f"{id}_{o.values[0]}",), values=()) for o in labels]
        has_parts = all(o.columns[0] in header for o in with_columns)
        if has_parts:
            return replace(base, type=kind, how=f"{kind}_parts", options=tuple(with_columns))
        points = tuple(name for name in (f"{id}_percentX", f"{id}_percentY") if name in header)
        bare = tuple(replace(o, values=()) for o in labels)
        if kind == "triad":
            return replace(base, type="triad", how="triad_xy", options=bare, columns=points if len(points) == 2 else ())
        return replace(base, type="dyad", how="dyad_x", options=bare, columns=points[:1], whole="1")

    def _list(self, id: str, base: QuestionMap, content: Mapping[str, Any]) -> QuestionMap:
        header = self.rows.header
        items = _marks(content.get("items"), "title", "item")
        own = [replace(o, columns=(f"{id}_{o.values[0]}",), values=()) for o in items]
        if id in header:
            return replace(base, type="single", how="choice", columns=(id,), options=tuple(items))
        there = tuple(option for option in own if option.columns[0] in header)
        most = content.get("max_responses")
        limit = most if isinstance(most, int) and 0 < most < len(there) else 0
        return replace(base, type="several", how="columns", options=there, most=limit)


def _marks(items: Any, text_name: str, default: str) -> list[OptionMap]:
    """Items, labels or stones: a code of our own, their words, and their ids as the value."""
    made: list[OptionMap] = []
    for item in items if isinstance(items, list) else []:
        if isinstance(item, dict) and item.get("id"):
            text = plain_text(item.get(text_name) or item.get("title") or item.get("text"))
            made.append(OptionMap(code_of(text, [o.code for o in made], default), text, (str(item["id"]),)))
    return made


def _geometry(rows: Rows, building: _Building, mapping: StoryMapping | None) -> tuple[dict[str, Geometry], list[str]]:
    """How the triads and dyads of the file are written, and why we think so. Raises: Unreadable."""
    stated = mapping.triads if mapping else ""
    triads = [question for question in building.questions if question.type == "triad"]
    result: dict[str, Geometry] = {}
    reasons: list[str] = []
    if triads:
        answers = list(_triad_rows(rows, triads))
        try:
            found = find_geometry(answers)
        except AmbiguousTriads as error:
            if not stated:
                raise Unreadable(rows.file, _("It cannot be told how the triads are written."), str(error)) from None
            most = max((max(a.x, a.y) for a in answers if a.x is not None and a.y is not None), default=Decimal(1))
            whole = "1" if most <= Decimal("1.01") else "100"
            found = Geometry(whole, stated, False, (_("How y is counted was stated in the mapping."),))
        result["triad"] = found
        reasons += found.reasons
    for kind in ("stones", "dyad"):
        questions = [question for question in building.questions if question.type == kind]
        whole = _whole(rows, questions)
        if questions:
            result[kind] = Geometry(whole, "", True, ())
    return result, reasons


def _with_geometry(question: QuestionMap, geometry: Mapping[str, Geometry]) -> QuestionMap:
    found = geometry.get(question.type)
    if found is None:
        return question
    return replace(question, whole=found.whole, height=found.height if question.how == "triad_xy" else "")


def _triad_rows(rows: Rows, triads: Sequence[QuestionMap]) -> Iterator[TriadRow]:
    at = {name: index for index, name in enumerate(rows.header)}
    places = []
    for question in triads:
        first = question.options[0].columns[0] if question.options[0].columns else ""
        # which question the column of a corner belongs to: the longest name of a point that it begins with
        starts = [name.removesuffix("percentX") for name in rows.header if name.endswith("_percentX")]
        start = max((each for each in starts if first.startswith(each)), key=len, default="")
        points = question.columns or tuple(f"{start}percent{axis}" for axis in "XY")
        parts = [at[o.columns[0]] for o in question.options if o.columns]
        places.append(([at.get(name, -1) for name in points], parts))
    for row in rows:
        for point, parts in places:
            x, y = (_decimal(row, index) for index in point)
            numbers = [_decimal(row, index) for index in parts]
            full = [number for number in numbers if number is not None]
            yield TriadRow(x, y, (full[0], full[1], full[2]) if len(full) == 3 else None)


def _decimal(row: RawRow, index: int) -> Decimal | None:
    if index < 0 or not row.cells[index]:
        return None
    try:
        value = Decimal(row.cells[index])
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def _whole(rows: Rows, questions: Sequence[QuestionMap]) -> str:
    """What the numbers of these columns run to: 1, or 100 as soon as one is beyond 1."""
    names = {c for q in questions for c in (*q.columns, *(c for o in q.options for c in o.columns))}
    indices = [index for index, name in enumerate(rows.header) if name in names]
    for row in rows if indices else ():
        if any((value := _decimal(row, index)) is not None and value > Decimal("1.01") for index in indices):
            return "100"
    return "1"
