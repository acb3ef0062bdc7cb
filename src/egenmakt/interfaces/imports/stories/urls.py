"""The pages of an import of stories and their addresses."""

from __future__ import annotations

from django.urls import path

from egenmakt.interfaces.imports.stories import views

urlpatterns = [
    path("", views.start, name="story_imports"),
    path("<str:token>/settings/", views.settings, name="story_import_settings"),
    path("<str:token>/mapping.json", views.mapping_file, name="story_import_mapping_file"),
    path("<str:token>/framework.json", views.framework_file, name="story_import_framework_file"),
    path("<str:token>/", views.report, name="story_import_report"),
    path("<str:token>/findings.csv", views.findings_file, name="story_import_findings"),
    path("<str:token>/run/", views.run, name="story_import_run"),
    path("<str:token>/result/", views.result, name="story_import_result"),
]
