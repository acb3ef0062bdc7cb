"""Which programs beside Python there are, and whether it is an error when one is absent."""

from __future__ import annotations

import os
import shutil

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
REQUIRED = os.environ.get("CI", "").lower() in ("1", "true")
"""On a build server nothing may be left out in silence."""
