"""Every address of the site: each door has its own table of addresses."""

from __future__ import annotations

from django.urls import include, path

from egenmakt.interfaces.sync.api import api

urlpatterns = [
    path("api/v1/", api.urls),
    path("", include("egenmakt.interfaces.web.urls")),
    path("", include("egenmakt.interfaces.exports.urls")),
    path("import/", include("egenmakt.interfaces.imports.urls")),
]
