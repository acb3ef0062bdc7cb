"""`egenmakt export`: groups as files that anybody can check, and stories for a purpose."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import click

from egenmakt.interfaces.cli import export_stories
from egenmakt.interfaces.cli.database import load_django, require_migrated
from egenmakt.interfaces.cli.errors import fail
from egenmakt.interfaces.cli.progress import progress

if TYPE_CHECKING:
    from egenmakt.apps.people.models import Node


class _GroupByDefault(click.Group):
    """`egenmakt export NODE` means a group, as it did before there were stories."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in (*self.commands, "--help", "-h"):
            args = ["group", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_GroupByDefault)
def command() -> None:
    """Write a group's data, or stories, into one file. Without a further word: a group's."""


command.add_command(export_stories.command)


@command.command("group")
@click.argument("node")
@click.option("--out", required=True, type=click.Path(), help="The file; with --all the folder.")
@click.option("--all", "everything", is_flag=True, help="Every group below NODE, a file each.")
@click.option("--force", is_flag=True, help="Write over a file that is there already.")
def group(node: str, out: str, everything: bool, force: bool) -> None:
    """Write all that is known about a group into one zip: JSON and CSV. NODE is a name or an id.

    The file holds names and phone numbers. To check it: egenmakt verify FILE
    """
    load_django()
    require_migrated()
    from egenmakt.apps.people.queries import descendants

    place = _node(node)
    if not everything:
        if place.kind != "group":
            fail(f"{place.name} is no group.", remedy="to export every group below it: --all")
        _write(place, Path(out), force)
        click.echo(f"{place.name} is in {out}. To check it: egenmakt verify {out}")
        return
    groups = list(descendants(node_id=place.id, kind="group").order_by("name", "id"))
    if not groups:
        fail(f"There is no group below {place.name}.")
    Path(out).mkdir(parents=True, exist_ok=True)
    with progress(groups, label="Exporting", length=len(groups)) as steps:
        for group in steps:
            _write(group, Path(out) / _file_name(group), force)
    click.echo(f"{len(groups)} groups below {place.name} are in {out}.")


def _node(text: str) -> Node:
    from egenmakt.apps.people.models import Node

    try:
        found = list(Node.objects.filter(id=UUID(text)))
    except ValueError:
        found = list(Node.objects.filter(name__iexact=text).order_by("id"))
    if not found:
        fail(f"There is no organisation, partner or group {text!r}.", remedy="give its name or id")
    if len(found) > 1:
        ids = ", ".join(str(node.id) for node in found[:5])
        fail(f"{len(found)} bodies are called {text!r}.", remedy=f"give the id: {ids}")
    return found[0]


def _file_name(group: Node) -> str:
    """Two groups may share a name: the end of the id tells them apart."""
    words = re.sub(r"[^\w-]+", "-", group.name).strip("-") or "group"
    return f"{words[:60]}-{str(group.id)[-8:]}.zip"


def _write(group: Node, file: Path, force: bool) -> None:
    from egenmakt.interfaces.exports.group_file import NoSuchGroup, write_group

    if file.exists() and not force:
        fail("The file is there already.", file=file, remedy="choose another name, or write over it by --force")
    unfinished = file.with_name(f"{file.name}.unfinished")
    try:
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as into:
            write_group(group.id, into=into, by=None, at=datetime.now(UTC))
        unfinished.replace(file)
    except NoSuchGroup:
        fail(f"{group.name} is in the tree, but has no book yet.", remedy="form the group first")
    except OSError as error:
        fail(f"The file cannot be written: {error}", file=file)
    finally:
        unfinished.unlink(missing_ok=True)
