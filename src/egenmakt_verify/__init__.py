"""Checks the export of a savings group by computing everything in it again.

It is a program of its own: it shares no code with the one that keeps the books, needs nothing but Python, and is short
enough to be read. `verify(path)` gives a report; `python -m egenmakt_verify FILE` prints it.

What it proves: the meetings are the ones that were recorded, in an unbroken chain that ends in the printed code; each
transfer follows from the words of a meeting, a correction or the cut-off sheet; balances, boxes, loans and the CSV
files are the sums of the transfers. What no file can prove about itself: that the last code is the one in the
members' passbooks. Compare it.
"""

from egenmakt_verify.main import verify
from egenmakt_verify.report import Finding, Report

__all__ = ["Finding", "Report", "verify"]
