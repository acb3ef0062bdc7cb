"""A framework: what tellers are asked, in any number of languages; versioned, and frozen when first used."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources
from typing import Any, Final, cast
from uuid import UUID

from egenmakt.core import canonical
from egenmakt.core.signification.consent import PURPOSES
from egenmakt.core.signification.problems import Unreadable
from egenmakt.core.signification.question import ABOUT, About, Axis, Option, Question, ShowIf, Texts, words
from egenmakt.core.signification.question_types import QUESTION_TYPES
from egenmakt.core.signification.question_types.fields import read_texts
from egenmakt.core.signification.reading import NO_ID, Reading

__all__ = [
    "Axis",
    "ConsentTexts",
    "Framework",
    "Option",
    "Prompt",
    "Question",
    "ShowIf",
    "Texts",
    "Unreadable",
    "fingerprint",
    "framework_json",
    "read_framework",
    "shipped",
    "words",
]

SCHEMA: Final = "egenmakt.framework.1"
QUESTIONS_MAX: Final = 100
TRANSLATION_STATES: Final = ("machine", "unreviewed", "reviewed")
"""How a translation came about. A language that is not named was written or reviewed by people."""

COMMON: Final = ("code", "type", "about", "text", "help", "required", "may_not_apply", "show_if")
"""The fields that every question has, whatever its type."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """The question that asks for the story itself, before any other."""

    code: str
    text: Texts


@dataclass(frozen=True, slots=True)
class ConsentTexts:
    """What the teller is asked to agree to, in words: an introduction, and a text for each purpose."""

    version: str
    intro: Texts
    purposes: Mapping[str, Texts]


@dataclass(frozen=True, slots=True)
class Framework:
    """One version of a framework. The first language is the source of the others."""

    id: UUID
    code: str
    version: int
    title: Texts
    languages: tuple[str, ...]
    prompts: tuple[Prompt, ...]
    questions: tuple[Question, ...]
    consent: ConsentTexts
    mapping: Mapping[str, str] = field(default_factory=dict)
    """What questions and options (`question/option`) of earlier versions are called now."""
    translation_state: Mapping[str, str] = field(default_factory=dict)

    @property
    def source(self) -> str:
        """The language that the others are translated from."""
        return self.languages[0]

    def question(self, code: str) -> Question:
        """The question of that code. Raises: KeyError."""
        for each in self.questions:
            if each.code == code:
                return each
        raise KeyError(code)

    def about(self, about: About) -> tuple[Question, ...]:
        """The questions about the story, or those about the teller, in their order."""
        return tuple(question for question in self.questions if question.about == about)


def shipped(code: str = "change") -> Framework:
    """A framework that comes with the program."""
    file = resources.files("egenmakt.core.signification") / "frameworks" / f"{code}.json"
    return read_framework(json.loads(file.read_text(encoding="utf-8")))


def read_framework(data: object) -> Framework:
    """Read a framework from JSON. Raises: Unreadable, with every problem, its place and the remedy."""
    reading = Reading()
    names = ("schema", "id", "code", "version", "title", "languages", "prompts", "questions", "consent")
    given = reading.fields(data, "", required=names, optional=("mapping", "translation_state"))
    if "schema" in given and given["schema"] != SCHEMA:
        reading.note("wrong_schema", "/schema", given=given["schema"], known=SCHEMA)
    languages = _languages(reading, given["languages"]) if "languages" in given else ()
    questions = _questions(reading, given["questions"], languages) if "questions" in given else ()
    framework = Framework(
        id=reading.id(given["id"], "/id") if "id" in given else NO_ID,
        code=reading.code(given["code"], "/code") if "code" in given else "",
        version=reading.whole(given["version"], "/version", least=1) if "version" in given else 1,
        title=read_texts(reading, given["title"], "/title", languages, most=200) if "title" in given else {},
        languages=languages,
        prompts=_prompts(reading, given["prompts"], languages) if "prompts" in given else (),
        questions=questions,
        consent=_consent(reading, given["consent"], languages) if "consent" in given else ConsentTexts("", {}, {}),
        mapping=_mapping(reading, given.get("mapping", {}), questions),
        translation_state=_states(reading, given.get("translation_state", {}), languages),
    )
    if reading.problems:
        raise Unreadable(reading.problems)
    return framework


def _languages(reading: Reading, value: object) -> tuple[str, ...]:
    items = reading.items(value, "/languages", least=1, most=60)
    made = tuple(reading.language(item, f"/languages/{index}") for index, item in enumerate(items))
    reading.no_repeats(made, [f"/languages/{index}" for index in range(len(made))])
    return tuple(language for language in made if language)


def _prompts(reading: Reading, value: object, languages: Sequence[str]) -> tuple[Prompt, ...]:
    made = []
    for index, item in enumerate(reading.items(value, "/prompts", least=1, most=20)):
        where = f"/prompts/{index}"
        given = reading.fields(item, where, required=("code", "text"))
        if {"code", "text"} <= set(given):
            code = reading.code(given["code"], f"{where}/code")
            made.append(Prompt(code, read_texts(reading, given["text"], f"{where}/text", languages)))
    reading.no_repeats([each.code for each in made], [f"/prompts/{index}/code" for index in range(len(made))])
    return tuple(made)


def _questions(reading: Reading, value: object, languages: Sequence[str]) -> tuple[Question, ...]:
    made: list[Question] = []
    for index, item in enumerate(reading.items(value, "/questions", most=QUESTIONS_MAX)):
        made.append(_question(reading, item, f"/questions/{index}", languages, made))
    reading.no_repeats([each.code for each in made], [f"/questions/{index}/code" for index in range(len(made))])
    return tuple(made)


def _question(
    reading: Reading, value: object, where: str, languages: Sequence[str], earlier: Sequence[Question]
) -> Question:
    name = value.get("type") if isinstance(value, Mapping) else None
    kind = QUESTION_TYPES.get(name) if isinstance(name, str) else None
    own = kind.fields if kind else {}
    required = ("code", "type", "text", *(each for each, field in own.items() if field.default is None))
    # of an unknown type nobody can say which fields are wrong
    optional = (*COMMON, *own) if kind or not isinstance(value, Mapping) else tuple(map(str, value))
    given = reading.fields(value, where, required=required, optional=optional)
    if kind is None and "type" in given:
        reading.note("unknown_type", f"{where}/type", given=name, known=", ".join(QUESTION_TYPES))
    show_if = given.get("show_if")
    before = len(reading.problems)
    question = Question(
        code=reading.code(given["code"], f"{where}/code") if "code" in given else "",
        type=kind.name if kind else "",
        about=cast("About", reading.one_of(given.get("about", "story"), f"{where}/about", ABOUT)),
        text=read_texts(reading, given["text"], f"{where}/text", languages) if "text" in given else {},
        help=_help(reading, given.get("help", {}), f"{where}/help", languages),
        required=reading.flag(given.get("required", False), f"{where}/required"),
        may_not_apply=reading.flag(given.get("may_not_apply", False), f"{where}/may_not_apply"),
        show_if=None if show_if is None else _show_if(reading, show_if, f"{where}/show_if", earlier),
        own={
            each: field.read(reading, given[each], f"{where}/{each}", languages)
            if each in given
            else (() if field.default is None else field.default)
            for each, field in own.items()
        },
    )
    if kind and len(reading.problems) == before and set(required) <= set(given):
        reading.add(kind.check_question(question), where)
    return question


def _help(reading: Reading, value: object, where: str, languages: Sequence[str]) -> Texts:
    return read_texts(reading, value, where, languages) if value != {} else {}


def _show_if(reading: Reading, value: object, where: str, earlier: Sequence[Question]) -> ShowIf | None:
    given = reading.fields(value, where, required=("question", "any_of"))
    if not {"question", "any_of"} <= set(given):
        return None
    code = reading.code(given["question"], f"{where}/question")
    items = reading.items(given["any_of"], f"{where}/any_of", least=1, most=60)
    chosen = tuple(reading.code(item, f"{where}/any_of/{index}") for index, item in enumerate(items))
    decider = next((each for each in earlier if each.code == code), None)
    if decider is None:
        if code:
            reading.note("not_earlier", f"{where}/question", question=code)
    elif decider.type and not QUESTION_TYPES[decider.type].is_choice:
        reading.note("not_a_choice", f"{where}/question", question=code)
    else:
        known = decider.option_codes
        for index, each in enumerate(chosen):
            if each and each not in known:
                place = f"{where}/any_of/{index}"
                reading.note("unknown_option", place, given=each, question=code, known=", ".join(known))
    return ShowIf(code, chosen)


def _consent(reading: Reading, value: object, languages: Sequence[str]) -> ConsentTexts:
    given = reading.fields(value, "/consent", required=("version", "intro", "purposes"))
    texts: Mapping[str, object] = {}
    if "purposes" in given:
        texts = reading.fields(given["purposes"], "/consent/purposes", required=(), optional=tuple(PURPOSES))
        if "keep" not in texts:
            reading.note("no_keep_text", "/consent/purposes")
    return ConsentTexts(
        version=reading.text(given["version"], "/consent/version", most=40) if "version" in given else "",
        intro=read_texts(reading, given["intro"], "/consent/intro", languages) if "intro" in given else {},
        purposes={
            name: read_texts(reading, texts[name], f"/consent/purposes/{name}", languages)
            for name in PURPOSES
            if name in texts
        },
    )


def places_of(questions: Sequence[Question]) -> set[str]:
    """The codes that a mapping may point to: of questions, and of options as `question/option`."""
    return {question.code for question in questions} | {
        f"{question.code}/{option.code}" for question in questions for option in question.options
    }


def _mapping(reading: Reading, value: object, questions: Sequence[Question]) -> dict[str, str]:
    if not isinstance(value, Mapping):
        reading.note("not_an_object", "/mapping")
        return {}
    known, mapping = places_of(questions), {}
    for old, new in value.items():
        where = f"/mapping/{str(old).replace('/', '~1')}"
        for part in str(old).split("/", 1):
            reading.code(part, where)
        if old in known:
            reading.note("mapping_from_present", where, given=old)
        if not isinstance(new, str) or new not in known or ("/" in new) != ("/" in str(old)):
            reading.note("mapping_to_nothing", where, given=new)
        else:
            mapping[str(old)] = new
    return mapping


def _states(reading: Reading, value: object, languages: Sequence[str]) -> dict[str, str]:
    if not isinstance(value, Mapping):
        reading.note("not_an_object", "/translation_state")
        return {}
    for language in value:
        if language not in languages:
            reading.note("language_not_listed", f"/translation_state/{language}", language=language)
        elif language == languages[0]:
            reading.note("translation_of_source", f"/translation_state/{language}", language=language)
    return {
        str(language): reading.one_of(state, f"/translation_state/{language}", TRANSLATION_STATES)
        for language, state in value.items()
    }


def framework_json(framework: Framework) -> dict[str, Any]:
    """The framework as JSON, with what equals its default left out. Reading it gives the same framework."""
    document: dict[str, Any] = {  # Any: JSON nests without end
        "schema": SCHEMA,
        "id": str(framework.id),
        "code": framework.code,
        "version": framework.version,
        "title": dict(framework.title),
        "languages": list(framework.languages),
        "prompts": [{"code": prompt.code, "text": dict(prompt.text)} for prompt in framework.prompts],
        "questions": [_question_json(question) for question in framework.questions],
        "consent": {
            "version": framework.consent.version,
            "intro": dict(framework.consent.intro),
            "purposes": {name: dict(texts) for name, texts in framework.consent.purposes.items()},
        },
    }
    if framework.mapping:
        document["mapping"] = dict(framework.mapping)
    if framework.translation_state:
        document["translation_state"] = dict(framework.translation_state)
    return document


def _question_json(question: Question) -> dict[str, Any]:
    written: dict[str, Any] = {"code": question.code, "type": question.type}  # Any: JSON nests without end
    if question.about != "story":
        written["about"] = question.about
    written["text"] = dict(question.text)
    if question.help:
        written["help"] = dict(question.help)
    written |= {name: True for name in ("required", "may_not_apply") if getattr(question, name)}
    if question.show_if:
        written["show_if"] = {"question": question.show_if.question, "any_of": list(question.show_if.any_of)}
    for name, kind in QUESTION_TYPES[question.type].fields.items():
        value = question.own[name]
        if kind.default is None or value != kind.default:
            written[name] = kind.write(value)
    return written


def fingerprint(framework: Framework) -> str:
    """SHA-256, in hex, of the framework as JSON in its canonical form: the same wherever it means the same."""
    return canonical.fingerprint(framework_json(framework))
