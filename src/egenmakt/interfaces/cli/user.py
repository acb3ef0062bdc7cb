"""`egenmakt user`: users and roles, from the server's own command line, where no permission is asked for."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID

import click

from egenmakt.interfaces.cli.database import load_django, require_migrated
from egenmakt.interfaces.cli.errors import fail

if TYPE_CHECKING:
    from egenmakt.apps.access.models import User
    from egenmakt.apps.people.models import Node


@click.group()
def command() -> None:
    """Add users, give and revoke roles, set passwords. What is done is kept in the trail."""
    load_django()
    require_migrated()


def _user(email: str) -> User:
    from egenmakt.apps.access.models import User

    try:
        return User.objects.get_by_natural_key(email)
    except User.DoesNotExist:
        fail(f"Nobody signs in as {email}.", field="email", remedy="to add her: egenmakt user create")


def _node(text: str) -> Node:
    from egenmakt.apps.people.models import Node

    try:
        found = list(Node.objects.filter(id=UUID(text)))
    except ValueError:
        found = list(Node.objects.filter(name__iexact=text).order_by("id"))
    if not found:
        fail(f"There is no organisation, partner or group {text!r}.", field="node", remedy="give its name or id")
    if len(found) > 1:
        ids = ", ".join(str(node.id) for node in found[:5])
        fail(f"{len(found)} bodies are called {text!r}.", field="node", remedy=f"give the id: {ids}")
    return found[0]


@command.command()
@click.option("--email", required=True, help="The address to sign in with.")
@click.option("--name", required=True)
@click.option("--language", default="en", show_default=True, help="en or sv.")
@click.password_option(envvar="EGENMAKT_PASSWORD")
def create(email: str, name: str, language: str, password: str) -> None:
    """Add a user; she may do nothing until she is given a role."""
    from django.core.exceptions import ValidationError

    from egenmakt.apps.access.services import EmailTaken, create_user

    try:
        user = create_user(email=email, name=name, language=language, password=password, by=None, at=datetime.now(UTC))
    except EmailTaken as error:
        fail(str(error), field="email")
    except ValidationError as error:
        fail(" ".join(error.messages), field="password")
    click.echo(f"{user.name} can sign in as {user.email}. Next: egenmakt user grant")


@command.command()
@click.option("--email", required=True)
@click.option("--role", required=True, help="administrator, programme_officer, monitoring, partner_staff, …")
@click.option("--node", required=True, help="Name or id of the organisation, partner or group.")
def grant(email: str, role: str, node: str) -> None:
    """Give a user a role at a place and everywhere below it."""
    from egenmakt.apps.access.services import NotARole, give_grant

    user, place = _user(email), _node(node)
    try:
        give_grant(user=user, role=role, node=place, by=None, at=datetime.now(UTC))
    except NotARole as error:
        fail(str(error), field="role")
    click.echo(f"{user.name} is {role} at {place.name}.")


@command.command()
@click.option("--email", required=True)
@click.option("--role", required=True)
@click.option("--node", required=True, help="Name or id of the organisation, partner or group.")
def revoke(email: str, role: str, node: str) -> None:
    """Take a role back."""
    from egenmakt.apps.access.queries import grants_of
    from egenmakt.apps.access.services import revoke_grant

    user, place = _user(email), _node(node)
    held = grants_of(user=user).filter(role=role, node=place).first()
    if held is None:
        fail(f"{user.name} does not hold the role {role} at {place.name}.", remedy="see: egenmakt user list")
    revoke_grant(grant=held, by=None, at=datetime.now(UTC))
    click.echo(f"{user.name} is no longer {role} at {place.name}.")


@command.command()
@click.option("--email", required=True)
@click.password_option(envvar="EGENMAKT_PASSWORD")
def password(email: str, password: str) -> None:
    """Set a new password for somebody who has forgotten hers."""
    from django.core.exceptions import ValidationError

    from egenmakt.apps.access.services import change_password

    user = _user(email)
    try:
        change_password(user=user, present=None, new=password, by=None, at=datetime.now(UTC))
    except ValidationError as error:
        fail(" ".join(error.messages), field="password")
    click.echo(f"{user.name} has a new password and is signed out everywhere.")


@command.command("codes-off", short_help="Turn off the one-time code of somebody who lost it.")
@click.option("--email", required=True)
def codes_off(email: str) -> None:
    """Turn off the one-time code of somebody who has lost both phone and paper."""
    from egenmakt.apps.access.codes import turn_codes_off

    user = _user(email)
    turn_codes_off(user=user, password=None, by=None, at=datetime.now(UTC))
    click.echo(f"{user.name} signs in by password alone.")


@command.command("list")
def list_users() -> None:
    """Show everybody with her roles, one line for each role."""
    from egenmakt.apps.access.models import User

    for user in User.objects.order_by("email").prefetch_related("grants__node"):
        held = [f"{g.role} at {g.node.name}" for g in user.grants.all() if g.revoked_at is None] or ["no role"]
        state = "" if user.is_active else " (stopped)"
        for role in held:
            click.echo(f"{user.email}\t{user.name}{state}\t{role}")
