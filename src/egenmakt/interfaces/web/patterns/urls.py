"""The addresses of patterns."""

from __future__ import annotations

from django.urls import URLPattern

from egenmakt.interfaces.web.patterns import (
    changing,
    collectors,
    comparing,
    describing,
    discovering,
    goals_form,
    limits,
    overview,
    stories_behind,
    three_page,
    triad,
    voices,
    word_groups,
)

urlpatterns: list[URLPattern] = [
    *overview.urlpatterns,
    *describing.urlpatterns,
    *comparing.urlpatterns,
    *three_page.urlpatterns,
    *triad.urlpatterns,
    *discovering.urlpatterns,
    *changing.urlpatterns,
    *goals_form.urlpatterns,
    *voices.urlpatterns,
    *word_groups.urlpatterns,
    *collectors.urlpatterns,
    *stories_behind.urlpatterns,
    *limits.urlpatterns,
]
