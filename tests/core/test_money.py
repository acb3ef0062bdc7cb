"""Money: whole minor units, read without rounding and divided without loss."""

from decimal import Decimal
from fractions import Fraction

import pytest
from babel.numbers import get_territory_currencies
from hypothesis import given, settings
from hypothesis import strategies as st

from egenmakt.core.money import (
    DECIMALS,
    MINOR_MAX,
    MixedCurrencies,
    Money,
    NotAnAmount,
    UnknownCurrency,
    decimals,
    split,
)

LAW = settings(max_examples=60, deadline=None)
currencies = st.sampled_from(["SEK", "UGX", "KWD", "INR", "KES"])
minors = st.integers(-MINOR_MAX, MINOR_MAX)
weights = st.lists(st.one_of(st.integers(0, 10**6), st.fractions(0, 100)), min_size=1, max_size=40).filter(any)


@LAW
@given(minors, weights, st.sampled_from(["first", "last"]))
def test_split_loses_nothing(whole, parts, ties):
    assert sum(split(whole, parts, ties)) == whole


@LAW
@given(minors, weights, st.sampled_from(["first", "last"]))
def test_each_part_is_less_than_one_unit_from_its_exact_share(whole, parts, ties):
    total = sum(Fraction(weight) for weight in parts)

    for part, weight in zip(split(whole, parts, ties), parts, strict=True):
        assert abs(part - whole * Fraction(weight) / total) < 1


@LAW
@given(minors, weights)
def test_a_weight_of_zero_gets_nothing(whole, parts):
    assert all(part == 0 for part, weight in zip(split(whole, [0, *parts]), [0, *parts], strict=True) if weight == 0)


@LAW
@given(minors, weights, st.integers(2, 9))
def test_only_the_proportion_of_the_weights_counts(whole, parts, factor):
    assert split(whole, parts) == split(whole, [Fraction(part) * factor / 7 for part in parts])


@LAW
@given(minors, weights)
def test_a_loss_is_split_as_a_gain_is(whole, parts):
    assert split(-whole, parts) == [-part for part in split(whole, parts)]


def test_the_unit_that_is_left_goes_to_the_largest_fraction():
    assert split(1000, [7, 5, 3]) == [467, 333, 200]


def test_ties_go_in_the_order_that_is_named():
    assert split(5, [1, 1, 1], "first") == [2, 2, 1]
    assert split(5, [1, 1, 1], "last") == [1, 2, 2]


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [([], "nothing to divide by"), ([0, 0], "nothing to divide by"), ([1, -1, 3], "A weight is negative")],
)
def test_what_cannot_be_a_weight_is_refused(parts, sentence):
    with pytest.raises(ValueError, match=sentence):
        split(10, parts)


def test_a_binary_fraction_is_no_weight():
    with pytest.raises(TypeError, match="binary fraction"):
        split(10, [0.1, 0.9])


@LAW
@given(minors, currencies)
def test_an_amount_that_is_written_can_be_read_back(minor, currency):
    money = Money(minor, currency)

    assert Money.parse(str(money.major()), currency) == money


@LAW
@given(st.integers(0, 10**9), st.integers(0, 99))
def test_reading_agrees_with_decimal(whole, cents):
    text = f"{whole}.{cents:02}"

    assert Money.parse(text, "SEK").minor == int(Decimal(text) * 100)


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("12.5", "SEK", 1250),
        (" 1 250.50 ", "SEK", 125050),
        ("-0.01", "SEK", -1),
        ("\u2212 7", "UGX", -7),
        ("+.5", "SEK", 50),
        ("5.", "SEK", 500),
        ("7.00", "UGX", 7),
        ("0.001", "KWD", 1),
        ("0000000000000000000000000000001", "UGX", 1),
        ("\u0661\u0662\u0665\u0660.\u0665\u0660", "EGP", 125050),
        ("\u0967\u0968", "INR", 1200),
    ],
)
def test_amounts_are_read_as_people_write_them(text, currency, minor):
    assert Money.parse(text, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    "text", ["", ".", "-", "1e5", "1_000", "1,50", "NaN", "Infinity", "--1", "0x10", "1.2.3", "ten"]
)
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(NotAnAmount, match=r"is not an amount; write it like 1250\.50"):
        Money.parse(text, "SEK")


@pytest.mark.parametrize("text", ["0.005", "1.00000000000000000000000000001"])
def test_reading_never_rounds(text):
    with pytest.raises(NotAnAmount, match="more decimals than SEK has"):
        Money.parse(text, "SEK")


@pytest.mark.parametrize("text", ["9" * 18, "9" * 400, "1" + "0" * 5000])
def test_an_amount_that_a_phone_cannot_keep_is_refused(text):
    with pytest.raises(NotAnAmount, match="larger than any amount"):
        Money.parse(text, "SEK")


@pytest.mark.parametrize("minor", [1.0, True, "1", None, Decimal(1)])
def test_money_counts_whole_units_only(minor):
    with pytest.raises(NotAnAmount, match="whole"):
        Money(minor, "SEK")


def test_an_unknown_currency_is_refused():
    for code in ("XXX", "sek", ""):
        with pytest.raises(UnknownCurrency, match="ISO 4217"):
            Money(1, code)


def test_decimals_are_those_of_the_standard():
    assert [decimals(code) for code in ("SEK", "UGX", "KWD", "JPY", "INR", "TND")] == [2, 0, 3, 0, 2, 3]


def test_every_country_can_use_its_own_money():
    """Checked against the Unicode consortium's list of what is legal tender where, as Babel has it."""
    territories = (
        "AF BD BI CI CO EG ET GT HN IN JO KE KH LK LS MG MM MW MZ NE NG NI NP PK PS RW SE SN SO SV TZ UG VE ZA ZM"
    )

    in_use = {code for territory in territories.split() for code in get_territory_currencies(territory)}
    assert sorted(in_use - set(DECIMALS)) == []


@LAW
@given(st.integers(-(10**12), 10**12), st.integers(-(10**12), 10**12))
def test_adding_and_taking_away_undo_each_other(one, other):
    a, b = Money(one, "KES"), Money(other, "KES")

    assert a + b - b == a
    assert a - a == Money(0, "KES")
    assert a + -a == Money(0, "KES")
    assert (a < b, a <= b, a > b, bool(a)) == (one < other, one <= other, one > other, one != 0)


def test_two_currencies_are_never_mixed():
    for deed in (lambda a, b: a + b, lambda a, b: a - b, lambda a, b: a < b, lambda a, b: a <= b):
        with pytest.raises(MixedCurrencies, match="SEK and KES"):
            deed(Money(1, "SEK"), Money(1, "KES"))


def test_money_splits_into_money():
    assert Money(1000, "UGX").split([7, 5, 3]) == [Money(467, "UGX"), Money(333, "UGX"), Money(200, "UGX")]


def test_money_is_written_with_its_decimals():
    assert [str(Money(1250, code)) for code in ("SEK", "UGX", "KWD")] == ["12.50 SEK", "1250 UGX", "1.250 KWD"]
