"""The pages of an import and their addresses."""

from __future__ import annotations

from django.urls import include, path

from egenmakt.interfaces.imports import views

urlpatterns = [
    path("", views.start, name="imports"),
    path("stories/", include("egenmakt.interfaces.imports.stories.urls")),
    path("monthly/", include("egenmakt.interfaces.imports.series.monthly_views")),
    path("outside/", include("egenmakt.interfaces.imports.outside.views")),
    path("<str:token>/mapping/", views.mapping, name="import_mapping"),
    path("<str:token>/mapping.json", views.mapping_file, name="import_mapping_file"),
    path("<str:token>/", views.report, name="import_report"),
    path("<str:token>/findings.csv", views.findings_file, name="import_findings"),
    path("<str:token>/run/", views.run, name="import_run"),
    path("<str:token>/result/", views.result, name="import_result"),
]
