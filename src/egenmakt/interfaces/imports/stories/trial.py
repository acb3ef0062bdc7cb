"""Trying an import out: every row is placed just as it would be written, and everything without a place is named."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any, TypeVar
from uuid import UUID

from django.utils.translation import gettext as _

from egenmakt.core.numerals import word
from egenmakt.core.signification.framework import read_framework
from egenmakt.core.signification.problems import SENTENCES
from egenmakt.core.signification.story import StoryRefused, read_story
from egenmakt.interfaces.imports.findings import Finding, Source, errors_of, shown
from egenmakt.interfaces.imports.stories.documents import Documents
from egenmakt.interfaces.imports.stories.media import PURPOSE, Attached
from egenmakt.interfaces.imports.stories.plan import Plan
from egenmakt.interfaces.imports.stories.reading import StoryReader, StoryRow, Tally
from egenmakt.interfaces.imports.stories.statement import Statement, Target
from egenmakt.interfaces.imports.values import NotRead

KEPT_MAX = 20_000
"""So many findings are kept; more are only counted."""
SAMPLES = 5
SAME_TEXT_MIN = 20
"""Shorter texts may well be the same without being one story."""
BATCH = 500
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Placed:
    """A row with its story's document, or with what keeps it out."""

    row: StoryRow
    id: UUID
    document: dict[str, Any] | None
    findings: tuple[Finding, ...]
    has_consent: bool = True
    files: tuple[Attached, ...] = ()
    """The photos and voices of the story."""


@dataclass
class Trial:
    """The result of trying a file out."""

    plan: Plan
    target: Target
    rows: int = 0
    new: int = 0
    here: int = 0
    """Stories that are in the database already, just so."""
    left_out: int = 0
    """Rows with errors."""
    trial_rows: int = 0
    """Rows of trial entries, which are passed over."""
    without_consent: int = 0
    """Rows whose teller did not agree to their being kept."""
    errors_count: int = 0
    notes_count: int = 0
    errors: list[Finding] = field(default_factory=list)
    notes: list[Finding] = field(default_factory=list)
    fields: list[Tally] = field(default_factory=list)
    questions: list[Tally] = field(default_factory=list)
    samples: list[Placed] = field(default_factory=list)
    unknown_groups: Counter[str] = field(default_factory=Counter)
    """Names in the column of the group that fit no group, or several, with how often each stands there."""
    files: int = 0
    """Photos and voices that would be kept."""

    @property
    def is_good(self) -> bool:
        """Whether nothing in the file is without a place."""
        return not self.errors_count

    @property
    def findings(self) -> list[Finding]:
        """All that was kept, errors first."""
        return [*self.errors, *self.notes]

    def note(self, finding: Finding) -> None:
        """Count a finding, and keep it while there is room."""
        kept = self.errors if finding.severity == "error" else self.notes
        if finding.severity == "error":
            self.errors_count += 1
        else:
            self.notes_count += 1
        if len(kept) < KEPT_MAX:
            kept.append(finding)


class Placing:
    """Goes through the rows of a plan and gives each its document; it can be gone through once."""

    def __init__(self, *, plan: Plan, statement: Statement, target: Target) -> None:
        self.plan, self.target = plan, target
        self.framework = read_framework(plan.framework)
        self.statement = statement
        self.reader = StoryReader(rows=plan.rows, mapping=plan.mapping, groups=target.groups)
        self._file_questions = [question for question in plan.mapping.questions if question.how == "file"]
        self.documents = Documents(mapping=plan.mapping, framework=self.framework, statement=statement, target=target)
        self._keys: dict[bytes, int] = {}
        self._texts: dict[bytes, int] = {}

    def __iter__(self) -> Iterator[Placed]:
        for row in self.reader:
            if row.is_trial:
                yield Placed(row, UUID(int=0), None, ())
            else:
                yield self._place(row)

    def _place(self, row: StoryRow) -> Placed:
        id = self.documents.id_of(row)
        files: list[Attached] = []
        findings = [*row.findings, *self._same(row), *self._outside_round(row), *self._files(row, files)]
        if "keep" in row.refused:
            return Placed(row, id, None, tuple(f for f in findings if f.severity == "note"), has_consent=False)
        if errors_of(findings):
            return Placed(row, id, None, tuple(findings))
        document = self.documents.document(row, id, files)
        findings += self._against_the_rules(row, document)
        return Placed(row, id, None if errors_of(findings) else document, tuple(findings), files=tuple(files))

    def _files(self, row: StoryRow, found: list[Attached]) -> Iterator[Finding]:
        """The files that a row names go into the list; what keeps one of them out is said."""
        for question in self._file_questions:
            name = str(row.answers.get(question.code, {}).get("value") or "")
            if not name:
                continue
            source = Source(self.plan.rows.file, row.number, question.columns[0])
            purpose = PURPOSE[question.type]
            if self.plan.media is None:
                text = _("The cell names a file, and none came with the table.")
                yield Finding(source, text, _("Send the ZIP with it; the story is brought in without."), name, "note")
            elif purpose not in self.statement.purposes or purpose in row.refused:
                text = _("No consent to keep this file is stated, so it is left out.")
                yield Finding(source, text, "", name, "note")
            else:
                try:
                    found.append(self.plan.media.look(question=question.code, name=name, kind=question.type))
                except NotRead as reason:
                    yield Finding(source, reason.text, reason.remedy, shown(name))

    def _against_the_rules(self, row: StoryRow, document: dict[str, Any]) -> Iterator[Finding]:
        """What the rules for every story say against it."""
        try:
            read_story(document, framework=self.framework)
        except StoryRefused as error:
            for each in error.problems:
                source = Source(self.plan.rows.file, row.number, self._column(each.where))
                remedy = _CHILD() if each.code == "minor_without_consent" else ""
                yield Finding(source, _(SENTENCES[each.code]) % each.values, remedy)

    def _column(self, where: str) -> str:
        """The columns behind a place in a document."""
        _root, first, *rest = f"{where}/".split("/")
        if first == "answers":
            question = next((q for q in self.plan.mapping.questions if q.code == rest[0]), None)
            return ", ".join(question.all_columns) if question else rest[0]
        return self.plan.mapping.fields.get(first, "" if first == "consent" else where)

    def _same(self, row: StoryRow) -> Iterator[Finding]:
        """What the row has in common with an earlier one."""
        mapping = self.plan.mapping
        key = hashlib.sha256(row.key.encode("utf-8", "surrogatepass")).digest()[:16]
        first = self._keys.setdefault(key, row.number)
        if first != row.number:
            if "source_id" in mapping.fields:
                source = Source(self.plan.rows.file, row.number, mapping.fields["source_id"])
                text = _("The id stands in row %(row)s too.")
                yield Finding(source, text % {"row": first}, _("Leave one of the two out."), row.key[3:])
            else:
                source = Source(self.plan.rows.file, row.number)
                text = _("The row is the same as row %(row)s in every cell.")
                yield Finding(source, text % {"row": first}, _("Leave one of the two out."))
            return
        if len(row.text) < SAME_TEXT_MIN:
            return
        digest = hashlib.sha256(word(row.text).encode("utf-8", "surrogatepass")).digest()[:16]
        earlier = self._texts.setdefault(digest, row.number)
        if earlier != row.number:
            source = Source(self.plan.rows.file, row.number, mapping.fields["text"])
            text = _("The same text stands in row %(row)s.") % {"row": earlier}
            remedy = _("If it is one story, leave one of the two out; both are brought in as they stand.")
            yield Finding(source, text, remedy, shown(row.text), "note")

    def _outside_round(self, row: StoryRow) -> Iterator[Finding]:
        """A day of collecting on which the round was not open."""
        target, mapping = self.target, self.plan.mapping
        for name in ("collected_on", "finished_at", "started_at"):
            moment = getattr(row, name)
            if not moment:
                continue
            day = moment[:10]
            starts = target.starts_on.isoformat()[: len(day)] if target.starts_on else ""
            until = target.until_on.isoformat() if target.until_on else ""
            if (starts and day < starts) or (until and day >= until):
                text = _("The day lies outside the round, which runs from %(from)s until %(until)s.")
                values = {"from": starts or "…", "until": until or "…"}
                remedy = _("Choose the round of that time, or open one; a story is not counted in another.")
                source = Source(self.plan.rows.file, row.number, mapping.fields[name])
                yield Finding(source, text % values, remedy, moment)
            return


def _CHILD() -> str:  # noqa: N802  # a constant that is translated when it is shown
    return _("State who agreed beside the child, if somebody did and it is documented; otherwise the story stays out.")


def try_out(
    *,
    plan: Plan,
    statement: Statement,
    target: Target,
    known: Callable[[Sequence[UUID]], frozenset[UUID]] | None = None,
    steps: Callable[[Iterable[Placed]], Iterable[Placed]] = lambda placed: placed,
) -> Trial:
    """Go through the whole file without writing anything.

    Args: known, which of some ids are in the database; steps, to show how far it is.
    """
    placing = Placing(plan=plan, statement=statement, target=target)
    trial = Trial(plan, target)
    for finding in (*plan.rows.findings, *plan.findings):
        trial.note(finding)
    for batch in batches(steps(placing), BATCH):
        ids = [placed.id for placed in batch if placed.document is not None]
        here = known(ids) if known and ids else frozenset()
        for placed in batch:
            _count(trial, placed, placed.id in here)
    trial.fields = list(placing.reader.tallies.values())
    trial.questions = list(placing.reader.answer_tallies.values())
    trial.unknown_groups = placing.reader.unknown_groups
    return trial


def _count(trial: Trial, placed: Placed, is_here: bool) -> None:
    trial.rows += 1
    trial.files += len(placed.files) if placed.document is not None else 0
    for finding in placed.findings:
        trial.note(finding)
    if placed.row.is_trial:
        trial.trial_rows += 1
    elif not placed.has_consent:
        trial.without_consent += 1
    elif placed.document is None:
        trial.left_out += 1
    elif is_here:
        trial.here += 1
    else:
        trial.new += 1
    if placed.document is not None and len(trial.samples) < SAMPLES:
        trial.samples.append(replace(placed))


def batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Items in lists of at most this size."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch
