"""The addresses of monthly reports."""

from __future__ import annotations

from django.urls import URLPattern

from egenmakt.interfaces.web.reports import monthly, monthly_checking, monthly_series, monthly_writing

urlpatterns: list[URLPattern] = [
    *monthly.urlpatterns,
    *monthly_writing.urlpatterns,
    *monthly_checking.urlpatterns,
    *monthly_series.urlpatterns,
]
