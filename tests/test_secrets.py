"""What a guess at a password or a PIN costs in a real process: the other tests make them cheap."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from uuid import UUID

MEMBER = UUID("0192f0c1-0000-7000-8000-000000000001")
SCRIPT = f"""
import json, uuid, django
django.setup()
from django.contrib.auth.hashers import make_password
from egenmakt.core.meetings.keys import pin_key
key = pin_key(pin="1234", member=uuid.UUID("{MEMBER}"))
print(json.dumps([make_password("kuku wa kienyeji"), key.hex()]))
"""


def test_a_guess_at_a_password_or_a_pin_is_as_slow_as_it_was_decided(tmp_path: Path) -> None:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("EGENMAKT_", "DATABASE_"))}
    given = {**clean, "EGENMAKT_HOME": str(tmp_path), "DJANGO_SETTINGS_MODULE": "egenmakt.project.settings"}

    told = subprocess.run([sys.executable, "-c", SCRIPT], env=given, capture_output=True, text=True, check=True)

    password, key = json.loads(told.stdout)
    assert password.startswith("argon2$argon2id$v=19$m=102400,t=2,p=8$")
    assert key == hashlib.pbkdf2_hmac("sha256", b"1234", MEMBER.bytes, 100_000).hex()
