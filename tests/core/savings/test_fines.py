"""Fines: which the roll call proposes, and what the table of them says."""

import pytest

from egenmakt.core.savings.fines import ATTENDANCE, FineLine, FineTable, NotAFineTable, ProposedFine, proposed_fines

TABLE = FineTable((FineLine("late", 20, "late"), FineLine("absent", 50, "absent"), FineLine("rule forgotten", 10)))


def test_fines_are_proposed_from_the_roll_call():
    roll = dict(zip(["Amina", "Beatrice", "Chipo", "Dalia", "Esi"], ATTENDANCE, strict=True))

    assert proposed_fines(TABLE, roll) == [ProposedFine("Beatrice", "late", 20), ProposedFine("Esi", "absent", 50)]


def test_a_mark_that_is_not_at_the_roll_call_is_refused():
    with pytest.raises(ValueError, match="The attendance of Amina is 'asleep'; choose one of: present, late"):
        proposed_fines(TABLE, {"Amina": "asleep"})


def test_a_fine_table_names_each_fine_once_and_gives_it_an_amount():
    assert TABLE.amount_minor("rule forgotten") == 10
    with pytest.raises(NotAFineTable, match="no fine called singing"):
        TABLE.amount_minor("singing")
    with pytest.raises(NotAFineTable, match="late stands in the table 2 times"):
        FineTable((FineLine("late", 20), FineLine("late", 30)))
    for wrong in (("late", 0, None), (" ", 5, None), ("late", 5, "asleep"), ("late", 1.5, None)):
        with pytest.raises(NotAFineTable):
            FineLine(*wrong)
