"""What happens when everything is loaded."""

from __future__ import annotations

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate

from egenmakt.project.guards import put_back


class ProjectConfig(AppConfig):
    """The project itself: after every migrate it puts the database's guards back."""

    name = "egenmakt.project"

    def ready(self) -> None:
        # Django sends this for each app after all migrations have run; one of them is enough.
        post_migrate.connect(put_back, sender=apps.get_app_config("audit"), dispatch_uid="egenmakt.guards")
