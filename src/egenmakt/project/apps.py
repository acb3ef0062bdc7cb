"""What happens when everything is loaded."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig, apps
from django.db import connections
from django.db.models.signals import post_migrate

from egenmakt.apps.audit.guards import all_guards, reinstall


class ProjectConfig(AppConfig):
    """The project itself: after every migrate it puts the database's guards back."""

    name = "egenmakt.project"

    def ready(self) -> None:
        # Django sends this for each app after all migrations have run; one of them is enough.
        post_migrate.connect(put_back, sender=apps.get_app_config("audit"), dispatch_uid="egenmakt.guards")


def put_back(*, using: str, **_: Any) -> None:  # Any: whatever else Django sends along with its signal
    """Called by Django after each migrate and flush."""
    reinstall(all_guards(), connections[using])
