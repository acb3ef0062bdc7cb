"""Telling a story, page by page: what is asked on each, what is wrong with it, and the document that comes of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from django.utils.translation import gettext as _

from egenmakt.core.signification.story import LEVELS, TEXT_MAX, TITLE_MAX
from egenmakt.interfaces.web.stories import consenting
from egenmakt.interfaces.web.stories.asking import (
    FILES,
    Asked,
    Mistake,
    is_shown,
    minutes_left,
    names_of,
    pages_of,
    read_answers,
)
from egenmakt.interfaces.web.stories.controls.base import Question, Typed, Unreadable, first
from egenmakt.interfaces.web.stories.controls.written import read_when
from egenmakt.interfaces.web.stories.start import Start

ROLES: Final = ("rights_holder", "partner", "staff")
STORY_FIELDS: Final = ("s.prompt", "s.text", "s.title", "s.year", "s.month", "s.level", "s.where")
BEGIN_FIELDS: Final = ("s.role", "s.group", "s.step")
MINUTES_FOR_THE_STORY: Final = 6


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the form."""

    code: str
    kind: str
    """begin, story, questions, consent, or all on one page."""
    questions: tuple[Question, ...] = ()


@dataclass(frozen=True)
class Telling:
    """A story on its way: the framework, what was decided at the beginning, and everything typed so far."""

    framework: Mapping[str, Any]
    start: Start
    language: str
    typed: Mapping[str, Sequence[str]] = field(default_factory=dict)
    is_one_page: bool = False

    @cached_property
    def questions(self) -> list[Question]:
        """The questions that may be asked: those about the teller only for the first story."""
        return [q for q in self.framework["questions"] if self.start.is_first or q.get("about", "story") == "story"]

    @cached_property
    def in_pages(self) -> list[Question]:
        """All but the files, which are asked for beside the consent, so that none is sent that may not be kept."""
        return [question for question in self.questions if question["type"] not in FILES]

    @cached_property
    def read(self) -> tuple[dict[str, dict[str, Any]], dict[str, Mistake]]:
        """The answers so far, and what is wrong with them."""
        return read_answers(self.questions, self.typed)

    @property
    def answers(self) -> dict[str, dict[str, Any]]:
        return self.read[0]

    @cached_property
    def file_questions(self) -> list[Question]:
        """The voices and pictures that are asked for after these answers."""
        return [q for q in self.questions if q["type"] in FILES and is_shown(q, self.answers)]

    @cached_property
    def pages(self) -> list[Page]:
        """The pages in their order; one whose questions are all skipped by the logic is not among them."""
        if self.is_one_page:
            return [Page("all", "all", tuple(self.in_pages))]
        found = [] if self.start.role and self.start.by == "self" else [Page("begin", "begin")]
        found.append(Page("story", "story"))
        for number, questions in enumerate(pages_of(self.in_pages), start=1):
            shown = tuple(question for question in questions if is_shown(question, self.answers))
            if shown:
                found.append(Page(f"q{number}", "questions", shown))
        return [*found, Page("consent", "consent", tuple(self.file_questions))]

    def page(self, code: str) -> Page:
        """A page by its code, or the first one."""
        return next((page for page in self.pages if page.code == code), self.pages[0])

    def place(self, page: Page) -> int:
        """Which page it is, from 1."""
        return self.pages.index(page) + 1

    def minutes_left(self, page: Page) -> int:
        """About how long the rest takes."""
        left = self.pages[self.place(page) - 1 :]
        story = MINUTES_FOR_THE_STORY if any(each.kind in ("story", "all") for each in left) else 0
        return story + minutes_left([question for each in left for question in each.questions])

    def fields(self, page: Page) -> list[str]:
        """The names of everything that can be typed on a page."""
        names: list[str] = []
        if page.kind in ("begin", "all"):
            names += BEGIN_FIELDS
        if page.kind in ("story", "all"):
            names += STORY_FIELDS
        if page.kind in ("consent", "all"):
            names += consenting.FIELDS
        return [*names, *(name for question in page.questions for name in names_of(question))]

    def known_fields(self) -> set[str]:
        """Everything that can be typed anywhere in the form; nothing else travels with it."""
        names = {*BEGIN_FIELDS, *STORY_FIELDS, *consenting.FIELDS}
        return names | {name for question in self.questions for name in names_of(question)}

    def asked(self, page: Page, mistakes: Mapping[str, Mistake]) -> list[Asked]:
        """The questions of a page as they are shown."""
        return [Asked(question, self.typed, mistakes.get(question["code"])) for question in page.questions]

    def mistakes(self, page: Page) -> dict[str, Mistake]:
        """What is wrong on a page, by question or by field."""
        found: dict[str, Mistake] = {}
        if page.kind in ("begin", "all"):
            found |= self._begin_mistakes()
        if page.kind in ("story", "all"):
            found |= self._story_mistakes()
        codes = {question["code"] for question in page.questions}
        found |= {code: mistake for code, mistake in self.read[1].items() if code in codes}
        if page.kind in ("consent", "all"):
            found |= consenting.mistakes(self)
        return found

    def _begin_mistakes(self) -> dict[str, Mistake]:
        if self.role in ROLES:
            return {}
        return {"s.role": Mistake(_("Say who is telling: the three are never mixed."), "s.role")}

    def _story_mistakes(self) -> dict[str, Mistake]:
        found = {}
        text, title = first(self.typed, "s.text"), first(self.typed, "s.title")
        may_speak = any(question["type"] == "audio" for question in self.questions)
        if not text and not may_speak:
            found["s.text"] = Mistake(_("The story is missing. Some sentences are enough."), "s.text")
        if len(text) > TEXT_MAX:
            room = {"length": len(text), "most": TEXT_MAX}
            sentence = _("The story has %(length)s letters; there is room for %(most)s. Make it shorter.")
            found["s.text"] = Mistake(sentence % room, "s.text")
        if len(title) > TITLE_MAX:
            found["s.title"] = Mistake(_("The title is too long; a few words are enough."), "s.title")
        prompts = [prompt["code"] for prompt in self.framework["prompts"]]
        if len(prompts) > 1 and first(self.typed, "s.prompt") not in prompts:
            found["s.prompt"] = Mistake(_("Choose what the story is about."), "s.prompt")
        try:
            self._when()
        except Unreadable as problem:
            found["s.year"] = Mistake(str(problem), problem.field)
        return found

    @property
    def role(self) -> str:
        """Whose voice it is."""
        return self.start.role or first(self.typed, "s.role")

    @property
    def names_step(self) -> bool:
        """Whether the teller lets the step of her group stand with the story."""
        return bool(first(self.typed, "s.group")) and first(self.typed, "s.step") == "yes"

    def _when(self) -> str | None:
        year, month = first(self.typed, "s.year"), first(self.typed, "s.month")
        fields = {"s.year": year, "s.month": month} if month else {"s.year": year}
        return read_when(fields)

    def document(self, *, files: Sequence[Mapping[str, Any]] = (), asker: str = "", step: str = "") -> dict[str, Any]:
        """The story's document, as contract 2 has it.

        Args: files, what is attached, each as the document lists it, with the code of its question as `question`;
        asker, the id of whoever asked for the consent, "" when the teller read it alone; step, the one that the named
        group had reached, which stands in the document if the teller wants it to.
        """
        prompts = [prompt["code"] for prompt in self.framework["prompts"]]
        where = first(self.typed, "s.where")
        level = first(self.typed, "s.level")
        answers = dict(self.answers)
        for question in self.file_questions:
            attached = next((file for file in files if file["question"] == question["code"]), None)
            answers[question["code"]] = {"value": attached["id"]} if attached else {"state": "skipped"}
        start = self.start
        return {
            "schema": "egenmakt.story.1",
            "id": start.story,
            "framework": self.framework["id"],
            "framework_version": self.framework["version"],
            "round": start.round,
            "mode": start.mode,
            "teller": {"key": start.teller, "role": self.role},
            "collected": {
                "by": start.by,
                "facilitator": start.facilitator or None,
                "started_at": start.started_at or None,
                "finished_at": start.finished_at or None,
            },
            "language": self.language,
            "prompt": first(self.typed, "s.prompt") if len(prompts) > 1 else prompts[0],
            "title": first(self.typed, "s.title"),
            "text": first(self.typed, "s.text").replace("\r\n", "\n"),
            "when": self._when(),
            "where": {"level": level if level in LEVELS else LEVELS[-1], "name": where} if where else None,
            "group": first(self.typed, "s.group") or None,
            "step": (step or None) if self.names_step else None,
            "answers": answers,
            "consent": consenting.consent_of(self, files=files, asker=asker),
            "withdrawal": consenting.slip_hash(start.code),
            "attachments": [{name: value for name, value in file.items() if name != "question"} for file in files],
        }


def read_kept(text: str, *, known: set[str]) -> dict[str, list[str]]:
    """What travelled in the page, as it was typed on the other pages. Anything strange in it is left out."""
    # how long it may be is Django's own limit for what is sent (2.5 MB): nothing is dropped in silence here
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {
        name: [value for value in values if isinstance(value, str)]
        for name, values in found.items()
        if name in known and isinstance(values, list)
    }


def merged(kept: Typed, posted: Mapping[str, Sequence[str]], *, fields: Sequence[str]) -> dict[str, list[str]]:
    """What was typed before, with this page's fields as they are now: an empty one is empty again."""
    own = set(fields)
    rest = {name: list(values) for name, values in kept.items() if name not in own}
    return rest | {name: list(posted[name]) for name in fields if posted.get(name)}


def kept_text(typed: Typed, *, without: Sequence[str]) -> str:
    """What travels on: everything but the fields that stand on the page themselves."""
    own = set(without)
    return json.dumps({n: list(v) for n, v in typed.items() if n not in own and any(v)}, ensure_ascii=False)
