"""A small pack compared whole: its bytes, its manifest, and what is said of it when one row is altered.

The bytes were written once and are the same on every machine. Where the tables of facts or the form of a pack change
on purpose, run this file as a program: it writes the snapshot anew.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date
from pathlib import Path
from typing import Any

from egenmakt.core.evidence.catalogue.catalogue import Catalogue
from egenmakt.core.evidence.claims.freeze import make_claims
from egenmakt.core.evidence.claims.pack import PackContent, open_pack, pack_bytes, packed_again
from egenmakt.core.evidence.claims.verify import verify_pack
from egenmakt.core.evidence.facts import Facts
from tests.support.claims import draft, figure, members

SNAPSHOT = Path(__file__).with_name("pack_snapshot.json")


def written() -> dict[str, Any]:
    """The pack of two claims about twenty people, and what is said of it."""
    rows = [
        ("group", "KE", None, "savings", f"member-{number:02}", sex, None, None, date(2024, 5, 1), None, "active")
        for number, sex in enumerate(["female"] * 12 + ["male"] * 8)
    ]
    facts = Facts.of({"members": rows})
    women = {"figure": figure(members(["sex", "is", "female"]), of=members()), "sample": True}
    claims = make_claims(
        drafts=[draft("all", "number", {"figure": figure(members())}), draft("women", "share", women)],
        facts=facts,
        catalogue=Catalogue({}),
    )
    pack = pack_bytes(
        PackContent(
            edition={"title": "Twenty people", "number": 1},
            outline={},
            seed=0,
            k=5,
            facts=facts,
            catalogue=Catalogue({}),
            claims=claims,
            texts={"en": {"people": "{{all}} people, of whom {{women}} women."}},
            reports={},
        )
    )
    inside, _ = open_pack(pack)
    other = dict(inside)
    other["facts/members.csv"] = inside["facts/members.csv"].replace(b"member-03,female", b"member-03,male")
    altered = verify_pack(packed_again(other))
    return {
        "sha256": hashlib.sha256(pack).hexdigest(),
        "manifest": json.loads(inside["pack.json"]),
        "claims": json.loads(inside["claims.json"]),
        "whole": str(verify_pack(pack)),
        "altered": [str(finding) for finding in altered.findings],
    }


def test_a_small_pack_is_what_it_was() -> None:
    assert written() == json.loads(SNAPSHOT.read_text(encoding="utf-8"))


if __name__ == "__main__":
    SNAPSHOT.write_text(json.dumps(written(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
