"""The wing of loans."""

from __future__ import annotations

from django.apps import AppConfig


class LendingConfig(AppConfig):
    """Loans as they were agreed and as they stand; the money itself is in the ledger."""

    name = "egenmakt.apps.lending"
