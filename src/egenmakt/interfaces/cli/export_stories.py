"""`egenmakt export stories`: stories for a purpose, in one zip."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import click
from uuid6 import uuid7

from egenmakt.interfaces.cli.database import load_django, require_migrated
from egenmakt.interfaces.cli.errors import fail
from egenmakt.interfaces.cli.user import _node, _user


@click.command("stories")
@click.argument("node")
@click.option("--purpose", required=True, help="learn, partner, donor or public_text.")
@click.option("--recipient", required=True, help="Who gets the file, and is told when a story in it is withdrawn.")
@click.option("--round", "round_name", default="", help="Only of this round, by name or id.")
@click.option("--by", "email", required=True, help="The address of the user who takes them out.")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The file.")
@click.option("--force", is_flag=True, help="Write over a file that is there already.")
def command(node: str, purpose: str, recipient: str, round_name: str, email: str, out: Path, force: bool) -> None:
    """Write the stories of NODE into one zip, for a purpose.

    Only stories whose tellers allow the purpose; it is written down that they left.
    """
    load_django()
    require_migrated()
    from django.core.exceptions import PermissionDenied

    from egenmakt.apps.stories.models import Round
    from egenmakt.interfaces.exports.story_export import PURPOSES, NothingToExport, write_stories

    if purpose not in PURPOSES:
        fail(f"{purpose!r} is no purpose.", remedy=f"choose one of {', '.join(PURPOSES)}")
    if out.exists() and not force:
        fail("The file is there already.", file=out, remedy="choose another name, or write over it by --force")
    place, by = _node(node), _user(email)
    round = None
    if round_name:
        rounds = Round.objects.filter(node__above__ancestor=place).order_by("-starts_on", "id")
        found = [each for each in rounds if round_name in (each.name, str(each.id))]
        if len(found) != 1:
            fail(f"{len(found)} rounds below {place.name} are called {round_name!r}.", remedy="give the id of one")
        round = found[0]
    unfinished = out.with_name(f"{out.name}.unfinished")
    try:
        with open(os.open(unfinished, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as file:
            written = write_stories(
                id=uuid7(),
                node=place,
                into=file,
                purpose=purpose,
                recipient=recipient,
                file_name=out.name,
                by=by,
                at=datetime.now(UTC),
                round=round,
            )
        unfinished.replace(out)
    except (NothingToExport, PermissionDenied) as error:
        fail(str(error))
    finally:
        unfinished.unlink(missing_ok=True)
    click.echo(f"{written.stories} stories, {written.with_words} with their words, are in {out}.")
