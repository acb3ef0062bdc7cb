"""How many mistakes in monthly tables are found and rightly named, and how many alarms there are without any.

    python benchmarks/monthly_check.py               # 200 tables without a mistake, 100 tables with one of each kind
    python benchmarks/monthly_check.py --show late   # print those of a kind that were not named rightly

Tables of 24 months, 5 regions and 5 indicators, invented as tests/support/monthly.py says.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path
from random import Random

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from tests.support.monthly import BESIDE_SUMS, HEADER, KINDS, Seeded, Tables, consistent, seed  # noqa: E402  # likewise

from egenmakt.core.evidence.findings import Finding  # noqa: E402  # after the path is set
from egenmakt.core.evidence.reading import read_table  # noqa: E402  # likewise
from egenmakt.core.evidence.self_check import check  # noqa: E402  # likewise


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clean", type=int, default=200, help="tables without a mistake (default 200)")
    parser.add_argument("--each", type=int, default=100, help="tables with one mistake of each kind (default 100)")
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--show", help="a kind whose misses are printed")
    options = parser.parse_args()
    began = time.process_time()
    alarms = Counter[str]()
    with_alarm = 0
    for number in range(options.clean):
        found = checked(consistent(Random(f"clean {options.first_seed + number}")))
        alarms.update(finding.code for finding in found)
        with_alarm += bool(found)
        if options.show == "clean":
            for finding in found:
                print("   ", finding.places[0], finding)
    each = (time.process_time() - began) / max(options.clean, 1)
    print(f"{options.clean} tables without a mistake: {with_alarm} with an alarm {dict(alarms) or ''}")
    print(f"{each * 1000:.0f} ms of processor time a table\n")
    print("kind                 tables  found  named  both said  unexplained  wrongly named  findings beyond the one")
    totals = Counter[str]()
    for kind in KINDS:
        counts = Counter[str]()
        for number in range(options.each):
            rng = Random(f"{kind} {options.first_seed + number}")
            tables = consistent(rng)
            mistake = seed(rng, tables, kind)
            if mistake is None:
                continue
            found = checked(tables)
            counts["tables"] += 1
            verdict = judged(found, mistake)
            counts.update(verdict)
            if options.show == kind and "named" not in verdict:
                print("   ", sorted(verdict), mistake)
                for finding in found:
                    print("       ", finding.code, finding.places[0].figure, finding.verdict, dict(finding.values))
                    for cause in finding.causes:
                        print("           ", cause.code, cause.share_percent, cause)
        if kind != "unrelated":
            totals.update(counts)
        print(line(kind, counts))
    print(line("all but unrelated", totals))
    print("\nMistakes that leave the sums right     tables  found")
    for kind in BESIDE_SUMS:
        size, seen = 0, 0
        for number in range(options.each):
            rng = Random(f"{kind} {options.first_seed + number}")
            tables = consistent(rng)
            if (mistake := seed(rng, tables, kind)) is not None:
                size += 1
                seen += any(finding.code in mistake.codes for finding in checked(tables))
        print(f"{kind:38s} {size:6d} {100 * seen / max(size, 1):6.1f}")


def checked(tables: Tables) -> list[Finding]:
    """The findings about tables, as they would be about their file."""
    read = read_table(header=HEADER, rows=tables.rows())
    return [*read.findings, *check(read.table)]


def judged(found: list[Finding], mistake: Seeded) -> set[str]:
    """What became of a mistake: found or not, and how it was named."""
    here = [
        finding
        for finding in found
        if finding.code == "sum"
        and any((p.region, p.indicator) == (mistake.region, mistake.indicator) for p in finding.places)
    ]
    verdicts = {"beyond"} if len(found) > 1 else set()
    if not here:
        return verdicts
    finding = here[0]
    codes = {cause.code for cause in finding.causes}
    verdicts.add("found")
    if not codes:
        return verdicts | ({"named"} if "" in mistake.codes else {"unexplained"})
    if codes <= mistake.codes:
        return verdicts | {"named"}
    return verdicts | ({"both"} if codes & mistake.codes else {"wrong"})


def line(kind: str, counts: Counter[str]) -> str:
    """One line of the table."""
    size = max(counts["tables"], 1)
    shares = [
        f"{100 * counts[name] / size:6.1f}" for name in ("found", "named", "both", "unexplained", "wrong", "beyond")
    ]
    widths = (6, 6, 10, 12, 14, 16)
    columns = " ".join(f"{share:>{width}}" for share, width in zip(shares, widths, strict=True))
    return f"{kind:20s} {counts['tables']:6d} {columns}"


if __name__ == "__main__":
    main()
