"""What a web server calls."""

from __future__ import annotations

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "egenmakt.project.settings")
site = get_wsgi_application()

# their models need what the line above loads
from egenmakt.interfaces.sync.usual_way import UsualWay  # noqa: E402
from egenmakt.project.worker import start_beside_the_server  # noqa: E402

application = UsualWay(site)
start_beside_the_server()

# What has been loaded by now stays: the collector need not look through it again at every turn.
gc.collect()
gc.freeze()
gc.set_threshold(100_000, 20, 100)
