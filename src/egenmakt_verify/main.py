"""The check from end to end, and the command that prints what it found."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from egenmakt_verify.chain import check_chain
from egenmakt_verify.reading import read_export
from egenmakt_verify.records import (
    cash,
    check_attendance,
    check_balances,
    check_loans,
    check_members,
    check_rules_and_cycles,
)
from egenmakt_verify.replay import Replay
from egenmakt_verify.report import Disagrees, Finding, Json, Report
from egenmakt_verify.tables import check_tables


def verify(path: str | Path) -> Report:
    """Compute everything in an export again. Returns: a report; a broken or hostile file is a finding, not an error."""
    stage = "reading the file"
    try:
        export = read_export(path)
        data = export.data
        stage = "the chain of meetings"
        documents = check_chain(data)
        stage = "the journal"
        replay = Replay(data, documents)
        replay.run()
        stage = "the balances"
        check_balances(data, replay.balances)
        money = cash(data, replay.balances)
        stage = "the records"
        check_attendance(replay)
        check_members(replay)
        check_rules_and_cycles(replay)
        check_loans(replay, replay.balances)
        stage = "the tables"
        check_tables(data, export.tables)
    except Disagrees as found:
        return Report(False, found.finding)
    # Documents are checked as they are used, so one that is not shaped like a meeting shows itself here.
    except (ArithmeticError, AttributeError, LookupError, MemoryError, RecursionError, TypeError, ValueError) as error:
        problem = f"cannot be understood ({type(error).__name__}: {str(error)[:200]})."
        return Report(False, Finding(Path(path).name, stage, problem))
    return Report(
        True, counts=_counts(data), money=money, last_code=data["meetings"][-1]["code"] if data["meetings"] else ""
    )


def _counts(data: dict[str, Json]) -> dict[str, int]:
    names = ("members", "meetings", "corrections", "loans", "accounts", "entries")
    return {name: len(data[name]) for name in names} | {"transfers": sum(len(e["transfers"]) for e in data["entries"])}


def main(arguments: list[str]) -> int:
    """Print the report. Returns: 0 when it agrees, 1 when it does not."""
    parser = argparse.ArgumentParser(prog="egenmakt_verify", description="Check the export of a savings group.")
    parser.add_argument("file", help="the export, a .zip")
    parser.add_argument("--json", action="store_true", help="print the report for programs")
    chosen = parser.parse_args(arguments)
    report = verify(chosen.file)
    sys.stdout.write((json.dumps(report.as_json(), ensure_ascii=True) if chosen.json else str(report)) + "\n")
    return 0 if report.agrees else 1
