"""What an import says when it is done or only tried: lines of text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from egenmakt.core.money import Money, decimals
from egenmakt.interfaces.imports.bringing_in import DryRun, totals
from egenmakt.interfaces.imports.findings import Finding

NOTES_SHOWN = 20


def amount(minor: int, currency: str) -> str:
    """An amount as a person reads it on a terminal: 5,315,372.50 MZN."""
    return f"{Money(minor, currency).major():,.{decimals(currency)}f} {currency}"


def report_lines(run: DryRun) -> Iterator[str]:
    """Everything about a dry run: how the files were read, what would be made, the proof, and what is wrong."""
    for table in run.tables:
        yield f"{table.file}: {len(table.rows):,} rows, {len(table.header)} columns ({table.how})"
    yield from _columns(run)
    yield ""
    yield from _counts(run)
    yield from _proofs(run)
    yield from _findings(run)


def _columns(run: DryRun) -> Iterator[str]:
    tallies = run.plan.reading.tallies
    if not tallies:
        return
    yield ""
    width = max(len(f"{tally.heading} -> {tally.field}") for tally in tallies)
    yield f"{'column -> field':<{width}} {'filled':>8} {'zero':>8} {'empty':>8} {'unplaced':>8}"
    for tally in tallies:
        name = f"{tally.heading} -> {tally.field}"
        yield f"{name:<{width}} {tally.filled:>8,} {tally.zero:>8,} {tally.blank:>8,} {tally.unplaced:>8,}"


def _counts(run: DryRun) -> Iterator[str]:
    groups = [group.group for group in run.groups]
    members = [member for group in groups for member in group.members.values()]
    rows = sum(len(meeting.rows) for group in groups for meeting in group.meetings.values())
    lines = [
        ("groups", sum(group.known is None for group in groups), sum(group.known is not None for group in groups)),
        ("members", sum(not member.is_known for member in members), sum(member.is_known for member in members)),
        ("goals", sum(len(group.goals) for group in run.groups), None),
        ("meetings", sum(len(g.documents) for g in run.groups), sum(g.meetings_known for g in run.groups)),
        ("transfers", sum(g.transfers for g in run.groups), sum(g.transfers_known for g in run.groups)),
    ]
    yield f"{'':<10} {'new':>8} {'here already':>13}"
    for name, new, here in lines:
        yield f"{name:<10} {new:>8,} {'' if here is None else f'{here:,}':>13}".rstrip()
    if rows:
        yield f"Rows that stand in a meeting: {rows:,}"


def _proofs(run: DryRun) -> Iterator[str]:
    currency = run.plan.currency
    for total in totals(run) if currency and run.is_good else ():
        verdict = "equal" if total.file_minor == total.ledger_minor else "NOT EQUAL"
        yield (
            f"{total.heading} ({total.field}): {amount(total.file_minor, currency)} in the files, "
            f"{amount(total.ledger_minor, currency)} in transfers: {verdict}"
        )
    yield from comparison_lines(run)


def comparison_lines(run: DryRun) -> Iterator[str]:
    """The figures that the files give themselves, against the ledger; every difference is a line."""
    compared = sum(group.compared for group in run.groups)
    if not compared:
        return
    differences = [difference for group in run.groups for difference in group.differences]
    yield (
        f"Figures of the files compared with the ledger: {compared:,}; "
        f"equal: {compared - len(differences):,}; different: {len(differences):,}"
    )
    currency = run.plan.currency
    for d in differences:
        yield (
            f"  {d.source.file}, row {d.source.row}, field {d.source.field}: {d.member} of {d.group or 'the group'}: "
            f"{amount(d.file_minor, currency)} in the file, {amount(d.ledger_minor, currency)} by the contributions"
        )


def _findings(run: DryRun) -> Iterator[str]:
    notes = [finding for finding in run.findings if finding.severity == "note"]
    errors = run.errors
    if notes:
        yield ""
        yield f"Notes: {len(notes):,}"
        yield from _listed(notes[:NOTES_SHOWN])
        if len(notes) > NOTES_SHOWN:
            yield f"  … and {len(notes) - NOTES_SHOWN:,} more; all of them: --findings FILE"
    yield ""
    yield f"Values that could not be placed, and other errors: {len(errors):,}"
    yield from _listed(errors)


def _listed(findings: list[Finding]) -> Iterator[str]:
    for finding in findings:
        yield f"  {finding}"


def with_errors_sentence(run: DryRun) -> str:
    """What can be done about a dry run that has errors."""
    if run.may_be_done_in_part:
        good = sum(group.is_good for group in run.groups)
        return _("Correct them, or bring in the %(count)s groups without errors (--partly).") % {"count": good}
    return _("Correct them and try again.")
