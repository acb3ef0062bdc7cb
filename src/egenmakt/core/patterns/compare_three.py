"""Three questions compared: does a scale differ by two choices together, or two scales go together by group?"""

from __future__ import annotations

from egenmakt.core.patterns.comparison import Comparison
from egenmakt.core.patterns.design import design_of
from egenmakt.core.patterns.effects import Effect
from egenmakt.core.patterns.scores import Feature
from egenmakt.core.patterns.search import features_of, own_values
from egenmakt.core.patterns.table import ChoiceColumn, NotATable, ScaleColumn, StoryTable, states_of
from egenmakt.core.patterns.threes import cell_keys, interaction, interaction_with_units
from egenmakt.core.patterns.voices import heard


def compare_three(
    *, table: StoryTable, first: str, second: str, scale: str, voice: str | None = None, least: int = 20
) -> Comparison:
    """Whether two choices do something to a scale together that neither does alone: the F test of their interaction.

    Args: two questions of one choice and a scale; a voice or TOGETHER; the least stories of an option. Additive
    within facilitators; tellers are units. The size is partial eta squared. Raises: NotATable.
    """
    some = heard(table=table, voice=voice)
    columns = {code: some.column(code) for code in (first, second, scale)}
    y = columns[scale]
    if not isinstance(y, ScaleColumn) or not all(isinstance(columns[code], ChoiceColumn) for code in (first, second)):
        raise NotATable("Three are compared as choice, choice and scale.")
    a, b = (_only(features_of(code=code, column=columns[code])) for code in (first, second))
    own = own_values(code=scale, column=y)
    design = design_of(table=some)
    many = int(design.blocks.max(initial=-1)) + 1
    keys = cell_keys(a=a, b=b, blocks=design.blocks)
    found = interaction(a=a, b=b, y=own, keys=keys, many=many, least=least)
    missing = {
        code: {state: n for state, n in states_of(column).items() if state != "answered"}
        for code, column in columns.items()
    }
    questions = (first, second, scale)
    if found is None:
        return Comparison(questions, "interaction", 0, missing, float("nan"), 0, 1.0, 0, None, notes=("too_few",))
    p = found.p
    if design.clustered:
        p = interaction_with_units(found=found, a=a, b=b, y=own, design=design, least=least)
    effect = Effect("partial_eta_squared", found.effect, float("nan"), float("nan"))
    return Comparison(questions, "interaction", found.n, missing, found.statistic, found.degrees, p, 0, effect)


def _only(features: list[Feature]) -> Feature:
    return features[0]
