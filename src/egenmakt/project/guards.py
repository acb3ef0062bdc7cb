"""All guards of all wings, and putting them back after every migrate."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.db import connections

from egenmakt.apps.audit.guards import Guard, reinstall


def all_guards() -> list[Guard]:
    """The GUARDS of every installed wing that has a guards.py."""
    found: list[Guard] = []
    for config in apps.get_app_configs():
        name = f"{config.name}.guards"
        if config.name.startswith("egenmakt.apps.") and find_spec(name):
            found.extend(import_module(name).GUARDS)
    return found


def put_back(*, using: str, **_: Any) -> None:
    """Called by Django after each migrate and flush."""
    reinstall(all_guards(), connections[using])
