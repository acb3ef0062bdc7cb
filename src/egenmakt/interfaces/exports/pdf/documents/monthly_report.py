"""The monthly report of a country or partner: its figures, what was found and answered, and who answers for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from babel.dates import format_date

from egenmakt.core.evidence.monthly_lines import report_lines
from egenmakt.interfaces.exports.pdf.labels import Words
from egenmakt.interfaces.exports.pdf.parts import require, require_text
from egenmakt.interfaces.exports.pdf.typesetting import Content, typeset

STATES = ("draft", "checked", "approved", "published")


@dataclass(frozen=True, slots=True)
class MonthlyPaperLine:
    """One indicator. A figure that is not there is None, one that cannot be read stands in `unread`."""

    code: str
    flow: int | None
    accumulated: int | None
    before: int | None = None
    note: str = ""
    unread: str = ""
    was: tuple[int | None, int | None] | None = None
    """Both figures as the edition before had them, in a correction that changes them."""


@dataclass(frozen=True, slots=True)
class MonthlyPaper:
    """Everything that stands on it."""

    body: str
    month: date
    state: str
    lines: tuple[MonthlyPaperLine, ...]
    edition: int = 1
    reason: str = ""
    """Why the edition before is corrected."""
    replaced_on: date | None = None
    """When a later edition corrected this one."""
    found: tuple[tuple[str, str, str], ...] = ()
    """What was found, why it stays, and who said so; in the reader's language."""
    done: tuple[tuple[str, str, date], ...] = ()
    """The steps: begun, checked, approved, published or imported; by whom, and when."""

    def __post_init__(self) -> None:
        require_text(self.body, "The body's name")
        require(bool(self.lines), "A monthly report has at least one line.")
        require(self.state in STATES, f"{self.state!r} is no state; use {', '.join(STATES)}.")
        require((self.edition > 1) == bool(self.reason.strip()), "A correction, and nothing else, has a reason.")


def render(data: MonthlyPaper, *, language: str, printed_at: datetime) -> bytes:
    """The report as PDF/UA-1, A4. What is not published says so on every page."""
    words = Words.of(language)
    names = {line.code: line.named(words.language) for line in report_lines()}
    month = format_date(data.month, "LLLL y", locale=words.locale)
    content: dict[str, Content] = {
        "group": {"name": data.body, "currency": "", "place": month},
        "warning": _warning(data, words),
        "edition": words.text("monthly_report.edition", number=words.number(data.edition)) if data.edition > 1 else "",
        "reason": data.reason,
        "lines": [
            _row(names.get(line.code, line.code), (line.before, line.flow, line.accumulated), words)
            for line in data.lines
        ],
        "notes": [
            [names.get(line.code, line.code), text]
            for line in data.lines
            for text in (line.note, _unread(line, words))
            if text
        ],
        "corrected": [
            _row(names.get(line.code, line.code), (line.was[0], line.flow, line.was[1], line.accumulated), words)
            for line in data.lines
            if line.was is not None
        ],
        "found": [{"sentence": sentence, "answer": answer, "who": who} for sentence, answer, who in data.found],
        "done": [_step(step, who, on, words) for step, who, on in data.done],
    }
    title = words.text("monthly_report.title_of", body=data.body, month=month)
    return typeset(template="monthly_report", title=title, content=content, words=words, printed_at=printed_at)


def _warning(data: MonthlyPaper, words: Words) -> str:
    if data.state != "published":
        return words.text("monthly_report.not_published")
    if data.replaced_on:
        return words.text("monthly_report.replaced", day=words.day_in_full(data.replaced_on))
    return ""


def _row(name: str, figures: tuple[int | None, ...], words: Words) -> list[Content]:
    return [name, *(_number(value, words) for value in figures)]


def _step(step: str, who: str, on: date, words: Words) -> str:
    what = words.text(f"monthly_report.{step}")
    return words.text("monthly_report.step", what=what, who=who, when=words.day_in_full(on))


def _number(value: int | None, words: Words) -> str:
    return "–" if value is None else words.number(value)


def _unread(line: MonthlyPaperLine, words: Words) -> str:
    return words.text("monthly_report.unread", written=line.unread) if line.unread else ""
