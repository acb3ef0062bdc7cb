"""The translations of a framework as a table, out and in again; which are missing, and which have grown old."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from egenmakt.core.signification.differences import place_now
from egenmakt.core.signification.framework import Framework, Unreadable, framework_json, read_framework
from egenmakt.core.signification.framework_texts import texts_of, with_texts
from egenmakt.core.signification.problems import problem
from egenmakt.core.signification.reading import LANGUAGE, has_form


@dataclass(frozen=True, slots=True)
class Row:
    """One text: its place, what it says in the source language, and its translations."""

    place: str
    source: str
    translations: Mapping[str, str]
    """By language; an empty text is no translation."""


def translation_table(framework: Framework) -> tuple[Row, ...]:
    """Every text of a framework with all its translations, in the order in which a teller meets them."""
    others = framework.languages[1:]
    return tuple(
        Row(place, texts[framework.source], {language: texts.get(language, "") for language in others})
        for place, texts in texts_of(framework)
    )


def with_translations(framework: Framework, rows: Sequence[Row]) -> Framework:
    """The framework with the translations of a table. Languages that the table adds are added.

    A row left out, or a translation left empty, changes nothing. Raises: Unreadable, naming each place that the
    framework does not have, stands twice or was changed since, and each text that cannot be stored.
    """
    texts = dict(texts_of(framework))
    problems, seen = [], set()
    for row in rows:
        if row.place not in texts:
            problems.append(problem("unknown_place", f"/{row.place}", place=row.place))
        elif row.place in seen:
            problems.append(problem("twice", f"/{row.place}", given=row.place))
        elif row.source != texts[row.place][framework.source]:
            problems.append(problem("source_changed", f"/{row.place}", place=row.place))
        seen.add(row.place)
    named = dict.fromkeys(language for row in rows for language in row.translations)
    problems += [
        problem("not_a_language", f"/{language}", given=language)
        for language in named
        if not has_form(LANGUAGE, language)
    ]
    if framework.source in named:
        problems.append(problem("translation_of_source", f"/{framework.source}", language=framework.source))
    if problems:
        raise Unreadable(problems)
    changed = {
        row.place: {
            **texts[row.place],
            **{language: text for language, text in row.translations.items() if text.strip()},
        }
        for row in rows
    }
    languages = (*framework.languages, *(language for language in named if language not in framework.languages))
    # read once more: what a translator wrote is held to the same limits as everything else
    return read_framework(framework_json(replace(with_texts(framework, changed), languages=languages)))


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A translation that needs someone: its place, its language, and the text to translate."""

    place: str
    language: str
    source: str
    reason: str
    """`missing`, or `stale`: the source has changed since it was translated."""
    translation: str = ""
    previous_source: str = ""


def missing(framework: Framework) -> tuple[Unfinished, ...]:
    """Every text that a language of the framework does not have."""
    return tuple(
        Unfinished(row.place, language, row.source, "missing")
        for row in translation_table(framework)
        for language, text in row.translations.items()
        if not text
    )


def stale(framework: Framework, previous: Framework) -> tuple[Unfinished, ...]:
    """Every translation that stayed the same while its source text changed. Renamed questions are followed."""
    before = {place_now(place, framework): texts for place, texts in texts_of(previous)}
    found = []
    for place, texts in texts_of(framework):
        old = before.get(place)
        if old is None or old[previous.source] == texts[framework.source]:
            continue
        found += [
            Unfinished(place, language, texts[framework.source], "stale", texts[language], old[previous.source])
            for language in framework.languages[1:]
            if texts.get(language) and old.get(language) == texts[language]
        ]
    return tuple(found)
