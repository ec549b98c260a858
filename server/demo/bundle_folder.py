"""Writes tables as a bundle folder, and reads one CSV of ours back."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

Row = dict[str, str]
Tables = dict[str, list[Row]]
Manifest = dict[str, str | int]


def read_table(path: Path) -> list[Row]:
    """The rows of a CSV with a header line, cells as text."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def write_bundle(tables: Mapping[str, Sequence[Row]], manifest: Manifest, folder: Path) -> None:
    """Fills a folder with one CSV per table that has rows, and a manifest that states how many each has."""
    folder.mkdir(parents=True, exist_ok=True)
    filled = {name: rows for name, rows in tables.items() if rows}
    for name, rows in filled.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    counts = [f'"{name}.csv" = {len(rows)}' for name, rows in filled.items()]
    heading = [f"{key} = {_toml(value)}" for key, value in manifest.items()]
    text = "\n".join([*heading, "", "[files]", *counts, ""])
    (folder / "manifest.toml").write_text(text, encoding="utf-8")


def _toml(value: str | int) -> str:
    """A TOML integer or basic string."""
    if isinstance(value, int):
        return str(value)
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
