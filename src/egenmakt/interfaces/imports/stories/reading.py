"""From the rows of a file to stories: every cell has a place, or is named with its row, its column and a remedy."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from difflib import get_close_matches

from django.utils.translation import gettext as _

from egenmakt.core.numerals import western, word
from egenmakt.core.signification.story import ROLES
from egenmakt.interfaces.imports.findings import Finding, Source, errors_of, shown
from egenmakt.interfaces.imports.stories.answers import NO, YES, Answer, AnswerReader, AtColumn, how_of, read_moment
from egenmakt.interfaces.imports.stories.mapping import StoryMapping
from egenmakt.interfaces.imports.stories.rows import RawRow, Rows
from egenmakt.interfaces.imports.stories.shifts import shift_of
from egenmakt.interfaces.imports.values import NotRead

LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
_MILLISECONDS = re.compile(r"\d{12,14}")
_SECONDS = re.compile(r"\d{9,11}")


@dataclass
class Tally:
    """What became of the cells of one field or question. Every row is in exactly one of the counts."""

    name: str
    columns: tuple[str, ...]
    answered: int = 0
    does_not_apply: int = 0
    blank: int = 0
    not_asked: int = 0
    unplaced: int = 0

    def count(self, answer: Answer | None) -> None:
        """Count one answer."""
        if answer is None:
            self.not_asked += 1
        elif "value" in answer:
            self.answered += 1
        elif answer["state"] == "skipped":
            self.blank += 1
        else:
            self.does_not_apply += 1


@dataclass(frozen=True, slots=True)
class StoryRow:
    """One story as it stands in a file, with its answers in the form of contract 2."""

    number: int
    key: str
    """What tells it from every other story: the id that it came with, or all its cells."""
    title: str = ""
    text: str = ""
    language: str = ""
    when: str | None = None
    where: str = ""
    started_at: str | None = None
    finished_at: str | None = None
    collected_on: str | None = None
    teller: str = ""
    role: str = ""
    facilitator: str = ""
    prompt: str = ""
    group: str = ""
    """The id of the teller's group."""
    answers: dict[str, Answer] = field(default_factory=dict)
    refused: frozenset[str] = frozenset()
    """Purposes to which the teller said no in a column of the file."""
    findings: tuple[Finding, ...] = ()
    is_trial: bool = False

    @property
    def is_good(self) -> bool:
        """Whether nothing keeps it out."""
        return not errors_of(self.findings)


class StoryReader:
    """Reads the rows of a file by a mapping, and counts what becomes of every column."""

    def __init__(
        self, *, rows: Rows, mapping: StoryMapping, groups: Mapping[str, tuple[str, ...]] | None = None
    ) -> None:
        """Args: groups, the ids of the groups of the round by their names; None without a database."""
        self.rows, self.mapping = rows, mapping
        self._groups = groups
        self._group_words = {word(key): value for key, value in mapping.groups.items()}
        self.unknown_groups: Counter[str] = Counter()
        """Names that fit no group, or several, with how often each stands in the file."""
        self._at = {name: index for index, name in enumerate(rows.header)}
        self._how = how_of(mapping)
        self._questions = [
            AnswerReader(question=question, header=rows.header, how=self._how) for question in mapping.questions
        ]
        self.tallies = {name: Tally(name, (column,)) for name, column in mapping.fields.items()}
        self.answer_tallies = {q.code: Tally(q.code, q.all_columns) for q in mapping.questions}
        self._prompts = {
            word(value): prompt.code
            for prompt in mapping.prompts
            for value in (*prompt.values, prompt.code, prompt.text)
        }
        self._roles = {**{role: role for role in ROLES}, **{word(k): v for k, v in mapping.roles.items()}}
        self._languages = {word(key): value for key, value in mapping.languages.items()}
        self._skip = {word(text) for text in mapping.skip_texts}

    def __iter__(self) -> Iterator[StoryRow]:
        """The stories, row by row."""
        for raw in self.rows:
            yield self.read(raw)

    def read(self, raw: RawRow) -> StoryRow:
        """One row."""
        findings = list(raw.findings)
        cells = raw.cells
        values = {name: cells[self._at[column]] for name, column in self.mapping.fields.items()}
        if self._skip & {word(values.get("text", "")), word(values.get("title", ""))}:
            return StoryRow(raw.number, "", is_trial=True)
        said = {name: self._field(raw, name, value, findings) for name, value in values.items()}
        answers, unplaced = self._answers(raw, findings)
        if unplaced:
            self._name_shift(raw, unplaced, findings)
        source_id = values.get("source_id", "")
        return StoryRow(
            number=raw.number,
            key=f"id/{source_id}" if source_id else "cells/" + "\x1f".join(cells),
            title=values.get("title", ""),
            text=values.get("text", ""),
            where=values.get("where", ""),
            teller=values.get("teller", ""),
            facilitator=values.get("facilitator", ""),
            language=said.get("language") or "",
            when=said.get("when"),
            started_at=said.get("started_at"),
            finished_at=said.get("finished_at"),
            collected_on=said.get("collected_on"),
            role=said.get("role") or "",
            prompt=said.get("prompt") or "",
            group=said.get("group") or "",
            answers=answers,
            refused=self._refused(raw, findings),
            findings=tuple(findings),
        )

    def _field(self, raw: RawRow, name: str, value: str, findings: list[Finding]) -> str | None:
        tally = self.tallies[name]
        if not value:
            tally.blank += 1
            if name == "text":
                findings.append(self._finding(raw, name, "", _("The row has no story."), _("Fill in the text.")))
            return None
        try:
            found = self._read_field(name, value)
        except NotRead as reason:
            tally.unplaced += 1
            findings.append(self._finding(raw, name, value, reason.text, reason.remedy))
            return None
        tally.answered += 1
        return found

    def _finding(self, raw: RawRow, name: str, value: str, text: str, remedy: str) -> Finding:
        return Finding(Source(self.rows.file, raw.number, self.mapping.fields[name]), text, remedy, shown(value))

    def _read_field(self, name: str, value: str) -> str:
        match name:
            case "when":
                # the day of an event can give its teller away
                return read_moment(value, order=self._how.order)[:7]
            case "collected_on":
                day = read_moment(value, order=self._how.order)
                if len(day) < 10:
                    raise NotRead(_("The day is missing in this date."), _("Write it like 2026-03-31."))
                return day
            case "started_at" | "finished_at":
                return read_instant(value)
            case "language":
                return self._language(value)
            case "role":
                return self._word(value, self._roles, _("This voice is none of: %(names)s."), "roles")
            case "prompt" if self._prompts:
                return self._word(value, self._prompts, _("This prompt is none of: %(names)s."), "prompts")
            case "group":
                return self._group(value)
        return value

    def _group(self, value: str) -> str:
        name = self._group_words.get(word(value), value)
        if name == "-":
            return ""
        if self._groups is None:
            text = _("Without a database no group is known.")
            raise NotRead(text, _("Bring the file into a database, or leave the column out in the mapping."))
        ids = self._groups.get(word(name), ())
        if len(ids) == 1:
            return ids[0]
        self.unknown_groups[value] += 1
        remedy = _("Say which under “groups” in the mapping, by its name or id, or “-” for a story that names none.")
        if ids:
            raise NotRead(_("Several groups have this name: %(ids)s.") % {"ids": ", ".join(ids)}, remedy)
        near = get_close_matches(word(name), self._groups, n=1, cutoff=0.75)
        text = _("No group here has this name.")
        if near:
            text = f"{text} " + _("The nearest is “%(name)s”.") % {"name": near[0]}
        raise NotRead(text, remedy)

    def _language(self, value: str) -> str:
        code = self._languages.get(word(value), value)
        if not LANGUAGE.fullmatch(code):
            text = _("This is not the code of a language.")
            raise NotRead(text, _("Write it like sw or pt-BR, or add the word under “languages” in the mapping."))
        return code

    def _word(self, value: str, known: dict[str, str], text: str, place: str) -> str:
        if word(value) not in known:
            names = ", ".join(dict.fromkeys(known.values()))
            remedy = _("Write one of them, or add the word under “%(place)s” in the mapping.")
            raise NotRead(text % {"names": names}, remedy % {"place": place})
        return known[word(value)]

    def _answers(self, raw: RawRow, findings: list[Finding]) -> tuple[dict[str, Answer], list[str]]:
        answers: dict[str, Answer] = {}
        unplaced: list[str] = []
        for reader in self._questions:
            tally = self.answer_tallies[reader.question.code]
            try:
                answer = reader.read(raw.cells)
            except AtColumn as reason:
                tally.unplaced += 1
                unplaced.append(reader.question.code)
                source = Source(self.rows.file, raw.number, reason.column)
                findings.append(Finding(source, reason.text, reason.remedy, shown(reason.value)))
                continue
            tally.count(answer)
            if answer is not None:
                answers[reader.question.code] = answer
        return answers, unplaced

    def _name_shift(self, raw: RawRow, unplaced: Sequence[str], findings: list[Finding]) -> None:
        shift = shift_of(readers=self._questions, cells=raw.cells, unplaced=set(unplaced))
        if shift is None:
            return
        text = (
            _("The cells of this row stand one column too far to the right, from “%(column)s” on.")
            if shift.by > 0
            else _("The cells of this row stand one column too far to the left, from “%(column)s” on.")
        )
        remedy = _("%(count)s values fit the column beside theirs: move the cells of the row back.")
        source = Source(self.rows.file, raw.number, shift.column)
        findings.insert(0, Finding(source, text % {"column": shift.column}, remedy % {"count": shift.fits}))

    def _refused(self, raw: RawRow, findings: list[Finding]) -> frozenset[str]:
        """The purposes that the teller did not agree to, where columns of the file say so. Blank is no consent."""
        refused = set()
        for purpose, column in self.mapping.consent.items():
            cell = raw.cells[self._at[column]]
            if word(cell) in {word(yes) for yes in YES}:
                continue
            if cell and word(cell) not in {word(no) for no in NO}:
                text = _("This is neither yes nor no, so it is no consent.")
                findings.append(Finding(Source(self.rows.file, raw.number, column), text, "", shown(cell), "note"))
            refused.add(purpose)
        return frozenset(refused)


def read_instant(cell: str) -> str:
    """A moment in UTC: 2026-03-02T09:30:00Z; an offset is reckoned, and without one it is taken as UTC.

    Programs also write milliseconds or seconds since 1970. Raises: NotRead.
    """
    text = western(cell)
    try:
        if _MILLISECONDS.fullmatch(text):
            moment = datetime.fromtimestamp(int(text) / 1000, UTC)
        elif _SECONDS.fullmatch(text):
            moment = datetime.fromtimestamp(int(text), UTC)
        else:
            moment = datetime.fromisoformat(text.replace(" ", "T", 1).replace("Z", "+00:00"))
        utc = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        raise NotRead(_("This is not a date with its time."), _("Write it like 2026-03-02T09:30:00Z.")) from None
    return utc.replace(microsecond=0).isoformat().replace("+00:00", "Z")
