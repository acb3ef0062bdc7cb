"""Mark cards: every hole and overlap is found, and the two that ship grade every group exactly once."""

import copy
import json
from fractions import Fraction
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from egenmakt.core.savings.grading import CARDS, OutsideMeasure, grade, read_card, shipped_card
from egenmakt.core.savings.grading_card import InvalidGradingCard
from egenmakt.core.savings.intervals import Interval, coverage, number_words

LAW = settings(max_examples=60, deadline=None)
SCHEMA = json.loads((Path(__file__).parents[3] / "spec" / "grading-card.schema.json").read_text("utf-8"))
PERCENT = {"words": "percent", "from": 0, "to": 100, "to_included": True}
GRADES = [{"grade": "yes", "from": 1, "to": 10, "to_included": True}, {"grade": "no", "from": 0, "to": 1}]


def card_with(measure, bands, **changes):
    return {
        "id": "test",
        "name": "Test",
        "source": "made for this test",
        "measures": {"m": measure},
        "criteria": [{"name": "One", "measure": "m", "bands": bands}],
        "grades": GRADES,
        **changes,
    }


def problems_of(document):
    with pytest.raises(InvalidGradingCard) as refused:
        read_card(document)
    return refused.value.problems


ANNEX_2 = {
    "id": "annex_2",
    "name": "Grading of SHGs as it was published",
    "source": "Annx02 Grading SHG (scribd.com/document/257740986, vdocuments.mx/annx02-grading-shg.html)",
    "measures": {
        "size": {"words": "Members", "from": 0, "to": None, "whole": True},
        "attendance": {"words": "Attendance, percent", "from": 0, "to": 100, "to_included": True},
        "deciding": {"words": "Members who take part in decisions, percent", "from": 0, "to": 100, "to_included": True},
        "duties": {"words": "Members who take responsibility, percent", "from": 0, "to": 100, "to_included": True},
    },
    "criteria": [
        {
            "name": "Size",
            "measure": "size",
            "bands": [
                {"from": 10, "to": 15, "to_included": True, "marks": 3},
                {"from": 15, "from_excluded": True, "to": None, "marks": 2},
                {"from": 0, "to": 6, "marks": 1},
            ],
        },
        {
            "name": "Attendance",
            "measure": "attendance",
            "bands": [
                {"from": 90, "to": 100, "to_included": True, "marks": 3},
                {"from": 60, "to": 89, "to_included": True, "marks": 2},
                {"from": 0, "to": 60, "marks": 1},
            ],
        },
        {
            "name": "Decisions",
            "measure": "deciding",
            "bands": [
                {"from": 80, "from_excluded": True, "to": 100, "to_included": True, "marks": 3},
                {"from": 41, "to": 79, "to_included": True, "marks": 2},
                {"from": 0, "to": 40, "marks": 1},
            ],
        },
        {
            "name": "Duties",
            "measure": "duties",
            "bands": [
                {"from": 80, "from_excluded": True, "to": 100, "to_included": True, "marks": 3},
                {"from": 14, "to": 79, "to_included": True, "marks": 2},
                {"from": 0, "to": 40, "marks": 1},
            ],
        },
    ],
    "grades": [{"grade": "A", "from": 10, "to": None}, {"grade": "B", "from": 0, "to": 10}],
}


def test_the_published_annex_2_is_refused_naming_every_hole_and_its_overlap():
    assert problems_of(ANNEX_2) == (
        "Size: nothing is said for from 6 and up to 9.",
        "Attendance: nothing is said for above 89 and below 90.",
        "Decisions: nothing is said for from 40 and below 41.",
        "Decisions: nothing is said for above 79 and up to 80.",
        "Duties: nothing is said for above 79 and up to 80.",
        "Duties: from 14 and below 40 has two results, 2 marks and 1 marks.",
    )


def test_among_whole_numbers_89_and_90_leave_nothing_out():
    card = copy.deepcopy(ANNEX_2)
    card["criteria"] = [card["criteria"][1]]
    card["measures"]["attendance"]["whole"] = True
    card["grades"] = [{"grade": "A", "from": 3, "to": None}, {"grade": "B", "from": 0, "to": 2, "to_included": True}]

    result = grade(card=read_card(card), measures={"attendance": 89})
    assert (result.total, result.grade) == (2, "B")


def test_words_without_marks_or_with_two_are_named():
    measure = {"words": "Books", "choices": ["good", "fair", "bad"]}

    assert problems_of(
        card_with(measure, [{"choices": ["good", "fair"], "marks": 2}, {"choices": ["fair", "none"], "marks": 1}])
    ) == (
        "One: fair has two results, 2 marks and 1 marks.",
        "One: nothing is said for bad.",
        "One: none is not a word of its measure.",
    )


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"grades": GRADES[:1]}, "The grades: nothing is said for exactly 0."),
        ({"grades": [{"grade": "A"}, *GRADES]}, "The grades: exactly 0 has two results, grade A and grade no."),
        ({"grades": []}, "The card has no grade."),
        ({"criteria": []}, "The card has no criterion."),
        ({"criteria": [{"name": "One", "measure": "moon"}]}, "One: the measure moon is not on the card"),
        ({"measures": 3}, "The measures is 3; write an object"),
        ({"name": 3}, "The name is 3; write text."),
        ({"criteria": {}}, "The criteria is {}; write a list."),
    ],
)
def test_what_makes_a_card_unusable_is_named(change, problem):
    document = card_with({**PERCENT, "whole": True}, [{"marks": 1}], **change)

    assert any(found.startswith(problem) for found in problems_of(document))


def test_a_card_needs_its_fields_exact_numbers_and_ranges_with_values_in_them():
    missing = card_with(PERCENT, [{"marks": 1}])
    del missing["source"]
    assert problems_of(missing) == ("The card lacks the field 'source'; add it.",)
    assert "whole number, or text" in problems_of(card_with(PERCENT, [{"from": 0.5, "to": 1, "marks": 1}]))[0]
    assert "holds no value" in problems_of(card_with(PERCENT, [{"from": 5, "to": 5, "marks": 1}]))[0]
    assert problems_of(card_with(PERCENT, [{"marks": -1}])) == ("One: a band has marks below zero.",)
    assert problems_of(card_with(PERCENT, [{"marks": 0}])) == ("One: no band has any marks.",)
    assert "The card is 3" in problems_of(3)[0]


bounds = st.integers(-3, 14).map(lambda x: Fraction(x, 2))


@st.composite
def intervals(draw):
    start, end = draw(st.none() | bounds), draw(st.none() | bounds)
    excluded, included = draw(st.booleans()), draw(st.booleans())
    try:
        return Interval(start, end, start_excluded=excluded, end_included=included)
    except ValueError:
        return Interval(start, start, end_included=True)


@LAW
@given(st.lists(intervals(), max_size=5), st.booleans())
def test_holes_and_overlaps_agree_with_trying_every_value(ranges, is_whole):
    domain = Interval(Fraction(0), Fraction(6), end_included=True)

    found = coverage(intervals=ranges, domain=domain, is_whole=is_whole)

    step = 1 if is_whole else 4  # bounds are halves, so quarters lie in every gap
    for value in (Fraction(n, step) for n in range(6 * step + 1)):
        inside = [place for place, interval in enumerate(ranges) if value in interval]
        assert (value in [v for v in [value] for hole in found.holes if v in hole]) == (inside == [])
        pairs = {(x.first, x.second) for x in found.overlaps if value in x.interval}
        assert pairs == {(a, b) for a in inside for b in inside if a < b}


@pytest.mark.parametrize(
    ("number", "words"),
    [("12", "12"), ("12.5", "12.5"), ("1/3", "1/3"), ("-0.05", "-0.05"), ("0.001", "0.001"), ("-7/2", "-3.5")],
)
def test_numbers_are_written_as_readers_write_them(number, words):
    assert number_words(Fraction(number)) == words


@pytest.mark.parametrize("name", CARDS)
def test_the_cards_that_ship_keep_the_published_schema(name):
    document = json.loads(files("egenmakt.core.savings").joinpath("cards", f"{name}.json").read_text("utf-8"))

    Draft202012Validator.check_schema(SCHEMA)
    assert [error.message for error in Draft202012Validator(SCHEMA).iter_errors(document)] == []
    assert shipped_card(name).id == name
    assert shipped_card(name).source


BEST = {
    "meetings_a_month": 4,
    "attendance_percent": 95,
    "participation": "most speak and decide",
    **dict.fromkeys(
        [
            "savings_marks",
            "rule_knowledge_marks",
            "lending_marks",
            "repayment_marks",
            "books_marks",
            "homogeneity_marks",
            "poverty_marks",
        ],
        10,
    ),
}


@pytest.mark.parametrize(
    ("change", "total", "expected"),
    [
        ({}, 100, "A"),
        ({"books_marks": 0, "poverty_marks": 6}, 86, "A"),
        ({"books_marks": 0, "poverty_marks": 5}, 85, "B"),
        ({"books_marks": 0, "attendance_percent": 90, "meetings_a_month": 1, "lending_marks": 5}, 75, "B"),
        ({"books_marks": 0, "attendance_percent": 90, "meetings_a_month": 1, "lending_marks": 4}, 74, "C"),
        ({"attendance_percent": "69.9"}, 93, "A"),
        ({"attendance_percent": Fraction(271, 3)}, 100, "A"),
    ],
)
def test_ten_criteria_grade_above_85_as_a_from_75_as_b_and_below_as_c(change, total, expected):
    result = grade(card=shipped_card("ten_criteria"), measures={**BEST, **change})

    assert (result.total, result.grade, result.missing) == (total, expected, ())


def test_a_missing_measure_is_listed_and_there_is_no_grade_yet():
    measures = {name: value for name, value in BEST.items() if name not in ("books_marks", "participation")}

    result = grade(card=shipped_card("ten_criteria"), measures=measures)

    assert (result.total, result.grade, result.missing) == (80, None, ("participation", "books_marks"))
    assert [line.marks for line in result.marks if line.marks is None] == [None, None]


KEPT = {
    "meetings_a_month": 2,
    "members_saving_percent": 100,
    "members_with_internal_loan_percent": 50,
    "recovery_percent": 85,
    "books": "kept properly",
}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, "ready"),
        ({"meetings_a_month": 1}, "not ready"),
        ({"members_saving_percent": "99.9"}, "not ready"),
        ({"members_with_internal_loan_percent": "49.9"}, "not ready"),
        ({"recovery_percent": "84.99"}, "not ready"),
        ({"books": "not kept properly"}, "not ready"),
    ],
)
def test_panchsutra_asks_for_all_five_principles(change, expected):
    assert grade(card=shipped_card("panchsutra"), measures={**KEPT, **change}).grade == expected


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            {"recovery_percent": 101},
            "Recovery of what fell due, in percent is 101; write a number from 0",
        ),
        ({"meetings_a_month": "1.5"}, "write a whole number from 0"),
        ({"recovery_percent": 0.85}, "write an exact number"),
        ({"recovery_percent": "most"}, "is 'most'; write a number"),
        ({"books": "lost"}, "Books of account is 'lost'; choose one of: kept properly, not kept properly"),
    ],
)
def test_a_value_that_a_measure_cannot_have_is_refused(change, sentence):
    with pytest.raises(OutsideMeasure, match=sentence):
        grade(card=shipped_card("panchsutra"), measures={**KEPT, **change})


def test_a_weighted_card_adds_up_scores_by_weight():
    """Σ score / highest score × weight, as in the weighted grading that was published (Scribd 590249659)."""
    document = card_with(PERCENT, [{"from": 50, "marks": 4}, {"to": 50, "marks": 1}], total="percent")
    document["measures"]["n"] = {"words": "marks", "from": 0, "to": 5, "to_included": True, "whole": True}
    document["criteria"][0]["weight"] = 30
    document["criteria"].append({"name": "Two", "measure": "n", "weight": 20})
    document["grades"] = [{"grade": "good", "from": "60"}, {"grade": "weak", "from": 0, "to": 60}]

    result = grade(card=read_card(document), measures={"m": 40, "n": 3})

    assert result.total == (Fraction(30, 4) + 12) * 2
    assert result.grade == "weak"


def test_a_gate_that_fails_gives_the_lowest_grade_whatever_the_total():
    document = card_with(PERCENT, [{"from": 50, "marks": 1}, {"to": 50, "marks": 0}])
    document["criteria"][0]["gate"] = True
    document["criteria"].append({"name": "Two", "measure": "m", "bands": [{"marks": 9}]})
    card = read_card(document)

    failed, passed = grade(card=card, measures={"m": 10}), grade(card=card, measures={"m": 50})

    assert (failed.total, failed.grade, failed.failed_gates) == (9, "no", ("One",))
    assert (passed.grade, passed.failed_gates) == ("yes", ())


def test_a_card_that_does_not_ship_is_not_found():
    with pytest.raises(ValueError, match="choose one of: ten_criteria, panchsutra"):
        shipped_card("../secret")
