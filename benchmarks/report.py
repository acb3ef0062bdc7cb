"""What a report costs: 30 pages with charts as PDF, page, text document and annex, beside the page printed by Chromium.

    python benchmarks/report.py                 # 30 pages, and ten times the numbers in them
    python benchmarks/report.py --parts 5 50    # and ten times the pages

Each renderer runs in a process of its own: seconds of the clock and of the processor from the blocks to the bytes (the
best of three, without Python's start), the most memory the process held, and how large the file is. "x before" and the
comparison are of processor time, which a busy machine spoils less. The PDF is set against Chromium, which is what one
would use instead: it prints the same page, though not as PDF/UA.
"""

from __future__ import annotations

import argparse
import io
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

RENDERERS = ("pdf", "html", "docx", "annex", "chromium")
RUNS = 3
AIM_SECONDS = 10
AIM_TIMES = 3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--parts", type=int, nargs="+", default=[5], help="how often the sample is repeated")
    parser.add_argument("--inside", nargs=3, metavar=("RENDERER", "PARTS", "TIMES"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        renderer, parts, times = options.inside
        print(json.dumps(measure(renderer, int(parts), int(times))))
        return
    for parts in options.parts:
        for times in (1, 10):
            show(parts, times, {renderer: _in_a_process(renderer, parts, times) for renderer in RENDERERS})


def _in_a_process(renderer: str, parts: int, times: int) -> dict[str, Any] | None:
    words = [sys.executable, __file__, "--inside", renderer, str(parts), str(times)]
    found: dict[str, Any] | None = json.loads(subprocess.run(words, check=True, stdout=subprocess.PIPE).stdout)
    return found


_first: dict[str, float] = {}


def show(parts: int, times: int, results: dict[str, dict[str, Any] | None]) -> None:
    pdf = results["pdf"]
    assert pdf is not None
    print(f"\n{pdf['pages']} pages, {pdf['charts']} charts, {pdf['numbers']:,} numbers")
    print(f"  {'':<10}{'seconds':>9}{'processor':>11}{'x before':>10}{'MB held':>9}{'kB':>8}")
    for renderer, result in results.items():
        if result is None:
            print(f"  {renderer:<10}  not installed")
            continue
        grown = result["processor"] / _first.setdefault(renderer, result["processor"])
        print(f"  {renderer:<10}{result['seconds']:>9.2f}{result['processor']:>11.2f}{grown:>10.2f}", end="")
        print(f"{result['mb']:>9.0f}{result['kb']:>8,.0f}")
    if other := results["chromium"]:
        print(f"  PDF against Chromium: {pdf['processor'] / other['processor']:.2f} of the processor time")
    grown = pdf["processor"] / _first["pdf"]
    if pdf["pages"] > 100:
        return  # the aims are for thirty pages
    kept = pdf["seconds"] < AIM_SECONDS if times == 1 else grown < AIM_TIMES
    aim = f"under {AIM_SECONDS} s" if times == 1 else f"ten times the numbers under {AIM_TIMES} times the time"
    print(f"  {aim}: {'kept' if kept else 'not kept'}")


def sample(parts: int, times: int) -> Any:
    """A report of so many parts, with so many times the rows in its tables and the points in its lines."""
    from tests.support.a_report import many_pages

    from egenmakt.core.evidence.blocks import Chart, Table

    report = many_pages("sv", parts=parts)
    blocks = []
    for i, block in enumerate(report.blocks):
        if isinstance(block, Chart):
            # no two charts are alike, or typst would draw one of them for all
            moved = tuple(replace(each, values=_moved(each.values, i % 89)) for each in block.series)
            block = replace(block, series=moved)
        if isinstance(block, Table):
            block = replace(block, rows=block.rows * times)
        elif isinstance(block, Chart) and block.kind == "lines":
            series = tuple(replace(each, values=each.values * times) for each in block.series)
            rows = block.table.rows * times
            block = replace(block, keys=block.keys * times, series=series, table=replace(block.table, rows=rows))
        blocks.append(block)
    return replace(report, blocks=tuple(blocks))


def _moved(values: tuple[int | None, ...], by: int) -> tuple[int | None, ...]:
    return tuple(None if value is None else value + by for value in values)


def measure(renderer: str, parts: int, times: int) -> dict[str, Any] | None:
    from egenmakt.core.evidence.blocks import Chart, Table

    report = sample(parts, times)
    deed = _deed(renderer, report)
    if deed is None:
        return None
    spent, worked, content = [], [], b""
    for _ in range(RUNS):
        began, before = time.perf_counter(), _processor()
        content = deed()
        spent.append(time.perf_counter() - began)
        worked.append(_processor() - before)
    held = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    tables = [b.table if isinstance(b, Chart) else b for b in report.blocks if isinstance(b, Chart | Table)]
    return {
        "seconds": min(spent),
        "processor": min(worked),
        "mb": held / 1024,
        "kb": len(content) / 1000,
        "charts": sum(isinstance(block, Chart) for block in report.blocks),
        "numbers": sum(len(table.rows) * (len(table.columns) - 1) for table in tables),
        "pages": _pages(content) if renderer == "pdf" else None,
    }


def _processor() -> float:
    """Seconds of processor time of this process and of those that it started."""
    who = [resource.getrusage(each) for each in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in who)


def _deed(renderer: str, report: Any) -> Callable[[], bytes] | None:
    from tests.support.a_report import PICTURES
    from tests.support.tools import CHROMIUM

    from egenmakt.interfaces.exports.report.annex import render_annex
    from egenmakt.interfaces.exports.report.docx import render_docx
    from egenmakt.interfaces.exports.report.html import render_html
    from egenmakt.interfaces.exports.report.pdf import render_pdf

    deeds: dict[str, Callable[[], bytes]] = {
        "pdf": lambda: render_pdf(report, PICTURES),
        "html": lambda: render_html(report, PICTURES).encode(),
        "docx": lambda: render_docx(report, PICTURES),
        "annex": lambda: render_annex(report),
    }
    if renderer != "chromium":
        return deeds[renderer]
    if CHROMIUM is None:
        return None
    page = render_html(report, PICTURES)
    return lambda: _printed_by_chromium(CHROMIUM, page)


def _printed_by_chromium(executable: str, page: str) -> bytes:
    from tests.support.browser import ARGUMENTS

    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "report.html"), Path(folder, "report.pdf")
        source.write_text(page, encoding="utf-8")
        words = [executable, "--headless", *ARGUMENTS, f"--print-to-pdf={target}", source.as_uri()]
        subprocess.run(words, check=True, capture_output=True)
        return target.read_bytes()


def _pages(content: bytes) -> int:
    import pikepdf

    with pikepdf.open(io.BytesIO(content)) as opened:
        return len(opened.pages)


if __name__ == "__main__":
    main()
