"""The Washington Group Short Set on Functioning: six questions about difficulties, and what follows from them.

Wording: Washington Group on Disability Statistics, WG-SS (19 October 2022), first person; its answers `refused` and
`don't know` are a skipped question here. The set is public and may be used and translated, but not changed: a
framework that asks it takes it from here whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from egenmakt.core.signification.framework import Option, Question, Texts

DOMAINS: Final = ("seeing", "hearing", "walking", "remembering", "self_care", "communicating")
PREFIX: Final = "wg_"

INTRODUCTION: Final[Texts] = {
    "en": "The next questions ask about difficulties you may have doing certain activities because of a HEALTH "
    "PROBLEM.",
    "sv": "Nästa frågor handlar om svårigheter som du kan ha med vissa saker på grund av ett HÄLSOPROBLEM.",
}

QUESTIONS: Final[dict[str, Texts]] = {
    "seeing": {
        "en": "Do you have difficulty seeing, even if wearing glasses? Would you say…",
        "sv": "Har du svårt att se, även om du använder glasögon? Skulle du säga …",
    },
    "hearing": {
        "en": "Do you have difficulty hearing, even if using a hearing aid(s)? Would you say…",
        "sv": "Har du svårt att höra, även om du använder hörapparat? Skulle du säga …",
    },
    "walking": {
        "en": "Do you have difficulty walking or climbing steps? Would you say…",
        "sv": "Har du svårt att gå eller att gå i trappor? Skulle du säga …",
    },
    "remembering": {
        "en": "Do you have difficulty remembering or concentrating? Would you say…",
        "sv": "Har du svårt att minnas eller koncentrera dig? Skulle du säga …",
    },
    "self_care": {
        "en": "Do you have difficulty with self-care, such as washing all over or dressing? Would you say…",
        "sv": "Har du svårt att sköta dig själv, till exempel att tvätta hela kroppen eller klä dig? Skulle du säga …",
    },
    "communicating": {
        "en": "Using your usual language, do you have difficulty communicating, for example understanding or being "
        "understood? Would you say…",
        "sv": "Har du, på ditt vanliga språk, svårt att kommunicera, till exempel att förstå eller göra dig förstådd? "
        "Skulle du säga …",
    },
}

ANSWERS: Final[dict[str, Texts]] = {
    "no_difficulty": {"en": "No difficulty", "sv": "Inga svårigheter"},
    "some_difficulty": {"en": "Some difficulty", "sv": "Vissa svårigheter"},
    "a_lot_of_difficulty": {"en": "A lot of difficulty", "sv": "Stora svårigheter"},
    "cannot_do_at_all": {"en": "Cannot do at all", "sv": "Kan inte alls"},
}
"""In the official order: codes 1 to 4."""

SEVERE: Final = ("a_lot_of_difficulty", "cannot_do_at_all")

Status = Literal["with_disability", "without_disability", "unknown"]


def washington_group_questions() -> tuple[Question, ...]:
    """The six questions as they stand in a framework in English and Swedish, about the teller."""
    options = tuple(Option(code=code, text=text) for code, text in ANSWERS.items())
    return tuple(
        Question(
            code=f"{PREFIX}{domain}",
            type="single",
            text=QUESTIONS[domain],
            about="teller",
            help=INTRODUCTION if domain == DOMAINS[0] else {},
            own={"options": options, "own_words": ""},
        )
        for domain in DOMAINS
    )


def washington_group_status(answers: Mapping[str, str | None]) -> Status:
    """Whether a person counts as having a disability, by the answers to the six domains (None: no answer).

    With one domain or more at "a lot of difficulty" or "cannot do at all": yes. Without, and with all six answered:
    no. Otherwise unknown, since the domain that is missing might be the one.
    Source: Washington Group, Analytic Guidelines for the WG-SS: the recommended cut-off for comparison (DISABILITY3).
    """
    strange = set(answers) - set(DOMAINS) | {each for each in answers.values() if each and each not in ANSWERS}
    if strange:
        raise ValueError(f"{min(map(str, strange))} is not of the Washington Group Short Set.")
    given = [answers.get(domain) for domain in DOMAINS]
    if any(answer in SEVERE for answer in given):
        return "with_disability"
    return "without_disability" if all(given) else "unknown"
