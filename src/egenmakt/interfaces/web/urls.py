"""The pages and their addresses."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

from egenmakt.interfaces.web import access

urlpatterns: list[URLPattern | URLResolver] = [*access.urlpatterns]
