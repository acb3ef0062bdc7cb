"""`egenmakt setup`: an installation with its organisation and its first administrator."""

from __future__ import annotations

from datetime import UTC, datetime

import click
import uuid6

from egenmakt.interfaces.cli.errors import fail
from egenmakt.interfaces.cli.migrate import migrate


@click.command()
@click.option("--organisation", required=True, prompt="Name of the organisation", help="Name of the organisation.")
@click.option("--country", required=True, prompt="Country (two letters)", help="Its country, two letters (ISO 3166-1).")
@click.option("--email", required=True, prompt="E-mail address of the administrator", help="Of the administrator.")
@click.option("--name", required=True, prompt="Name of the administrator", help="Of the administrator.")
@click.password_option(envvar="EGENMAKT_PASSWORD", help="Of the administrator; asked for when not given.")
def command(organisation: str, country: str, email: str, name: str, password: str) -> None:
    """Prepare the database, the organisation and an administrator who can sign in and add everybody else."""
    migrate()
    # models can be loaded only after migrate() has loaded Django
    from django.core.exceptions import ValidationError
    from django.db import transaction

    from egenmakt.apps.access.roles import Role
    from egenmakt.apps.access.services import (
        EmailTaken,
        create_user,
        found_node,
        give_grant,
    )
    from egenmakt.apps.people.services import UnknownCountry, add_country

    now = datetime.now(UTC)
    try:
        with transaction.atomic():
            home = add_country(code=country.strip().upper())
            node = found_node(
                id=uuid6.uuid7(), kind="organisation", name=organisation, parent=None, country=home, by=None, at=now
            )
            user = create_user(email=email, name=name, password=password, by=None, at=now, node_id=node.id)
            give_grant(user=user, role=Role.ADMINISTRATOR, node=node, by=None, at=now)
    except UnknownCountry as error:
        fail(str(error), field="country")
    except EmailTaken as error:
        fail(str(error), field="email", remedy="to give her a role: egenmakt user grant")
    except ValidationError as error:
        fail(" ".join(error.messages), field="password")
    click.echo(f"{organisation} is set up; {user.name} can sign in as {user.email}. Next: egenmakt serve")
