"""What changed from one version of a framework to the next, and whether the next may follow it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from egenmakt.core.signification.framework import ConsentTexts, Framework, framework_json
from egenmakt.core.signification.framework_texts import texts_of
from egenmakt.core.signification.problems import Problem, problem
from egenmakt.core.signification.question import Question
from egenmakt.core.words import _

Kind = Literal[
    "question_added",
    "question_removed",
    "question_renamed",
    "question_moved",
    "type_changed",
    "rules_changed",
    "option_added",
    "option_removed",
    "option_renamed",
    "prompt_added",
    "prompt_removed",
    "text_changed",
    "language_added",
    "language_removed",
    "consent_changed",
]

SENTENCES: Final[dict[Kind, str]] = {
    "question_added": _("The question %(new)s is new."),
    "question_removed": _("The question %(old)s is gone. Its answers are kept."),
    "question_renamed": _("The question %(old)s is now called %(new)s. Its answers go on as one series."),
    "question_moved": _("The questions stand in another order."),
    "type_changed": _("The question %(new)s is answered in another way. Its answers begin a new series."),
    "rules_changed": _("The question %(new)s has other rules: %(fields)s."),
    "option_added": _("The option %(new)s is new."),
    "option_removed": _("The option %(old)s is gone. The answers that chose it are kept."),
    "option_renamed": _("The option %(old)s is now called %(new)s."),
    "prompt_added": _("The prompt %(new)s is new."),
    "prompt_removed": _("The prompt %(old)s is gone. The stories told to it are kept."),
    "text_changed": _("The text at %(new)s was changed in: %(fields)s."),
    "language_added": _("The language %(new)s is new."),
    "language_removed": _("The language %(old)s is gone."),
    "consent_changed": _("The consent is now version %(new)s. Earlier consents stay what they were."),
}

BREAKS: Final = ("question_removed", "type_changed", "option_removed")
"""After these, answers of the old version have no counterpart in the new one."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One change: its kind, and the codes before and after (`question`, `question/option` or the place of a text)."""

    kind: Kind
    old: str = ""
    new: str = ""
    fields: str = ""

    @property
    def breaks_series(self) -> bool:
        """Whether answers of the old version have no counterpart in the new one."""
        return self.kind in BREAKS

    def __str__(self) -> str:
        return SENTENCES[self.kind] % {"old": self.old, "new": self.new, "fields": self.fields}


def marks_of(question: Question) -> dict[str, str]:
    """Everything in a question that answers name by code: options, corners, stones, levels; with the field's name."""
    return {mark.code: name for name in ("options", "corners", "stones", "levels") for mark in question.marks(name)}


def differences(old: Framework, new: Framework) -> tuple[Difference, ...]:
    """Every change from one version to another, questions first; nothing when both say the same.

    A code that is gone and stands in the mapping of the new version was renamed, otherwise it was removed.
    """
    return (
        *_questions(old, new),
        *_options(old, new),
        *_prompts(old, new),
        *_texts(old, new),
        *(Difference("language_added", new=each) for each in new.languages if each not in old.languages),
        *(Difference("language_removed", old=each) for each in old.languages if each not in new.languages),
        *(
            (Difference("consent_changed", old=old.consent.version, new=new.consent.version),)
            if old.consent.version != new.consent.version
            else ()
        ),
    )


def counterpart(code: str, new: Framework) -> str:
    """What a question of an older version is called in a newer one; nothing when it is gone."""
    called = new.mapping.get(code, code)
    return called if any(question.code == called for question in new.questions) else ""


def _pairs(old: Framework, new: Framework) -> Iterator[tuple[Question, Question]]:
    for question in old.questions:
        called = counterpart(question.code, new)
        if called:
            yield question, new.question(called)


def _questions(old: Framework, new: Framework) -> Iterator[Difference]:
    pairs = list(_pairs(old, new))
    continued = {after.code for _before, after in pairs}
    for question in old.questions:
        called = counterpart(question.code, new)
        if not called:
            yield Difference("question_removed", old=question.code)
        elif called != question.code:
            yield Difference("question_renamed", old=question.code, new=called)
    yield from (Difference("question_added", new=each.code) for each in new.questions if each.code not in continued)
    order = [question.code for question in new.questions if question.code in continued]
    if order != [after.code for _before, after in pairs]:
        yield Difference("question_moved")
    for before, after in pairs:
        if before.type != after.type:
            yield Difference("type_changed", old=before.code, new=after.code)
        elif fields := _changed_rules(before, after):
            yield Difference("rules_changed", old=before.code, new=after.code, fields=", ".join(fields))


def _changed_rules(before: Question, after: Question) -> list[str]:
    common = ("about", "required", "may_not_apply", "show_if")
    changed = [name for name in common if getattr(before, name) != getattr(after, name)]
    # words are compared with the texts, marks with the options
    own = [name for name, value in after.own.items() if isinstance(value, int | str)]
    return changed + [name for name in own if before.own[name] != after.own[name]]


def _options(old: Framework, new: Framework) -> Iterator[Difference]:
    for before, after in _pairs(old, new):
        if before.type != after.type:
            continue
        known, continued = marks_of(after), set()
        for code in marks_of(before):
            place = f"{before.code}/{code}"
            called = new.mapping.get(place, f"{after.code}/{code}")
            question, _slash, option = called.partition("/")
            if question != after.code or option not in known:
                yield Difference("option_removed", old=place)
                continue
            continued.add(option)
            if option != code:
                yield Difference("option_renamed", old=place, new=called)
        yield from (Difference("option_added", new=f"{after.code}/{code}") for code in known if code not in continued)


def _prompts(old: Framework, new: Framework) -> Iterator[Difference]:
    before, after = [prompt.code for prompt in old.prompts], [prompt.code for prompt in new.prompts]
    yield from (Difference("prompt_added", new=code) for code in after if code not in before)
    yield from (Difference("prompt_removed", old=code) for code in before if code not in after)


def _texts(old: Framework, new: Framework) -> Iterator[Difference]:
    before = {place_now(place, new): texts for place, texts in texts_of(old)}
    for place, texts in texts_of(new):
        if place not in before:
            continue
        languages = [
            language
            for language in new.languages
            if language in old.languages and before[place].get(language) != texts.get(language)
        ]
        if languages:
            yield Difference("text_changed", old=place, new=place, fields=", ".join(languages))


def place_now(place: str, new: Framework) -> str:
    """Where a text of an older version stands now, if its question or option was renamed."""
    parts = place.split("/")
    if parts[0] != "questions":
        return place
    code = parts[1]
    if len(parts) == 4 and (called := new.mapping.get(f"{code}/{parts[3]}")):
        parts[3] = called.partition("/")[2]
    parts[1] = new.mapping.get(code, code)
    return "/".join(parts)


def successor_problems(old: Framework, new: Framework, *, used: bool) -> list[Problem]:
    """Why a framework may not replace the one before it.

    A version that was used is frozen: only the next version may follow. What is gone in it is no reason to refuse it,
    since the answers are kept; `unmapped` names it, for those who make the new version to look at.
    """
    if new.id != old.id:
        return [problem("other_framework_follows", "/id", given=new.id, expected=old.id)]
    if framework_json(new) == framework_json(old):
        return []
    changes = differences(old, new)
    if new.version == old.version:
        change = str(changes[0]) if changes else "/"
        frozen = problem("frozen", "/version", version=old.version, change=change, next=old.version + 1)
        return [frozen] if used else []
    if new.version != old.version + 1:
        last, following = old.version, old.version + 1
        return [problem("version_not_next", "/version", given=new.version, last=last, next=following)]
    if old.consent.version == new.consent.version and _says_otherwise(old.consent, new.consent):
        # a consent names the version of the text that it was given to
        return [problem("consent_not_new", "/consent/version", version=new.consent.version)]
    return []


def _says_otherwise(old: ConsentTexts, new: ConsentTexts) -> bool:
    """Whether a teller would be asked something else; a translation that is new asks the same."""
    if set(old.purposes) != set(new.purposes):
        return True
    pairs = [(old.intro, new.intro), *((old.purposes[name], new.purposes[name]) for name in old.purposes)]
    return any(before[language] != after[language] for before, after in pairs for language in before.keys() & after)


def unmapped(old: Framework, new: Framework) -> list[Problem]:
    """What is gone in the new version without being mapped: each a question to whoever made it."""
    gone = [each.old for each in differences(old, new) if each.kind in ("question_removed", "option_removed")]
    return [problem("removed_not_mapped", "/mapping", given=code) for code in gone]
