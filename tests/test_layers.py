"""The arrow server → schema → resolvers → rules → db holds, and what guards it does catch a breach."""

import ast
import itertools
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LAYERS = ("server", "schema", "resolvers", "rules", "db")
WEB = {"graphql", "httptools", "starlette", "strawberry", "uvicorn", "websockets"}
BREACHES = [(low, high) for place, high in enumerate(LAYERS) for low in LAYERS[place + 1 :]]


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    """The verdict on the packages in a folder: standing in it puts its packages before the installed ones."""
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports; raise SystemExit(lint_imports())"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture
def skeleton(tmp_path: Path) -> Path:
    """The five packages, empty, under the checkout's own contract."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for package in LAYERS:
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").touch()
    return tmp_path


def test_no_layer_imports_one_above_it() -> None:
    verdict = lint_imports(ROOT)
    assert "Contracts: 1 kept, 0 broken." in verdict.stdout, verdict.stdout + verdict.stderr
    assert verdict.returncode == 0


def test_the_contract_keeps_an_honest_skeleton(skeleton: Path) -> None:
    for high, low in itertools.pairwise(LAYERS):
        (skeleton / high / "downwards.py").write_text(f"import {low}\n")
    verdict = lint_imports(skeleton)
    assert verdict.returncode == 0, verdict.stdout + verdict.stderr


def test_the_contract_catches_every_upward_import(skeleton: Path) -> None:
    for low, high in BREACHES:
        (skeleton / low / f"reaching_for_{high}.py").write_text(f"import {high}\n")
    verdict = lint_imports(skeleton)
    assert verdict.returncode == 1
    caught = [(low, high) for low, high in BREACHES if f"{low}.reaching_for_{high} -> {high}" in verdict.stdout]
    assert caught == BREACHES, verdict.stdout


def imported(module: Path) -> set[str]:
    """The top-level names of everything a module imports, wherever in it the import stands."""
    tree = ast.walk(ast.parse(module.read_text(encoding="utf-8")))
    names = [
        name
        for node in tree
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names])
    ]
    return {name.partition(".")[0] for name in names}


@pytest.mark.parametrize("layer", ["resolvers", "rules", "db"])
def test_a_lower_layer_knows_neither_the_graph_nor_the_web(layer: str) -> None:
    strangers = {
        str(module.relative_to(ROOT)): names
        for module in sorted((ROOT / layer).rglob("*.py"))
        if (names := imported(module) & WEB)
    }
    assert strangers == {}


def test_an_import_inside_a_function_counts(tmp_path: Path) -> None:
    module = tmp_path / "sly.py"
    module.write_text("import os.path\n\ndef late():\n    from strawberry.types import Info\n")
    assert imported(module) == {"os", "strawberry"}
