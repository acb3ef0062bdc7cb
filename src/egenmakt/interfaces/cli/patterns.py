"""`egenmakt patterns`: the patterns of stories from files alone, without a database."""

from __future__ import annotations

import json
import re
from typing import IO, Any

import click

from egenmakt.interfaces.cli.errors import CommandError, fail, sentence

CONDITION = re.compile(r"^\s*([\w.]+)\s*(>=|<=|=)\s*(.+?)\s*$")


@click.command()
@click.argument("framework", type=click.File("r", encoding="utf-8-sig"))
@click.argument("stories", type=click.File("r", encoding="utf-8-sig"))
@click.option(
    "--json", "json_out", type=click.File("w", encoding="utf-8"), help="Write the analysis as JSON; - for the screen."
)
@click.option("--html", "html_out", type=click.File("w", encoding="utf-8"), help="Write it as one page of HTML.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same figures.")
@click.option(
    "--k", type=click.IntRange(1), default=5, show_default=True, help="Hide numbers of fewer stories; 1 hides none."
)
@click.option(
    "--least", type=click.IntRange(2), default=20, show_default=True, help="Stories an option needs to be tested."
)
@click.option("--where", multiple=True, help="Only such stories: kind=a, feel>=50, voice=staff, round=2026.")
def command(
    framework: IO[str], stories: IO[str], json_out: IO[str] | None, html_out: IO[str] | None,
    seed: int, k: int, least: int, where: tuple[str, ...],
) -> None:  # fmt: skip
    """Describe stories and find their patterns, each voice by itself, false discoveries held at 5 %.

    FRAMEWORK is JSON as in spec/framework.schema.json. STORIES is CSV in UTF-8, one row for each story:

    \b
    id, teller, facilitator, voice, round, mode   all optional; mode test is never counted
    QUESTION                                      one option, or a number
    QUESTION.OPTION                               0 or 1, a column for each option (several)
    QUESTION.CORNER                               three columns for a triad; they add to 1, 100 or 10000
    QUESTION.left, QUESTION.right                 a dyad, likewise
    QUESTION.STONE.x, QUESTION.STONE.y            from 0 to 1, empty for a stone not laid

    or JSON Lines (a name that ends with .jsonl): a story on each line, as in spec/story.schema.json and as
    `egenmakt import stories --out FOLDER` writes them.

    An empty cell is not asked; the words does_not_apply and skipped stand for themselves. Zero is an answer.
    Without --json and --html a summary is printed.
    """
    from egenmakt.core.patterns.analysis import analyse
    from egenmakt.core.patterns.reading import NotAnAnswer, table_of
    from egenmakt.core.signification.framework import Unreadable, read_framework, words
    from egenmakt.interfaces.cli.patterns_csv import read_stories
    from egenmakt.interfaces.cli.patterns_html import page
    from egenmakt.interfaces.cli.patterns_jsonl import read_documents

    try:
        known = read_framework(_json(framework))
    except Unreadable as error:
        problems = [sentence(problem.sentence, file=framework.name, field=problem.where) for problem in error.problems]
        raise CommandError("\n".join(problems)) from None
    read = read_documents if stories.name.endswith(".jsonl") else read_stories
    told = read(file=stories, name=stories.name, framework=known)
    try:
        table = table_of(known, told)
    except NotAnAnswer as error:
        fail(
            error.why, file=stories.name, row=int(error.story), field=error.question, remedy="see --help for what fits"
        )
    for condition in where:
        table = table.take(_mask(table, condition))
    if not table.size:
        fail("no story is left to count", file=stories.name, field="--where" if where else None)
    texts = {question.code: words(question.text, known.source, known.source) for question in known.questions}
    found = analyse(table=table, seed=seed, k=k, least=least, texts=texts, only=" and ".join(where))
    if json_out is not None:
        json.dump(found, json_out, indent=1, ensure_ascii=False, allow_nan=False)
        json_out.write("\n")
    if html_out is not None:
        html_out.write(page(found, title=words(known.title, known.source, known.source)))
    if json_out is None and html_out is None:
        _print(found)


def _json(file: IO[str]) -> Any:
    try:
        return json.load(file)
    except UnicodeDecodeError:
        fail("is not text in UTF-8", file=file.name, remedy="save it as UTF-8")
    except ValueError as error:
        fail(f"is not JSON: {error}", file=file.name, remedy="write a framework as in spec/framework.schema.json")


def _mask(table: Any, condition: str) -> Any:
    """The stories that meet a condition; those without an answer do not."""
    import numpy as np

    from egenmakt.core.patterns.regions import Region, inside
    from egenmakt.core.patterns.table import NotATable

    match = CONDITION.match(condition)
    if match is None:
        fail(f"{condition!r} cannot be read", field="--where", remedy="write kind=a, feel>=50 or feel<=20")
    code, sign, value = match.groups()
    labels = {"voice": table.voices, "round": table.rounds, "facilitator": table.facilitators}.get(code)
    if labels is not None and sign == "=":
        if value not in labels.names:
            fail(f"there is no {code} {value}", field="--where", remedy=f"name one of {', '.join(labels.names)}")
        return np.asarray(labels.codes == labels.names.index(value))
    try:
        if sign == "=":
            column = table.column(code)
            region = (
                Region(code, options=(value,))
                if hasattr(column, "options")
                else Region(code, low=float(value), high=float(value))
            )
        elif sign == ">=":
            region = Region(code, low=float(value))
        else:
            region = Region(code, high=float(value))
        return inside(table=table, region=region)[1]
    except (NotATable, ValueError) as error:
        fail(str(error), field="--where", remedy="name a question of the framework and one of its answers")


def _print(found: dict[str, Any]) -> None:
    for voice in found["voices"]:
        discovery = voice["discovery"]
        stories = voice["stories"]["n"] if voice["stories"]["n"] is not None else "few"
        tested = sum(discovery["tested"].values())
        click.echo(f"{voice['voice']}: {stories} stories; {tested} patterns tested, {discovery['found']} found")
        for one in discovery["patterns"][: discovery["found"]]:
            name = " x ".join(one["questions"])
            if one["effect"] is None:
                click.echo(f"  {name}: found; its figures rest on few stories and are not told")
            else:
                click.echo(f"  {name}: {one['effect_name']} {one['effect']:.2f}, q = {one['q']:.2g}")
