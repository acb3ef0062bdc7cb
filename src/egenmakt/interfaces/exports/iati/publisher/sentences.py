"""What the files say by themselves, in the languages that a publisher writes in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from egenmakt.interfaces.exports.iati.values import Words

FEW: Final = MappingProxyType(
    {
        "en": "Not told apart by %s: some would be about few people.",
        "sv": "Inte uppdelat efter %s: några tal skulle handla om få personer.",
    }
)
UNEQUAL: Final = MappingProxyType(
    {
        "en": "Not told apart by %s: the parts do not add up to the whole.",
        "sv": "Inte uppdelat efter %s: delarna summerar inte till helheten.",
    }
)
NO_FIGURE: Final = MappingProxyType(
    {
        "en": "No figure for %s: it would be about few people, or give few people away.",
        "sv": "Inget tal för %s: det skulle handla om få personer eller röja få personer.",
    }
)
DIMENSIONS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "en": {"sex": "sex", "age_band": "age", "disability": "disability", "country": "country"},
        "sv": {"sex": "kön", "age_band": "ålder", "disability": "funktionsnedsättning", "country": "land"},
    }
)
POLICY_TITLE: Final = MappingProxyType({"en": "Exclusion policy", "sv": "Policy för undantag"})
POLICY: Final = MappingProxyType(
    {
        "en": (
            "Names of partners, people and places, and whole activities, are left out where naming them could "
            "endanger somebody. Where a name would stand, neutral words do; activities that are left out stand "
            "together as one, by quarter and without places, so that the amounts are whole. Numbers about few people "
            "are not given. Nothing in these files says who is meant."
        ),
        "sv": (
            "Namn på partner, personer och platser, och hela insatser, utelämnas där det kunde sätta någon i fara "
            "att nämna dem. Där ett namn skulle stå finns neutrala ord; insatser som utelämnas redovisas tillsammans "
            "som en, per kvartal och utan platser, så att beloppen är hela. Tal om få personer anges inte. Inget i "
            "filerna säger vem som avses."
        ),
    }
)
"""What an exclusion policy says where the publisher has not written it in other words."""


def in_languages(texts: Mapping[str, str], languages: Iterable[str]) -> Words:
    """A text in those of the languages in which it is; in English where it is in none."""
    found = tuple((language, texts[language]) for language in sorted(set(languages)) if language in texts)
    return Words(found or (("en", texts["en"]),))


def about(texts: Mapping[str, str], of: str, languages: Iterable[str]) -> Words:
    """A sentence about a way of telling apart, or about a year."""
    said = {one: text % DIMENSIONS[one].get(of, of) for one, text in texts.items()}
    return in_languages(said, languages)


def joined(several: Iterable[Words | None]) -> Words | None:
    """Texts one after the other, language by language; None where there is none."""
    found: dict[str, list[str]] = {}
    for words in several:
        for language, text in words.parts if words is not None else ():
            found.setdefault(language, []).append(text)
    return Words(tuple((language, " ".join(texts)) for language, texts in found.items())) if found else None
