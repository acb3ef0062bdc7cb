"""The rules of the house: what no single part can see about itself."""

from __future__ import annotations

import ast
import hashlib
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.extract import extract as babel_extract
from django.apps import apps
from django.core.management import call_command
from django.db import connection, models

from egenmakt.apps.audit.guards import all_guards, missing
from egenmakt.project.translations import KEYWORDS, LANGUAGES, extract, extract_template, problems

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "egenmakt"
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
WINGS = next(contract["layers"] for contract in CONTRACTS if contract["name"] == "Wings")
HEIGHT = {
    wing.strip(" ()"): len(WINGS) - number for number, layer in enumerate(WINGS) for wing in re.split(r"[|:]", layer)
}
"""How high each wing lies, from the same line of pyproject.toml that holds the imports."""

OUR_MODELS = [model for model in apps.get_models() if model.__module__.startswith("egenmakt.")]


def _modules(folder: Path) -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(folder.rglob("*.py")):
        if "migrations" not in path.parts:
            yield path.relative_to(ROOT), ast.parse(path.read_text(encoding="utf-8"))


def test_imports_go_down_only() -> None:
    program = Path(sys.executable).parent / "lint-imports"

    answer = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)

    assert answer.returncode == 0, answer.stdout + answer.stderr


def _upward(model: type[models.Model], heights: dict[str, int]) -> list[str]:
    wing = model._meta.app_label
    found = []
    for field in model._meta.get_fields(include_hidden=True):
        target = field.related_model if field.is_relation and not field.auto_created else None
        if isinstance(target, type) and target._meta.app_label in heights and target._meta.app_label != wing:
            other = target._meta.app_label
            if heights[other] >= heights[wing]:
                found.append(f"{model.__name__}.{field.name} points from {wing} to {other}")
    return found


def test_foreign_keys_point_down_the_house() -> None:
    assert {model._meta.app_label for model in OUR_MODELS} <= set(HEIGHT)
    assert [fault for model in OUR_MODELS for fault in _upward(model, HEIGHT)] == []


def test_a_foreign_key_that_points_up_would_be_found() -> None:
    from egenmakt.apps.access.models import Grant

    upside_down = {**HEIGHT, "people": 99}

    assert _upward(Grant, upside_down) == ["Grant.node points from access to people"]


def test_models_hold_fields_and_constraints_and_nothing_that_acts() -> None:
    faults = []
    for model in OUR_MODELS:
        if model._meta.ordering:
            faults.append(f"{model.__name__} has a default ordering")
        faults.extend(f"{model.__name__} overrides {name}" for name in ("save", "delete") if name in vars(model))
        for field in model._meta.local_fields:
            if field.is_relation and field.remote_field.on_delete is not models.PROTECT:
                faults.append(f"{model.__name__}.{field.name} does not protect what it points to")
            if isinstance(field, models.FloatField):
                faults.append(f"{model.__name__}.{field.name} is a float")

    assert faults == []


def test_migrations_are_complete(db: None) -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_every_guard_stands_in_the_database(db: None) -> None:
    assert missing(connection, all_guards()) == []


FLOATS_ALLOWED: dict[str, str] = (
    {
        "src/egenmakt/core/disclosure/worlds.py": "costs for a solver; what it finds is checked in whole numbers",
    }
    | {
        str(path.relative_to(ROOT)): "statistics on stories; no money comes here"
        for path in (SOURCE / "core" / "patterns").glob("*.py")
    }
    | {
        f"src/egenmakt/core/evidence/{name}.py": "how likely a cause is; the counts themselves stay whole numbers"
        for name in ("links", "likely", "rows", "sums", "jumps", "equals")
    }
)
"""Module of core -> why a float may occur in it."""


def _floats(tree: ast.Module) -> list[int]:
    return [
        node.lineno
        for node in ast.walk(tree)
        if (isinstance(node, ast.Constant) and isinstance(node.value, float))
        or (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float")
    ]


def test_no_float_comes_near_money() -> None:
    modules = [(path, tree) for path, tree in _modules(SOURCE / "core") if str(path) not in FLOATS_ALLOWED]

    assert len(modules) > 5
    assert [f"{path}:{line}" for path, tree in modules for line in _floats(tree)] == []
    assert _floats(ast.parse("x = 0.1\ny = float(3)\nz = 1")) == [1, 2]


def test_core_asks_neither_the_clock_nor_chance() -> None:
    forbidden = {"now", "today", "utcnow", "time", "random", "uuid4", "uuid1", "uuid7"}
    faults = [
        f"{path}:{node.lineno} calls {node.func.attr}"
        for path, tree in _modules(SOURCE / "core")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in forbidden
    ]

    assert faults == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated(language: str) -> None:
    assert problems(language) == []


def test_texts_are_looked_for_under_every_name_that_the_code_gives_to_gettext() -> None:
    names = {
        alias.asname or alias.name
        for _path, tree in _modules(SOURCE)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if "gettext" in alias.name
    }

    assert "say" in names
    assert names - set(KEYWORDS) == set()


def test_texts_are_found_in_templates_of_every_form(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(
        """{% load i18n %}<p title="{% translate 'One' %}">
            {% translate "Two" context "number" %} {{ _("Three")|upper }}
        {% blocktranslate count n=items|length trimmed %}
            {{ n }} member's share
        {% plural %}{{ n }} shares{% endblocktranslate %}
      {% comment %}{% translate "Never" %}{% endcomment %}</p>"""
    )
    with page.open("rb") as file:
        found = {(message, context) for _, message, _, context in babel_extract(extract_template, file, KEYWORDS)}

    shares = ("%(n)s member's share", "%(n)s shares")
    assert found == {("One", None), ("Three", None), (shares, None), ("Two", "number")}
    assert "Sign in" in {message.id for message in extract()}


PRIVATE = re.compile(r"(?<![\w.])/(?:work|tmp|root|home/\w+)/|/usr/local/share/|\bC:\\Users\\", re.IGNORECASE)
TEXTS = ("*.md", "*.py", "*.toml", "*.txt", "*.lock", "*.yml", "*.yaml", "*.json", "*.sh", "*.html", "*.js", "Makefile")


def _repository() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", *TEXTS], cwd=ROOT, capture_output=True, text=True, check=False)
    return [ROOT / name for name in listed.stdout.splitlines() if "vendor" not in name]


def test_no_text_names_a_place_on_somebodys_machine() -> None:
    files = [path for path in _repository() if path.exists() and path != Path(__file__)]
    if not files:
        pytest.skip("not a git checkout: nothing to look through")

    faults = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
        for path in files
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1)
        if PRIVATE.search(line)
    ]

    assert faults == []


def test_the_locks_name_no_host_and_pin_everything_by_hash() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text()
        pins = re.findall(r"^[A-Za-z0-9].*==.*", text, re.MULTILINE)
        assert "://" not in text
        assert len(pins) > 20
        assert all(pin.rstrip().endswith("\\") for pin in pins)  # a hash follows


def test_what_is_vendored_is_what_its_readme_says() -> None:
    readmes = [*ROOT.glob("tests/vendor/README.md"), *SOURCE.rglob("vendor/README.md")]
    readmes += SOURCE.rglob("standard/README.md")
    checked = 0
    for readme in readmes:
        for name, digest in re.findall(r"^\| ([\w.@/-]+) \|.*\| ([0-9a-f]{64}) \|$", readme.read_text(), re.MULTILINE):
            assert hashlib.sha256((readme.parent / name).read_bytes()).hexdigest() == digest, name
            checked += 1
    assert checked >= 2


def test_every_suppression_carries_its_reason() -> None:
    bare = re.compile(r"#\s*(?:noqa(?::\s*[A-Z0-9, ]+)?|type:\s*ignore(?:\[[\w, -]+\])?|pragma:\s*no cover)\s*$")
    faults = [
        f"{path.relative_to(ROOT)}:{number}"
        for folder in (SOURCE, ROOT / "tests")
        for path in sorted(folder.rglob("*.py"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if bare.search(line)
    ]

    assert faults == []
