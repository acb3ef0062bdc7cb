"""The pages and their addresses."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path
from django.views.i18n import set_language

from egenmakt.interfaces.web import (
    access,
    calculators,
    closing,
    correcting,
    cut_off,
    design,
    grading,
    groups,
    ledger,
    loans,
    meetings,
    members,
    papers,
    quarantine,
    recording,
    rules,
    setting_up,
    share_out_today,
)
from egenmakt.interfaces.web.learning import urls as learning
from egenmakt.interfaces.web.patterns import urls as patterns
from egenmakt.interfaces.web.reports import effect_urls, monthly_urls
from egenmakt.interfaces.web.reports import urls as reports
from egenmakt.interfaces.web.stories import urls as stories
from egenmakt.interfaces.web.story_pages import urls as story_pages

urlpatterns: list[URLPattern | URLResolver] = [
    path("", design.home, name="home"),
    path("design/", design.design, name="design"),
    path("language/", set_language, name="set_language"),
    path("display/", design.set_theme, name="set_theme"),
    *access.urlpatterns,
    *recording.urlpatterns,
    *correcting.urlpatterns,
    *closing.urlpatterns,
    *rules.urlpatterns,
    *setting_up.urlpatterns,
    *cut_off.urlpatterns,
    *grading.urlpatterns,
    *quarantine.urlpatterns,
    *groups.urlpatterns,
    *members.urlpatterns,
    *meetings.urlpatterns,
    *loans.urlpatterns,
    *ledger.urlpatterns,
    *share_out_today.urlpatterns,
    *papers.urlpatterns,
    *calculators.urlpatterns,
    *learning.urlpatterns,
    *stories.urlpatterns,
    *story_pages.urlpatterns,
    *patterns.urlpatterns,
    *monthly_urls.urlpatterns,
    *effect_urls.urlpatterns,
    *reports.urlpatterns,
]
