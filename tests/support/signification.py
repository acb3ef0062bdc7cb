"""Random frameworks and stories, and a plain story that tests change in one place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from egenmakt.core.signification.answers import Answer, is_shown
from egenmakt.core.signification.consent import DOCUMENTED, GIVEN, GUARDIANS, PURPOSES, VISIBILITIES
from egenmakt.core.signification.framework import Framework, Question, read_framework
from egenmakt.core.signification.question import AREAS, DIRECTIONS
from egenmakt.core.signification.question_types import QUESTION_TYPES
from egenmakt.core.signification.question_types.fields import AxisWords, Flag, Formed, Marks, OneOf, Whole, Words
from egenmakt.core.signification.story import LEVELS, ROLES, STEPS
from egenmakt.core.signification.values import kept

LANGUAGES = ("en", "sv", "ar", "ne")
ODD = (
    "<b>ja</b><script>alert(1)</script>",
    "=2+5",
    "@SUM(A1)",
    "مرحبا",
    "🧺🏽",
    "é é",
    "नमस्ते",
    '"a","b"\r\n',
    "\u200fא\u200e",
)
"""HTML, formulas, right-to-left, emoji, two ways to write é: all of it is text."""

letters = st.characters(exclude_categories=("Cs", "Cc"))
lines = st.one_of(st.sampled_from(ODD), st.text(letters, min_size=1, max_size=20)).filter(str.strip)
codes = st.from_regex(r"[a-z][a-z0-9_]{0,5}", fullmatch=True)
ids = st.uuids().map(str)


def id_of(number: int) -> str:
    """A fixed id: 7 is 00000000-0000-7000-8000-000000000007."""
    return f"00000000-0000-7000-8000-{number:012d}"


@st.composite
def texts(draw: st.DrawFn, languages: tuple[str, ...]) -> dict[str, str]:
    """A text in the source language and some of the others."""
    others = [language for language in languages[1:] if draw(st.booleans())]
    return {language: draw(lines) for language in (languages[0], *others)}


@st.composite
def marks(draw: st.DrawFn, field: Marks, languages: tuple[str, ...]) -> list[dict[str, Any]]:
    """Options, corners, stones or levels, with what each must have and some of what each may have."""
    extra: dict[str, st.SearchStrategy[Any]] = {
        "picture": st.just("sun.png"),
        "area": st.sampled_from(AREAS),
        "direction": st.sampled_from(DIRECTIONS),
        "minor": st.just(True),
    }
    most = min(field.most, max(field.least, 4))
    names = draw(st.lists(codes, min_size=field.least, max_size=most, unique=True))
    return [
        {"code": name, "text": draw(texts(languages))}
        | {each: draw(extra[each]) for each in field.extra if each in field.needs or draw(st.booleans())}
        for name in names
    ]


@st.composite
def questions(draw: st.DrawFn, code: str, languages: tuple[str, ...], earlier: list[dict[str, Any]]) -> dict[str, Any]:
    """A question of any type, that may depend on an earlier one."""
    kind = QUESTION_TYPES[draw(st.sampled_from(sorted(QUESTION_TYPES)))]
    made: dict[str, Any] = {"code": code, "type": kind.name, "text": draw(texts(languages))}
    if draw(st.booleans()):
        made["about"] = "teller"
    for name in ("required", "may_not_apply"):
        if draw(st.booleans()):
            made[name] = True
    deciders = [each for each in earlier if "options" in each]
    if deciders and draw(st.booleans()):
        decider = draw(st.sampled_from(deciders))
        options = [option["code"] for option in decider["options"]]
        any_of = draw(st.lists(st.sampled_from(options), min_size=1, unique=True))
        made["show_if"] = {"question": decider["code"], "any_of": any_of}
    for name, field in kind.fields.items():
        match field:
            case Marks():
                made[name] = draw(marks(field, languages))
            case Words():
                made[name] = draw(texts(languages))
            case AxisWords():
                made[name] = {"low": draw(texts(languages)), "high": draw(texts(languages))}
            case Flag():
                made |= {name: True} if draw(st.booleans()) and not field.default else {}
            case OneOf():
                chosen = draw(st.sampled_from(field.known))
                made |= {} if chosen == field.default else {name: chosen}
            case Whole():
                limit = len(made["options"]) if "options" in made else min(field.most, 40)
                number = draw(st.integers(field.least, limit)) if field.least <= limit else field.least
                made |= {} if number == field.default else {name: number}
            case Formed():
                pass  # own words, limits and pictures depend on the rest
    if "own_words" in kind.fields and draw(st.booleans()):
        made["own_words"] = made["options"][-1]["code"]
    if kind.name == "picture":
        for option in made["options"]:
            option["picture"] = "sun.png"
    if kind.name == "number" and draw(st.booleans()):
        low, high = sorted(draw(st.lists(st.integers(-50, 50), min_size=2, max_size=2)))
        made |= {"least": str(low), "most": str(high)}
    return made


@st.composite
def frameworks(draw: st.DrawFn) -> dict[str, Any]:
    """A framework as JSON, in the form in which it is written."""
    languages = tuple(draw(st.lists(st.sampled_from(LANGUAGES), min_size=1, unique=True)))
    made: list[dict[str, Any]] = []
    for code in draw(st.lists(codes, max_size=5, unique=True)):
        made.append(draw(questions(code, languages, made)))
    asked = ["keep", *(name for name in list(PURPOSES)[1:] if draw(st.booleans()))]
    return {
        "schema": "egenmakt.framework.1",
        "id": draw(ids),
        "code": draw(codes),
        "version": draw(st.integers(1, 9)),
        "title": draw(texts(languages)),
        "languages": list(languages),
        "prompts": [{"code": "change", "text": draw(texts(languages))}],
        "questions": made,
        "consent": {
            "version": draw(lines),
            "intro": draw(texts(languages)),
            "purposes": {name: draw(texts(languages)) for name in asked},
        },
    }


@st.composite
def parts(draw: st.DrawFn, count: int) -> list[int]:
    """Whole parts that add up to 10,000; corners and edges among them."""
    cuts = sorted(draw(st.lists(st.integers(0, 10_000), min_size=count - 1, max_size=count - 1)))
    return [high - low for low, high in zip([0, *cuts], [*cuts, 10_000], strict=True)]


def _numbers(question: Question) -> st.SearchStrategy[str]:
    least, most = question.word("least") or "-99", question.word("most") or "99"
    return st.integers(int(Decimal(least)), int(Decimal(most))).map(str)


def _dates(question: Question) -> st.SearchStrategy[str]:
    length = {"day": 10, "month": 7, "year": 4}[question.word("precision")]
    return st.dates().map(lambda day: day.isoformat()[:length])


def _chosen(question: Question, most: int) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(question.option_codes), min_size=1, max_size=most or None, unique=True)


def _one(question: Question) -> st.SearchStrategy[str]:
    return st.sampled_from(question.option_codes)


def _stones(question: Question) -> st.SearchStrategy[dict[str, list[int]]]:
    names = st.sampled_from([stone.code for stone in question.marks("stones")])
    point = st.lists(st.integers(0, 10_000), min_size=2, max_size=2)
    return st.dictionaries(names, point, min_size=1)


def _places(question: Question) -> st.SearchStrategy[dict[str, str]]:
    levels = st.sampled_from([level.code for level in question.marks("levels")])
    return st.fixed_dictionaries({"level": levels, "name": lines})


VALUES: dict[str, Callable[[Question], st.SearchStrategy[Any]]] = {
    "change_type": lambda question: _chosen(question, 0 if question.flag("several") else 1),
    "single": _one,
    "several": lambda question: _chosen(question, question.number("most")),
    "picture": _one,
    "slider": lambda question: st.integers(0, 100),
    "dyad": lambda question: parts(2),
    "triad": lambda question: parts(3),
    "stones": _stones,
    "text": lambda question: lines.map(lambda line: line[: question.number("most")]).filter(str.strip),
    "number": _numbers,
    "date": _dates,
    "place": _places,
    "audio": lambda question: ids,
    "photo": lambda question: ids,
}
"""Values that each question type takes. A new type has a line here."""


@st.composite
def answers_to(draw: st.DrawFn, framework: Framework) -> dict[str, Any]:
    """Answers as a teller might give them: each shown question has a value or a state."""
    teller_asked = draw(st.booleans())
    written: dict[str, Any] = {}
    seen: dict[str, Answer] = {}
    for question in framework.questions:
        if not is_shown(question, seen) or (question.about == "teller" and not teller_asked):
            continue
        states = ["value", *(["does_not_apply"] if question.may_not_apply else [])]
        state = draw(st.sampled_from(states if question.required else [*states, "skipped"]))
        if state != "value":
            written[question.code] = {"state": state}
            continue
        answer: dict[str, Any] = {"value": draw(VALUES[question.type](question))}
        seen[question.code] = Answer("answered", kept(answer["value"]))
        if question.own_words and question.own_words in seen[question.code].chosen and draw(st.booleans()):
            answer["own_words"] = draw(lines)
        written[question.code] = answer
    return written


@st.composite
def stories_of(draw: st.DrawFn, framework: Framework) -> dict[str, Any]:
    """A story as JSON that is accepted by the framework."""
    answers = draw(answers_to(framework))
    kinds = {code: QUESTION_TYPES[framework.question(code).type].attachment for code in answers}
    attachments = [
        attachment(answers[code]["value"], kind) for code, kind in kinds.items() if kind and "value" in answers[code]
    ]
    attached = {each["kind"] for each in attachments}
    asked = framework.consent.purposes
    how = draw(st.sampled_from(GIVEN))
    purposes = {
        name: name == "keep"
        or (purpose.attachment in attached if purpose.attachment else name in asked and draw(st.booleans()))
        for name, purpose in PURPOSES.items()
    }
    purposes["learn"] = purposes["learn"] or purposes["public_text"]
    return a_story(
        framework,
        id=draw(ids),
        round=draw(st.none() | ids),
        mode=draw(st.sampled_from(("real", "test"))),
        teller={"key": draw(ids), "role": draw(st.sampled_from(ROLES))},
        title=draw(st.just("") | lines),
        text=draw(lines),
        when=draw(st.sampled_from((None, "2026", "2026-03"))),
        where=draw(st.none() | st.fixed_dictionaries({"level": st.sampled_from(LEVELS), "name": lines})),
        group=draw(st.none() | ids),
        step=draw(st.none() | st.sampled_from(STEPS)),
        answers=answers,
        consent={
            "version": DOCUMENTED if how == DOCUMENTED else framework.consent.version,
            **({"documented": draw(lines)} if how == DOCUMENTED else {}),
            "language": draw(st.sampled_from(("sw", "pt-BR", "zh-Hant"))),
            "given": how,
            "asked_by": draw(st.just("self") | ids),
            "purposes": purposes,
            "minor": {"given_by": draw(st.sampled_from(GUARDIANS)), "assent": True},
            "visibility": draw(st.sampled_from(VISIBILITIES)),
        },
        attachments=attachments,
    )


def attachment(id: str, kind: str) -> dict[str, Any]:
    """A photo or a recording that is sent beside a story."""
    media_type = "image/jpeg" if kind == "photo" else "audio/ogg"
    return {"id": id, "kind": kind, "sha256": "0a" * 32, "bytes": 1234, "media_type": media_type}


def a_story(framework: Framework, **changes: Any) -> dict[str, Any]:
    """Amina's story: every field is there, nothing is answered, she agrees that it is kept and learnt from."""
    purposes: Mapping[str, bool] = {name: name in ("keep", "learn") for name in PURPOSES}
    story: dict[str, Any] = {
        "schema": "egenmakt.story.1",
        "id": id_of(1),
        "framework": str(framework.id),
        "framework_version": framework.version,
        "round": id_of(2),
        "mode": "real",
        "teller": {"key": id_of(3), "role": "rights_holder"},
        "collected": {
            "by": "facilitator",
            "facilitator": id_of(4),
            "started_at": "2026-03-02T09:00:00Z",
            "finished_at": "2026-03-02T09:20:00Z",
        },
        "language": "sw",
        "prompt": framework.prompts[0].code,
        "title": "The well",
        "text": "We asked for a well, and in March it was dug.",
        "when": "2026-03",
        "where": {"level": "district", "name": "Moroto"},
        "group": None,
        "step": None,
        "answers": {},
        "consent": {
            "version": framework.consent.version,
            "language": "sw",
            "given": "spoken",
            "asked_by": id_of(4),
            "purposes": dict(purposes),
            "minor": None,
            "visibility": "organisation",
        },
        "withdrawal": "0f" * 32,
        "attachments": [],
    }
    return story | changes


def a_framework(*questions: dict[str, Any], **changes: Any) -> Framework:
    """A small framework in English with these questions."""
    return read_framework(framework_document(*questions, **changes))


def framework_document(*questions: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The same as JSON."""
    return {
        "schema": "egenmakt.framework.1",
        "id": id_of(9),
        "code": "change",
        "version": 1,
        "title": {"en": "Change"},
        "languages": ["en"],
        "prompts": [{"code": "change", "text": {"en": "What happened?"}}],
        "questions": list(questions),
        "consent": {
            "version": "1",
            "intro": {"en": "You decide."},
            "purposes": {name: {"en": f"May we {name}?"} for name in PURPOSES},
        },
    } | changes


def question(code: str, type: str, **own: Any) -> dict[str, Any]:
    """A question as JSON, in English."""
    return {"code": code, "type": type, "text": {"en": f"Question {code}?"}, **own}


def options(*names: str) -> list[dict[str, Any]]:
    """Options, corners, stones or levels as JSON, in English."""
    return [{"code": name, "text": {"en": name.capitalize()}} for name in names]
