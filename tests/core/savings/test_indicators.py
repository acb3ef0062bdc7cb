"""Indicators and early warnings against values worked by hand."""

import inspect
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egenmakt.core.savings import indicators
from egenmakt.core.savings.warnings import SENTENCES, GroupSeries, LoanAhead, Thresholds, early_warnings

LAW = settings(max_examples=60, deadline=None)
ALL = [
    (name, function)
    for name, function in inspect.getmembers(indicators, inspect.isfunction)
    if not name.startswith("_") and function.__module__ == indicators.__name__
]


@pytest.mark.parametrize(
    ("name", "values", "expected"),
    [
        ("attendance", {"present": 18, "registered": 20}, Fraction(9, 10)),
        ("mean_attendance", {"meetings": [(18, 20), (10, 20), (22, 25)]}, Fraction(50, 65)),
        ("dropout", {"dropouts": 3, "members_at_start": 20, "joined": 4}, Fraction(1, 8)),
        ("retention", {"dropouts": 3, "members_at_start": 20, "joined": 4}, Fraction(7, 8)),
        ("membership_growth", {"members_now": 21, "members_at_start": 20}, Fraction(1, 20)),
        ("average_savings_minor", {"savings_minor": 4000, "members": 15}, Fraction(800, 3)),
        ("return_on_savings", {"fund_value_minor": 5000, "savings_minor": 4000}, Fraction(1, 4)),
        (
            "annualised_return_on_assets",
            {"profit_minor": 300, "mean_assets_minor": 3000, "weeks": 26},
            Fraction(1, 5),
        ),
        (
            "assets_minor",
            {
                "loan_fund_cash_minor": 500,
                "loans_outstanding_minor": 3000,
                "social_fund_minor": 200,
                "bank_minor": 100,
                "property_minor": 50,
                "external_debt_minor": 850,
            },
            3000,
        ),
        (
            "fund_utilisation",
            {"loans_outstanding_minor": 3000, "loan_fund_cash_minor": 500, "bank_minor": 500},
            Fraction(3, 4),
        ),
        ("members_with_loan", {"borrowers": 12, "members": 20}, Fraction(3, 5)),
        ("loans_per_member", {"active_loans": 25, "members": 20}, Fraction(5, 4)),
        ("mean_loan_minor", {"loans_outstanding_minor": 3000, "active_loans": 12}, 250),
        ("write_off_ratio", {"written_off_minor": 30, "mean_outstanding_minor": 3000}, Fraction(1, 100)),
        ("share_of_idle_cash", {"loan_fund_cash_minor": 1000, "loans_outstanding_minor": 3000}, Fraction(1, 4)),
        ("graduated_groups", {"independent_groups": 40, "trained_groups": 50}, Fraction(4, 5)),
        ("groups_per_officer", {"groups": 90, "officers": 4}, Fraction(45, 2)),
        ("members_per_officer", {"members": 1800, "officers": 4}, 450),
        ("cost_per_member_minor", {"cost_minor": 90000, "members": 1800}, 50),
    ],
)
def test_each_indicator_is_worked_out_by_its_formula(name, values, expected):
    assert dict(ALL)[name](**values) == expected


def test_every_indicator_states_its_formula_and_its_source():
    assert len(ALL) == 19
    for name, function in ALL:
        assert "Source:" in function.__doc__, name
        assert any(sign in function.__doc__ for sign in "/+−"), name


@pytest.mark.parametrize(("name", "function"), [item for item in ALL if item[0] != "assets_minor"])
def test_an_indicator_of_nothing_is_none_and_never_a_fault(name, function):
    empty = {parameter: [] if parameter == "meetings" else 0 for parameter in inspect.signature(function).parameters}

    assert function(**empty) is None


@LAW
@given(st.integers(0, 10**9), st.integers(0, 10**9), st.integers(0, 30), st.integers(1, 30), st.integers(0, 30))
def test_parts_and_their_rest_make_one(cash, loans, dropouts, start, joined):
    values = {"dropouts": dropouts, "members_at_start": start, "joined": joined}
    assert indicators.dropout(**values) + indicators.retention(**values) == 1
    money = {"loan_fund_cash_minor": cash, "loans_outstanding_minor": loans}
    if cash + loans:
        assert indicators.share_of_idle_cash(**money) + indicators.fund_utilisation(**money) == 1


def codes(series, **thresholds):
    return [
        (found.code, found.severity) for found in early_warnings(series=series, thresholds=Thresholds(**thresholds))
    ]


def test_a_sound_group_has_no_warning():
    series = GroupSeries(
        members=20,
        attendance=(18, 19, 20, 18, 19, 18, 20, 19),
        borrowers_this_cycle=15,
        loans_by_member_minor=(100,) * 12,
        cash_minor=(200, 150, 100, 120),
        loans_minor=(1000, 1100, 1200, 1200),
        fines_charged_minor=100,
        fines_unpaid_minor=10,
        counts_minor=((513, 513), (628, 627), (511, 511), (720, 720)),
        loans_ahead=(LoanAhead("loan", 100, date(2026, 11, 1), (30, 30)),),
        meetings_left=5,
        cycle_ends_on=date(2026, 12, 1),
    )

    assert early_warnings(series=series) == []


def test_nothing_is_known_of_a_group_without_history():
    assert early_warnings(series=GroupSeries(members=0)) == []


@pytest.mark.parametrize(
    ("series", "expected"),
    [
        (
            GroupSeries(10, attendance=(9,) * 4 + (8,) * 4, borrowers_this_cycle=9),
            [("falling_attendance", "warning")],
        ),
        (
            GroupSeries(10, attendance=(9,) * 4 + (6,) * 4, borrowers_this_cycle=9),
            [("falling_attendance", "alarm")],
        ),
        (GroupSeries(10, attendance=(9, 9, 9, 9, 9, 8, 8, 8), borrowers_this_cycle=9), []),
        (GroupSeries(10, attendance=(9,) * 7, borrowers_this_cycle=4), [("few_borrowers", "notice")]),
        (GroupSeries(10, attendance=(9,) * 7, borrowers_this_cycle=4, meetings_left=8), []),
        (GroupSeries(10, loans_by_member_minor=(500, 400, 300, 100, 100)), [("loans_among_few", "warning")]),
        (GroupSeries(10, loans_by_member_minor=(300, 300, 300, 300, 300)), []),
        (GroupSeries(10, cash_minor=(600,) * 4, loans_minor=(400,) * 4), [("idle_cash", "notice")]),
        (GroupSeries(10, cash_minor=(600, 600, 500, 600), loans_minor=(400, 400, 500, 400)), []),
        (GroupSeries(10, cash_minor=(600,) * 3, loans_minor=(400,) * 3), []),
        (GroupSeries(10, fines_charged_minor=100, fines_unpaid_minor=31), [("unpaid_fines", "notice")]),
        (GroupSeries(10, fines_charged_minor=100, fines_unpaid_minor=30), []),
        (GroupSeries(10, counts_minor=((517, 517),) * 12), [("counts_always_equal", "notice")]),
        (GroupSeries(10, counts_minor=((517, 517),) * 11), []),
        (GroupSeries(10, counts_minor=((1, 2),) * 2 + ((5, 5),) * 3), []),
        (GroupSeries(10, counts_minor=((1, 2),) * 3 + ((5, 5),) * 3), [("repeated_differences", "alarm")]),
    ],
)
def test_each_bad_history_is_flagged_and_its_harmless_neighbour_is_not(series, expected):
    assert codes(series) == expected


def test_round_counts_are_flagged_only_where_the_book_is_not_round():
    rounded = GroupSeries(10, counts_minor=((5170, 5000),) * 8)
    honest = GroupSeries(10, counts_minor=((5000, 5000),) * 8)

    assert ("counts_too_round", "warning") in codes(rounded)
    assert codes(honest) == []


def test_a_loan_that_cannot_be_repaid_before_the_cycle_ends_is_flagged_weeks_before():
    ends = date(2026, 12, 1)

    def with_loan(loan):
        return codes(GroupSeries(10, loans_ahead=(loan,), meetings_left=4, cycle_ends_on=ends))

    assert with_loan(LoanAhead("a", 100, date(2026, 12, 2))) == [("loan_beyond_cycle", "alarm")]
    assert with_loan(LoanAhead("a", 100, ends)) == []
    assert with_loan(LoanAhead("a", 100, ends, (20, 28))) == [("loan_too_slow", "warning")]
    assert with_loan(LoanAhead("a", 96, ends, (20, 28))) == []
    assert with_loan(LoanAhead("a", 0, date(2027, 1, 1))) == []


def test_alarms_come_first_and_every_sentence_is_filled():
    series = GroupSeries(
        members=10,
        attendance=(10, 10, 10, 10, 5, 5, 5, 5),
        loans_by_member_minor=(900, 50, 50),
        cash_minor=(900,) * 4,
        loans_minor=(100,) * 4,
        fines_charged_minor=10,
        fines_unpaid_minor=10,
        counts_minor=((5170, 5000),) * 12,
        loans_ahead=(LoanAhead("loan 7", 100, date(2027, 1, 1)), LoanAhead("loan 8", 100, date(2026, 11, 1), (1,))),
        meetings_left=2,
        cycle_ends_on=date(2026, 12, 1),
    )

    found = early_warnings(series=series)

    severities = [warning.severity for warning in found]
    assert severities == sorted(severities, key=["alarm", "warning", "notice"].index)
    assert {warning.code for warning in found} == set(SENTENCES) - {"counts_always_equal"}
    assert found[0].sentence == "Attendance fell from 100 to 50 percent (4 meetings)."
    assert all("%" not in warning.sentence for warning in found)


def test_thresholds_are_data_and_check_themselves():
    assert codes(GroupSeries(10, fines_charged_minor=100, fines_unpaid_minor=31), unpaid_fines_percent=40) == []
    with pytest.raises(ValueError, match="idle_meetings is 0"):
        Thresholds(idle_meetings=0)
