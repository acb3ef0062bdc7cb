"""What a web server calls."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "egenmakt.project.settings")
application = get_wsgi_application()

from egenmakt.project.worker import start_beside_the_server  # noqa: E402  # its models need what the line above loads

start_beside_the_server()
