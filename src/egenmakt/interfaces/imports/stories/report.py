"""What an import of stories says when it was tried: lines of text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from egenmakt.interfaces.imports.findings import Finding
from egenmakt.interfaces.imports.stories.trial import Trial

SHOWN = 20


def report_lines(trial: Trial) -> Iterator[str]:
    """Everything about a dry run: how the files were read, what became of each column, and what has no place."""
    rows = trial.plan.rows
    yield f"{rows.file}: {trial.rows:,} rows, {len(rows.header)} columns ({rows.how})"
    for reason in trial.plan.reasons:
        yield f"  {reason}"
    yield ""
    names = (
        (_("new stories"), trial.new),
        (_("here already"), trial.here),
        (_("rows with errors"), trial.left_out),
        (_("without consent to be kept"), trial.without_consent),
        (_("trial entries, passed over"), trial.trial_rows),
        *(((_("photos and voices"), trial.files),) if trial.plan.media is not None else ()),
    )
    for name, count in names:
        yield f"{count:>10,}  {name}"
    yield ""
    yield from _tallies(trial)
    for column, why in trial.plan.mapping.left_out.items():
        yield _("left out: “%(column)s”. %(why)s") % {"column": column, "why": why}
    for name, count in trial.unknown_groups.most_common():
        yield _("fits no group: “%(name)s” (%(count)s rows)") % {"name": name, "count": count}
    yield from _findings(_("Notes"), trial.notes, trial.notes_count)
    yield from _findings(_("Values without a place"), trial.errors, trial.errors_count)


def _tallies(trial: Trial) -> Iterator[str]:
    tallies = [*trial.fields, *trial.questions]
    width = max((len(tally.name) for tally in tallies), default=0)
    heads = (_("answered"), _("n/a"), _("skipped"), _("not asked"), _("no place"))
    yield " " * width + "".join(f"{head:>12}" for head in heads)
    for tally in tallies:
        counts = (tally.answered, tally.does_not_apply, tally.blank, tally.not_asked, tally.unplaced)
        yield f"{tally.name:<{width}}" + "".join(f"{count:>12,}" for count in counts)


def _findings(title: str, findings: list[Finding], count: int) -> Iterator[str]:
    if not count:
        return
    yield ""
    yield f"{title}: {count:,}"
    for finding in findings[:SHOWN]:
        yield f"  {finding}"
    if count > SHOWN:
        yield f"  … {count - SHOWN:,}"
