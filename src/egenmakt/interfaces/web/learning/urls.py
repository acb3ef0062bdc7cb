"""The addresses of learning."""

from __future__ import annotations

from django.urls import URLPattern

from egenmakt.interfaces.web.learning import alike, deciding, outcomes, returns, selecting, sense, taking_out, workshops

urlpatterns: list[URLPattern] = [
    *workshops.urlpatterns,
    *deciding.urlpatterns,
    *outcomes.urlpatterns,
    *selecting.urlpatterns,
    *returns.urlpatterns,
    *alike.urlpatterns,
    *taking_out.urlpatterns,
    *sense.urlpatterns,
]
