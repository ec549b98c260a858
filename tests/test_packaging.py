"""What is installed is what is checked out, and a wheel carries everything the packages read at run time."""

import importlib
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("schema", "resolvers", "rules", "db", "server")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names inside a freshly built wheel; the builder is a pinned test dependency, so nothing is downloaded."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    [file] = folder.glob("*.whl")
    with ZipFile(file) as archive:
        return set(archive.namelist())


@pytest.mark.parametrize("package", PACKAGES)
def test_package_comes_from_the_checkout(package: str) -> None:
    # Below the package's own folder: the environment, and any stranger of the same name in it, also lies in ROOT.
    assert Path(importlib.import_module(package).__file__).is_relative_to(ROOT / package)


@pytest.mark.parametrize("package", PACKAGES)
def test_wheel_holds_every_file_of(package: str, wheel: set[str]) -> None:
    files = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and ".sqlite3" not in path.name
    }
    assert f"{package}/__init__.py" in files
    assert files - wheel == set()


@pytest.mark.parametrize(
    ("folder", "suffix"),
    [("rules/parameters", ".yaml"), ("db/migrations/versions", ".py"), ("server", ".csv")],
)
def test_wheel_holds_the_data_of(folder: str, suffix: str, wheel: set[str]) -> None:
    assert [name for name in wheel if name.startswith(f"{folder}/") and name.endswith(suffix)] != []


def test_wheel_holds_the_packages_and_nothing_else(wheel: set[str]) -> None:
    tops = {name.partition("/")[0] for name in wheel}
    assert {top for top in tops if not top.endswith(".dist-info")} == set(PACKAGES)


def test_wheel_offers_the_command(wheel: set[str]) -> None:
    assert [name for name in wheel if name.endswith(".dist-info/entry_points.txt")] != []
    assert [name for name in wheel if name.endswith(".dist-info/licenses/LICENSE")] != []
