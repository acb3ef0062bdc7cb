"""Packs that were altered: a small one to alter, and packing again with every fingerprint made to fit."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from hashlib import sha256

from egenmakt.core.canonical import JsonValue, canonical, fingerprint
from egenmakt.core.evidence.catalogue.catalogue import shipped
from egenmakt.core.evidence.claims.freeze import make_claims
from egenmakt.core.evidence.claims.pack import pack_bytes, packed_again, row_marks
from egenmakt.core.evidence.facts import Facts
from tests.support.claims import content, draft, figure, many_rows, members, small_pack


def members_of(pack: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(pack)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def repacked(change: Callable[[dict[str, bytes]], None], *, sealed: bool = True, pack: bytes = b"") -> bytes:
    """A pack with a change, with every fingerprint made to fit where it is sealed again."""
    inside = members_of(pack or small_pack())
    change(inside)
    if sealed:
        manifest = json.loads(inside.pop("pack.json"))
        tables: dict[str, JsonValue] = {
            name[6:-4]: row_marks(data) for name, data in inside.items() if name.startswith("facts/")
        }
        inside["rows.json"] = canonical({"schema": "egenmakt.rows.1", "tables": tables})
        manifest["files"] = {
            name: {"sha256": sha256(data).hexdigest(), "bytes": len(data)} for name, data in inside.items()
        }
        del manifest["seal"]
        inside["pack.json"] = canonical({**manifest, "seal": fingerprint(manifest)})
    return packed_again(inside)


TINY: dict[str, bytes] = {}


def tiny() -> bytes:
    """A pack of two claims about one table, quick to verify."""
    if not TINY:
        rows = {"members": many_rows()["members"][:60]}
        facts = Facts.of(rows)
        asked = [
            draft("all", "number", {"figure": figure(members())}),
            draft("women", "share", {"figure": figure(members(["sex", "is", "female"]), of=members())}),
        ]
        claims = make_claims(drafts=asked, facts=facts, catalogue=shipped(), k=2)
        TINY["pack"] = pack_bytes(content(facts=facts, claims=claims, texts={}, reports={}, k=2))
    return TINY["pack"]
