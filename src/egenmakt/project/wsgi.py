"""What a web server calls."""

from __future__ import annotations

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "egenmakt.project.settings")
application = get_wsgi_application()

from egenmakt.project.worker import start_beside_the_server  # noqa: E402  # its models need what the line above loads

start_beside_the_server()

# What has been loaded by now stays: the collector need not look through it again at every turn.
gc.collect()
gc.freeze()
gc.set_threshold(10_000, 20, 50)
