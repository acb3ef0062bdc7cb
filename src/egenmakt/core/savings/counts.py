"""Counting the box: what the book expects against what two people counted, and a reason for each difference."""

from __future__ import annotations

from dataclasses import dataclass

from egenmakt.core.savings.checks import whole_number


class DifferenceNeedsReason(ValueError):
    """The counted money is not what the book expects, and nobody has said why."""


class CountersDisagree(ValueError):
    """Two counts of the same box differ: a third person counts."""


@dataclass(frozen=True, slots=True)
class BoxCount:
    """An expected and a counted amount; a difference, however small, carries its reason."""

    expected_minor: int
    counted_minor: int
    reason: str = ""

    def __post_init__(self) -> None:
        whole_number(field="expected_minor", value=self.expected_minor)
        whole_number(field="counted_minor", value=self.counted_minor)
        if self.difference_minor and not self.reason.strip():
            raise DifferenceNeedsReason(
                f"The book expects {self.expected_minor} and {self.counted_minor} was counted: "
                f"say why it differs by {self.difference_minor}."
            )

    @property
    def difference_minor(self) -> int:
        """Counted less expected: above zero when there is too much in the box."""
        return self.counted_minor - self.expected_minor


def agree_on_count(*, counts_minor: tuple[int, ...], counters_needed: int = 2) -> int:
    """The amount that enough people counted alike, each by herself.

    Args: the counts, in the order they were made. Raises: CountersDisagree, saying what to do next.
    """
    for count in counts_minor:
        whole_number(field="counts_minor", value=count)
    for count in counts_minor:
        if counts_minor.count(count) >= counters_needed:
            return count
    listed = ", ".join(str(count) for count in counts_minor) or "none"
    raise CountersDisagree(f"{counters_needed} equal counts are needed; so far: {listed}. Let one more person count.")
