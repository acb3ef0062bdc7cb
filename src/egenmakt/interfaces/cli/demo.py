"""`egenmakt demo`: an invented programme to try everything with."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING

import click

from egenmakt.interfaces.cli.database import load_django, require_migrated
from egenmakt.interfaces.cli.errors import fail
from egenmakt.interfaces.cli.progress import progress

if TYPE_CHECKING:
    from egenmakt.interfaces.cli.demo_programme.programme import Programme

UNTIL = date(2026, 10, 31)
"""The last day of the programme when no other is given: fixed, so that everybody's demo is the same."""


@click.command()
@click.option("--groups", default=60, show_default=True, type=click.IntRange(1, 100_000), help="How many groups.")
@click.option("--months", default=12, show_default=True, type=click.IntRange(2, 120), help="How long they have met.")
@click.option("--seed", default=1, show_default=True, help="Another number gives another programme.")
@click.option(
    "--until", type=click.DateTime(["%Y-%m-%d"]), default=UNTIL.isoformat(), show_default=True, help="The last day."
)
@click.option("--port", default=8000, show_default=True, help="Where the site will be served, for the links.")
@click.option("--links/--no-links", default=True, help="Whether to print the links to sign in.")
@click.option("--report/--no-report", default=True, help="Whether to make the effect report as well.")
def command(groups: int, months: int, seed: int, until: datetime, port: int, links: bool, report: bool) -> None:
    """Fill an empty database with an invented programme: every kind of group, a year of meetings, and what goes wrong.

    Nobody in it exists. The same options give the same programme, to the last hash. A database that holds anything
    else is left alone.
    """
    began = time.monotonic()
    load_django()
    require_migrated()
    from egenmakt.interfaces.cli.demo_programme.programme import HasOtherData, Programme, Wanted

    programme = Programme(Wanted(groups=groups, months=months, seed=seed, until=until.date()))
    try:
        is_made = programme.is_made()
    except HasOtherData as error:
        fail(str(error), remedy="use an empty one: another EGENMAKT_HOME, or another DATABASE_URL")
    if is_made:
        click.echo("The demo programme is here already; nothing was changed.")
    else:
        make(programme)
    click.echo(summary())
    if report:
        click.echo(report_effect(programme))
    click.echo(f"All of it took {time.monotonic() - began:.0f} s and {peak_megabytes()} MB of memory at most.")
    if links:
        _print_links(f"http://localhost:{port}")


def make(programme: Programme) -> None:
    """Make a programme that is not here yet, or the rest of one that was interrupted."""
    programme.begin()
    with progress(programme.plans, label="Inventing groups", length=len(programme.plans)) as plans:
        for plan in plans:
            programme.make_group(plan)
    with progress(programme.rounds, label="Inventing stories", length=len(programme.rounds)) as rounds:
        for round in rounds:
            programme.make_round(round)
    programme.finish()


def report_effect(programme: Programme) -> str:
    """Make the effect report of a programme, with its files and its proof. Returns: what became of it, in a line."""
    from egenmakt.interfaces.cli.demo_programme.effect import report_effect

    wanted = programme.wanted
    made = report_effect(chance=programme.chance, months=wanted.months, until=wanted.until)
    if made.edition is None or made.verification is None:
        return "  1 effect report, a draft: so small a programme does not prove all that it says"
    if not made.verification.agrees:
        fail(f"The pack of the effect report does not prove it: {made.verification}", remedy="report this as a fault")
    languages = ", ".join(made.report.languages)
    return f"  1 effect report in {languages}, {made.files} files; its pack: {made.verification}"


def peak_megabytes() -> int:
    """The most memory that this process has held, in megabytes."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most // (1_000_000 if sys.platform == "darwin" else 1_000)


def summary() -> str:
    """What is in the database, in a few lines. It says that all of it is invented."""
    # models can be loaded only after load_django()
    from egenmakt.apps.groups.models import Arrival, Correction, Cycle, Meeting, Membership, SavingsGroup
    from egenmakt.apps.ledger.models import Transfer
    from egenmakt.apps.lending.models import Loan
    from egenmakt.apps.people.models import Country, Node
    from egenmakt.apps.reports.models import MonthlyReport
    from egenmakt.apps.stories.models import Erased, Round, Story

    waiting = Arrival.objects.filter(state__in=["quarantined", "refused", "held"])
    kinds = SavingsGroup.objects.values("kind").distinct()
    lines = (
        "An invented programme; none of these people, groups or organisations exist, and nobody told these stories.",
        f"  {Node.objects.filter(kind='organisation').count()} organisations, "
        f"{Country.objects.count()} countries, {SavingsGroup.objects.count()} groups of {kinds.count()} kinds, "
        f"{Membership.objects.count()} members",
        f"  {Meeting.objects.count()} meetings, {Transfer.objects.count()} transfers, "
        f"{Loan.objects.filter(borrower__isnull=False).count()} loans to members, "
        f"{Cycle.objects.filter(closed_on__isnull=False).count()} cycles shared out",
        f"  {Correction.objects.count()} corrected meetings, {waiting.count()} that wait for a decision",
        f"  {Round.objects.count()} rounds with {Story.objects.filter(mode='real').count()} stories, "
        f"{Story.objects.filter(state='waiting').count()} of them wait for a decision; "
        f"{Erased.objects.count()} were taken back",
        f"  {MonthlyReport.objects.count()} monthly reports, "
        f"{MonthlyReport.objects.exclude(state='published').count()} of them not published yet",
    )
    return "\n".join(lines)


def _print_links(address: str) -> None:
    from egenmakt.apps.access.demo import demo_people

    if not demo_people():
        click.echo("To sign in by one click, serve it as a demonstration: EGENMAKT_DEMO=1 egenmakt serve")
        return
    click.echo(f"It will be at {address}/ once it is served (egenmakt serve). Sign in by one click as:")
    for line in lines_to_try(address):
        click.echo(line)


def lines_to_try(address: str) -> Iterator[str]:
    """The links of a demonstration: to sign in, to tell a story, and to take one back."""
    from django.urls import reverse

    from egenmakt.apps.access.demo import demo_people
    from egenmakt.interfaces.cli.demo_programme.programme import what_visitors_may_try

    for person in demo_people():
        roles = ", ".join(role.replace("_", " ") for role in person["roles"])
        yield f"  {person['name']} ({roles}): {address}{reverse('demo_sign_in', args=[person['token']])}"
    if visitors := what_visitors_may_try():
        yield "Without signing in:"
        yield f"  tell a story yourself: {address}{reverse('story_by_link', args=[visitors.token])}"
        if visitors.slip:
            yield f"  take one back: {address}{reverse('story_withdraw')} with the code {visitors.slip}"
