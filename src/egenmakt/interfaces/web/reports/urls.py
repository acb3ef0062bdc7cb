"""The addresses of indicators, their targets, and what came from outside."""

from __future__ import annotations

from django.urls import URLPattern

from egenmakt.interfaces.web.reports import aims, indicator_files, indicator_page, indicators

urlpatterns: list[URLPattern] = [
    *indicators.urlpatterns,
    *indicator_page.urlpatterns,
    *indicator_files.urlpatterns,
    *aims.urlpatterns,
]
