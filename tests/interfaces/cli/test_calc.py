"""The calculators from the command line: JSON in, JSON out, both as published."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from egenmakt.interfaces.cli.calc import command

SPEC = Path(__file__).resolve().parents[3] / "spec"
LOAN = {
    "currency": "KES",
    "principal_minor": 60_000,
    "disbursed_on": "2026-03-02",
    "method": "flat",
    "rate_percent": "5",
    "instalments": 3,
}
GROUP = {
    "currency": "KES",
    "rule": {"kind": "proportional"},
    "group": {
        "loan_fund_cash_minor": 1_000,
        "members": [
            {"member": "Amina", "shares": 7, "savings_minor": 700},
            {"member": "Beatrice", "shares": 3, "savings_minor": 200},
        ],
    },
}


def run(name: str, document: Any) -> Any:
    text = document if isinstance(document, str) else json.dumps(document)
    return CliRunner().invoke(command, [name], input=text)


def schema(name: str, part: str) -> Draft202012Validator:
    document = json.loads((SPEC / name).read_text(encoding="utf-8"))
    return Draft202012Validator({**document, "$ref": f"#/$defs/{part}", "anyOf": [True]})


def test_a_loan_in_and_a_schedule_out_as_published() -> None:
    answer = run("loan", LOAN)

    result = json.loads(answer.stdout)
    assert answer.exit_code == 0
    assert [row["principal_minor"] + row["interest_minor"] for row in result["rows"]] == [23_000, 23_000, 23_000]
    schema("loan-calculation.schema.json", "input").validate(LOAN)
    schema("loan-calculation.schema.json", "output").validate(result)


def test_a_share_out_in_and_payouts_out_as_published() -> None:
    answer = run("share-out", GROUP)

    result = json.loads(answer.stdout)
    assert answer.exit_code == 0
    assert [line["payout_minor"] for line in result["lines"]] == [700, 300]
    schema("share-out-calculation.schema.json", "input").validate(GROUP)
    schema("share-out-calculation.schema.json", "output").validate(result)


def test_public_holidays_of_a_country_move_a_due_date_and_no_later_one() -> None:
    loan = {**LOAN, "disbursed_on": "2026-09-25", "instalments": 4, "free_days": {"country": "SE"}}

    rows = json.loads(run("loan", loan).stdout)["rows"]

    # Christmas Day and Boxing Day are free in Sweden; the instalment after them is back on the 25th
    assert [row["nominal_due_on"] for row in rows] == ["2026-10-25", "2026-11-25", "2026-12-25", "2027-01-25"]
    assert rows[2]["due_on"] > "2026-12-26"
    assert rows[3]["due_on"] == "2027-01-25"


@pytest.mark.parametrize(
    ("name", "document", "words"),
    [
        ("loan", "{", "is not JSON"),
        ("loan", "[]", "is not an object"),
        ("loan", {**LOAN, "method": "free beer"}, "field method"),
        ("loan", {**LOAN, "rate_percent": "-1"}, "field rate_percent"),
        ("loan", {**LOAN, "free_days": {"country": "XX"}}, "XX"),
        ("share-out", {**GROUP, "currency": "XXX"}, "XXX"),
        ("share-out", {**GROUP, "rule": {"kind": "lottery"}}, "lottery"),
    ],
)
def test_bad_input_ends_with_one_and_names_the_field(name: str, document: Any, words: str) -> None:
    answer = run(name, document)

    assert answer.exit_code == 1
    assert words in answer.stderr
