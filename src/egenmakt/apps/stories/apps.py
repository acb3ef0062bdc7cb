"""The wing of stories."""

from __future__ import annotations

from django.apps import AppConfig


class StoriesConfig(AppConfig):
    """Frameworks, rounds, stories, and what their tellers allowed."""

    name = "egenmakt.apps.stories"
