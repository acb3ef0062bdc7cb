"""The wing of reports."""

from __future__ import annotations

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Figures that are published, and how each was come by."""

    name = "egenmakt.apps.reports"
