"""The addresses of effect reports."""

from __future__ import annotations

from django.urls import URLPattern

from egenmakt.interfaces.web.reports import effect, effect_claims, effect_frozen, effect_writing

urlpatterns: list[URLPattern] = [
    # "claims/ask/" before "claims/CODE/"
    *effect_claims.urlpatterns,
    *effect_writing.urlpatterns,
    *effect_frozen.urlpatterns,
    *effect.urlpatterns,
]
