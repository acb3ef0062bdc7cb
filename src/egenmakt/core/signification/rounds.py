"""A round of collecting: how many stories are wanted from whom, how many are there, and who is missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from egenmakt.core.signification.answers import Answer
from egenmakt.core.signification.problems import Problem, problem
from egenmakt.core.signification.washington_group import DOMAINS, PREFIX, washington_group_status

QUOTAS_BY: Final = ("sex", "age_band", "disability", "role", "group")
TOTAL: Final = 70


class InvalidTarget(ValueError):
    """The quotas cannot all be met; every problem is listed."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(each) for each in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Quota:
    """At least so many stories from tellers of one kind, such as 35 women."""

    by: str
    value: str
    target: int


@dataclass(frozen=True, slots=True)
class RoundTarget:
    """How many stories a round is to collect, and how many of them at least from whom.

    Quotas of one kind (women, men) exclude each other and may be added; quotas of different kinds (women, young)
    overlap and never are.
    """

    total: int = TOTAL
    quotas: tuple[Quota, ...] = ()

    def __post_init__(self) -> None:
        problems = []
        if self.total < 1:
            problems.append(problem("out_of_range", "/total", given=self.total, least=1, most="∞"))
        seen: set[tuple[str, str]] = set()
        for index, quota in enumerate(self.quotas):
            where = f"/quotas/{index}"
            if quota.by not in QUOTAS_BY:
                problems.append(problem("unknown_quota", where, given=quota.by, known=", ".join(QUOTAS_BY)))
            if not 1 <= quota.target <= max(self.total, 1):
                problems.append(problem("out_of_range", where, given=quota.target, least=1, most=self.total))
            if (quota.by, quota.value) in seen:
                problems.append(problem("twice", where, given=quota.value))
            seen.add((quota.by, quota.value))
        for by in QUOTAS_BY:
            wanted = sum(quota.target for quota in self.quotas if quota.by == by)
            if wanted > self.total:
                problems.append(problem("quota_above_total", "/quotas", by=by, sum=wanted, total=self.total))
        if problems:
            raise InvalidTarget(problems)


@dataclass(frozen=True, slots=True)
class Told:
    """One story of the round, as far as quotas look at it: what is known of its teller."""

    facts: Mapping[str, str | None]
    """By sex, age_band, disability, role and group; None, or nothing, where it is not known."""
    is_counted: bool = True
    """Whether it counts; what was told to try the form out does not."""


@dataclass(frozen=True, slots=True)
class Cell:
    """How far one quota has come."""

    quota: Quota
    collected: int

    @property
    def missing(self) -> int:
        """How many stories are still wanted; never below zero."""
        return max(0, self.quota.target - self.collected)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a round has come."""

    target: int
    collected: int
    cells: tuple[Cell, ...]
    unknown: Mapping[str, int]
    """For each kind of quota, of how many stories it is not known: they may already fill a gap."""

    @property
    def missing(self) -> int:
        """How many stories are still wanted in all, whoever tells them; never below zero."""
        return max(0, self.target - self.collected)

    @property
    def gaps(self) -> tuple[Cell, ...]:
        """Who is missing: the quotas that are not met, the largest gap first."""
        return tuple(sorted((cell for cell in self.cells if cell.missing), key=lambda cell: -cell.missing))

    @property
    def still_needed(self) -> int:
        """With how many more stories the round can be complete, at the least.

        One story may count for several kinds of quota at once, so the kinds are not added: the largest one decides.
        """
        by_kind = Counter[str]()
        for cell in self.cells:
            by_kind[cell.quota.by] += cell.missing
        return max([self.missing, *by_kind.values()])

    @property
    def is_complete(self) -> bool:
        """Whether the target and every quota are met."""
        return self.still_needed == 0


def progress(target: RoundTarget, told: Iterable[Told]) -> Progress:
    """How far a round has come: collected and missing, in all and for each quota."""
    counted = [story for story in told if story.is_counted]
    kinds = dict.fromkeys(quota.by for quota in target.quotas)
    return Progress(
        target=target.total,
        collected=len(counted),
        cells=tuple(
            Cell(quota, sum(story.facts.get(quota.by) == quota.value for story in counted)) for quota in target.quotas
        ),
        unknown={by: sum(story.facts.get(by) is None for story in counted) for by in kinds},
    )


def facts_of(answers: Mapping[str, Answer], *, role: str, group: str | None) -> dict[str, str | None]:
    """What quotas look at, from the profile of a teller: questions called sex, age_band and wg_… as shipped.

    Of a later story by the same teller, hand in the answers of the story in which the profile was asked.
    """

    def chosen(code: str) -> str | None:
        answer = answers.get(code)
        return answer.chosen[0] if answer and answer.chosen else None

    disability = washington_group_status({domain: chosen(f"{PREFIX}{domain}") for domain in DOMAINS})
    return {
        "sex": chosen("sex"),
        "age_band": chosen("age_band"),
        "disability": None if disability == "unknown" else disability,
        "role": role,
        "group": group,
    }
