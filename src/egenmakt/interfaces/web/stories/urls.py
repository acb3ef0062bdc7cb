"""The addresses of collecting: telling, withdrawing, rounds, frameworks."""

from __future__ import annotations

from django.urls import URLPattern

from egenmakt.interfaces.web.stories import (
    drafting,
    framework_editing,
    frameworks,
    opening,
    paper,
    rounds,
    telling_views,
    withdrawing,
)

urlpatterns: list[URLPattern] = [
    *drafting.urlpatterns,
    *telling_views.urlpatterns,
    *withdrawing.urlpatterns,
    *opening.urlpatterns,
    *rounds.urlpatterns,
    *paper.urlpatterns,
    *frameworks.urlpatterns,
    *framework_editing.urlpatterns,
]
