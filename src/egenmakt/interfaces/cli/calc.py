"""`egenmakt calc`: the rules of loans and share-outs without a database, JSON in and JSON out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import IO, Any

import click

from egenmakt.apps.people.calendar import NoCalendar, holidays_of
from egenmakt.core.lending.calculation import calculate
from egenmakt.core.lending.terms import InvalidTerms
from egenmakt.core.savings.calculation import InvalidCalculation, calculate_share_out
from egenmakt.core.savings.positions import NotAPosition, UnbalancedGroup
from egenmakt.core.savings.share_out_rules.common import NotAShareOutRule
from egenmakt.interfaces.cli.errors import CommandError, fail, sentence


@click.group()
def command() -> None:
    """Calculate a loan or a share-out from a JSON file; nothing is kept, no database is needed."""


def _name(file: IO[str]) -> str:
    """The file's name; what is piped in has none."""
    return str(getattr(file, "name", "the input")).replace("<stdin>", "the input")


def _read(file: IO[str]) -> dict[str, Any]:
    try:
        document = json.load(file)
    except UnicodeDecodeError:
        fail("is not text in UTF-8", file=_name(file), remedy="save it as UTF-8")
    except ValueError as error:
        fail(f"is not JSON: {error}", file=_name(file), remedy="see the example in --help")
    if not isinstance(document, dict):
        fail("is not an object", file=_name(file), remedy='begin with { and name the fields, such as "currency"')
    return document


def _write(result: Mapping[str, object], out: IO[str]) -> None:
    json.dump(result, out, indent=2, ensure_ascii=False)
    out.write("\n")


_FILE = click.argument("file", type=click.File("r", encoding="utf-8-sig"), default="-")
_OUT = click.option("--out", type=click.File("w", encoding="utf-8"), default="-", help="Where to write; the screen.")


@command.command(short_help="When what of a loan is due, and what it costs.")
@_FILE
@_OUT
def loan(file: IO[str], out: IO[str]) -> None:
    """Calculate a loan: when what is due, exact and rounded, and what it really costs.

    FILE is JSON as in spec/loan-calculation.schema.json, or - for what is piped in. The least there is:

    \b
    {"currency": "KES", "principal_minor": 60000, "disbursed_on": "2026-03-02",
     "method": "flat", "rate_percent": "5", "instalments": 3}

    What would become of it on the way, one change after the other:

    \b
    "changes": [{"kind": "prepay", "on": "2026-04-02", "amount_minor": 40000, "effect": "lower"},
                {"kind": "settle", "on": "2026-05-01"}]

    The other kinds are change_rate, reschedule and write_off.
    """
    try:
        result = calculate(_read(file), holidays=holidays_of)
    except InvalidTerms as error:
        lines = [sentence(message, file=_name(file), field=field) for field, message in error.problems]
        raise CommandError("\n".join(lines)) from None
    except NoCalendar as error:
        fail(str(error), file=_name(file), field="free_days.country")
    _write(result, out)


@command.command("share-out", short_help="What everybody gets when a fund is shared out.")
@_FILE
@_OUT
def share_out(file: IO[str], out: IO[str]) -> None:
    """Calculate a share-out: what everybody gets, what is set off, what is undecided.

    FILE is JSON as in spec/share-out-calculation.schema.json, or - for what is piped in. The least there is:

    \b
    {"currency": "KES", "rule": {"kind": "proportional"},
     "group": {"loan_fund_cash_minor": 1000,
               "members": [{"member": "Amina", "shares": 7, "savings_minor": 700},
                           {"member": "Beatrice", "shares": 3, "savings_minor": 300}]}}
    """
    try:
        result = calculate_share_out(_read(file))
    except (InvalidCalculation, UnbalancedGroup, NotAShareOutRule, NotAPosition) as error:
        fail(str(error), file=_name(file))
    _write(result, out)
