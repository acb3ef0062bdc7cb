"""`egenmakt import stories`: stories from tables, captures, forms and exports, with a dry run first."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import click

from egenmakt.interfaces.cli.database import load_django, require_migrated
from egenmakt.interfaces.cli.errors import fail
from egenmakt.interfaces.cli.progress import progress

if TYPE_CHECKING:
    from egenmakt.interfaces.imports.stories.mapping import StoryMapping
    from egenmakt.interfaces.imports.stories.plan import Plan
    from egenmakt.interfaces.imports.stories.statement import Statement
    from egenmakt.interfaces.imports.stories.trial import Trial
    from egenmakt.interfaces.imports.stories.writing import Into

PATH = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
DAY = click.DateTime(formats=["%Y-%m-%d"])
FORMAT_NAMES = ("table", "capture", "form", "odk")


@click.command("stories")
@click.argument("files", nargs=-1, required=True, type=PATH)
@click.option("--format", type=click.Choice(FORMAT_NAMES), help="Found out by what is in the files, if not given.")
@click.option("--mapping", "mapping_file", type=PATH, help="Which column is what. Without it one is proposed.")
@click.option("--propose", type=click.Path(dir_okay=False, path_type=Path), help="Write the mapping there, and stop.")
@click.option("--media", type=FOLDER, help="The folder of its photos and voices; a ZIP of them is given as a file.")
@click.option("--sheet", default="", help="The sheet of a workbook that has several.")
@click.option("--documented", default="", help="Where the consent is documented under which the stories were given.")
@click.option("--purpose", "purposes", multiple=True, help="What was consented to: keep, learn, partner, donor, …")
@click.option("--visibility", default="team", show_default=True, help="Who may read them: team, partner, …, anyone.")
@click.option("--role", default="", help="Whose voices, if no column says it: rights_holder, partner, staff.")
@click.option("--language", default="", help="Language of the stories, if no column says it.")
@click.option("--prompt", default="", help="Code of the prompt, where there are several and no column says which.")
@click.option("--collected-by", default="", help="self, facilitator or paper.")
@click.option("--facilitator", default="", help="Address of the user who collected them all.")
@click.option("--collected-on", type=DAY, help="The day, if no column says it.")
@click.option("--guardian", default="", help="Who agreed for children, beside themselves: parent, guardian, carer.")
@click.option("--test", "is_test", is_flag=True, help="Stories to try things with, which are never counted.")
@click.option("--round", "round_name", default="", help="Name or id of the round that they belong to.")
@click.option("--new-round", default="", help="Open a round with this name for them.")
@click.option("--below", default="", help="With --new-round: name or id of the partner or organisation.")
@click.option("--starts-on", type=DAY, help="With --new-round: its first day.")
@click.option("--until-on", type=DAY, help="With --new-round: the day from which nothing is collected any more.")
@click.option("--keep-until-on", type=DAY, help="With --new-round: the day from which its stories are erased.")
@click.option("--by", "email", default="", help="The address of the user who brings them in.")
@click.option("--dry-run/--commit", "dry", default=True, show_default=True, help="Try it, or write it.")
@click.option("--partly", is_flag=True, help="With --commit: leave out rows with errors, and write the others.")
@click.option("--findings", type=click.Path(dir_okay=False, path_type=Path), help="Write all findings there, as CSV.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write framework.json and stories.jsonl into this folder instead of a database.",
)
def command(
    files: tuple[Path, ...], mapping_file: Path | None, format: str | None, propose: Path | None, **options: Any
) -> None:
    """Bring in stories from FILES: tables and exports of other tools.

    Nothing is written without --commit. With --out no database is needed.
    """
    load_django()
    plan = _plan(files, format or "", mapping_file, options["sheet"], options["media"])
    if propose:
        if propose.exists():
            fail("The file is there already.", file=propose, remedy="give another name")
        propose.write_text(plan.mapping.to_text(), encoding="utf-8")
        click.echo(f"{propose}: look at it, complete it, and give it with --mapping.")
        return
    if options["out"]:
        _to_folder(plan, options)
        return
    _to_database(plan, options)


def _mapping(file: Path | None) -> StoryMapping | None:
    from egenmakt.interfaces.imports.stories.mapping import InvalidMapping, StoryMapping

    if file is None:
        return None
    try:
        return StoryMapping.from_text(file.read_bytes())
    except InvalidMapping as error:
        fail(str(error), file=file)


def _plan(
    files: tuple[Path, ...], format: str, mapping_file: Path | None, sheet: str, media_folder: Path | None
) -> Plan:
    from egenmakt.interfaces.imports.findings import Unreadable
    from egenmakt.interfaces.imports.stories.formats import plan_of
    from egenmakt.interfaces.imports.stories.rows import StoryFile

    opened = [StoryFile(file.name, file, sheet) for file in files]
    try:
        return plan_of(files=opened, format=format, mapping=_mapping(mapping_file), media_folder=media_folder)
    except Unreadable as error:
        fail(str(error))


def _statement(plan: Plan, options: dict[str, Any], facilitator: UUID | None) -> Statement:
    from egenmakt.interfaces.imports.stories.statement import NotStated, Statement

    collected_on: datetime | None = options["collected_on"]
    try:
        return Statement(
            documented=options["documented"],
            purposes=frozenset(options["purposes"]),
            visibility=options["visibility"],
            role=options["role"],
            collected_by=options["collected_by"],
            facilitator=facilitator,
            collected_on=collected_on.date() if collected_on else None,
            language=options["language"],
            prompt=options["prompt"],
            guardian=options["guardian"],
            mode="test" if options["is_test"] else "real",
            has_files=plan.media is not None,
            missing=plan.to_be_stated,
        )
    except NotStated as error:
        fail(" ".join(error.problems), remedy="see: egenmakt import stories --help")


def _show(trial: Trial, options: dict[str, Any]) -> None:
    from egenmakt.interfaces.imports.findings import findings_csv
    from egenmakt.interfaces.imports.stories.report import report_lines

    for line in report_lines(trial):
        click.echo(line)
    if options["findings"]:
        options["findings"].write_text("\ufeff" + findings_csv(trial.findings), encoding="utf-8")


def _stop_at_errors(trial: Trial, options: dict[str, Any]) -> None:
    if trial.errors_count and (options["dry"] or not options["partly"]):
        remedy = "correct the file or the mapping; or leave those rows out with --partly"
        fail(f"{trial.errors_count:,} values have no place; nothing was written.", remedy=remedy)


def _to_folder(plan: Plan, options: dict[str, Any]) -> None:
    from egenmakt.interfaces.imports.stories.framework import content_id
    from egenmakt.interfaces.imports.stories.statement import Target
    from egenmakt.interfaces.imports.stories.trial import Placing, try_out

    if plan.problems:
        fail(" ".join(plan.problems))
    statement = _statement(plan, options, None)
    target = Target(content_id("import/round", plan.framework["id"]))
    trial = try_out(plan=plan, statement=statement, target=target, steps=_steps("Reading"))
    _show(trial, options)
    _stop_at_errors(trial, {**options, "dry": False})
    folder: Path = options["out"]
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(plan.framework, ensure_ascii=False, indent=2)
    (folder / "framework.json").write_text(text + "\n", encoding="utf-8")
    count = 0
    with (folder / "stories.jsonl").open("w", encoding="utf-8") as file:
        for placed in Placing(plan=plan, statement=statement, target=target):
            if placed.document is not None:
                file.write(json.dumps(placed.document, ensure_ascii=False) + "\n")
                count += 1
    click.echo(f"\n{count:,} stories are in {folder}.")


def _steps(label: str, length: int | None = None) -> Any:
    def steps(items: Iterable[Any]) -> Iterable[Any]:
        with progress(items, label=label, length=length) as shown:
            yield from shown

    return steps


def _to_database(plan: Plan, options: dict[str, Any]) -> None:
    require_migrated()
    from egenmakt.apps.access.queries import NotAllowed
    from egenmakt.interfaces.cli.user import _user
    from egenmakt.interfaces.imports.stories.writing import NotBroughtIn, rehearse

    if not options["email"]:
        fail("Say who brings the stories in.", field="by", remedy="--by ADDRESS, or --out FOLDER without a database")
    user = _user(options["email"])
    facilitator = _user(options["facilitator"]).id if options["facilitator"] else None
    statement = _statement(plan, options, facilitator)
    into = _into(plan, options)
    try:
        trial = rehearse(plan=plan, statement=statement, into=into, by=user, steps=_steps("Reading"))
    except (NotAllowed, NotBroughtIn) as error:
        fail(str(error))
    _show(trial, options)
    _stop_at_errors(trial, options)
    if options["dry"]:
        click.echo("\nNothing was written. To write it: --commit")
        return
    _commit(trial, statement, into, user, options["partly"])


def _into(plan: Plan, options: dict[str, Any]) -> Into:
    from egenmakt.apps.stories.models import Round
    from egenmakt.interfaces.cli.user import _node
    from egenmakt.interfaces.imports.stories.writing import NewRound

    if options["new_round"]:
        days: list[date] = []
        for name in ("starts_on", "until_on", "keep_until_on"):
            if options[name] is None:
                fail("A new round needs its days.", field=name, remedy=f"--{name.replace('_', '-')} 2026-03-01")
            days.append(options[name].date())
        languages = tuple(dict.fromkeys(filter(None, (options["language"],))))
        return NewRound(_node(options["below"]), options["new_round"], days[0], days[1], days[2], languages)
    rounds = Round.objects.select_related("framework_version")
    try:
        found = list(rounds.filter(id=UUID(options["round_name"])))
    except ValueError:
        found = list(rounds.filter(name__iexact=options["round_name"]).order_by("id"))
    if len(found) != 1:
        fail(f"{len(found)} rounds are called {options['round_name']!r}.", field="round", remedy="give its id")
    return found[0]


def _commit(trial: Trial, statement: Statement, into: Into, user: Any, partly: bool) -> None:
    from egenmakt.interfaces.imports.stories.trial import BATCH
    from egenmakt.interfaces.imports.stories.writing import NotBroughtIn, Outcome, bring_in, note_import

    outcome, at = Outcome(), datetime.now(UTC)
    steps = bring_in(trial=trial, statement=statement, into=into, by=user, at=at, partly=partly)
    try:
        with progress(steps, label="Writing", length=-(-trial.rows // BATCH)) as shown:
            for so_far in shown:
                outcome = so_far
    except NotBroughtIn as error:
        fail(str(error), remedy="what is written stays; correct the file and do the same again")
    for finding in outcome.findings[:20]:
        click.echo(str(finding), err=True)
    words = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in sorted(outcome.counts.items()) if count)
    click.echo(f"\nOf {outcome.rows:,} rows: {words}.")
    if outcome.is_empty:
        click.echo("Everything was here already; nothing was changed.")
    else:
        note_import(trial=trial, outcome=outcome, statement=statement, into=into, by=user, at=at)
    if refused := outcome.counts.get("refused", 0):
        fail(
            f"{refused:,} stories were refused; the reasons stand above.",
            remedy="correct what they name, and do it again",
        )
