"""Stories from a CSV file, one row each, as the documents that the table is made of."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from typing import IO, Any

from egenmakt.core.signification.framework import Framework
from egenmakt.core.signification.question import Question
from egenmakt.interfaces.cli.errors import fail

STATES = ("does_not_apply", "skipped", "not_asked")
WHO = ("id", "teller", "facilitator", "voice", "round", "mode")
WHOLE = 10_000
SUMS = (1, 100, 10_000)
"""What the parts of a triad or a dyad may add to in a file; a hundredth of it is let pass as rounding."""


def read_stories(*, file: IO[str], name: str, framework: Framework) -> list[dict[str, Any]]:
    """The stories of a file as documents whose id is their row, so that a refusal can name it.

    Raises: CommandError, naming file, row, field and remedy.
    """
    rows = csv.reader(file)
    try:
        header = [cell.strip() for cell in next(rows)]
    except StopIteration:
        fail("is empty", file=name, remedy="begin with a row that names the columns; see --help")
    except UnicodeDecodeError:
        fail("is not text in UTF-8", file=name, remedy="save it as UTF-8")
    _check_header(header, name, framework)
    stories = []
    try:
        for number, cells in enumerate(rows, start=2):
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(header):
                fail(
                    f"has {len(cells)} cells, the header {len(header)}",
                    file=name,
                    row=number,
                    remedy="quote cells with commas or line breaks in them",
                )
            given = dict(zip(header, (cell.strip() for cell in cells), strict=True))
            stories.append(_story(given, name, number, framework))
    except UnicodeDecodeError:
        fail("is not text in UTF-8", file=name, remedy="save it as UTF-8")
    except csv.Error as error:
        fail(f"is not CSV: {error}", file=name, row=rows.line_num, remedy="save it as comma-separated UTF-8")
    if not stories:
        fail("has no stories", file=name, remedy="write one row for each story below the header")
    return stories


def columns_of(question: Question) -> tuple[str, ...]:
    """The columns that a question has in a file; the first also takes the words for no answer."""
    code = question.code
    if question.type == "triad":
        return tuple(f"{code}.{corner.code}" for corner in question.marks("corners"))
    if question.type == "dyad":
        return (f"{code}.left", f"{code}.right")
    if question.type == "stones":
        return tuple(f"{code}.{stone.code}.{axis}" for stone in question.marks("stones") for axis in "xy")
    if question.type == "several" or (question.type == "change_type" and question.flag("several")):
        return tuple(f"{code}.{option}" for option in question.option_codes)
    return (code,)


def _check_header(header: Sequence[str], name: str, framework: Framework) -> None:
    known = set(WHO) | {column for question in framework.questions for column in columns_of(question)}
    for place, column in enumerate(header):
        if header.index(column) != place:
            fail("occurs twice", file=name, row=1, field=column, remedy="name each column once")
        if column not in known and column.split(".")[0] not in framework.mapping:
            fail(
                "is no question of the framework",
                file=name,
                row=1,
                field=column or f"column {place + 1}",
                remedy=f"take it out, or name one of {', '.join(sorted(known)[:12])} …",
            )
    for question in framework.questions:
        columns = columns_of(question)
        there = [column for column in columns if column in header]
        if there and len(there) < len(columns):
            gone = next(column for column in columns if column not in header)
            fail("is not there", file=name, row=1, field=gone, remedy=f"a {question.type} has {', '.join(columns)}")


def _story(given: Mapping[str, str], name: str, row: int, framework: Framework) -> dict[str, Any]:
    answers = {}
    for question in framework.questions:
        cells = [given.get(column, "") for column in columns_of(question)]
        answer = _answer(question, cells, name, row)
        if answer is not None:
            answers[question.code] = answer
    answers.update(
        {old: {"value": given[old]} for old in framework.mapping if given.get(old) and given[old] not in STATES}
    )
    return {
        "id": str(row),
        "mode": given.get("mode") or "real",
        "round": given.get("round") or None,
        "teller": {"key": given.get("teller") or None, "role": given.get("voice") or None},
        "collected": {"facilitator": given.get("facilitator") or None},
        "answers": answers,
    }


def _answer(question: Question, cells: Sequence[str], name: str, row: int) -> dict[str, Any] | None:
    """One answer; None where the question was not asked."""
    said = next((cell for cell in cells if cell in STATES), None)
    if said is not None:
        return {"state": said}
    if not any(cells):
        return None
    columns = columns_of(question)
    if question.type in ("triad", "dyad"):
        return {
            "value": _parts(
                [_number(c, name, row, f) for c, f in zip(cells, columns, strict=True)], name, row, question
            )
        }
    if question.type == "stones":
        places = [None if not cell else _number(cell, name, row, f) for cell, f in zip(cells, columns, strict=True)]
        stones = [stone.code for stone in question.marks("stones")]
        return {
            "value": {
                stone: [round(places[2 * i] * WHOLE), round(places[2 * i + 1] * WHOLE)]  # type: ignore[operator]  # both are numbers
                for i, stone in enumerate(stones)
                if places[2 * i] is not None and places[2 * i + 1] is not None
            }
        }
    if len(columns) > 1 or columns[0] != question.code:
        for cell, column in zip(cells, columns, strict=True):
            if cell not in ("", "0", "1"):
                fail(
                    f"{cell!r} is neither 0 nor 1",
                    file=name,
                    row=row,
                    field=column,
                    remedy="write 1 for chosen, 0 for not",
                )
        return {"value": [option for option, cell in zip(question.option_codes, cells, strict=True) if cell == "1"]}
    if question.options and cells[0] not in question.option_codes:
        fail(
            f"{cells[0]!r} is no option",
            file=name,
            row=row,
            field=question.code,
            remedy=f"write one of {', '.join(question.option_codes)}, or {', '.join(STATES)}",
        )
    return {"value": [cells[0]] if question.type == "change_type" else cells[0]}


def _number(cell: str, name: str, row: int, field: str) -> float:
    try:
        return float(cell)
    except ValueError:
        fail(f"{cell!r} is not a number", file=name, row=row, field=field, remedy="write a number with a point")


def _parts(values: Sequence[float], name: str, row: int, question: Question) -> list[int]:
    """Parts as whole ten-thousandths; they add to 1, 100 or 10,000 in the file."""
    total = sum(values)
    whole = next((one for one in SUMS if abs(total - one) <= one / 100), None)
    if whole is None or min(values) < 0:
        fail(
            f"the parts {', '.join(f'{value:g}' for value in values)} add to {total:g}",
            file=name,
            row=row,
            field=question.code,
            remedy="parts are not negative and add to 1, 100 or 10000; if all rows are wrong, columns may be shifted",
        )
    parts = [round(value / total * WHOLE) for value in values]
    parts[parts.index(max(parts))] += WHOLE - sum(parts)
    return parts
