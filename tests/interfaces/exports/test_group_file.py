"""A group's export: all that is known about it, nothing secret, readable by a spreadsheet without danger."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from uuid6 import uuid7

from egenmakt.apps.access.queries import NotAllowed
from egenmakt.apps.audit.models import Event
from egenmakt.apps.groups.models import Membership
from egenmakt.interfaces.exports.cells import FORMULA_SIGNS, Table, amount, csv_lines, plain_text, safe_text
from egenmakt.interfaces.exports.group_file import NoSuchGroup, export_group
from tests.support.groups import START, Group, form_group
from tests.support.tree import Tree
from tests.verify.example import WEEK, busy_group

AT = datetime(2026, 6, 1, 8, tzinfo=UTC)
SCHEMA = Path(__file__).parents[3] / "spec" / "group-export.schema.json"


def parts_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8"), newline="")))


def test_the_file_holds_json_and_tables(tree: Tree) -> None:
    group, _ = busy_group(tree)

    parts = parts_of(export_group(group.row.id, by=group.by, at=AT))

    data = json.loads(parts["group.json"])
    assert list(parts) == ["group.json", "transfers.csv", "members.csv", "meetings.csv", "loans.csv", "balances.csv"]
    assert [member["name"] for member in data["members"]] == list(group.members)
    assert [len(data[name]) for name in ("meetings", "corrections", "loans", "entries")] == [5, 1, 2, 6]
    assert len(rows_of(parts["transfers.csv"])) == sum(len(entry["transfers"]) for entry in data["entries"])
    assert not parts["transfers.csv"].startswith(b"\xef\xbb\xbf")


def test_it_is_as_the_published_schema_says(tree: Tree) -> None:
    schema = json.loads(SCHEMA.read_text())
    group, _ = busy_group(tree)
    group.send({**json.loads(_data(group)["meetings"][0]["document"]), "notes": "sent again with other words"})

    jsonschema.Draft202012Validator.check_schema(schema)
    data = _data(group)

    assert len(data["quarantine"]) == 1
    jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker()).validate(data)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**data, "secret": 1}, schema)


def _data(group: Group) -> dict[str, Any]:
    return json.loads(parts_of(export_group(group.row.id, by=group.by, at=AT))["group.json"])


def test_no_secret_of_a_pin_is_in_it(tree: Tree) -> None:
    group = form_group(tree)

    text = parts_of(export_group(group.row.id, by=group.by, at=AT))["group.json"].decode()

    assert "pin" not in text
    for membership in Membership.objects.filter(group=group.row):
        assert bytes(membership.pin_key or b"").hex() not in text


def test_each_meeting_document_is_there_word_for_word(tree: Tree) -> None:
    group = form_group(tree)
    document = group.meet(START, [{"type": "decision", "words": "Tunakutana shuleni – 'saa nne' \"sharp\"."}])

    data = _data(group)

    assert json.loads(data["meetings"][0]["document"]) == document
    assert data["meetings"][0]["document"].encode() == bytes(group.row.meetings.get().arrival.content)


def test_an_outsider_gets_nothing_and_a_colleague_next_door_neither(tree: Tree) -> None:
    group = form_group(tree)

    for user in (tree.nobody, tree.chipo, tree.beatrice):
        with pytest.raises(NotAllowed):
            export_group(group.row.id, by=user, at=AT)
    with pytest.raises(NoSuchGroup):
        export_group(uuid7(), by=None, at=AT)
    assert not Event.objects.filter(deed="group.exported").exists()


def test_who_took_the_data_out_stands_in_the_trail(tree: Tree) -> None:
    import hashlib

    group = form_group(tree)

    content = export_group(group.row.id, by=tree.amina, at=AT)

    event = Event.objects.get(deed="group.exported")
    assert (event.actor_name, event.node_id) == ("Amina", group.row.id)
    assert event.data == {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}


def test_the_same_number_of_queries_for_one_meeting_and_for_four(tree: Tree) -> None:
    group = form_group(tree)
    counts = []
    for week in range(4):
        group.meet(START + week * WEEK, [{"type": "shares", "member": group.id("Amina"), "shares": 1}])
        with CaptureQueriesContext(
            connection,
        ) as queries:
            export_group(group.row.id, by=group.by, at=AT)
        counts.append(len(queries))

    assert len(set(counts)) == 1


def test_a_group_that_is_called_like_a_formula_is_harmless(tree: Tree) -> None:
    group = form_group(tree, names=('=HYPERLINK("http://x")', "+254 1", "@Chipo", "\tDalila", "Esther"), name="-2+3")
    group.meet(START, [{"type": "shares", "member": str(member.id), "shares": 1} for member in group.members.values()])

    parts = parts_of(export_group(group.row.id, by=group.by, at=AT))

    for name, content in parts.items():
        for row in rows_of(content) if name.endswith(".csv") else []:
            for column, cell in row.items():
                is_number = column.endswith("_minor") or column in ("amount", "balance")
                assert is_number or cell[:1] not in set("=+-@\t\r"), (name, column, cell)
    assert rows_of(parts["members.csv"])[0]["name"] == '\'=HYPERLINK("http://x")'


def test_amounts_below_zero_stay_numbers() -> None:
    table = Table("t.csv", ("words", "balance_minor", "balance"), frozenset({"balance_minor", "balance"}))
    row = {"words": "-50", "balance_minor": -50, "balance": amount(-50, "KES")}

    assert b"".join(csv_lines(table, [row])) == b"words,balance_minor,balance\r\n'-50,-50,-0.50\r\n"


@pytest.mark.parametrize(("currency", "text"), [("KES", "12.34"), ("UGX", "1234"), ("TND", "1.234")])
def test_decimals_follow_the_currency(currency: str, text: str) -> None:
    assert amount(1234, currency) == text


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\u00a0=1", "\u200b=1", "\ufeff=1", "＝1",
     "＋1", "－1", "＠x", " \u3000＝1", "|cmd", "%0A", "'=1", "\x00=1"],
)  # fmt: skip
def test_what_a_spreadsheet_could_take_for_a_formula_gets_an_apostrophe(text: str) -> None:
    assert safe_text(text) == f"'{text}"
    assert plain_text(safe_text(text)) == text


@pytest.mark.parametrize(
    "text", ["", "Amina", "a=b", "2026-01-05", "0192f0c1-2b3c-7d4e-8f90-1a2b3c4d5e6f", "ሰላም", "1-2"]
)
def test_other_text_stays_as_it_is(text: str) -> None:
    assert safe_text(text) == text


@given(st.text(max_size=20))
@settings(max_examples=60)
def test_every_text_comes_back_and_none_begins_like_a_formula(text: str) -> None:
    cell = safe_text(text)

    assert plain_text(cell) == text
    assert not cell.lstrip()[:1] or cell.lstrip()[:1] not in FORMULA_SIGNS - {"'"}
