"""演示数据: reproducible, labelled, its money conserved, and its planted irregularities exactly what the rules find."""

import csv
import hashlib
import json
from collections import Counter, defaultdict
from datetime import date
from functools import cache

import pytest
from sqlalchemy import select

from db.bundle import import_bundle, import_tables
from db.dossiers import Area
from db.models import Allocation, Division, Filing, Project, Target
from db.scope import Scope
from rules.check import check
from server.demo.divisions import division_manifest, division_tables
from server.demo.generator import demo_manifest, generate, write_demo
from server.demo.generator.place import NoPlaceForProjects
from server.demo.generator.planted_kinds import KINDS
from server.demo.generator.world import DayTooEarly

DAY = date(2026, 11, 23)
SHARED_MEASURES = {"公顷", "亩", "米", "处", "%"}


@cache
def divisions():
    return division_tables()["divisions"]


@cache
def demo(projects, day=DAY, seed=20260101):
    return generate(projects=projects, as_of=day, divisions=divisions(), seed=seed)


@cache
def tables(projects, day=DAY):
    return demo(projects, day).tables()


def digest(data):
    return hashlib.sha256(json.dumps(data, ensure_ascii=False).encode()).hexdigest()


def planted(rule, severity=None, projects=500):
    return [
        each for each in demo(projects).planted if each.rule_code == rule and severity in {None, each.severity.value}
    ]


def by(rows, column):
    found = defaultdict(list)
    for row in rows:
        found[row[column]].append(row)
    return found


def wan(row, column="amount_yuan"):
    return int(row[column])


def test_the_same_request_gives_the_same_rows():
    again = generate(projects=120, as_of=DAY, divisions=divisions())
    assert digest(again.tables()) == digest(demo(120).tables())
    assert again.planted == demo(120).planted


def test_another_seed_gives_other_rows():
    assert digest(demo(40, seed=7).tables()) != digest(demo(40).tables())


def test_a_project_is_the_same_in_a_larger_demo():
    small, large = tables(100), tables(200)
    codes = {row["code"] for row in small["projects"]}
    targets = {row["code"] for row in small["targets"] if row["project"]}
    for name, key, of in (
        ("projects", "code", codes),
        ("source_lines", "project", codes),
        ("payments", "project", codes),
        ("filings", "project", codes),
        ("reserve_entries", "project", codes),
        ("pay_plans", "project", codes),
        ("project_changes", "project", codes),
        ("progress", "target", targets),
    ):
        assert small[name] == [row for row in large[name] if row[key] in of], name
    for name in ("allocations", "targets"):
        of_small = [row for row in small[name] if row["project"]]
        assert of_small == [row for row in large[name] if row["project"] in codes], name
    assert demo(100).planted == demo(200).planted[: len(demo(100).planted)]


def test_every_mainland_province_and_the_corps_have_projects():
    provinces = {
        row["code"]
        for row in divisions()
        if row["level"] == "PROVINCE" and not row["code"].startswith(("71", "81", "82"))
    }
    parent = {row["code"]: row["fund_parent"] or row["admin_parent"] for row in divisions()}
    parent |= {row["code"]: row["admin_parent"] for row in divisions() if row["separately_planned"] == "1"}

    def province(code):
        return code if code in provinces else province(parent[code])

    assert len(provinces) == 32
    assert {province(row["division"]) for row in tables(500)["projects"]} == provinces


def test_money_skips_the_levels_a_place_does_not_have():
    level = {row["code"]: row["level"] for row in divisions()} | {"100000": "NATION"}
    planned_separately = {row["code"] for row in divisions() if row["separately_planned"] == "1"}
    steps = {(level[row["grantor"]], level[row["recipient"]]) for row in tables(2_000)["allocations"]}
    assert {("NATION", "PROVINCE"), ("PROVINCE", "CITY"), ("CITY", "COUNTY"), ("PROVINCE", "COUNTY")} <= steps
    from_the_centre = {
        row["recipient"] for row in tables(2_000)["allocations"] if row["grantor"] == "100000"
    } & planned_separately
    assert from_the_centre == planned_separately


def test_every_row_says_that_it_is_a_demo():
    found = tables(500)
    for row in found["projects"]:
        assert (row["code"][:5], row["name"][:4], row["note"]) == ("DEMO-", "【演示】", "演示数据")
    for row in found["documents"]:
        assert (row["title"][:4], row["number"][:2]) == ("【演示】", "演示")
    for row in found["funds"]:
        assert (row["code"][:7], row["name"][:3]) == ("DEMO-F-", "演示·")
    for name in ("units", "indicators"):
        assert all(row["code"].startswith("DEMO-") and row["name"].startswith("【演示】") for row in found[name])
    for name in ("allocations", "payments", "targets", "project_changes"):
        assert all(row["code"].startswith("DEMO-") for row in found[name])
    for name in ("filings", "source_lines", "reserve_entries", "pay_plans", "project_divisions"):
        assert all(row["project"].startswith("DEMO-") for row in found[name])
    assert all(row["target"].startswith("DEMO-") for row in found["progress"])
    assert {row["code"] for row in found["measures"]} == SHARED_MEASURES
    assert demo_manifest(500, DAY).provenance.value == "DEMO"


def test_nothing_happens_after_the_day():
    dated = ("issued_on", "received_on", "detailed_on", "detailing_reported_on", "paid_on", "reported_on")
    dated += ("submitted_at", "from_on", "approved_on", "effective_on", "started_on", "finished_on")
    late = [
        (name, row)
        for name, rows in tables(500).items()
        for row in rows
        for column in dated
        if row.get(column, "")[:10] > DAY.isoformat()
    ]
    assert late == []


def net_amounts(rows):
    net = {row["code"]: wan(row) for row in rows if row["kind"] != "RECALL"}
    for row in rows:
        if row["kind"] == "RECALL":
            net[row["parent"]] -= wan(row)
    return net


def test_no_receipt_passes_on_more_than_it_brought_but_the_planted():
    rows = tables(500)["allocations"]
    net, passed = net_amounts(rows), Counter()
    for row in rows:
        if row["parent"] and row["kind"] != "RECALL":
            passed[row["parent"]] += net[row["code"]]
    recipient = {row["code"]: row["recipient"] for row in rows}
    over = Counter(recipient[code] for code, amount in passed.items() if amount > net[code])
    assert over == Counter(each.subject_code for each in planted("CS-09-04"))
    idle = {code for code, amount in net.items() if passed[code] < amount}
    held = {row["code"] for row in rows if not row["project"] and row["code"] in idle and row["kind"] != "RECALL"}
    assert held == {each.subject_code for each in planted("DL-09-03")}


def test_targets_of_regions_are_the_sum_of_their_parts_but_the_planted():
    rows = tables(500)["targets"]
    hectares = {row["code"]: int(row["value"]) / (15 if row["measure"] == "亩" else 1) for row in rows if row["value"]}
    parts = by([row for row in rows if row["parent"]], "parent")
    uneven = {code for code, found in parts.items() if sum(hectares[row["code"]] for row in found) != hectares[code]}
    assert uneven == {each.subject_code for each in planted("CS-10-02")}


def test_sources_make_up_the_total_but_in_the_planted():
    lines = by(tables(500)["source_lines"], "project")
    uneven = {
        row["code"]
        for row in tables(500)["projects"]
        if sum(wan(line, "planned_yuan") for line in lines[row["code"]]) != wan(row, "total_investment_yuan")
    }
    assert uneven == {each.subject_code for each in planted("CS-02-06")}


def test_money_goes_to_admitted_projects_but_the_planted():
    entries = by(tables(500)["reserve_entries"], "project")
    early = {
        row["code"]
        for row in tables(500)["allocations"]
        if row["project"]
        and max((e["from_on"], e["status"]) for e in entries[row["project"]] if e["from_on"] <= row["issued_on"])[1]
        != "ADMITTED"
    }
    assert early == {each.subject_code for each in planted("CS-09-06")}


def test_no_source_pays_more_than_arrived_but_the_planted():
    balance = Counter()
    net = net_amounts(tables(500)["allocations"])
    for row in tables(500)["allocations"]:
        if row["project"] and row["kind"] != "RECALL":
            balance[row["project"], row["source"]] += net[row["code"]]
    for row in tables(500)["payments"]:
        balance[row["project"], row["source"]] -= wan(row) * (1 if row["kind"] == "PAYMENT" else -1)
    assert {project for (project, _), left in balance.items() if left < 0} == {
        each.subject_code for each in planted("CS-11-05")
    }


def test_filings_add_up_to_the_payments_and_to_each_other_but_the_planted():
    paid = by(tables(500)["payments"], "project")
    unlike_payments, unlike_periods, smaller = set(), set(), set()
    for project, filings in by(tables(500)["filings"], "project").items():
        before = 0
        for row in filings:
            year, quarter = int(row["period"][:4]), int(row["period"][5])
            next_day = f"{year + quarter // 4}-{quarter % 4 * 3 + 1:02d}-01"
            real = sum(
                wan(each) if each["kind"] == "PAYMENT" else -wan(each)
                for each in paid[project]
                if each["paid_on"] < next_day
            )
            cumulative = int(row["paid_cumulative_yuan"])
            if cumulative != real:
                unlike_payments.add((project, row["period"]))
            if cumulative - before != int(row["paid_period_yuan"]):
                unlike_periods.add((project, row["period"]))
            if cumulative < before:
                smaller.add((project, row["period"]))
            before = cumulative
    assert unlike_payments == set()
    assert unlike_periods == {(each.subject_code, each.period) for each in planted("CS-11-06")}
    assert smaller == {(each.subject_code, each.period) for each in planted("CS-11-04")}


def test_filings_come_within_the_fortnight_after_the_quarter_but_the_planted():
    late = set()
    for row in tables(500)["filings"]:
        year, quarter = int(row["period"][:4]), int(row["period"][5])
        if row["submitted_at"][:10] > f"{year + quarter // 4}-{quarter % 4 * 3 + 1:02d}-15":
            late.add((row["project"], row["period"]))
    assert late == {(each.subject_code, each.period) for each in planted("DL-11-01")}


def test_every_kind_is_planted_once_in_sixty_and_thrice_in_five_hundred_projects():
    kinds = Counter((kind.rule, kind.severity, kind.detail) for kind in KINDS)
    few, many = (Counter((p.rule_code, p.severity, p.detail) for p in demo(n).planted) for n in (60, 500))
    assert len(KINDS) == 35
    assert few == kinds
    assert many == Counter(dict.fromkeys(kinds, 3))
    assert len({kind.rule for kind in KINDS}) == 24


def test_a_thirtieth_of_the_projects_beyond_is_planted():
    assert len(demo(2_000).planted) == 152


@pytest.mark.parametrize("count", [0, 1, 7])
def test_small_demos_hold_what_fits(count):
    data = generate(projects=count, as_of=DAY, divisions=divisions())
    assert [row["code"] for row in data.tables().get("projects", [])] == [f"DEMO-{k:06d}" for k in range(count)]
    assert len(data.planted) == count * 35 // 60


def test_parts_are_the_whole_in_pieces():
    told = []
    data = generate(projects=50, as_of=DAY, divisions=divisions(), progress=lambda done, of: told.append((done, of)))
    pieces = list(data.parts(20))
    assert len(pieces) == 4
    assert told == [(20, 50), (40, 50), (50, 50)]
    joined = {}
    for piece in pieces:
        assert all(piece.values())
        for name, rows in piece.items():
            joined.setdefault(name, []).extend(rows)
    assert joined == data.tables()


def test_a_day_without_three_years_behind_it_is_refused():
    with pytest.raises(DayTooEarly, match="2024-01-01"):
        generate(projects=1, as_of=date(2023, 12, 31), divisions=divisions())


def test_divisions_without_counties_are_refused():
    top = [row for row in divisions() if row["level"] in {"NATION", "PROVINCE"}]
    with pytest.raises(NoPlaceForProjects, match="whole tree"):
        generate(projects=1, as_of=DAY, divisions=top)


async def with_divisions(database):
    report = await import_tables(database, division_manifest(), division_tables(), actor="test")
    assert report.errors == ()


async def names(session):
    """Code of every subject a finding may have; a filing goes by its project's."""
    found = {}
    for kind, model in (("PROJECT", Project), ("ALLOCATION", Allocation), ("TARGET", Target), ("DIVISION", Division)):
        found |= {(kind, key): code for key, code in await session.execute(select(model.id, model.code))}
    filings = select(Filing.id, Project.code).join(Project, Project.id == Filing.project_id)
    return found | {("FILING", key): code for key, code in await session.execute(filings)}


async def findings(database, day):
    async with database.read() as session:
        nation = await session.scalar(select(Division.id).where(Division.code == "100000"))
        code = await names(session)
    area = Area(Scope(nation, "100000", national=True, day=day), nation)
    result = await check(database, area=area, as_of=day)
    assert all(line.failed == 0 for line in result.receipt.lines)
    return Counter(
        (
            each.rule_code,
            each.severity,
            each.subject_kind,
            code[each.subject_kind.value, each.subject_id],
            each.period.code if each.period else None,
        )
        for each in result.findings
    )


def expected(data):
    return Counter((p.rule_code, p.severity, p.subject_kind, p.subject_code, p.period) for p in data.planted)


@pytest.mark.parametrize(
    "day",
    [
        date(2026, 11, 23),
        date(2026, 10, 31),
        date(2025, 5, 20),
        pytest.param(date(2026, 9, 30), id="last day of a quarter"),
        pytest.param(date(2026, 10, 5), id="ten days before filings are due"),
    ],
)
async def test_a_check_finds_exactly_the_planted(sqlite_database, day):
    await with_divisions(sqlite_database)
    data = demo(200, day)
    report = await import_tables(sqlite_database, demo_manifest(200, day), data.tables(), actor="test")
    assert report.errors == ()
    assert await findings(sqlite_database, day) == expected(data)


async def test_a_demo_imported_in_parts_is_the_same_on_either_database(database):
    await with_divisions(database)
    data = demo(120)
    for part in data.parts(50):
        report = await import_tables(database, demo_manifest(120, DAY), part, actor="test")
        assert report.errors == ()
    assert await findings(database, DAY) == expected(data)
    whole = await import_tables(database, demo_manifest(120, DAY), data.tables(), actor="test")
    assert whole.errors == ()
    assert whole.revision_id is None


async def test_a_written_demo_is_a_bundle_with_its_findings_beside_it(sqlite_database, tmp_path):
    await with_divisions(sqlite_database)
    write_demo(demo(60), tmp_path)
    report = await import_bundle(sqlite_database, tmp_path / "bundle", actor="test")
    assert report.errors == ()
    with (tmp_path / "expected_findings.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["rule"], row["subject"]) for row in rows] == [(p.rule_code, p.subject_code) for p in demo(60).planted]
