"""Every measure has the same answer by the same expression on DuckDB and on a Spark cluster of two workers.

Run by `make test-scale`, in an environment of its own (`scripts/install-scale`). Java 17 or newer is needed.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import ibis
import pytest

from egenmakt.core.evidence.catalogue.catalogue import shipped
from egenmakt.core.evidence.facts import TABLES, Facts, write_parquet
from egenmakt.core.evidence.measures.evaluation import figure, figures, series, table
from egenmakt.core.evidence.measures.figure import FigureSpec, cell_of
from tests.core.evidence.test_measures_by_a_second_route import random_measure
from tests.support.facts import invented_facts

pyspark = pytest.importorskip("pyspark", reason="pyspark is not installed; run `make test-scale`")
spark_sql = pytest.importorskip("pyspark.sql")
if not shutil.which("java"):
    pytest.skip("Java is missing: apt-get install openjdk-17-jre-headless", allow_module_level=True)

SECONDS_TO_START = 120
YEAR = (date(2025, 1, 1), date(2026, 1, 1))


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@dataclass(frozen=True)
class SparkFacts:
    """The same facts, read by a cluster from files."""

    connection: Any

    def table(self, name: str) -> Any:
        return self.connection.table(name)

    def asked(self, expression: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.connection.to_pyarrow(expression).to_pylist()
        return found


@pytest.fixture(scope="module")
def master(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A master and two workers, each a process of its own."""
    home = Path(pyspark.__file__).parent
    port = free_port()
    work = tmp_path_factory.mktemp("spark")
    environment = {**os.environ, "SPARK_HOME": str(home), "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_NO_DAEMONIZE": "1"}
    address = f"spark://127.0.0.1:{port}"
    command = [str(home / "bin" / "spark-class")]
    web = ["--webui-port", "0"]
    deploy = "org.apache.spark.deploy"
    starts = [[*command, f"{deploy}.master.Master", "--host", "127.0.0.1", "--port", str(port), *web]]
    for number in range(2):
        size = ["--cores", "1", "--memory", "1g", "--work-dir", str(work / str(number))]
        starts.append([*command, f"{deploy}.worker.Worker", "--host", "127.0.0.1", *size, *web, address])
    log = (work / "log").open("wb")
    running = [subprocess.Popen(start, env=environment, stdout=log, stderr=log) for start in starts]
    try:
        yield address
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(30)
        log.close()


@pytest.fixture(scope="module")
def both(master: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Facts, SparkFacts]]:
    """Facts in DuckDB, and the same facts on the cluster."""
    facts = invented_facts(seed=5, groups=40)
    folder = tmp_path_factory.mktemp("facts")
    write_parquet(facts, folder)
    builder = spark_sql.SparkSession.builder.master(master).appName("egenmakt")
    for name, value in {
        "spark.ui.enabled": "false",
        "spark.executor.memory": "768m",
        "spark.executor.cores": "1",
        "spark.sql.shuffle.partitions": "4",
        "spark.sql.session.timeZone": "UTC",
        "spark.driver.host": "127.0.0.1",
    }.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    try:
        _wait_for_two(session)
        for name in TABLES:
            session.read.parquet(str(folder / f"{name}.parquet")).createOrReplaceTempView(name)
        yield facts, SparkFacts(ibis.pyspark.connect(session))
    finally:
        session.stop()


def _wait_for_two(session: Any) -> None:
    """Until both workers have an executor: the driver counts as one more."""
    until = time.monotonic() + SECONDS_TO_START
    status = session.sparkContext._jsc.sc().getExecutorMemoryStatus
    while status().size() < 3:
        assert time.monotonic() < until, "the two workers have not come"
        time.sleep(0.5)


def test_every_indicator_is_the_same_on_two_workers(both: tuple[Facts, SparkFacts]) -> None:
    facts, cluster = both
    specs = [
        shipped().spec(
            one.code, from_on=YEAR[0], until_on=YEAR[1], cell={"currency": "KES"} if one.needs_currency else {}
        )
        for one in shipped().indicators.values()
    ]

    assert figures(cluster, specs) == figures(facts, specs)


@pytest.mark.parametrize("seed", range(12))
def test_any_measure_is_the_same_alone_and_by_columns(seed: int, both: tuple[Facts, SparkFacts]) -> None:
    facts, cluster = both
    rng = Random(seed)  # no secret
    measure = random_measure(rng)
    names = [column.name for column in measure.of_table.columns if column.type == "text"]
    cell = {"currency": "KES"} if "currency" in names else {}
    start = date(2024, 1, 1) + timedelta(days=rng.randrange(400))
    spec = FigureSpec(measure, start, start + timedelta(days=rng.randrange(30, 500)), cell_of(cell))
    by = [rng.choice([name for name in names if name not in cell])]

    assert figure(cluster, spec) == figure(facts, spec)
    assert table(cluster, spec, by) == table(facts, spec, by)


@pytest.mark.parametrize("code", ["members", "attendance", "groups_formed_ever"])
def test_a_series_of_months_is_the_same(code: str, both: tuple[Facts, SparkFacts]) -> None:
    facts, cluster = both
    spec = shipped().spec(code, from_on=YEAR[0], until_on=YEAR[1])
    months = [(date(2025, month, 1), date(2025, month + 1, 1)) for month in range(1, 7)]

    assert series(cluster, spec, months) == series(facts, spec, months)
