"""The pages and their addresses."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path
from django.views.i18n import set_language

from egenmakt.interfaces.web import (
    access,
    calculators,
    design,
    groups,
    ledger,
    loans,
    meetings,
    members,
    papers,
    share_out_today,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", design.home, name="home"),
    path("design/", design.design, name="design"),
    path("language/", set_language, name="set_language"),
    path("display/", design.set_theme, name="set_theme"),
    *access.urlpatterns,
    *groups.urlpatterns,
    *members.urlpatterns,
    *meetings.urlpatterns,
    *loans.urlpatterns,
    *ledger.urlpatterns,
    *share_out_today.urlpatterns,
    *papers.urlpatterns,
    *calculators.urlpatterns,
]
