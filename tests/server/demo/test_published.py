"""The published figures: every one traceable to a source, and the sums their publishers state."""

import csv
import re
import tomllib
from collections import Counter
from decimal import Decimal
from functools import cache

import pytest

from db.enums import (
    ISSUED_KINDS,
    AllocationKind,
    Confidence,
    Direction,
    DocumentKind,
    FundCategory,
    IndicatorKind,
    Level,
    Line,
    ProjectStatus,
    Source,
    SpaceAggregation,
    TimeAggregation,
    UnitKind,
)
from db.types import Period, scaled_quantity
from server.demo.divisions import division_tables
from server.demo.places import PUBLISHED

FIGURES = 51
TARGETS = 91


@cache
def table(name):
    with (PUBLISHED / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file, strict=True))


@cache
def manifest():
    return tomllib.loads((PUBLISHED / "manifest.toml").read_text(encoding="utf-8"))


@cache
def allocation(number):
    return next(row for row in table("allocations") if row["code"] == f"PUB-A-{number:03d}")


@cache
def target(number):
    return next(row for row in table("targets") if row["code"] == f"PUB-T-{number:03d}")


@cache
def project(words):
    (found,) = (row for row in table("projects") if words in row["name"])
    return found


def wan(rows):
    return sum(Decimal(row["amount_wan"]) for row in rows)


def money(**wanted):
    """万元 of the edges that are money and have the cells wanted."""
    issued = (row for row in table("allocations") if row["kind"] in ISSUED_KINDS)
    return wan(row for row in issued if all(row[name] == value for name, value in wanted.items()))


def test_manifest_counts_every_file_and_claims_nothing_synthetic():
    assert manifest()["provenance"] == "PUBLISHED"
    files = {path.name for path in PUBLISHED.glob("*.csv")}
    assert manifest()["files"] == {name: len(table(name.removesuffix(".csv"))) for name in files}
    assert len(files) == 12
    for name in files:
        assert not re.search("演示|DEMO|demo", (PUBLISHED / name).read_text(encoding="utf-8"))


def test_every_figure_published_is_here_once():
    numbers = Counter(int(row["code"].split("-")[2]) for row in table("allocations"))
    assert numbers == {**dict.fromkeys(range(1, FIGURES), 1), FIGURES: 3}
    assert [row["code"] for row in table("targets")] == [f"PUB-T-{i:03d}" for i in range(1, TARGETS + 1)]
    assert all(row["note"].startswith("原文：") for row in table("allocations"))
    assert all(row["note"].startswith("对象：") for row in table("targets"))


@pytest.mark.parametrize("name", ["funds", "fund_years", "projects", "source_lines", "allocations", "targets"])
def test_every_value_has_a_document(name):
    documents = {row["code"]: row for row in table("documents")}
    for row in table(name):
        assert documents[row["document"]]["confidence"] in {"OFFICIAL_PAGE", "OFFICIAL_REPRINT", "MEDIA_OR_MIRROR"}


def test_documents_are_named_used_and_told_apart():
    documents = table("documents")
    assert len({(row["title"], row["url"]) for row in documents}) == len(documents) == 53
    assert not [row for row in documents if "同上" in row["title"] or not row["title"]]
    used = {row["document"] for name in ("funds", "fund_years", "allocations", "targets") for row in table(name)}
    assert {row["code"] for row in documents} <= used
    confidences = Counter(
        next(d["confidence"] for d in documents if d["code"] == row["document"]) for row in table("allocations")
    )
    assert confidences == {"MEDIA_OR_MIRROR": 42, "OFFICIAL_REPRINT": 5, "OFFICIAL_PAGE": 6}
    assert all(row["url"] for row in documents if row["confidence"] != "MEDIA_OR_MIRROR")


def test_document_numbers_are_kept():
    numbers = {row["code"]: row["number"] for row in table("documents")}
    assert {i: numbers[allocation(i)["document"]] for i in (5, 6, 44, 47)} == {
        5: "浙财资环〔2023〕60号",
        6: "粤财资环〔2021〕107号",
        44: "明财（资环）指〔2022〕54号",
        47: "津财综指〔2022〕20号",
    }
    upstream = {row["code"]: row["upstream_document_number"] for row in table("allocations")}
    assert {code: number for code, number in upstream.items() if number} == {
        "PUB-A-005": "财资环〔2023〕117号",
        "PUB-A-006": "财资环〔2021〕113号",
        "PUB-A-019": "财办资环〔2021〕65号",
        "PUB-A-047": "财资环〔2022〕34号",
        "PUB-A-048": "渝财农〔2021〕126号",
        "PUB-A-049": "渝财农〔2021〕126号",
    }


ENUMS = {
    "documents": {"kind": DocumentKind, "confidence": Confidence},
    "units": {"kind": UnitKind},
    "funds": {"category": FundCategory, "local_tier": Level, "line": Line},
    "indicators": {
        "kind": IndicatorKind,
        "direction": Direction,
        "over_time": TimeAggregation,
        "over_space": SpaceAggregation,
    },
    "projects": {"status": ProjectStatus, "line": Line, "category": FundCategory},
    "source_lines": {"source": Source},
    "allocations": {"source": Source, "kind": AllocationKind},
}


@pytest.mark.parametrize("name", sorted(ENUMS))
def test_closed_vocabularies_are_spelt_as_the_record_spells_them(name):
    for column, kind in ENUMS[name].items():
        assert {row[column] for row in table(name)} - {""} <= set(kind)


REFERENCES = {
    ("units", "division"): "divisions",
    ("fund_years", "fund"): "funds",
    ("indicators", "measure"): "measures",
    ("projects", "division"): "divisions",
    ("project_divisions", "project"): "projects",
    ("project_divisions", "division"): "divisions",
    ("source_lines", "project"): "projects",
    ("source_lines", "fund"): "funds",
    ("allocations", "fund"): "funds",
    ("allocations", "parent"): "allocations",
    ("allocations", "grantor"): "divisions",
    ("allocations", "recipient"): "divisions",
    ("allocations", "recipient_unit"): "units",
    ("allocations", "project"): "projects",
    ("targets", "indicator"): "indicators",
    ("targets", "fund"): "funds",
    ("targets", "division"): "divisions",
    ("targets", "project"): "projects",
    ("targets", "measure"): "measures",
    ("progress", "target"): "targets",
}


@pytest.mark.parametrize(("name", "column"), sorted(REFERENCES))
def test_references_resolve(name, column):
    referred = REFERENCES[name, column]
    rows = division_tables()["divisions"] if referred == "divisions" else table(referred)
    assert {row[column] for row in table(name)} - {""} <= {row["code"] for row in rows}


def test_every_fund_and_year_met_is_declared():
    declared = {(row["fund"], row["budget_year"]) for row in table("fund_years")}
    met = {
        (row["fund"], row["budget_year"]) for name in ("allocations", "targets", "source_lines") for row in table(name)
    }
    assert declared - met == {("KEY_ECO_RESTORATION", "2026")}
    assert met <= declared
    budgets = {(row["fund"], row["budget_year"]): row["budget_wan"] for row in table("fund_years") if row["budget_wan"]}
    assert budgets == {("KEY_ECO_RESTORATION", "2023"): "1720000"}


def test_children_come_out_of_a_receipt_of_their_grantor():
    allocations = {row["code"]: row for row in table("allocations")}
    parents = {row["parent"] for row in allocations.values()} - {""}
    assert parents == {"PUB-A-001", "PUB-A-023", "PUB-A-037"}
    for parent in parents:
        children = [row for row in allocations.values() if row["parent"] == parent]
        for column in ("fund", "budget_year", "source"):
            assert {row[column] for row in children} == {allocations[parent][column]}
        assert {row["grantor"] for row in children} == {allocations[parent]["recipient"]}
        assert wan(children) <= wan([allocations[parent]])


def test_qinghai_2024_passes_on_all_it_received():
    assert money(recipient="630000", budget_year="2024") == Decimal(36000)
    issued = {row["recipient"]: row["amount_wan"] for row in table("allocations") if row["grantor"] == "630000"}
    assert issued == {"630100": "23600", "630200": "8800", "632200": "3600"}
    assert money(grantor="630000", budget_year="2024") == Decimal(36000)


def test_hainan_2020_reaches_a_city_and_two_county_level_units():
    assert money(recipient="460000", fund="MARINE_ECO_RESTORATION", budget_year="2020") == Decimal(32570)
    issued = {row["recipient"]: row["amount_wan"] for row in table("allocations") if row["grantor"] == "460000"}
    assert issued == {"469006": "10350", "469005": "10000", "460200": "12220"}
    assert money(grantor="460000") == Decimal(32570)


def test_guangxi_2022_received_three_tranches():
    rows = [row for row in table("allocations") if row["fund"] == "WATER_POLLUTION"]
    numbers = {row["code"]: row["number"] for row in table("documents")}
    assert [(row["tranche"], row["kind"], row["amount_wan"], numbers[row["document"]]) for row in rows] == [
        ("1", "ADVANCE", "31374", "财资环〔2021〕103号"),
        ("2", "REGULAR", "7096", "财资环〔2022〕57号"),
        ("3", "REGULAR", "3000", "财资环〔2022〕64号"),
    ]
    assert {(row["grantor"], row["recipient"], row["parent"]) for row in rows} == {("100000", "450000", "")}
    assert money(fund="WATER_POLLUTION", recipient="450000") == Decimal(41470)


def test_hunan_mines_are_paid_by_three_sources():
    mines = project("湖南沅江资江上游")
    lines = {row["source"]: row["planned_wan"] for row in table("source_lines") if row["project"] == mines["code"]}
    assert lines == {"CENTRAL": "30000", "PROVINCE": "6000", "MIXED": "14200"}
    assert sum(map(Decimal, lines.values())) == Decimal(mines["total_investment_wan"]) == Decimal(50200)
    lies_in = {row["division"] for row in table("project_divisions") if row["project"] == mines["code"]}
    assert (mines["division"], lies_in) == ("430000", {"430500", "431200"})
    assert [allocation(i)["kind"] for i in (14, 15, 16)] == ["AWARD"] * 3
    assert [allocation(i)["amount_wan"] for i in (14, 15, 16)] == ["30000", "6000", "14200"]
    assert money(recipient="430000") == 0


@pytest.mark.parametrize(
    ("numbers", "total"),
    [((40, 41), "720"), ((34, 35), "2326"), ((38, 39), "2571.94"), ((48, 49), "3517"), ((27, 28, 29), "100000")],
)
def test_splits_add_up_to_the_total_their_source_states(numbers, total):
    assert wan(allocation(i) for i in numbers) == Decimal(total)


def test_money_a_county_pays_to_units_names_them():
    units = {row["code"]: row["name"] for row in table("units")}
    to_units = [row for row in table("allocations") if row["recipient_unit"]]
    assert {(row["grantor"], row["recipient"], units[row["recipient_unit"]]) for row in to_units} == {
        ("350405", "350405", "三明市沙县区高砂镇人民政府"),
        ("500233", "500233", "忠县林业局"),
        ("500233", "500233", "忠县国有林场"),
    }


def test_promises_totals_and_requests_are_no_money():
    kinds = {row["code"]: row["kind"] for row in table("allocations")}
    assert {int(code[6:9]) for code, kind in kinds.items() if kind == "AWARD"} == {
        *(7, 8, 9),
        *range(12, 19),
        *(25, 27, 28, 29, 30),
    }
    stated = {int(code[6:9]) for code, kind in kinds.items() if kind == "STATED_TOTAL"}
    assert stated == {10, 11, 24, 32, 33, 43, 45, 46, 50}
    assert [code for code, kind in kinds.items() if kind == "APPLIED"] == ["PUB-A-019"]
    assert {int(code[6:9]) for code, kind in kinds.items() if kind == "ADVANCE"} == {5, 6, 31, 51}
    assert money(parent="") == Decimal("259689.49")


def test_xiamen_is_not_counted_again_in_fujian():
    assert money(recipient="350200", budget_year="2023") == Decimal(24000)
    assert money(recipient="350000") == 0
    first, awarded = wan([allocation(24)]), wan([allocation(25)])
    assert first / awarded == wan([allocation(26)]) / Decimal(40000) == Decimal("0.6")


def test_units_of_measure_convert_exactly_and_counts_stay_apart():
    measures = {row["code"]: (row["dimension"], row["numerator"], row["denominator"]) for row in table("measures")}
    assert {code: measures[code] for code in ("公顷", "亩", "平方公里", "千米", "公里", "亿吨", "亿元")} == {
        "公顷": ("area", "1", "1"),
        "亩": ("area", "1", "15"),
        "平方公里": ("area", "100", "1"),
        "千米": ("length", "1000", "1"),
        "公里": ("length", "1000", "1"),
        "亿吨": ("mass", "100000000", "1"),
        "亿元": ("money", "10000", "1"),
    }
    counts = [measures[code][0] for code in ("个", "处", "项", "口", "户", "人", "架", "株", "尾/粒")]
    assert len(set(counts)) == 9


def test_targets_are_measured_in_a_unit_of_their_indicators_dimension():
    dimension = {row["code"]: row["dimension"] for row in table("measures")}
    canonical = {row["code"]: row["measure"] for row in table("indicators")}
    for row in table("targets"):
        assert dimension[row["measure"]] == dimension[canonical[row["indicator"]]]


def test_indicators_are_told_apart():
    keys = Counter((row["name"], row["kind"], row["direction"], row["measure"]) for row in table("indicators"))
    assert set(keys.values()) == {1}
    used = {row["indicator"] for row in table("targets")}
    assert used == {row["code"] for row in table("indicators")}


def test_target_values_are_exact():
    assert {i: (target(i)["value"], target(i)["measure"]) for i in (1, 10, 22, 29, 35, 44, 65, 80)} == {
        1: ("1096.02", "公顷"),
        10: ("1055.55", "公顷"),
        22: ("0.2", "亿吨"),
        29: ("7210", "米"),
        35: ("1.4", "千米"),
        44: ("5000", "万尾/粒"),
        65: ("80000", "亩"),
        80: ("30.4", "平方公里"),
    }
    for row in table("targets"):
        assert not row["value"] or scaled_quantity(Decimal(row["value"])) > 0


def test_targets_without_a_number_say_why():
    words = {row["code"]: row["value_text"] for row in table("targets") if row["value_text"]}
    assert words == {
        "PUB-T-055": "2021-05-31",
        "PUB-T-070": "2023年底",
        "PUB-T-073": "定性（原表未写指标值）",
        "PUB-T-074": "定性（原表未写指标值）",
        "PUB-T-091": "效果明显",
    }
    assert (target(55)["due_on"], target(70)["due_on"]) == ("2021-05-31", "2023-12-31")
    bare = [row["code"] for row in table("targets") if not row["value"] and not row["value_text"]]
    assert bare == [f"PUB-T-{i:03d}" for i in (47, 50, 51, 58, 59, 60)]
    assert set(bare) <= {row["target"] for row in table("progress")}


def test_inferred_directions_are_marked():
    direction = {row["code"]: row["direction"] for row in table("indicators")}
    assert sum("推定" in row["note"] for row in table("targets")) == 65
    assert (direction[target(31)["indicator"]], "原文为大于" in target(31)["note"]) == ("GE", True)
    assert (direction[target(71)["indicator"]], "应为≤，照录" in target(71)["note"]) == ("GE", True)
    assert direction[target(90)["indicator"]] == "LE"


def test_achievements_are_progress_of_their_years_last_quarter():
    progress = {row["target"]: row for row in table("progress")}
    assert {code: row["value"] for code, row in progress.items()} == {
        "PUB-T-047": "508.6",
        "PUB-T-050": "8534",
        "PUB-T-051": "25000",
        "PUB-T-058": "118",
        "PUB-T-059": "7",
        "PUB-T-060": "11",
        "PUB-T-085": "6",
        "PUB-T-086": "909.93",
        "PUB-T-088": "50",
        "PUB-T-089": "100",
        "PUB-T-090": "90",
    }
    for row in progress.values():
        period = Period.parse(row["period"])
        assert (period.quarter, period.end.isoformat()) == (4, row["reported_on"])
    assert target(91)["note"].endswith("自评结果：达成预期指标")


def test_project_targets_lie_where_their_project_does():
    division = {row["code"]: row["division"] for row in table("projects")}
    attached = [row for row in table("targets") if row["project"]]
    assert len(attached) == 56
    assert all(row["division"] == division[row["project"]] for row in attached)


def test_source_lines_never_exceed_the_investment():
    for row in table("projects"):
        planned = sum(Decimal(li["planned_wan"]) for li in table("source_lines") if li["project"] == row["code"])
        assert not row["total_investment_wan"] or planned <= Decimal(row["total_investment_wan"])
