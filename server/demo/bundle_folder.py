"""Writes tables as a bundle folder, and reads one CSV of ours back."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from db.bundle.manifest import FORMAT, MANIFEST, TEXTS, Manifest

Row = dict[str, str]
Tables = dict[str, list[Row]]


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
    lines = [f"format = {FORMAT}", *(f"{key} = {_quoted(getattr(manifest, key))}" for key in TEXTS)]
    lines += ["", "[files]", *(f"{_quoted(f'{name}.csv')} = {len(rows)}" for name, rows in filled.items()), ""]
    (folder / MANIFEST).write_text("\n".join(lines), encoding="utf-8")


def _quoted(text: str) -> str:
    """A basic string of TOML; titles and sources hold no control characters."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
