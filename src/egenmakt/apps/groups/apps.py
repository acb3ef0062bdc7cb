"""The wing of groups."""

from __future__ import annotations

from django.apps import AppConfig


class GroupsConfig(AppConfig):
    """Groups, their members, rules, cycles and meetings."""

    name = "egenmakt.apps.groups"
