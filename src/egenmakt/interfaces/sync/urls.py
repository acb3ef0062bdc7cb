"""The addresses that a phone speaks to."""

from __future__ import annotations

from django.urls import path

from egenmakt.interfaces.sync.views import meetings

urlpatterns = [path("meetings", meetings, name="sync_meetings")]
