"""The contract's documents as written, in the roles they name, on both databases."""

from collections import Counter

import pytest

from db.enums import FindingState, Level, Line, PaymentKind, ProjectStatus, Severity
from db.models import Filing, Fund, Payment, Project, SourceLine, StandingFinding, Target
from db.types import Period

ALL = ["drill", "cube", "slice", "changes", "rules", "findings", "what_if", "deadline", "progress"]
SICHUAN = "510000"
GRAVE = {Severity.BLOCKING, Severity.RED}
OPEN = {FindingState.NEW, FindingState.PERSISTING, FindingState.RECURRED}


def test_every_document_of_the_contract_is_here(document):
    assert [document(name).split()[1].split("(")[0] for name in ALL] == (
        ["Drill", "Cube", "Slice", "Changes", "Rules", "Findings", "WhatIf", "Deadline", "Progress"]
    )


@pytest.mark.parametrize("user", ["ministry", "630000"])
async def test_drill_into_qinghai(client, document, user):
    found = (await client.ask(document("drill"), {"code": "630000", "years": [2024]}, user=user))["division"]
    assert (found["code"], found["name"], found["level"], found["path"]) == ("630000", "青海省", "PROVINCE", "青海省")
    children = {child["code"]: child for child in found["children"]}
    assert sorted(children) == ["630100", "630200", "632200", "632300", "632500", "632600", "632700", "632800"]
    assert {code: child["rollup"]["received"] for code, child in children.items()} == dict.fromkeys(
        children, "0.00"
    ) | {
        "630100": "236000000.00",
        "630200": "88000000.00",
        "632200": "36000000.00",
    }
    whole = found["rollup"]
    assert float(whole["executionRate"]) == round(float(whole["paid"]) / float(whole["received"]), 4)
    for measure in ("received", "paid"):  # the province kept nothing and paid nothing itself
        parts = [child["rollup"][measure] for child in children.values()]
        assert sum(int(part.replace(".", "")) for part in parts) == int(whole[measure].replace(".", "")), measure
    assert (whole["received"], whole["issued"]) == ("360000000.00", "360000000.00")  # no synthetic money among it
    assert sum(child["rollup"]["projectCount"] for child in children.values()) == whole["projectCount"]


async def test_drill_of_several_years_is_the_sum_of_each(client, document):
    async def paid(*years):
        found = await client.ask(document("drill"), {"code": SICHUAN, "years": list(years)})
        return int(found["division"]["rollup"]["paid"].replace(".", ""))

    assert await paid(2024, 2025) == await paid(2024) + await paid(2025) > 0


async def test_cube_of_two_years(client, document, record, yuan, demo_day):
    found = (await client.ask(document("cube")))["rollup"]
    assert found["scope"] == {"division": {"code": "100000"}}
    projects, funds = record.by_id(Project), record.by_id(Fund)
    lines = {
        line.id: line
        for line in record[SourceLine]
        if line.budget_year in {2024, 2025} and projects[line.project_id].line is Line.ECOLOGICAL_RESTORATION
    }
    key = {
        line.id: (
            next(
                p.code for p in record.atlas.chain(projects[line.project_id].division_id) if p.level is Level.PROVINCE
            ),
            funds[line.fund_id].category.value,
            str(line.budget_year),
        )
        for line in lines.values()
    }
    planned, paid, members = Counter(), Counter(), set()
    for line in lines.values():
        planned[key[line.id]] += line.planned_fen
        members.add((key[line.id], line.project_id))
    for payment in record[Payment]:
        if payment.source_line_id in lines and payment.paid_on <= demo_day:
            sign = -1 if payment.kind is PaymentKind.REFUND else 1
            paid[key[payment.source_line_id]] += sign * payment.amount_fen
    rows = {tuple(k["value"] for k in row["keys"]): row for row in found["rows"]}
    assert len(rows) == len(found["rows"]) == 50
    assert {k: (row["planned"], row["paid"]) for k, row in rows.items()} == {
        k: (yuan(planned[k]), yuan(paid[k])) for k in rows
    }
    assert {k: row["projectCount"] for k, row in rows.items()} == {k: sum(m[0] == k for m in members) for k in rows}
    assert [int(row["paid"].replace(".", "")) for row in found["rows"]] == sorted(paid.values(), reverse=True)[:50]
    assert [k["dimension"] for k in found["rows"][0]["keys"]] == ["PROVINCE", "FUND_CATEGORY", "BUDGET_YEAR"]
    totals = found["totals"]
    assert (totals["planned"], totals["paid"]) == (yuan(planned.total()), yuan(paid.total()))
    assert totals["projectCount"] == len({line.project_id for line in lines.values()})


async def test_slice_of_a_province(client, document, record, yuan, demo_day):
    found = (await client.ask(document("slice"), {"under": SICHUAN}, user=SICHUAN))["projects"]
    lines = record.by(SourceLine, "project_id")
    wanted = sorted(
        (
            project
            for project in record[Project]
            if record.inside(project.division_id, SICHUAN)
            and project.status is ProjectStatus.UNDER_WAY
            and any(line.budget_year in {2024, 2025} for line in lines[project.id])
        ),
        key=lambda project: project.code,
    )
    assert found["totalCount"] == len(wanted) > 5
    assert [node["code"] for node in found["nodes"]] == [project.code for project in wanted]
    assert found["pageInfo"]["hasNextPage"] is False
    funds, payments = record.by_id(Fund), record.by(Payment, "project_id")
    filings, targets = record.by(Filing, "project_id"), record.by(Target, "project_id")
    for node, project in zip(found["nodes"], wanted, strict=True):
        planned = Counter()
        for line in lines[project.id]:
            planned[line.source.value] += line.planned_fen
        assert {f["source"]: f["planned"] for f in node["funding"]} == {s: yuan(fen) for s, fen in planned.items()}
        paid = sum(-p.amount_fen if p.kind is PaymentKind.REFUND else p.amount_fen for p in payments[project.id])
        assert sum(int(f["paid"].replace(".", "")) for f in node["funding"]) == paid
        assert {f["code"] for f in node["funds"]} == {funds[line.fund_id].code for line in lines[project.id]}
        assert node["division"]["path"].startswith("四川省/")
        last = sorted(filings[project.id], key=lambda filing: filing.period)[-4:]
        assert [f["period"]["code"] for f in node["filings"]] == [filing.period.code for filing in last]
        assert [f["paidCumulative"] for f in node["filings"]] == [
            None if filing.paid_cumulative_fen is None else yuan(filing.paid_cumulative_fen) for filing in last
        ]
        assert len(node["targets"]) == len(targets[project.id])
        for target in node["targets"]:
            periods = [p["period"]["code"] for p in target["progress"]]
            assert periods == sorted(periods)
            assert len(periods) <= 4


async def test_changes_of_a_province_have_its_projects(client, document, record):
    found = (await client.ask(document("changes"), {"under": SICHUAN}, user=SICHUAN))["changes"]
    codes = {node["code"] for node in found["nodes"] if node["kind"] == "PROJECT"}
    assert codes == {p.code for p in record[Project] if record.inside(p.division_id, SICHUAN)}
    assert {node["operation"] for node in found["nodes"]} == {"INSERTED"}
    assert found["cursor"]


async def test_rules_of_the_catalogue(client, document):
    rules = {rule["code"]: rule for rule in (await client.ask(document("rules"), user="inspector"))["rules"]}
    assert len(rules) == len(client.services.law.rules) >= 24
    slow = rules["PT-12-01"]
    assert (slow["category"], slow["stage"], slow["titleZh"]) == ("PT", "ACTIVE", "资金支付进度缓慢")
    points = [p for p in slow["parameters"] if p["key"] == "slow_payment.yellow_points"]
    assert [(p["value"], p["division"]) for p in points] == [("10", None)]
    for rule in rules.values():
        assert all(rule[text] for text in ("titleZh", "titleEn", "article", "remedyZh", "remedyEn")), rule["code"]


async def test_findings_of_the_nation(client, document, record):
    found = (await client.ask(document("findings"), user="inspector"))["findings"]
    wanted = [f for f in record[StandingFinding] if f.severity in GRAVE and f.state in OPEN and not f.trial]
    assert found["totalCount"] == len(found["nodes"]) == len(wanted) > 10
    ranks = [Severity(node["severity"]).rank for node in found["nodes"]]
    assert ranks == sorted(ranks, reverse=True)
    assert Counter(node["rule"]["code"] for node in found["nodes"]) == Counter(f.rule_code for f in wanted)
    for node in found["nodes"]:
        assert node["messageZh"] != node["messageEn"]
        assert node["evidence"], node["rule"]
        assert (node["firstSeen"], node["lastSeen"], node["state"]) == ("2026-10-31", "2026-10-31", "NEW")
        assert node["subject"]["__typename"] in {"Project", "Filing", "Allocation", "Target", "Division"}
        assert "【演示】" in node["responsibleUnit"]["name"]
    central = next(node for node in found["nodes"] if node["rule"]["code"] == "CS-02-01")
    assert {e["field"]: e["value"] for e in central["evidence"]}["central_net"] == "0.00"
    assert central["counterfactual"].startswith("中央资金净额由0万元变为正数")


async def test_what_if_of_a_province(client, document):
    found = (await client.ask(document("what_if"), user="inspector"))["checkRules"]
    (line,) = found["receipt"]
    assert line["rule"] == {"code": "PT-12-01"}
    assert line["fired"] == found["findings"]["totalCount"] == len(found["findings"]["nodes"])
    assert found["comparedWithStanding"]["added"] + found["comparedWithStanding"]["unchanged"] == line["fired"]
    assert line["evaluated"] > 5
    assert line["failed"] == 0


async def test_deadline_of_guangxi(client, document):
    assert (await client.ask(document("deadline"), user="inspector"))["filingDeadline"] == {
        "nominal": "2021-04-15",
        "due": "2021-04-18",
        "confirmed": True,
        "reasons": [
            {"date": "2021-04-15", "kind": "REGIONAL_HOLIDAY", "label": "壮族三月三"},
            {"date": "2021-04-16", "kind": "REGIONAL_HOLIDAY", "label": "壮族三月三调休放假"},
            {"date": "2021-04-17", "kind": "WEEKEND", "label": "周末"},
            {"date": "2021-04-18", "kind": "REGIONAL_MAKEUP", "label": "壮族三月三调休上班"},
        ],
    }


async def test_progress_by_city(client, document, record):
    found = (await client.ask(document("progress"), user=SICHUAN))["filingProgress"]
    codes = [row["division"]["code"] for row in found]
    assert codes == sorted(set(codes))
    filed = ("onTime", "late", "nil", "exempt", "returned")
    assert [row["expected"] for row in found] == [row["missing"] + sum(row[part] for part in filed) for row in found]
    third = {f.project_id for f in record[Filing] if f.period == Period(2026, 3)}
    under = {p.id for p in record[Project] if record.inside(p.division_id, SICHUAN)}
    # a project that completed and was paid in full before the quarter may file, and owes nothing
    done = {p.id for p in record[Project] if p.status is ProjectStatus.COMPLETED}
    counted = sum(row[part] for row in found for part in filed)
    assert 0 < len((third & under) - done) <= counted <= len(third & under)
