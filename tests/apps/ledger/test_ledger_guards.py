"""Each guard, tried by hand in SQL on whichever database runs."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.backends.utils import CursorWrapper

from egenmakt.apps.audit.guards import missing
from egenmakt.apps.ledger.guards import GUARDS
from egenmakt.apps.ledger.queries import balances
from egenmakt.core.ledger.chart import AccountRef
from egenmakt.core.money import MINOR_MAX
from tests.apps.ledger.conftest import AT, BOX, DAY, Group, insert, move, run

TABLES = ("ledger_book", "ledger_account", "ledger_journalentry", "ledger_transfer")


def on(vendor: str) -> None:
    if connection.vendor != vendor:
        pytest.skip(f"only {vendor} has this way in")


Line = tuple[UUID, UUID, int]


def record(
    group: Group, *lines: Line, count: int, total: int, book_id: UUID | None = None, first: int = 0, step: int = 1
) -> None:
    """A whole entry in SQL by hand: some transfers, and then the entry's row."""
    entry = uuid4()
    for index, (debit, credit, amount) in enumerate(lines):
        group.write(entry, debit, credit, amount, sequence=first + index * step)
    group.seal(entry, count=count, total=total, book_id=book_id)


def test_every_guard_stands(db: None) -> None:
    assert missing(connection, GUARDS) == []


def test_a_guard_that_was_taken_away_is_missed(db: None) -> None:
    where = " ON ledger_transfer" if connection.vendor == "postgresql" else ""

    run(f"DROP TRIGGER ledger_transfer_no_update{where}")

    assert missing(connection, GUARDS) == ["ledger_transfer_no_update"]


@pytest.mark.parametrize("amount", [0, -1, -50_000, MINOR_MAX + 1])
def test_an_amount_is_above_zero_and_can_be_kept_exactly(group: Group, amount: int) -> None:
    box, amina = group.account(BOX), group.account(group.amina)

    with pytest.raises(IntegrityError, match="ledger_transfer_amount_above_zero"), transaction.atomic():
        group.write(uuid4(), box, amina, amount)


@pytest.mark.parametrize("amount", [1.5, "many"])
def test_sqlite_takes_only_whole_numbers_though_its_columns_take_anything(group: Group, amount: object) -> None:
    on("sqlite")
    box, amina = group.account(BOX), group.account(group.amina)

    with pytest.raises(IntegrityError, match=r"not_whole|amount_above_zero"), transaction.atomic():
        group.write(uuid4(), box, amina, amount)


def test_money_does_not_move_from_an_account_to_itself(group: Group) -> None:
    box = group.account(BOX)

    with pytest.raises(IntegrityError, match="ledger_transfer_two_accounts"), transaction.atomic():
        group.write(uuid4(), box, box, 100)


@pytest.mark.parametrize("side", ["debit", "credit", "both"])
def test_an_account_of_another_book_is_refused(group: Group, neighbours: Group, side: str) -> None:
    debit = (neighbours if side in ("debit", "both") else group).account(BOX)
    credit = (neighbours if side in ("credit", "both") else group).account(group.amina)

    with pytest.raises(IntegrityError, match="foreign_account"), transaction.atomic():
        group.write(uuid4(), debit, credit, 100)


@pytest.mark.parametrize("side", ["debit", "credit"])
def test_an_account_that_does_not_exist_is_refused(group: Group, side: str) -> None:
    debit = uuid4() if side == "debit" else group.account(BOX)
    credit = uuid4() if side == "credit" else group.account(group.amina)

    with pytest.raises(IntegrityError, match="foreign_account"), transaction.atomic():
        group.write(uuid4(), debit, credit, 100)


def test_a_book_that_does_not_exist_is_refused(group: Group) -> None:
    box, amina = group.account(BOX), group.account(group.amina)

    with pytest.raises(IntegrityError, match="foreign_account"), transaction.atomic():
        group.write(uuid4(), box, amina, 100, book_id=uuid4())


def test_the_box_cannot_hold_less_than_nothing(group: Group) -> None:
    box, amina = group.account(BOX), group.account(group.amina)

    with pytest.raises(IntegrityError, match="below_zero"), transaction.atomic():
        record(group, (amina, box, 100), count=1, total=100)


def test_a_balance_stays_small_enough_to_be_exact(group: Group) -> None:
    group.post([move(BOX, group.amina, MINOR_MAX)])
    box, amina = group.account(BOX), group.account(group.amina)

    with pytest.raises(IntegrityError, match="too_large"), transaction.atomic():
        record(group, (box, amina, 1), count=1, total=1)


@pytest.mark.parametrize("table", TABLES)
def test_nothing_is_deleted(group: Group, table: str) -> None:
    group.post([move(BOX, group.amina, 100)])

    with pytest.raises(IntegrityError, match="append_only"), transaction.atomic():
        run(f"DELETE FROM {table}")


@pytest.mark.parametrize("table", TABLES)
def test_no_table_is_emptied_at_once(group: Group, table: str) -> None:
    on("postgresql")
    for other in set(TABLES) - {table}:  # whose own guards would refuse too
        run(f"DROP TRIGGER {other}_no_truncate ON {other}")

    with pytest.raises(IntegrityError, match="append_only"), transaction.atomic():
        run(f"TRUNCATE {table} CASCADE")


@pytest.mark.parametrize(
    "change",
    [
        "ledger_transfer SET amount_minor = 1",
        "ledger_transfer SET reason = 'gift'",
        "ledger_transfer SET effective_on = '2020-01-01'",
        "ledger_journalentry SET position = 9",
        "ledger_journalentry SET transfer_count = 2, amount_total_minor = 1000",
    ],
)
def test_what_is_recorded_is_not_changed(group: Group, change: str) -> None:
    group.post([move(BOX, group.amina, 100)])

    with pytest.raises(IntegrityError, match="append_only"), transaction.atomic():
        run(f"UPDATE {change}")


@pytest.mark.parametrize("pragma", ["ON", "OFF"])
@pytest.mark.parametrize("table", TABLES)
def test_sqlite_replaces_no_row(group: Group, table: str, pragma: str) -> None:
    on("sqlite")
    group.post([move(BOX, group.amina, 100)])
    before = balances(group.book_id)

    run(f"PRAGMA recursive_triggers = {pragma}")
    with pytest.raises(IntegrityError, match=r"exists|append_only|not_born_empty"), transaction.atomic():
        run(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")
    run("PRAGMA recursive_triggers = ON")

    assert balances(group.book_id) == before


def test_sqlite_replaces_no_row_that_has_the_same_place_under_another_id(group: Group) -> None:
    on("sqlite")
    box, amina = group.account(BOX), group.account(group.amina)
    entry = uuid4()
    group.write(entry, box, amina, 100)
    other = (uuid4(), entry, group.book_id, box, amina, DAY)

    run("PRAGMA recursive_triggers = OFF")
    with pytest.raises(IntegrityError, match="exists"), transaction.atomic():
        run("INSERT OR REPLACE INTO ledger_transfer (id, entry_id, book_id, debit_account_id, credit_account_id, "
            "effective_on, sequence, amount_minor, reason) "
            "VALUES (%s, %s, %s, %s, %s, %s, 0, 5, 'x')", *other)  # fmt: skip
    with pytest.raises(IntegrityError, match="exists"), transaction.atomic():
        run("INSERT OR REPLACE INTO ledger_account (id, book_id, kind, balance_minor, may_go_below_zero, "
            "grows_on_debit) VALUES (%s, %s, 'loan_fund_box', 0, false, true)", uuid4(), group.book_id)  # fmt: skip
    run("PRAGMA recursive_triggers = ON")
    group.seal(entry, count=1, total=100)


def test_postgresql_overwrites_no_row_on_conflict(group: Group) -> None:
    on("postgresql")
    group.post([move(BOX, group.amina, 100)])
    again = "(id, book_id, kind, balance_minor, may_go_below_zero, grows_on_debit) SELECT id, book_id, kind, 0, false, "

    with pytest.raises(IntegrityError, match="append_only"), transaction.atomic():
        run("INSERT INTO ledger_transfer SELECT * FROM ledger_transfer ON CONFLICT (id) DO UPDATE SET reason = 'x'")
    with pytest.raises(IntegrityError, match="balance_by_hand"), transaction.atomic():
        run(f"INSERT INTO ledger_account {again} true FROM ledger_account WHERE kind = 'loan_fund_box' "
            "ON CONFLICT (id) DO UPDATE SET balance_minor = 5")  # fmt: skip


def test_a_transfer_is_reversed_only_once(group: Group) -> None:
    paid = move(BOX, group.amina, 100)
    group.post([paid])
    group.post([paid.reversal(id=uuid4())])
    box, amina = group.account(BOX), group.account(group.amina)

    with pytest.raises(IntegrityError, match="reversed"), transaction.atomic():
        group.write(uuid4(), amina, box, 100, reverses_id=paid.id)


def test_a_reversal_mirrors_the_transfer_that_it_names(group: Group, neighbours: Group) -> None:
    paid, theirs = move(BOX, group.amina, 100), move(BOX, neighbours.amina, 100)
    group.post([paid])
    neighbours.post([theirs])
    box, amina, beatrice = (group.account(ref) for ref in (BOX, group.amina, group.beatrice))
    false: list[tuple[UUID, UUID, int, UUID]] = [
        (amina, box, 99, paid.id),
        (box, amina, 100, paid.id),
        (beatrice, box, 100, paid.id),
        (amina, beatrice, 100, paid.id),
        (amina, box, 100, theirs.id),
        (amina, box, 100, uuid4()),
    ]

    for debit, credit, amount, reverses in false:
        with pytest.raises(IntegrityError, match="false_mirror"), transaction.atomic():
            group.write(uuid4(), debit, credit, amount, reverses_id=reverses)

    assert balances(group.book_id) == {BOX: 100, group.amina: 100, group.beatrice: 0}


def test_nothing_is_added_to_a_sealed_entry(group: Group) -> None:
    entry = uuid4()
    group.post([move(BOX, group.amina, 100)], entry_id=entry)
    box, amina = group.account(BOX), group.account(group.amina)

    with pytest.raises(IntegrityError, match="sealed"), transaction.atomic():
        group.write(entry, box, amina, 100, sequence=1)


def test_nothing_is_added_to_an_entry_that_was_sealed_empty(group: Group) -> None:
    entry = uuid4()
    group.post([], entry_id=entry)
    box, amina = group.account(BOX), group.account(group.amina)

    with pytest.raises(IntegrityError, match="sealed"), transaction.atomic():
        group.write(entry, box, amina, 100)


@pytest.mark.parametrize(
    ("count", "total"), [(0, 0), (1, 100), (3, 300), (2, 299), (2, 301), (2, 3)], ids=lambda value: str(value)
)
def test_an_entry_counts_its_transfers_and_their_sum(group: Group, count: int, total: int) -> None:
    box, amina = group.account(BOX), group.account(group.amina)

    with pytest.raises(IntegrityError, match="miscounted"), transaction.atomic():
        record(group, (box, amina, 100), (box, amina, 200), count=count, total=total)


def test_the_transfers_of_an_entry_have_no_gap(group: Group) -> None:
    box, amina = group.account(BOX), group.account(group.amina)

    with pytest.raises(IntegrityError, match="miscounted"), transaction.atomic():
        record(group, (box, amina, 100), (box, amina, 200), count=2, total=300, step=2)


def test_the_transfers_of_an_entry_do_not_begin_late(group: Group) -> None:
    box, amina = group.account(BOX), group.account(group.amina)

    with pytest.raises(IntegrityError, match="miscounted"), transaction.atomic():
        record(group, (box, amina, 100), count=1, total=100, first=1)


def test_an_entry_and_its_transfers_are_of_one_book(group: Group, neighbours: Group) -> None:
    box, amina = group.account(BOX), group.account(group.amina)

    with pytest.raises(IntegrityError, match="miscounted"), transaction.atomic():
        record(group, (box, amina, 100), count=1, total=100, book_id=neighbours.book_id)


@pytest.mark.django_db(transaction=True)
def test_transfers_without_their_entry_are_not_committed(group: Group) -> None:
    with pytest.raises(IntegrityError, match=r"unsealed|FOREIGN KEY"), transaction.atomic():
        group.write(uuid4(), group.account(BOX), group.account(group.amina), 100)

    assert balances(group.book_id) == {}


@pytest.mark.django_db(transaction=True)
def test_transfers_written_by_hand_are_committed_with_their_entry(group: Group) -> None:
    entry = uuid4()

    with transaction.atomic():
        group.write(entry, group.account(BOX), group.account(group.amina), 100)
        group.write(entry, group.account(BOX), group.account(group.beatrice), 50, sequence=1)
        group.seal(entry, count=2, total=150)

    assert balances(group.book_id) == {BOX: 150, group.amina: 100, group.beatrice: 50}


@pytest.fixture
def second(db: None) -> Iterator[CursorWrapper]:
    """Another connection, in a transaction of its own that waits at most 0.2 s for a lock."""
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SET LOCAL lock_timeout = '200ms'")
            yield cursor
    finally:
        other.close()


BY_HAND_ENTRY = """
INSERT INTO ledger_journalentry (id, book_id, kind, position, effective_on, posted_at, subject, transfer_count,
    amount_total_minor) VALUES (%s, %s, 'meeting', 1, '2026-03-04', now(), %s, 0, 0)
"""


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_an_entry_that_another_seals_meanwhile_in_another_book_takes_no_transfer(
    group: Group, neighbours: Group, request: pytest.FixtureRequest
) -> None:
    on("postgresql")
    second: CursorWrapper = request.getfixturevalue("second")
    entry, box, amina = uuid4(), group.account(BOX), group.account(group.amina)

    def write_while_another_seals() -> None:
        with transaction.atomic():
            group.write(entry, box, amina, 100)
            second.execute(BY_HAND_ENTRY, (entry, neighbours.book_id, entry))
            second.execute("COMMIT")

    with pytest.raises(IntegrityError, match="unsealed"):
        write_while_another_seals()

    assert balances(group.book_id) == {BOX: 0, group.amina: 0}


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_nobody_seals_an_entry_while_another_writes_in_the_book(group: Group, request: pytest.FixtureRequest) -> None:
    on("postgresql")
    second: CursorWrapper = request.getfixturevalue("second")
    entry, box, amina = uuid4(), group.account(BOX), group.account(group.amina)

    with transaction.atomic():
        group.write(entry, box, amina, 100)
        with pytest.raises(DatabaseError, match="lock timeout"):
            second.execute(BY_HAND_ENTRY, (entry, group.book_id, entry))
        group.seal(entry, count=1, total=100)

    assert balances(group.book_id) == {BOX: 100, group.amina: 100}


@pytest.mark.parametrize(
    "change",
    [
        "balance_minor = balance_minor + 1",
        "balance_minor = 0",
        "may_go_below_zero = true",
        "grows_on_debit = false",
        "kind = 'bank'",
        "last_transfer = NULL",
    ],
)
def test_an_account_is_not_changed_by_hand(group: Group, change: str) -> None:
    group.post([move(BOX, group.amina, 100)])

    with pytest.raises(IntegrityError, match="balance_by_hand"), transaction.atomic():
        run(f"UPDATE ledger_account SET {change} WHERE kind = 'loan_fund_box'")


def test_a_transfer_counts_once_even_for_one_who_writes_it_by_hand(group: Group) -> None:
    box, amina, beatrice = (group.account(ref) for ref in (BOX, group.amina, group.beatrice))
    entry = uuid4()
    first = group.write(entry, box, amina, 100)
    second = group.write(entry, box, beatrice, 100, sequence=1)

    for transfer, account in ((second, box), (second, beatrice), (first, box), (first, amina), (second, amina)):
        with pytest.raises(IntegrityError, match="balance_by_hand"), transaction.atomic():
            run("UPDATE ledger_account SET balance_minor = balance_minor + 100, last_transfer = %s WHERE id = %s",
                transfer, account)  # fmt: skip

    group.seal(entry, count=2, total=200)
    assert balances(group.book_id) == {BOX: 200, group.amina: 100, group.beatrice: 100}


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"balance_minor": 5}, "not_born_empty"),
        ({"last_transfer": uuid4()}, "not_born_empty"),
        ({"may_go_below_zero": True}, "ledger_account_is_as_in_the_chart"),
        ({"grows_on_debit": False}, "ledger_account_is_as_in_the_chart"),
        ({"owner": uuid4()}, "ledger_account_is_as_in_the_chart"),
        ({"kind": "pocket"}, "ledger_account_is_as_in_the_chart"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else value,
)
def test_an_account_is_born_empty_and_as_the_chart_has_it(group: Group, wrong: dict[str, object], refusal: str) -> None:
    right = {"kind": "bank", "balance_minor": 0, "may_go_below_zero": False, "grows_on_debit": True}

    with pytest.raises(IntegrityError, match=refusal), transaction.atomic():
        insert("ledger_account", id=uuid4(), book_id=group.book_id, **(right | wrong))


@pytest.mark.parametrize("ref", [BOX, AccountRef("shares", uuid4())], ids=lambda ref: ref.kind)
def test_a_book_has_each_account_once(group: Group, ref: AccountRef) -> None:
    group.account(ref)
    flags = {"may_go_below_zero": False, "grows_on_debit": ref.kind == "loan_fund_box"}

    with pytest.raises(IntegrityError, match=r"exists|ledger_account_once"), transaction.atomic():
        insert("ledger_account", id=uuid4(), book_id=group.book_id, kind=ref.kind, owner=ref.owner,
               balance_minor=0, **flags)  # fmt: skip


@pytest.mark.parametrize("change", ["currency = 'EUR'", "created_at = '2020-01-01 00:00:00+00:00'"])
def test_a_book_keeps_its_currency(group: Group, change: str) -> None:
    with pytest.raises(IntegrityError, match="fixed_book"), transaction.atomic():
        run(f"UPDATE ledger_book SET {change}")


def test_a_book_may_move_to_another_organisation(group: Group) -> None:
    run("UPDATE ledger_book SET organisation_id = %s WHERE id = %s", uuid4(), group.book_id)


def test_a_currency_has_three_letters(db: None) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        insert("ledger_book", id=uuid4(), currency="SHILLING", organisation_id=uuid4(), created_at=AT)
    with pytest.raises(IntegrityError, match="three_letters"), transaction.atomic():
        insert("ledger_book", id=uuid4(), currency="K", organisation_id=uuid4(), created_at=AT)
