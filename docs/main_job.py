# ruff: noqa: T201  it is a program, and prints
"""The main job on real data, from files to a verified report: `python docs/main_job.py DATA_FOLDER OUT_FOLDER`.

It runs the commands that anybody would type, one after the other, in a throwaway installation: two open data sets and
an invented monthly series come in, indicators and patterns come out, and the effect report in Swedish and English with
its pack, which is verified. What must agree is counted here once more, from the files alone. It ends with 0 where all
agrees, and with 1 where something does not. No sentence of a story is written anywhere but into the throwaway folder.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

DOCS = Path(__file__).resolve().parent
BY = "amina@example.org"
BODY, ASSOCIATIONS, IDEAS, INVENTED = "Exempel", "PROIRRI", "Ideas from Zambia", "Invented example"
FIRST, LAST = "2015-01-01", "2025-12-31"
CONSENT = "Terms of the challenge, as published with the data"
SERIES = "An invented series, made by docs/main_job.py: nobody counted it"
MONTHS = 24
GROWTH = {"groups": (3, 40), "members": (61, 840), "women": (49, 655), "enterprises": (17, 210), "jobs": (23, 260)}
"""Line of the published tables -> what is invented for a month, and what there was before the first."""

GOALS_IN_SWEDISH = {
    "no_poverty": "Ingen fattigdom",
    "zero_hunger": "Ingen hunger",
    "health": "God hälsa och välbefinnande",
    "education": "God utbildning för alla",
    "gender_equality": "Jämställdhet",
    "water": "Rent vatten och sanitet för alla",
    "energy": "Hållbar energi för alla",
    "decent_work": "Anständiga arbetsvillkor och ekonomisk tillväxt",
    "industry": "Hållbar industri, innovationer och infrastruktur",
    "inequalities": "Minskad ojämlikhet",
    "cities": "Hållbara städer och samhällen",
    "consumption": "Hållbar konsumtion och produktion",
    "climate": "Bekämpa klimatförändringarna",
    "life_below_water": "Hav och marina resurser",
    "life_on_land": "Ekosystem och biologisk mångfald",
    "peace": "Fredliga och inkluderande samhällen",
    "partnerships": "Genomförande och globalt partnerskap",
}
"""The goals as they are called in Swedish; the mapping has their English names."""
COUNTED_BY_PATTERNS = {
    "en": "Goals that the tellers chose themselves, counted when the patterns were looked for.",
    "sv": "Mål som de själva valde, räknade när mönstren söktes.",
}


@dataclass(frozen=True, slots=True)
class Files:
    """Where the data lie."""

    data: Path

    @property
    def households(self) -> Path:
        return self.data / "groups" / "proirri" / "households.csv"

    @property
    def contributions(self) -> Path:
        return self.data / "groups" / "proirri" / "contributions_long.csv"

    @property
    def ideas(self) -> Path:
        return self.data / "stories" / "undp_acclabs" / "zambia_ideas.csv"

    def missing(self) -> list[Path]:
        """What is not there."""
        return [file for file in (self.households, self.contributions, self.ideas) if not file.is_file()]


class NotRight(Exception):
    """A command failed, or two counts of the same differ."""


class Job:
    """Runs commands in an installation of its own, and keeps how long they took and how much memory they had."""

    def __init__(self, home: Path, out: Path) -> None:
        self.out = out
        self.seconds = 0.0
        self.peak_kib = 0
        self.work_seconds = 0.0
        self._environment = {
            **{name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
            "EGENMAKT_HOME": str(home),
            "EGENMAKT_PASSWORD": secrets.token_urlsafe(16),
            "PYTHONUNBUFFERED": "1",
        }

    def run(self, *words: object) -> str:
        """Run a command of `egenmakt` and print how it went. Returns: what it printed. Raises: NotRight."""
        said = [str(word) for word in words]
        here = f"{Path.cwd()}{os.sep}"
        shown = " ".join(f'"{word}"' if " " in word else word.removeprefix(here) for word in said)
        print(f"$ egenmakt {shown}", flush=True)
        began = time.monotonic()
        with tempfile.TemporaryFile("w+", encoding="utf-8") as printed, tempfile.TemporaryFile("w+") as complained:
            process = subprocess.Popen(
                [sys.executable, "-m", "egenmakt.interfaces.cli.main", *said],
                stdout=printed, stderr=complained, env=self._environment,
            )  # fmt: skip
            # the memory of each command by itself, which subprocess does not tell
            _pid, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            printed.seek(0)
            complained.seek(0)
            output, errors = printed.read(), complained.read()
        took = time.monotonic() - began
        self.seconds += took
        self.work_seconds += used.ru_utime + used.ru_stime
        self.peak_kib = max(self.peak_kib, used.ru_maxrss)
        if process.returncode:
            last = "\n".join(output.splitlines()[-20:])
            raise NotRight(f"{last}\n{errors[-4000:]}egenmakt {said[0]} ended with {process.returncode}.")
        if last := next((line for line in reversed(output.splitlines()) if line.strip()), "")[:160]:
            print(f"  {last}" if not last.startswith(("{", "}", "]")) else "  (JSON)")
        print(f"  {took:.1f} s, {used.ru_maxrss / 1024:,.0f} MB", flush=True)
        return output


def invented_months() -> Iterator[tuple[str, str, str, int, int, str]]:
    """Rows of a series in the published format, by a rule that anybody can follow: it goes up and down by the month."""
    accumulated = {line: before for line, (_usual, before) in GROWTH.items()}
    for place in range(MONTHS):
        month = f"{2024 + place // 12}-{place % 12 + 1:02}"
        for line, (usual, _before) in GROWTH.items():
            flow = usual + place * 7 % (usual // 5 + 2)
            accumulated[line] += flow
            yield month, INVENTED, line, flow, accumulated[line], ""


def write_series(out: Path) -> tuple[Path, Path]:
    """The invented months as they are published, and their enterprises and jobs by year as a table handed in."""
    months, table = out / "invented-months.csv", out / "invented-years.csv"
    years: Counter[tuple[str, str]] = Counter()
    with months.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["month", "region", "indicator", "flow", "accumulated", "note"])
        for row in invented_months():
            writer.writerow(row)
            if row[2] in ("enterprises", "jobs"):
                years[row[2], row[0][:4]] += row[3]
    with table.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["indicator", "partner", "year", "value"])
        writer.writerows([line, INVENTED, year, value] for (line, year), value in sorted(years.items()))
    return months, table


def bring_in(job: Job, files: Files, stories: Path) -> None:
    """Everything that comes in, each file checked against what was made of it."""
    job.run("setup", "--organisation", BODY, "--country", "SE", "--email", BY, "--name", "Amina")
    for name, country in ((ASSOCIATIONS, "MZ"), (IDEAS, "ZM"), (INVENTED, "SE")):
        job.run("body", "add", "--name", name, "--below", BODY, "--country", country)
    books = (files.households, files.contributions, "--mapping", DOCS / "guides" / "proirri-mapping.json")
    job.run("import", "savings", *books, "--below", ASSOCIATIONS, "--by", BY, "--commit")
    job.run("import", "check", *books, "--below", ASSOCIATIONS, "--by", BY)
    told = (
        files.ideas, "--mapping", DOCS / "guides" / "stories-zambia-mapping.json", "--documented", CONSENT,
        "--purpose", "keep", "--purpose", "learn", "--visibility", "organisation", "--role", "rights_holder",
        "--collected-by", "self", "--collected-on", LAST, "--partly",
    )  # fmt: skip
    job.run(
        "import", "stories", *told, "--new-round", IDEAS, "--below", IDEAS, "--starts-on", "2025-01-01",
        "--until-on", "2026-01-01", "--keep-until-on", "2030-01-01", "--by", BY, "--commit",
    )  # fmt: skip
    job.run("import", "stories", *told, "--out", stories)
    months, years = write_series(job.out)
    job.run("monthly", "check", months)
    job.run("import", "monthly", months, "--below", BODY, "--by", BY, "--commit")
    handed_in = ("--title", "Enterprises and jobs", "--source", SERIES, "--received-on", "2026-01-15")
    job.run("import", "outside", years, "--below", BODY, *handed_in, "--by", BY, "--commit")


def count_again(files: Files) -> dict[str, int]:
    """What the indicators must say, counted from the files alone: groups, households, savings in centavos, ideas."""
    with files.households.open(newline="", encoding="utf-8") as file:
        households = list(csv.DictReader(file))
    with files.contributions.open(newline="", encoding="utf-8") as file:
        amounts = [Decimal(row["box_contribution_mzn"]) for row in csv.DictReader(file)]
    with files.ideas.open(newline="", encoding="utf-8") as file:
        ideas = list(csv.DictReader(file))
    invented = list(invented_months())
    return {
        "groups": len({row["associd"] for row in households}),
        "members": len(households),
        "savings": int(sum((round(amount * 100) for amount in amounts), 0)),
        # children stay out: nobody states that a guardian agreed
        "stories": sum(row["age"] != "below 18" for row in ideas),
        "enterprises": sum(row[3] for row in invented if row[2] == "enterprises"),
        "jobs": sum(row[3] for row in invented if row[2] == "jobs"),
    }


def look_at_indicators(job: Job, files: Files) -> None:
    """Print the indicators into the folder and hold them against the files. Raises: NotRight."""
    asked = ("report", "indicators", "--node", BODY, "--from", FIRST, "--until", LAST)
    document = job.run(*asked, "--divided", "--json")
    (job.out / "indicators.json").write_text(document, encoding="utf-8")
    figures = json.loads(document)["figures"]
    found = {one["indicator"]: one["value"] for one in figures if one["state"] == "shown" and not one["division"]}
    for code, expected in count_again(files).items():
        if found.get(code) != expected:
            raise NotRight(f"{code}: the files say {expected:,}, the indicator says {found.get(code)}.")
        print(f"  {code}: {expected:,} in the files and in the indicator")


def look_for_patterns(job: Job, files: Files, stories: Path) -> dict[str, Any]:
    """The patterns of the ideas, and their goals held against the file. Returns: the goals as claims of the report."""
    out = job.out / "patterns.json"
    job.run(
        "patterns", stories / "framework.json", stories / "stories.jsonl", "--json", out,
        "--html", job.out / "patterns.html",
    )  # fmt: skip
    voice = json.loads(out.read_text(encoding="utf-8"))["voices"][0]
    goals = next(question for question in voice["questions"] if question["code"] == "goals")
    mapping = json.loads((DOCS / "guides" / "stories-zambia-mapping.json").read_text(encoding="utf-8"))
    question = next(question for question in mapping["questions"] if question["code"] == "goals")
    labels = {option["code"]: (option["text"], option["values"][0]) for option in question["options"]}
    with files.ideas.open(newline="", encoding="utf-8") as file:
        chosen = Counter(
            goal.strip() for row in csv.DictReader(file) if row["age"] != "below 18" for goal in row["sdgs"].split("|")
        )
    source = f"UNDP Accelerator Labs; patterns.json (SHA-256 {_sha256(out)[:16]})"
    claims = {}
    for count in goals["counts"]:
        label, written = labels[count["mark"]]
        if count["n"] is None:
            continue
        if count["n"] != chosen[written]:
            raise NotRight(f"{label}: the file says {chosen[written]:,}, the patterns say {count['n']}.")
        claims[f"goal-{count['mark'].replace('_', '-')}"] = {
            "section": "tracker",
            "kind": "outside",
            "statement": {
                "en": f"Ideas for the goal: {label}",
                "sv": f"Idéer för målet: {GOALS_IN_SWEDISH[count['mark']]}",
            },
            "method": COUNTED_BY_PATTERNS,
            "query": {"source": source, "rows": [{"label": label, "value": count["n"], "of": voice["stories"]["n"]}]},
        }
    print(f"  goals: {sum(chosen.values()):,} chosen in the file and in the patterns; small ones are hidden")
    return claims


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def report(job: Job, goals: Mapping[str, Any], home: Path) -> None:
    """The effect report in both languages, and its pack verified. Raises: NotRight."""
    texts = json.loads((DOCS / "main_job_texts.json").read_text(encoding="utf-8"))
    texts["claims"] |= goals
    written = home / "texts.json"
    written.write_text(json.dumps(texts, ensure_ascii=False, indent=1), encoding="utf-8")
    job.run("report", "effect", "--node", BODY, "--from", FIRST, "--until", LAST, "--texts", written, "--out", job.out)
    verified = job.run("report", "verify", job.out / "report.pack.zip", "--json")
    (job.out / "verification.json").write_text(verified, encoding="utf-8")
    found = json.loads(verified)
    if not found["agrees"]:
        raise NotRight("The pack does not prove the report.")
    print(f"  {found['claims']} claims come out as they are written (seal {found['seal'][:16]})")


def main(arguments: list[str]) -> int:
    """Run the whole job."""
    if len(arguments) != 2:
        print("python docs/main_job.py DATA_FOLDER OUT_FOLDER", file=sys.stderr)
        return 2
    files, out = Files(Path(arguments[0])), Path(arguments[1])
    if missing := files.missing():
        print(f"These data are not there: {', '.join(map(str, missing))}.", file=sys.stderr)
        return 2
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="egenmakt-main-job-") as folder:
        home = Path(folder)
        job = Job(home, out)
        try:
            bring_in(job, files, home / "stories")
            look_at_indicators(job, files)
            report(job, look_for_patterns(job, files, home / "stories"), home)
        except NotRight as error:
            print(f"\n{error}\ndoes not agree", file=sys.stderr)
            return 1
    print(f"\nAll commands: {job.seconds:.1f} s, of which {job.work_seconds:.1f} s of work on a processor.")
    print(f"The largest of them had {job.peak_kib / 1024:,.0f} MB of memory.")
    for file in sorted(out.iterdir()):
        print(f"  {file.name:<24} {file.stat().st_size:>12,} bytes")
    print("agrees")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
