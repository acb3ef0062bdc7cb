"""A consent that was given elsewhere: it says where it is written down, and is never one to our own text."""

from __future__ import annotations

from typing import Any

import pytest

from egenmakt.core.signification.consent import PURPOSES, Consent, read_consent
from egenmakt.core.signification.framework import shipped
from egenmakt.core.signification.reading import Reading

GIVEN_ELSEWHERE: dict[str, Any] = {
    "version": "documented", "language": "sw", "given": "documented", "documented": "Folder 3 in Kisumu",
    "asked_by": "self",
    "purposes": {name: name in ("keep", "learn", "donor") for name in PURPOSES}, "minor": None, "visibility": "team",
}  # fmt: skip


def read(**changes: Any) -> tuple[Consent, list[str]]:
    reading = Reading()
    given = {name: value for name, value in {**GIVEN_ELSEWHERE, **changes}.items() if value != "absent"}
    version = shipped().consent.version
    consent = read_consent(reading, given, "/consent", version=version, asked=("keep", "learn"))
    return consent, [f"{each.where} {each.code}" for each in reading.problems]


def test_it_is_read_with_the_place_where_it_is_written_down() -> None:
    consent, problems = read()

    assert problems == []
    assert (consent.version, consent.documented) == ("documented", "Folder 3 in Kisumu")
    assert (consent.allows("learn"), consent.allows("donor"), consent.allows("public_text")) == (True, True, False)


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ({"documented": "absent"}, ["/consent missing"]),
        ({"documented": " "}, ["/consent/documented empty_text"]),
        ({"documented": "x" * 501}, ["/consent/documented too_long"]),
        ({"version": "1"}, ["/consent/version other_consent_version"]),
        ({"purposes": dict.fromkeys(PURPOSES, False)}, ["/consent/purposes/keep no_consent_to_keep"]),
        ({"given": "spoken", "version": shipped().consent.version}, [
            "/consent unknown_field", "/consent/purposes/donor purpose_not_asked",
        ]),
    ],
)  # fmt: skip
def test_whatever_is_not_as_it_must_be_is_named(changes: dict[str, Any], problems: list[str]) -> None:
    assert read(**changes)[1] == problems


def test_a_consent_cannot_be_documented_and_given_here_at_once() -> None:
    consent, _problems = read()

    with pytest.raises(ValueError, match="exactly when it was given elsewhere"):
        Consent(**{**{name: getattr(consent, name) for name in Consent.__slots__}, "given": "spoken"})
