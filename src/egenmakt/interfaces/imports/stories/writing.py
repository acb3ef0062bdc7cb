"""Writing what a dry run has found good: framework and round where they are new, and the stories in hundreds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from egenmakt.apps.access.models import User
from egenmakt.apps.access.queries import NotAllowed, require
from egenmakt.apps.audit.services import record
from egenmakt.apps.people.models import Node
from egenmakt.apps.stories.frameworks import json_of
from egenmakt.apps.stories.models import Attachment, Round
from egenmakt.apps.stories.queries.collecting import group_names
from egenmakt.apps.stories.services.attachments import NoConsent, NotTaken, OtherBytes, store_attachment
from egenmakt.apps.stories.services.receiving_many import receive_stories, recorded
from egenmakt.apps.stories.services.rounds import add_framework, open_round
from egenmakt.core.numerals import word
from egenmakt.core.signification.problems import SENTENCES
from egenmakt.interfaces.imports.findings import Finding, Source
from egenmakt.interfaces.imports.stories.documents import attachment_id
from egenmakt.interfaces.imports.stories.framework import content_id
from egenmakt.interfaces.imports.stories.joining import completed
from egenmakt.interfaces.imports.stories.plan import Plan
from egenmakt.interfaces.imports.stories.rows import fingerprint
from egenmakt.interfaces.imports.stories.statement import Statement, Target
from egenmakt.interfaces.imports.stories.trial import BATCH, Placed, Placing, Trial, batches, try_out
from egenmakt.interfaces.imports.values import NotRead


class NotBroughtIn(ValueError):
    """The stories cannot be written, as a sentence with what to do."""


@dataclass(frozen=True, slots=True)
class NewRound:
    """A round that the stories are brought into, and that is opened with them."""

    node: Node
    name: str
    starts_on: date
    until_on: date
    """The day from which no story is collected any more."""
    keep_until_on: date
    """The day from which its stories are erased."""
    languages: tuple[str, ...] = ()

    def id(self, plan: Plan) -> UUID:
        """The same round each time the same file is brought in under this name at this place."""
        return content_id("import/round", [plan.framework["id"], str(self.node.id), self.name.strip()])


Into = Round | NewRound


def fitted(*, plan: Plan, into: Into) -> Plan:
    """The plan with the framework of the round: the one that is there, or the one that follows from the file."""
    if isinstance(into, NewRound):
        existing = Round.objects.select_related("framework_version").filter(id=into.id(plan)).first()
        return plan if existing is None else fitted(plan=plan, into=existing)
    content = json_of(into.framework_version)
    return replace(plan, given_framework=content, mapping=completed(plan.mapping, content))


def target_of(*, plan: Plan, into: Into) -> Target:
    """What reading needs to know of the round."""
    id = into.id(plan) if isinstance(into, NewRound) else into.id
    groups = None
    if "group" in plan.mapping.fields:
        groups = group_ids(node_id=into.node.id if isinstance(into, NewRound) else into.node_id)
    return Target(id, into.starts_on, into.until_on, groups)


def rehearse(
    *,
    plan: Plan,
    statement: Statement,
    into: Into,
    by: User,
    steps: Callable[[Iterable[Placed]], Iterable[Placed]] = lambda placed: placed,
) -> Trial:
    """Try a plan out against the database. Raises: NotAllowed, NotBroughtIn with what is wrong with the mapping."""
    node_id = into.node.id if isinstance(into, NewRound) else into.node_id
    require(user=by, deed="import.data", node_id=node_id)
    require(user=by, deed="round.change", node_id=node_id)
    fitting = fitted(plan=plan, into=into)
    if fitting.problems:
        raise NotBroughtIn(" ".join(fitting.problems))
    target = target_of(plan=plan, into=into)
    return try_out(plan=fitting, statement=statement, target=target, known=lambda ids: recorded(ids=ids), steps=steps)


@dataclass
class Outcome:
    """What was written so far."""

    counts: Counter[str] = field(default_factory=Counter)
    """By what became of them: accepted, already_recorded, refused, quarantined, erased, left_out, without_consent."""
    rows: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def accepted(self) -> int:
        """Stories that are new."""
        return self.counts["accepted"]

    @property
    def is_empty(self) -> bool:
        """Whether nothing was written."""
        return not self.counts["accepted"] + self.counts["quarantined"] + self.counts["refused"]


def bring_in(
    *, trial: Trial, statement: Statement, into: Into, by: User, at: datetime, partly: bool = False, skip: int = 0
) -> Iterator[Outcome]:
    """Write the stories of a dry run, some hundreds in each transaction; yields after each.

    Args: partly, whether rows with errors are left out and the others written; skip, rows that an earlier call has
    done. Doing it again changes nothing. Raises: NotBroughtIn, NotAllowed.
    """
    if not trial.is_good and not partly:
        text = _("%(count)s values have no place; nothing is written.")
        raise NotBroughtIn(text % {"count": trial.errors_count})
    round = _opened(trial, into, by, at)
    outcome = Outcome()
    placing = Placing(plan=trial.plan, statement=statement, target=trial.target)
    for batch in batches(placing, BATCH):
        outcome.rows += len(batch)
        if outcome.rows <= skip:
            continue
        good = [placed for placed in batch if placed.document is not None]
        receipts = receive_stories(
            documents=[placed.document for placed in good if placed.document is not None], round=round, by=by, at=at
        )
        for placed, receipt in zip(good, receipts, strict=True):
            outcome.counts[receipt.status] += 1
            if receipt.status in ("refused", "quarantined"):
                outcome.findings += [_said(trial.plan, placed, each) for each in receipt.findings]
            elif placed.files and receipt.status in ("accepted", "already_recorded"):
                _keep_files(trial.plan, placed, outcome, by, at)
        outcome.counts["without_consent"] += sum(not placed.has_consent for placed in batch)
        outcome.counts["left_out"] += sum(
            placed.document is None and placed.has_consent and not placed.row.is_trial for placed in batch
        )
        yield outcome


def _keep_files(plan: Plan, placed: Placed, outcome: Outcome, by: User, at: datetime) -> None:
    """Keep the photos and voices of a story that is recorded: cleaned, as those that come from a phone."""
    for file in placed.files:
        attachment = Attachment.objects.select_related("story").filter(id=attachment_id(placed.id, file)).first()
        source = Source(plan.rows.file, placed.row.number)
        if attachment is None or plan.media is None:
            text = _("The story was here before without this file, so the file was not kept.")
            outcome.findings.append(Finding(source, text, value=file.name))
            continue
        try:
            content = plan.media.read(file.name, file.kind)
            stored = store_attachment(attachment=attachment, content=content, at=at, by=by)
        except (NoConsent, NotTaken, OtherBytes, NotAllowed, NotRead) as error:
            outcome.findings.append(Finding(source, str(error), value=file.name))
        else:
            outcome.counts["files"] += stored == "stored"


def group_ids(*, node_id: UUID) -> dict[str, tuple[str, ...]]:
    """The groups at a body and below it, closed ones too, by their names and ids, as a column may name them."""
    found: dict[str, tuple[str, ...]] = {}
    for id, name in group_names(node_id=node_id):
        for key in (word(name), word(id)):
            found[key] = (*found.get(key, ()), id)
    return found


def _said(plan: Plan, placed: Placed, reason: Mapping[str, Any]) -> Finding:
    code = str(reason["code"])
    sentence = SENTENCES.get(code, "")
    known = {
        "same_interview": _(
            "A story with the same teller, text and answers is here under another id; it waits in quarantine."
        ),
        "other_content": _("The story is here with another content; this one waits in quarantine."),
        "round_closed": _("The round is closed."),
        "outside_round": _("The day lies outside the round."),
    }
    text = known.get(code) or (_(sentence) % reason.get("values", {}) if sentence else code)
    return Finding(Source(plan.rows.file, placed.row.number), text)


def _opened(trial: Trial, into: Into, by: User, at: datetime) -> Round:
    if isinstance(into, Round):
        return into
    existing = Round.objects.select_related("framework_version").filter(id=trial.target.round).first()
    if existing:
        return existing
    with transaction.atomic():
        version = add_framework(content=trial.plan.framework, node=into.node, by=by, at=at)
        return open_round(
            id=trial.target.round,
            framework_version=version,
            node=into.node,
            name=into.name,
            starts_on=into.starts_on,
            until_on=into.until_on,
            keep_until_on=into.keep_until_on,
            languages=into.languages,
            target=trial.new,
            by=by,
            at=at,
        )


def note_import(*, trial: Trial, outcome: Outcome, statement: Statement, into: Into, by: User, at: datetime) -> None:
    """Write into the trail what was brought in, from which file, and what was stated about it."""
    node_id = into.node.id if isinstance(into, NewRound) else into.node_id
    with transaction.atomic():
        record(
            by=by,
            at=at,
            deed="stories.imported",
            subject_kind="round",
            subject_id=trial.target.round,
            node_id=node_id,
            # no names, not even the file's: the trail is kept for ever
            data={
                "sha256": fingerprint(trial.plan.rows.path),
                "counts": dict(outcome.counts),
                "purposes": sorted(statement.purposes),
                "role": statement.role,
                "collected_by": statement.collected_by,
            },
        )
