"""Every text of a framework with its place, to be translated and put back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from egenmakt.core.signification.framework import Framework
from egenmakt.core.signification.question import Question, Texts
from egenmakt.core.signification.question_types import QUESTION_TYPES


def texts_of(framework: Framework) -> Iterator[tuple[str, Texts]]:
    """Every text with its place. Places name codes, not positions, so that they survive a change of order."""
    yield "title", framework.title
    for prompt in framework.prompts:
        yield f"prompts/{prompt.code}", prompt.text
    for question in framework.questions:
        place = f"questions/{question.code}"
        yield f"{place}/text", question.text
        if question.help:
            yield f"{place}/help", question.help
        for name, kind in QUESTION_TYPES[question.type].fields.items():
            for part, texts in kind.texts(question.own[name]):
                yield f"{place}/{name}{part}", texts
    yield "consent/intro", framework.consent.intro
    for purpose, texts in framework.consent.purposes.items():
        yield f"consent/purposes/{purpose}", texts


def with_texts(framework: Framework, changed: Mapping[str, Texts]) -> Framework:
    """The framework with other texts at some places, each named as in `texts_of`."""
    consent = framework.consent
    return replace(
        framework,
        title=changed.get("title", framework.title),
        prompts=tuple(
            replace(prompt, text=changed.get(f"prompts/{prompt.code}", prompt.text)) for prompt in framework.prompts
        ),
        questions=tuple(_question_with(question, changed) for question in framework.questions),
        consent=replace(
            consent,
            intro=changed.get("consent/intro", consent.intro),
            purposes={name: changed.get(f"consent/purposes/{name}", texts) for name, texts in consent.purposes.items()},
        ),
    )


def _question_with(question: Question, changed: Mapping[str, Texts]) -> Question:
    place = f"questions/{question.code}"
    own = dict(question.own)
    for name, kind in QUESTION_TYPES[question.type].fields.items():
        for part, _texts in kind.texts(question.own[name]):
            if f"{place}/{name}{part}" in changed:
                own[name] = kind.with_texts(own[name], part, changed[f"{place}/{name}{part}"])
    return replace(
        question,
        text=changed.get(f"{place}/text", question.text),
        help=changed.get(f"{place}/help", question.help),
        own=own,
    )
