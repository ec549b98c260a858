"""The wheel alone, without the checkout, loads the demo: whatever is read at run time is inside it."""

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

ROOT = Path(__file__).parents[1]
RUN = """
import sys
sys.path.insert(0, {unpacked!r})
import db, resolvers, rules, schema, server, server.cli
for package in (db, resolvers, rules, schema, server):
    assert package.__file__.startswith({unpacked!r}), package.__file__
server.cli.main()
"""


def test_wheel_loads_checks_and_verifies_the_demo(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, capture_output=True, check=True)
    [wheel] = tmp_path.glob("*.whl")
    unpacked = str(tmp_path / "unpacked")
    with ZipFile(wheel) as archive:
        archive.extractall(unpacked)

    def fundwatch(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-I", "-c", RUN.format(unpacked=unpacked), *words, "--data", str(tmp_path / "data")]
        return subprocess.run(command, cwd="/", capture_output=True, text=True, check=False)

    loaded = fundwatch("demo", "--load-only", "--projects", "60")
    verified = fundwatch("verify")

    assert loaded.returncode == 0, loaded.stderr
    assert loaded.stdout.startswith("60 projects, ")
    assert (verified.returncode, verified.stdout) == (0, "everything derived agrees with what it derives from\n")
