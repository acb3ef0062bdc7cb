"""What must not be published for the safety of people, and in which words it is left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from egenmakt.interfaces.exports.iati.values import Words, check_identifier

Exactness = Literal["exact", "area", "country"]

NEUTRAL: Mapping[str, str] = MappingProxyType(
    {
        "ar": "لم يُذكر الاسم لأسباب أمنية",
        "en": "not named for safety",
        "es": "no se nombra por seguridad",
        "fr": "non nommé pour des raisons de sécurité",
        "pt": "não nomeado por segurança",
        "sv": "namnges inte av säkerhetsskäl",
    }
)
TOGETHER: Mapping[str, str] = MappingProxyType(
    {
        "en": "All activities that are not named for safety, together: amounts by quarter, no places.",
        "sv": "Alla insatser som inte namnges av säkerhetsskäl, tillsammans: belopp per kvartal, utan platser.",
    }
)


@dataclass(frozen=True, slots=True)
class Exclusions:
    """Names of partners, people and places; whole activities; and how exactly places may be given.

    A name is found however it is written, but not in another spelling or script: list each that is in use.
    """

    names: frozenset[str] = frozenset()
    activities: frozenset[str] = frozenset()
    """Codes of activities that are left out; their money stands in one activity without a name."""
    places: Exactness = "area"
    """exact as given; area: coordinates with one decimal, some ten kilometres; country: no places at all."""
    country_only: frozenset[str] = frozenset()
    """Codes of activities whose places are never given more exactly than the country."""
    together: str = "not-named"
    """The code of the activity that holds what is left out."""
    neutral: Mapping[str, str] = field(default_factory=lambda: NEUTRAL)

    def __post_init__(self) -> None:
        check_identifier(self.together)
        if "en" not in self.neutral:
            raise ValueError("There are no neutral words in English, which are used where a language has none.")

    def words_for(self, language: str) -> str:
        """What stands for a name in a language."""
        return self.neutral.get(language) or self.neutral.get(language.split("-")[0]) or self.neutral["en"]

    def words_like(self, words: Words | None, language: str) -> Words:
        """Neutral words in the languages of a text, or in the one that is given."""
        languages = [one for one, _ in words.parts] if words else [language]
        return Words(tuple((one, self.words_for(one)) for one in languages))
