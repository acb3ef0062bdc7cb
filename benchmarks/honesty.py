"""How often the honesty checks are right, and how much they find, on the labelled sentences of tests/.

    python benchmarks/honesty.py                # every check, by lot and language
    python benchmarks/honesty.py --show         # and each sentence that was judged otherwise

The words were chosen with lot 1 at hand; lot 2 was written afterwards and says what can be expected of other drafts.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from tests.support.honesty import found_in, labelled, pointed_at, scores  # noqa: E402  # after the path is set


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--show", action="store_true", help="print the sentences that are judged otherwise")
    options = parser.parse_args()
    for lot in (1, 2):
        for language in ("sv", "en"):
            size = sum(one.lot == lot and one.language == language for one in labelled())
            print(f"\nlot {lot}, {language}: {size} sentences")
            print(f"{'':28}right  wrong  missed  precision  recall")
            for code, score in scores(lot, language).items():
                if score.right or score.wrong or score.missed:
                    counts = f"{score.right:5}  {score.wrong:5}  {score.missed:6}"
                    print(f"{code:28}{counts}  {score.precision_percent:7} %  {score.recall_percent:4} %")
    for lot in (1, 2):
        pointed, of, alone, right = pointed_at(lot)
        print(f"\nlot {lot}: {pointed} of {of} sentences with something wrong are pointed at,")
        print(f"       {alone} of {right} with nothing wrong are left alone")
    began = time.process_time()
    everything = list(labelled())
    judged = [(one, found_in(one)) for one in everything]
    each = (time.process_time() - began) / len(everything)
    print(f"\n{each * 1000:.1f} ms of processor time a sentence")
    if options.show:
        for one, found in judged:
            more, less = found - set(one.found), set(one.found) - found
            if more or less:
                print(f"lot {one.lot} {one.language} {one.expects}: {one.text}")
                print(f"    too much: {', '.join(sorted(more)) or '–'}; missed: {', '.join(sorted(less)) or '–'}")


if __name__ == "__main__":
    main()
