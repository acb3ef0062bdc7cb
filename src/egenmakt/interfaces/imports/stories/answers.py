"""From cells to an answer: one reader for each way in which files write answers, and one line in the table."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, cast

from django.utils.translation import gettext as _

from egenmakt.core.numerals import western, word
from egenmakt.core.signification.values import WHOLE
from egenmakt.interfaces.imports.stories.mapping import OptionMap, QuestionMap
from egenmakt.interfaces.imports.stories.triads import parts_of, parts_of_point
from egenmakt.interfaces.imports.values import DateOrder, NotRead, Sign, read_date, read_decimal

Answer = dict[str, Any]
SKIPPED: Answer = {"state": "skipped"}
DOES_NOT_APPLY: Answer = {"state": "does_not_apply"}
YES = ("1", "yes", "y", "true", "x", "ja", "sim", "oui", "si", "sí", "ndiyo", "نعم", "1.0")
NO = ("0", "no", "n", "false", "nej", "não", "nao", "non", "hapana", "لا", "0.0")
NAMES_SHOWN = 8


class AtColumn(NotRead):
    """A value that has no place, and the column in which it stands."""

    def __init__(self, column: str, value: str, reason: NotRead) -> None:
        super().__init__(reason.text, reason.remedy)
        self.column, self.value = column, value


@dataclass(frozen=True, slots=True)
class How:
    """How the file writes numbers and dates, and how fine its places are."""

    sign: Sign | None = None
    order: DateOrder | None = None
    place_level: str = "district"


class AnswerReader:
    """Reads the answers to one question, row by row. What can be worked out once is worked out here."""

    def __init__(self, *, question: QuestionMap, header: Sequence[str], how: How) -> None:
        self.question, self.how = question, how
        at = {name: index for index, name in enumerate(header)}
        self.columns = [(name, at[name]) for name in question.columns]
        self.own = [[(name, at[name]) for name in option.columns] for option in question.options]
        self.na_index = at.get(question.not_applicable_column, -1)
        self.words_index = at.get(question.own_words_column, -1)
        self.blank = {word(item) for item in question.blank}
        self.na_words = {word(item) for item in question.not_applicable}
        self.yes = {word(item) for item in (question.yes or YES)}
        self.no = {word(item) for item in (question.no or NO)}
        self.codes = option_words(question.options)
        self._read = READERS[question.how]

    def read(self, cells: Sequence[str]) -> Answer | None:
        """The answer of a row; None where the question was not asked. Raises: AtColumn."""
        places = self.columns or [place for own in self.own for place in own]
        own_words = cells[self.words_index] if self.words_index >= 0 else ""
        if self.na_index >= 0 and cells[self.na_index]:
            return self._not_applicable(cells, places)
        given = [(name, cells[index]) for name, index in places]
        filled = [(name, cell) for name, cell in given if cell and not self._is_blank(cell)]
        if not filled and not own_words:
            was_asked = not given or any(not cell for _name, cell in given)
            return SKIPPED if was_asked else None
        if filled and all(word(cell) in self.na_words for _name, cell in filled):
            return DOES_NOT_APPLY
        try:
            answer = self._read(self, cells)
        except AtColumn:
            raise
        except NotRead as reason:
            column = ", ".join(name for name, _cell in filled)
            raise AtColumn(column, " | ".join(cell for _name, cell in filled), reason) from None
        return self._with_words(answer, own_words) if own_words else answer

    def _is_blank(self, cell: str) -> bool:
        return bool(self.blank) and word(cell) in self.blank

    def _not_applicable(self, cells: Sequence[str], places: list[tuple[str, int]]) -> Answer | None:
        cell = cells[self.na_index]
        column = self.question.not_applicable_column
        if word(cell) in self.no:
            return self._without_na(cells)
        if word(cell) not in self.yes:
            raise AtColumn(column, cell, NotRead(_("This is neither yes nor no."), _("Write 1 or leave it empty.")))
        filled = [(name, cells[index]) for name, index in places if cells[index] and word(cells[index]) not in self.no]
        if filled:
            text = _("It is marked as not applying and has an answer too.")
            raise AtColumn(filled[0][0], filled[0][1], NotRead(text, _("Empty one of them.")))
        return DOES_NOT_APPLY

    def _without_na(self, cells: Sequence[str]) -> Answer | None:
        changed = list(cells)
        changed[self.na_index] = ""
        return self.read(changed)

    def _with_words(self, answer: Answer, own_words: str) -> Answer:
        code = self.question.own_words
        value = answer.get("value")
        if isinstance(value, list):
            return {"value": value if code in value else [*value, code], "own_words": own_words}
        if answer.get("state") == "skipped" or value == code:
            several = self.question.type in ("several", "change_type")
            return {"value": [code] if several else code, "own_words": own_words}
        text = _("An option is chosen and there are words of the teller's own; only one of them can be the answer.")
        raise AtColumn(self.question.own_words_column, own_words, NotRead(text, _("Empty one of the two cells.")))

    # for the readers below

    def number(self, cell: str) -> Decimal:
        """A number as the file writes them; a single point or comma stands before decimals."""
        sign = self.how.sign
        if sign is None and cell.count(".") + cell.count(",") == 1:
            sign = "comma" if "," in cell else "point"
        return read_decimal(_without_exponent(cell), sign=sign)

    def numbers(self, cells: Sequence[str], places: list[tuple[str, int]]) -> list[Decimal]:
        """Numbers that only make sense together; one that is missing is named."""
        found = []
        for name, index in places:
            cell = cells[index]
            if not cell:
                text = _("This part is missing while the others are there.")
                raise AtColumn(name, "", NotRead(text, _("Fill it in, or empty the others.")))
            try:
                found.append(self.number(cell))
            except NotRead as reason:
                raise AtColumn(name, cell, reason) from None
        return found

    def unknown(self) -> NotRead:
        """The sentence for a cell that is none of the options."""
        texts = [option.text or option.code for option in self.question.options]
        names = ", ".join(texts[:NAMES_SHOWN]) + (", …" if len(texts) > NAMES_SHOWN else "")
        return NotRead(
            _("This is none of: %(names)s.") % {"names": names},
            _("Write one of them, or add the word under “values” of an option in the mapping."),
        )


def option_words(options: Sequence[OptionMap]) -> dict[str, str]:
    """Every word that means an option: its values first, then its code and its text."""
    words: dict[str, str] = {}
    for option in options:
        for value in option.values:
            words.setdefault(word(value), option.code)
    for option in options:
        words.setdefault(word(option.code), option.code)
        if option.text:
            words.setdefault(word(option.text), option.code)
    return words


def _without_exponent(cell: str) -> str:
    """1e-05 as 0.00001: programs write small fractions like this."""
    if re.fullmatch(r"-?\d+(\.\d+)?[eE]-?\d{1,2}", cell):
        return format(Decimal(cell), "f")
    return cell


def _cell(reader: AnswerReader, cells: Sequence[str]) -> str:
    return cells[reader.columns[0][1]]


def _choice(reader: AnswerReader, cells: Sequence[str]) -> Answer:
    cell = _cell(reader, cells)
    code = reader.codes.get(word(cell))
    if code is None:
        own = reader.question.own_words
        if not own or reader.question.own_words_column:
            raise reader.unknown()
        value: Any = [own] if reader.question.type == "change_type" else own
        return {"value": value, "own_words": cell}
    return {"value": [code] if reader.question.type in ("several", "change_type") else code}


def _delimited(reader: AnswerReader, cells: Sequence[str]) -> Answer:
    cell = _cell(reader, cells)
    delimiter = reader.question.delimiter or "|"
    tokens = [token.strip() for token in (cell.split() if delimiter == " " else cell.split(delimiter))]
    tokens = [token for token in tokens if token]
    try:
        codes = _joined(reader, tokens, f"{delimiter} ")
    except NotRead:
        by_blanks = re.split(r"[\s,;|/]+", cell)
        if not all(token.isdecimal() for token in by_blanks):
            raise
        codes = _joined(reader, by_blanks, " ")  # 1 4, where the options are known by their numbers
    return _chosen(reader, codes)


def _joined(reader: AnswerReader, tokens: list[str], glue: str) -> list[str]:
    """The options that a list names. An option may hold the separator itself: the longest that fits is taken."""
    codes: list[str] = []
    start = 0
    while start < len(tokens):
        for end in range(len(tokens), start, -1):
            code = reader.codes.get(word(glue.join(tokens[start:end])))
            if code is None and end - start > 1:
                code = reader.codes.get(word(glue.strip().join(tokens[start:end])))
            if code is not None:
                codes.append(code)
                start = end
                break
        else:
            name, _index = reader.columns[0]
            raise AtColumn(name, tokens[start], reader.unknown())
    return codes


def _several_columns(reader: AnswerReader, cells: Sequence[str]) -> Answer:
    codes = []
    for option, places in zip(reader.question.options, reader.own, strict=True):
        meant = {word(item) for item in (*option.values, option.code, option.text) if item}
        for name, index in places:
            said = word(cells[index])
            if not said or said in reader.no or said in reader.blank or said in reader.na_words:
                continue
            if said in reader.yes or said in meant:
                codes.append(option.code)
                continue
            text = _("This is neither yes, no nor “%(option)s”.") % {"option": option.text or option.code}
            raise AtColumn(name, cells[index], NotRead(text, _("Write 1 or 0, or add the word under “yes” or “no”.")))
    return _chosen(reader, codes)


def _chosen(reader: AnswerReader, codes: list[str]) -> Answer:
    different = list(dict.fromkeys(codes))
    if not different:
        return SKIPPED
    most = reader.question.most
    if most and len(different) > most:
        text = _("%(count)s options are chosen; at most %(most)s may be.")
        remedy = _("Look at the answer where it was given, or raise “most” in the mapping.")
        raise NotRead(text % {"count": len(different), "most": most}, remedy)
    if reader.question.type in ("single", "picture"):
        if len(different) > 1:
            raise NotRead(
                _("Several options are chosen where one may be."), _("Make the question one of type several.")
            )
        return {"value": different[0]}
    order = {option.code: i for i, option in enumerate(reader.question.options)}
    return {"value": sorted(different, key=lambda code: order[code])}


def on_scale(value: Decimal, *, low: Decimal, high: Decimal) -> int:
    """A number on a scale as a whole number from 0 to 100, rounded half up. Raises: NotRead, outside the scale."""
    if low == high or not min(low, high) <= value <= max(low, high):
        text = _("This is not on the scale from %(low)s to %(high)s.") % {"low": low, "high": high}
        raise NotRead(text, _("Look at the answer where it was given, or correct “low” and “high” in the mapping."))
    return int(((value - low) * 100 / (high - low)).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _scale(reader: AnswerReader, cells: Sequence[str]) -> Answer:
    low, high = Decimal(reader.question.low), Decimal(reader.question.high)
    return {"value": on_scale(reader.number(_cell(reader, cells)), low=low, high=high)}


def _own_places(reader: AnswerReader) -> list[tuple[str, int]]:
    return [place for places in reader.own for place in places]


def _parts(reader: AnswerReader, cells: Sequence[str]) -> Answer:
    return {"value": parts_of(reader.numbers(cells, _own_places(reader)), reader.question.whole)}


def _triad_xy(reader: AnswerReader, cells: Sequence[str]) -> Answer:
    x, y = reader.numbers(cells, reader.columns)
    whole = Decimal(reader.question.whole or "1")
    return {"value": parts_of_point(x, y, whole=whole, height=reader.question.height or "full")}


def _dyad_x(reader: AnswerReader, cells: Sequence[str]) -> Answer:
    whole = Decimal(reader.question.whole or "1")
    x = reader.number(_cell(reader, cells))
    if not 0 <= x <= whole:
        raise NotRead(_("This is outside 0 to %(whole)s.") % {"whole": whole}, _("Look at “whole” in the mapping."))
    return {"value": parts_of([whole - x, x], str(whole))}


def _stones(reader: AnswerReader, cells: Sequence[str]) -> Answer:
    whole = Decimal(reader.question.whole or "1")
    points = {}
    for option, places in zip(reader.question.options, reader.own, strict=True):
        if not any(cells[index] for _name, index in places):
            continue  # a stone that was not moved
        point = []
        for number, (name, index) in zip(reader.numbers(cells, places), places, strict=True):
            if not 0 <= number <= whole:
                text = _("This lies outside the canvas, which runs from 0 to %(whole)s.") % {"whole": whole}
                raise AtColumn(name, cells[index], NotRead(text, _("Look at “whole” in the mapping.")))
            point.append(int((number * WHOLE / whole).quantize(Decimal(1), rounding=ROUND_HALF_UP)))
        points[option.code] = point
    return {"value": points} if points else SKIPPED


def _text(reader: AnswerReader, cells: Sequence[str]) -> Answer:
    return {"value": _cell(reader, cells)}


def _number(reader: AnswerReader, cells: Sequence[str]) -> Answer:
    value = reader.number(_cell(reader, cells))
    return {"value": str(int(value)) if value == value.to_integral_value() else format(value, "f")}


def read_moment(cell: str, *, order: DateOrder | None) -> str:
    """A day, a month or a year, as precisely as it is written. Raises: NotRead."""
    text = western(cell)
    if re.fullmatch(r"\d{4}", text):
        return text
    month = re.fullmatch(r"(\d{4})-(\d{1,2})", text)
    if month and 1 <= int(month[2]) <= 12:
        return f"{month[1]}-{int(month[2]):02d}"
    day = re.match(r"(\d{4}-\d{2}-\d{2})[T ]\d", text)
    return read_date(day[1] if day else text, order=order).isoformat()


def _date(reader: AnswerReader, cells: Sequence[str]) -> Answer:
    day = read_moment(_cell(reader, cells), order=reader.how.order)
    if len(day) < 10:
        raise NotRead(_("The day is missing in this date."), _("Write it like 2026-03-31."))
    return {"value": day}


def _place(reader: AnswerReader, cells: Sequence[str]) -> Answer:
    return {"value": {"level": reader.how.place_level, "name": _cell(reader, cells)}}


READERS: Mapping[str, Callable[[AnswerReader, Sequence[str]], Answer]] = {
    "choice": _choice,
    "delimited": _delimited,
    "columns": _several_columns,
    "scale": _scale,
    "triad_parts": _parts,
    "triad_xy": _triad_xy,
    "dyad_parts": _parts,
    "dyad_x": _dyad_x,
    "stones": _stones,
    "text": _text,
    "number": _number,
    "date": _date,
    "place": _place,
    "file": _text,
}
"""Each way in which a file writes an answer."""


def how_of(mapping: Any) -> How:
    """How a mapping says that numbers and dates are written."""
    sign = cast("Sign", mapping.decimals) if mapping.decimals in ("point", "comma") else None
    order = cast("DateOrder", mapping.dates) if mapping.dates in ("day_first", "month_first") else None
    return How(sign=sign, order=order, place_level=mapping.place_level)
