"""`egenmakt`: the table of commands. A command's module is loaded only when it is used."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from importlib import import_module

import click

from egenmakt.interfaces.cli.errors import CommandError

COMMANDS: Mapping[str, tuple[str, str]] = {
    "backup": ("egenmakt.interfaces.cli.backup:command", "Write everything into one file, encrypted on request."),
    "body": ("egenmakt.interfaces.cli.body:command", "Add partners and organisations."),
    "calc": ("egenmakt.interfaces.cli.calc:command", "Calculate a loan or a share-out from a JSON file."),
    "check": ("egenmakt.interfaces.cli.check:command", "Add up every balance and check every chain again."),
    "demo": ("egenmakt.interfaces.cli.demo:command", "Fill an empty database with an invented programme."),
    "export": ("egenmakt.interfaces.cli.export:command", "Write a group's data, or stories, into one file."),
    "iati": ("egenmakt.interfaces.cli.iati:command", "Write, check, compare and count IATI files."),
    "import": (
        "egenmakt.interfaces.cli.imports:command",
        "Bring in members, paper books, stories and figures from files.",
    ),
    "migrate": ("egenmakt.interfaces.cli.migrate:command", "Bring the database up to date with this version."),
    "monthly": ("egenmakt.interfaces.cli.monthly:command", "Check published monthly tables against themselves."),
    "nightly": ("egenmakt.interfaces.cli.nightly:command", "Erase stories whose date has come, and write facts."),
    "patterns": ("egenmakt.interfaces.cli.patterns:command", "Find the patterns of stories, from files alone."),
    "report": ("egenmakt.interfaces.cli.report:command", "Write reports into files, and prove what they claim."),
    "restore": ("egenmakt.interfaces.cli.restore:command", "Bring a backup into an empty database, and verify it."),
    "serve": ("egenmakt.interfaces.cli.serve:command", "Serve the site."),
    "setup": ("egenmakt.interfaces.cli.setup:command", "Prepare an installation and its first administrator."),
    "user": ("egenmakt.interfaces.cli.user:command", "Add users, give roles, set passwords."),
    "verify": ("egenmakt.interfaces.cli.verify:command", "Check a group's export, by a program of its own."),
    "work": ("egenmakt.interfaces.cli.work:command", "Work off the jobs that events have left."),
}
"""Name -> where the command is, and what `egenmakt --help` says about it without loading it."""


class LazyGroup(click.Group):
    """A group whose commands are loaded by need, so that one that needs no database starts at once."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name][0].split(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, words) for name, (_, words) in sorted(COMMANDS.items())])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="egenmakt")
def group() -> None:
    """Egenmakt: savings groups, from the cash box to the published report.

    Data are kept in the folder EGENMAKT_HOME (./var) as SQLite, or in the PostgreSQL of DATABASE_URL.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "egenmakt.project.settings")


def main() -> None:
    """Run a command. It ends with 0, with 1 when what it was given is wrong, or with 2 when it was called wrongly."""
    try:
        group.main(standalone_mode=True)
    except CommandError as error:  # raised while a module is loaded, outside click's own net
        error.show()
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
