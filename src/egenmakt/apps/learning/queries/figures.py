"""How many people of a round told what, group by group: protected together, so that no page gives another away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from egenmakt.apps.learning.limits import LEAST
from egenmakt.apps.stories.frameworks import framework_of
from egenmakt.apps.stories.models import Round, Story
from egenmakt.core.disclosure import CountTable, Suppressed, protect
from egenmakt.core.signification.question import Question

ELSEWHERE: Final = "-"
"""Tellers who named no group."""
GROUP: Final = "group"


@dataclass(frozen=True, slots=True)
class Counted:
    """How many people told, and how many chose each option; None where it is not shown."""

    people: int | None
    options: Mapping[str, int | None]

    def as_json(self) -> dict[str, Any]:
        return {"people": self.people, "options": dict(self.options)}


@dataclass(frozen=True, slots=True)
class RoundFigures:
    """What may be shown of a round as a whole and of each group; `true_*` are for comparing, never for showing."""

    question: str
    k: int
    whole: Counted
    groups: Mapping[str, Counted]
    true_whole: Counted
    true_groups: Mapping[str, Counted]

    def shown(self, node_id: UUID, round: Round) -> Counted:
        """What a page for a body may show."""
        return self.whole if node_id == round.node_id else self.groups.get(str(node_id), Counted(None, {}))

    def true(self, node_id: UUID, round: Round) -> Counted:
        """What was counted for a body. Not for showing."""
        return self.true_whole if node_id == round.node_id else self.true_groups.get(str(node_id), Counted(0, {}))


def counted_question(round: Round) -> Question | None:
    """The question whose answers go back: the type of change, or the first single choice about the story."""
    questions = framework_of(version=round.framework_version).about("story")
    for kind in ("change_type", "single"):
        for question in questions:
            if question.type == kind:
                return question
    return None


def figures_of(*, round: Round, k: int = LEAST) -> RoundFigures:
    """Count the people of a round, not the stories: who told three is one. One query."""
    question = counted_question(round)
    options = question.option_codes if question else ()
    group_of: dict[UUID, str] = {}
    chosen: dict[UUID, set[str]] = {}
    rows = (
        Story.objects.filter(round=round, mode=Story.Mode.REAL, may_learn=True, is_flagged=False)
        .exclude(state=Story.State.SET_ASIDE)
        .order_by("received_at", "id")
        .values_list("teller_key", "group_id", "answers")
    )
    for teller, group, answers in rows.iterator():
        # who told in two groups is counted in the first: a person is in one place of a table
        if group or teller not in group_of:
            known = group_of.get(teller, ELSEWHERE)
            group_of[teller] = known if known != ELSEWHERE or not group else str(group)
        value = answers.get(question.code, {}).get("value", ()) if question else ()
        chosen.setdefault(teller, set()).update([value] if isinstance(value, str) else value)
    groups = sorted(set(group_of.values()))
    if not groups:
        nothing = Counted(0, dict.fromkeys(options, 0))
        return RoundFigures(question.code if question else "", k, Counted(None, {}), {}, nothing, {})
    tables = [_table(GROUP, groups, group_of.values())]
    for option in options:
        counts: Counter[tuple[str, ...]] = Counter(
            (group, "yes" if option in chosen[teller] else "no") for teller, group in group_of.items()
        )
        dimensions = ((GROUP, tuple(groups)), (f"option {option}", ("yes", "no")))
        tables.append(CountTable(name=option, dimensions=dimensions, counts=counts))
    safe = protect(tables, k=k)

    def shown(group: str | None) -> Counted:
        people = _number(safe[GROUP].at(group))
        if people is None or people < k:
            return Counted(None, {})
        return Counted(people, {each: _number(safe[each].at(group, "yes")) for each in options})

    def true(group: str | None) -> Counted:
        return Counted(tables[0].numbers[(group,)], {each.name: each.numbers[group, "yes"] for each in tables[1:]})

    real = [group for group in groups if group != ELSEWHERE]
    return RoundFigures(
        question=question.code if question else "",
        k=k,
        whole=shown(None),
        groups={group: shown(group) for group in real},
        true_whole=true(None),
        true_groups={group: true(group) for group in real},
    )


def _table(name: str, groups: Iterable[str], members: Iterable[str]) -> CountTable:
    counts: dict[tuple[str, ...], int] = {(group,): number for group, number in Counter(members).items()}
    return CountTable(name=name, dimensions=((name, tuple(groups)),), counts=counts)


def _number(cell: int | Suppressed) -> int | None:
    return None if isinstance(cell, Suppressed) else cell


def differs_by_few(now: Counted, before: Counted, k: int) -> bool:
    """Whether what changed between two counts is about fewer than k people: then both together would give them away."""
    pairs = [(now.people, before.people)]
    pairs += [(now.options.get(each), before.options.get(each)) for each in {*now.options, *before.options}]
    return any(0 < abs((one or 0) - (other or 0)) < k for one, other in pairs)
