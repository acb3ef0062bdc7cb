"""The calculators: open to all, exact, and honest about a mistake."""

from __future__ import annotations

from decimal import Decimal

import numpy_financial
import pytest
from django.test import Client

from tests.support.reading import stand_still, words_of

LOAN = {
    "currency": "KES",
    "principal": "12,000",
    "method": "equal_instalments",
    "rate_percent": "2",
    "rate_per": "month",
    "instalments": "12",
    "disbursed_on": "2026-01-31",
}
FUND = {
    "currency": "KES",
    "cash": "1,000.00",
    "rule": "proportional",
    "m-TOTAL_FORMS": "3",
    "m-INITIAL_FORMS": "0",
    "m-0-name": "Amina",
    "m-0-shares": "1",
    "m-0-savings": "100",
    "m-1-name": "Beatrice",
    "m-1-shares": "1",
    "m-1-savings": "100",
    "m-2-name": "Chipo",
    "m-2-shares": "1",
    "m-2-savings": "100",
}


@pytest.fixture(autouse=True)
def _a_day_in_may(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_still(monkeypatch)


def test_anybody_may_ask_what_a_loan_costs(client: Client, db: None) -> None:
    answer = client.get("/calculate/loan/")

    assert answer.status_code == 200
    assert "What would this loan cost?" in words_of(answer)
    assert client.get("/calculate/share-out/").status_code == 200


def test_the_instalment_is_that_of_the_annuity_formula(client: Client, db: None) -> None:
    words = words_of(client.get("/calculate/loan/", LOAN))

    payment = Decimal(str(round(float(-numpy_financial.pmt(0.02, 12, 12_000)), 2)))
    assert payment == Decimal("1134.72")
    assert "1 Feb 28, 2026 894.72 240.00 0.00 1,134.715159 1,134.72 11,105.28" in words


def test_flat_and_declining_are_compared_at_the_same_rate(client: Client, db: None) -> None:
    words = words_of(client.get("/calculate/loan/", {**LOAN, "method": "flat"}))

    assert "Flat 1,240.00 2,880.00 2,880.00" in words
    assert "Equal instalments (declining balance) 1,134.72 1,616.58 1,616.58" in words
    assert "Equal parts (declining balance) 1,240.00 1,560.00 1,560.00" in words
    assert "For each KES 100.00 received, KES 124.00 is paid back." in words


def test_fees_and_holidays_and_payments_before_time_are_reckoned_with(client: Client, db: None) -> None:
    more = {
        "fee_percent": "1",
        "free_country": "ke",
        "prepayments": "2027-04-30 1000 lower",
        "rounding_multiple": "1",
        "disbursed_on": "2026-11-12",
    }
    words = words_of(client.get("/calculate/loan/", {**LOAN, **more}))

    # the twelfth of December is Jamhuri Day, so the payment moves to the next day without a holiday
    assert "1 Dec 13, 2026" in words
    assert "and KES 120.00 in fees." in words
    assert "Apr 30, 2027 1,000.00 0.00 0.00 1,000.00" in words


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"principal": "many"}, "“many” is not an amount in KES."),
        ({"principal": "0"}, "Write how much is borrowed, above zero."),
        ({"instalments": "0"}, "Ensure this value is greater than or equal to 1."),
        ({"grace_principal_periods": "12"}, "12 of 12 instalments repay nothing; leave one that does."),
        ({"prepayments": "soon 5"}, "“soon 5” cannot be read."),
        ({"free_country": "QQ"}, "The holidays of 'QQ' are not known"),
        ({"method": "own_percentages", "percentages": "50 40"}, "own_percentages"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(
    client: Client, db: None, change: dict[str, str], sentence: str
) -> None:
    answer = client.get("/calculate/loan/", {**LOAN, **change})

    assert answer.status_code == 422
    assert answer.context["answer"] is None
    assert sentence in words_of(answer) or sentence in answer.content.decode()


def test_a_short_address_has_a_default_for_every_choice(client: Client, db: None) -> None:
    answer = client.get("/calculate/loan/?principal=9000&instalments=3&rate_percent=5")

    assert answer.status_code == 200
    assert "KES 9,000.00" in words_of(answer)


def test_a_share_out_is_divided_to_the_last_unit(client: Client, db: None) -> None:
    words = words_of(client.get("/calculate/share-out/", FUND))

    assert "Amina 1 100.00 233.34 333.34 0.00 0.00 333.34 0.00" in words
    assert "Chipo 1 100.00 233.33 333.33 0.00 0.00 333.33 0.00" in words
    assert "Together 3 300.00 700.00 1,000.00 0.00 0.00 1,000.00 0.00" in words
    assert "KES 0.01 could not be divided evenly." in words
    assert "One smallest unit each went to: Amina." in words


def test_a_currency_without_decimals_has_none(client: Client, db: None) -> None:
    words = words_of(client.get("/calculate/share-out/", {**FUND, "currency": "UGX", "cash": "1000"}))

    assert "Amina 1 100 234 334 0 0 334 0" in words


def test_a_debt_is_set_off_and_what_is_undecided_is_named(client: Client, db: None) -> None:
    words = words_of(client.get("/calculate/share-out/", {**FUND, "cash": "300", "m-2-loan": "700"}))

    assert "Chipo still owes KES" in words
    assert "To be decided before the cycle can close" in words


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"cash": "x"}, "“x” is not an amount in KES."),
        ({"m-1-name": "Amina"}, "Two members have the same name."),
        ({"m-1-name": ""}, "Write whose line this is."),
        ({"m-TOTAL_FORMS": "0"}, "Write at least one member."),
        ({"m-TOTAL_FORMS": "none"}, "ManagementForm data is missing or has been tampered with."),
    ],
)
def test_a_mistake_in_a_share_out_is_said(client: Client, db: None, change: dict[str, str], sentence: str) -> None:
    answer = client.get("/calculate/share-out/", {**FUND, **change})

    assert answer.status_code == 422
    assert sentence in words_of(answer)


def test_more_rows_are_given_and_nothing_that_was_typed_is_lost(client: Client, db: None) -> None:
    answer = client.get("/calculate/share-out/", {**FUND, "more": "1"})

    assert answer.status_code == 200
    assert len(answer.context["members"].forms) == 8
    assert 'value="Beatrice"' in answer.content.decode()
    assert (
        len(client.get("/calculate/share-out/", {**FUND, "m-TOTAL_FORMS": "999", "more": "1"}).context["members"].forms)
        == 60
    )


def test_nothing_is_asked_of_the_database_but_who_is_calling(
    client: Client, db: None, django_assert_num_queries
) -> None:
    with django_assert_num_queries(0):
        client.get("/calculate/loan/", LOAN)
    with django_assert_num_queries(0):
        client.get("/calculate/share-out/", FUND)
