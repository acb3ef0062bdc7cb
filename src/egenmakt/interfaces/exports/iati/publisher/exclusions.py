"""What a publisher must not name, from its document and from a file of its own; and the policy that explains it."""

from __future__ import annotations

from collections.abc import Iterable

from egenmakt.interfaces.exports.iati.exclusions import Exactness, Exclusions
from egenmakt.interfaces.exports.iati.publisher.document import PLACES
from egenmakt.interfaces.exports.iati.publisher.form import Row
from egenmakt.interfaces.exports.iati.publisher.sentences import POLICY, POLICY_TITLE, in_languages
from egenmakt.interfaces.exports.iati.values import Document

EXCLUSION_POLICY = "B08"
"""Its code among the categories of documents."""


def exclusions_of(rows: Iterable[Row | None]) -> Exclusions:
    """All exclusions together: every name and activity of each, and places as coarse as the strictest asks."""
    said = [row for row in rows if row is not None]
    shipped = Exclusions()
    asked: list[Exactness] = [row["places"] for row in said if row["places"] is not None]
    return Exclusions(
        names=frozenset(name for row in said for name in row["names"] if name),
        activities=frozenset(code for row in said for code in row["activities"] if code),
        places=max(asked, key=PLACES.index) if asked else shipped.places,
        country_only=frozenset(code for row in said for code in row["country_only"] if code),
        together=next((row["together"] for row in said if row["together"]), shipped.together),
    )


def policy_of(rows: Iterable[Row | None], languages: Iterable[str]) -> Document | None:
    """The policy as a document of the organisation, in the publisher's words or in those that ship."""
    policy = next((row["policy"] for row in rows if row is not None and row["policy"] is not None), None)
    if policy is None:
        return None
    known = frozenset(languages)
    title = policy["title"] or in_languages(POLICY_TITLE, known)
    text = policy["text"] or in_languages(POLICY, known)
    return Document(policy["url"], policy["format"] or "text/html", title, (EXCLUSION_POLICY,), text)
