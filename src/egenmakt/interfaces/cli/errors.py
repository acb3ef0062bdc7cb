"""How a command says that something is wrong: where, what, and what to do about it."""

from __future__ import annotations

from typing import NoReturn

import click


class CommandError(click.ClickException):
    """What the command was given is wrong. It ends with 1; a wrong way of calling it ends with 2 (click's own)."""

    exit_code = 1

    def show(self, file: object = None) -> None:
        click.echo(self.format_message(), err=True)


def sentence(
    what: str, *, file: object = None, row: int | None = None, field: str | None = None, remedy: str = ""
) -> str:
    """'members.csv, row 3, field born: 1890 is too early — write a year after 1900'."""
    places = [str(file) if file is not None else "", f"row {row}" if row is not None else ""]
    where = ", ".join(place for place in (*places, f"field {field}" if field else "") if place)
    return f"{where}: {what}".removeprefix(": ") + (f" — {remedy}" if remedy else "")


def fail(
    what: str, *, file: object = None, row: int | None = None, field: str | None = None, remedy: str = ""
) -> NoReturn:
    """End the command with 1 and a sentence that names the place, the fault and the remedy. Raises: CommandError."""
    raise CommandError(sentence(what, file=file, row=row, field=field, remedy=remedy))
