"""`egenmakt body`: partners, networks and further organisations, each in its country, below one that is there."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from egenmakt.interfaces.cli.database import load_django, require_migrated
from egenmakt.interfaces.cli.errors import fail
from egenmakt.interfaces.cli.user import _node

KINDS = ("partner", "organisation", "network")


@click.group()
def command() -> None:
    """Add partners and organisations. What is done is kept in the trail."""
    load_django()
    require_migrated()


@command.command()
@click.option("--kind", type=click.Choice(KINDS), default="partner", show_default=True)
@click.option("--name", required=True)
@click.option("--below", required=True, help="Name or id of the body that it belongs to.")
@click.option(
    "--country", default="", help="Two letters (ISO 3166-1), where it is another than that of the body above."
)
def add(kind: str, name: str, below: str, country: str) -> None:
    """Add a partner, or another body, below one that is there. Doing it again changes nothing."""
    from uuid6 import uuid7

    from egenmakt.apps.access.services import found_node
    from egenmakt.apps.people.models import Node
    from egenmakt.apps.people.services import NotInTheTree, UnknownCountry, add_country

    above = _node(below)
    if Node.objects.filter(parent=above, kind=kind, name__iexact=name.strip()).exists():
        click.echo(f"{name.strip()} is below {above.name} already; nothing was changed.")
        return
    try:
        land = add_country(code=country.strip().upper()) if country.strip() else above.country
        made = found_node(id=uuid7(), kind=kind, name=name, parent=above, country=land, by=None, at=datetime.now(UTC))
    except UnknownCountry as error:
        fail(str(error), field="country")
    except NotInTheTree as error:
        fail(str(error), field="below")
    click.echo(f"{made.name} ({kind}, {land.name if land else 'no country'}) is below {above.name}.")
