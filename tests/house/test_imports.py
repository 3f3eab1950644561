"""The direction of imports, and that rules stay pure."""

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from app.core.config import ROOT

APP = ROOT / "app"
DOORS = {"__init__", "models", "queries", "actions", "forms", "views", "cli", "sweeps"}
OUTSIDE = {"flask", "flask_babel", "flask_sqlalchemy", "flask_wtf", "flask_login", "sqlalchemy", "wtforms"}
#: Wiring of an extension, not a rule.
WIRING = {APP / "people" / "security.py"}
RULES = sorted(
    path
    for path in APP.rglob("*.py")
    if path.parent not in (APP, APP / "core") and path.stem not in DOORS and path not in WIRING
)


def imported_names(source: str):
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
            yield node.module


def impurities(source: str) -> list[str]:
    found = []
    for name in imported_names(source):
        root, *rest = name.split(".")
        if root in OUTSIDE or (root == "app" and set(rest) & (DOORS | {"database"})):
            found.append(name)
    return found


#: The demo fills the database, so its seeding is an action in all but name.
EXCUSED = {"app/demo/seeding.py"}


@pytest.mark.parametrize("path", RULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_rules_are_pure(path):
    if str(path.relative_to(ROOT)) in EXCUSED:
        pytest.skip("the demo's seeding writes")
    assert impurities(path.read_text()) == [], "move that to a door"


@pytest.mark.parametrize(
    "planted", ["import flask", "from sqlalchemy import select", "from app.themes.models import Tag"]
)
def test_a_planted_impurity_is_seen(planted):
    assert impurities(planted)


def lint(folder: Path) -> subprocess.CompletedProcess:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_imports_run_one_way():
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    ("path", "planted", "contract"),
    [
        ("app/core/text.py", "from app.map import tiles", "Data flows one way"),
        ("app/answering/queries.py", "from app.notes import queries", "Data flows one way"),
        ("app/map/tiles.py", "from app.coding import views", "Nobody enters through another room's views"),
        ("app/attic/__init__.py", '"""A room that no layer names."""', "Data flows one way"),
    ],
)
def test_a_planted_breach_fails(tmp_path, path, planted, contract):
    shutil.copytree(APP, tmp_path / "app", ignore=shutil.ignore_patterns("__pycache__", "data", "templates"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    breach = tmp_path / path
    breach.parent.mkdir(exist_ok=True)
    breach.write_text((breach.read_text() if breach.exists() else "") + "\n" + planted + "\n")
    result = lint(tmp_path)
    assert result.returncode != 0
    assert contract in result.stdout or "attic" in result.stdout + result.stderr
