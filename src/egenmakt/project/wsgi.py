"""What a web server calls."""

from __future__ import annotations

import gc
import os
from importlib import import_module

gc.disable()  # what is loaded now stays: to look it through for what could be thrown away was a fifth of the start

from django.conf import settings  # noqa: E402  # after the line above
from django.core.wsgi import get_wsgi_application  # noqa: E402

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "egenmakt.project.settings")
site = get_wsgi_application()
import_module(settings.ROOT_URLCONF)  # all pages: Django would load them while the first visitor waits

# their models need what is loaded above
from egenmakt.interfaces.sync.usual_way import UsualWay  # noqa: E402
from egenmakt.project.worker import start_beside_the_server  # noqa: E402

application = UsualWay(site)
start_beside_the_server()

gc.freeze()  # nor need the collector look through it at every turn from now on
gc.set_threshold(100_000, 20, 100)
gc.enable()
