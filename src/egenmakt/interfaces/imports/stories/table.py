"""A plain table of stories (CSV or XLSX): by a mapping that was given, or by one that is proposed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from egenmakt.core.numerals import word
from egenmakt.interfaces.imports.findings import Unreadable
from egenmakt.interfaces.imports.stories.answers import NO, YES
from egenmakt.interfaces.imports.stories.framework import code_of
from egenmakt.interfaces.imports.stories.mapping import OptionMap, PromptMap, QuestionMap, StoryMapping
from egenmakt.interfaces.imports.stories.plan import Plan
from egenmakt.interfaces.imports.stories.rows import Rows, StoryFile, read_rows

OPTIONS_MAX = 40
LOOKED_AT = 5_000
"""So many rows are looked at for a proposal."""
HEADINGS = {
    "source_id": ("id", "story id", "uuid", "_uuid", "fragment id", "berattelse id"),
    "title": ("title", "story title", "name of story", "titel", "titulo", "titre", "rubrik"),
    "text": (
        "text",
        "story",
        "story text",
        "description",
        "narrative",
        "experience",
        "berattelse",
        "historia",
        "recit",
    ),
    "language": ("language", "lang", "sprak", "idioma", "langue", "lugha"),
    "when": ("when", "date of event", "event date", "year", "nar", "handelsedatum"),
    "where": ("where", "place", "district", "region", "plats", "distrikt", "lugar", "lieu"),
    "collected_on": ("date", "collection date", "collected on", "datum", "insamlad", "fecha", "submitted"),
    "teller": ("teller", "respondent", "participant id", "respondent id", "participant", "berattare"),
    "role": ("role", "voice", "roll", "rost"),
    "facilitator": ("facilitator", "interviewer", "enumerator", "collector", "intervjuare"),
    "prompt": ("prompt", "eliciting question", "question", "fraga"),
    # not “group” alone, which may as well be an age group
    "group": ("group name", "name of group", "name of the group", "savings group", "gruppens namn", "nom du groupe"),
}
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z]{2,4})?")
_WHOLE = re.compile(r"-?\d{1,3}")


def plan_table(files: Sequence[StoryFile], mapping: StoryMapping | None = None) -> Plan:
    """A table by its mapping; without one, by the proposal for it. Raises: Unreadable."""
    if len(files) != 1:
        raise Unreadable(files[0].name, _("One table is read at a time."), _("Bring the files in one after the other."))
    file = files[0]
    if mapping:
        file = replace(
            file,
            sheet=file.sheet or mapping.sheet,
            encoding=file.encoding or mapping.encoding,
            delimiter=file.delimiter or mapping.delimiter,
            comment=file.comment or mapping.comment,
        )
    rows = read_rows(file)
    return Plan(rows, mapping or propose(rows))


@dataclass
class _Column:
    """What was seen in a column."""

    name: str
    filled: int = 0
    length: int = 0
    values: Counter[str] = field(default_factory=Counter)
    tokens: dict[str, Counter[str]] = field(default_factory=lambda: {d: Counter() for d in "|;"})

    def see(self, cell: str) -> None:
        if not cell:
            return
        self.filled += 1
        self.length += len(cell)
        if len(self.values) <= LOOKED_AT:
            self.values[cell[:200]] += 1
        for delimiter, counter in self.tokens.items():
            if len(counter) <= OPTIONS_MAX:
                counter.update({token.strip()[:200] for token in cell.split(delimiter) if token.strip()})


def propose(rows: Rows) -> StoryMapping:
    """A mapping that a person should look at: fields by their headings, questions by what stands in the columns."""
    columns = [_Column(name) for name in rows.header]
    for row in rows.first(LOOKED_AT):
        for column, cell in zip(columns, row.cells, strict=True):
            column.see(cell)
    fields = _fields(columns)
    used = set(fields.values())
    questions: list[QuestionMap] = []
    left_out: dict[str, str] = {}
    for column in columns:
        if column.name in used:
            continue
        question = None if len(column.values) == 1 else _question(column, [q.code for q in questions])
        if question:
            questions.append(question)
        else:
            left_out[column.name] = _("It says the same in every row.") if column.filled else _("Nothing stands in it.")
    prompts = next((c.values for c in columns if c.name == fields.get("prompt")), Counter[str]())
    return StoryMapping(
        prompts=tuple(PromptMap(o.code, o.text, o.values) for o in _options(prompts)),
        fields=fields,
        questions=tuple(questions),
        left_out=left_out,
        title=rows.file,
        code=code_of(rows.file.rsplit(".", 1)[0]),
    )


def _fields(columns: list[_Column]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, headings in HEADINGS.items():
        for column in columns:
            if word(column.name).replace("_", " ") in headings and column.name not in found.values() and column.filled:
                found.setdefault(name, column.name)
    if "language" in found:
        seen = next(c for c in columns if c.name == found["language"])
        if not all(_LANGUAGE.fullmatch(value) for value in seen.values):
            del found["language"]
    if "prompt" in found and len(next(c for c in columns if c.name == found["prompt"]).values) > OPTIONS_MAX // 2:
        del found["prompt"]
    if "text" not in found and columns:
        free = [c for c in columns if c.name not in found.values() and c.filled]
        longest = max(free, key=lambda c: c.length / c.filled, default=None)
        if longest:
            found["text"] = longest.name
    return found


def _question(column: _Column, taken: list[str]) -> QuestionMap | None:
    if not column.filled:
        return None
    code = code_of(column.name, taken, "question")
    base = QuestionMap(code=code, type="text", how="text", text=column.name, columns=(column.name,))
    values = list(column.values)
    repeated = column.filled >= 2 * len(values)
    is_yes_no = {word(v) for v in values} <= {*YES, *NO}
    if all(_WHOLE.fullmatch(value) for value in values) and len(values) > 2 and not is_yes_no:
        numbers = [int(value) for value in values]
        if max(numbers) - min(numbers) <= 100:
            low, high = _range(min(numbers), max(numbers))
            ends = (OptionMap("low", str(low)), OptionMap("high", str(high)))
            return replace(base, type="slider", how="scale", low=str(low), high=str(high), options=ends)
        return replace(base, type="number", how="number")
    for delimiter, counter in column.tokens.items():
        is_divided = sum(delimiter in value for value in values) * 10 >= len(values)
        if is_divided and 1 < len(counter) <= OPTIONS_MAX:
            options = _options(counter)
            return replace(base, type="several", how="delimited", delimiter=delimiter, options=options)
    if len(values) <= OPTIONS_MAX and repeated:
        return replace(base, type="single", how="choice", options=_options(column.values))
    return base


def _range(least: int, most: int) -> tuple[int, int]:
    """The scale that numbers are likely to be from: 0 to 100, 1 to 10, 1 to 7, 1 to 5, or just from least to most."""
    for low, high in ((1, 5), (1, 7), (0, 10), (1, 10), (0, 100)):
        if low <= least and most <= high:
            return low, high
    return least, most


def _options(counter: Counter[str]) -> tuple[OptionMap, ...]:
    """Options in the order of their words; words that differ only in case or blanks are one option."""
    merged: dict[str, list[str]] = {}
    for value in sorted(counter):
        merged.setdefault(word(value), []).append(value)
    options: list[OptionMap] = []
    for values in merged.values():
        code = code_of(values[0], [option.code for option in options], "option")
        options.append(OptionMap(code, values[0], tuple(values)))
    return tuple(options)
