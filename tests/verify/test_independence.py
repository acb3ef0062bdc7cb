"""The verifier is a program of its own: nothing but Python's own library, and short enough to be read."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src" / "egenmakt_verify"
FILES = sorted(SOURCE.glob("*.py"))


def _imported(file: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            found.add(str(node.module).partition(".")[0])
        elif isinstance(node, ast.Name):
            assert node.id not in ("__import__", "exec", "eval")
    return found


def test_it_imports_nothing_but_python_and_itself() -> None:
    imported = set().union(*(_imported(file) for file in FILES))

    assert imported - {"egenmakt_verify"} <= set(sys.stdlib_module_names)
    assert "importlib" not in imported


def test_nothing_in_it_writes_runs_or_connects() -> None:
    imported = set().union(*(_imported(file) for file in FILES))

    assert not imported & {"os", "subprocess", "socket", "shutil", "pickle", "ctypes", "urllib", "http"}
