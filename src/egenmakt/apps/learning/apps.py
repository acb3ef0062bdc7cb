"""The wing of learning."""

from __future__ import annotations

from django.apps import AppConfig


class LearningConfig(AppConfig):
    """Workshops, what was seen and decided there, and what goes back to the tellers."""

    name = "egenmakt.apps.learning"
