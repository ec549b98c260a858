"""Garbage in: a bundle with forty different faults gives exactly forty messages and leaves the database as it was."""

from collections import Counter

from db.bundle import import_bundle
from db.bundle.report import ImportFault
from db.engine import Database

LIST_OF_FILES = """
[files]
"documents.csv" = 12
"measures.csv" = { sha256 = "%s" }
""" % ("0" * 64)
GARBAGE = {
    "notes.csv": "anything\n",
    "documents.csv": """\
code,number,title,kind,issued_on,confidence
G1,,标题,通知书,2026-01-01,NOT_PUBLISHED
G2,,标题,NEWS,2026-02-30,NOT_PUBLISHED
G3,,标题,NEWS,45000,NOT_PUBLISHED
G4,,标题,NEWS,2026-01-01,NOT_PUBLISHED
G4,,标题,NEWS,2026-01-01,NOT_PUBLISHED
G5,,标题,NEWS,,NOT_PUBLISHED
G5,,另一标题,NEWS,,NOT_PUBLISHED
G6,,,NEWS,,NOT_PUBLISHED
""",
    "divisions.csv": """\
code,name,type_name,level,admin_parent,valid_from,valid_to
6302,海东市,地级市,CITY,630000,,
630200,海东市,地级市,CITY,639900,,
632300,黄南州,自治州,CITY,630000,2020-01-01,2019-01-01
632500,海南州,自治州,CITY,,,
""",
    "division_changes.csv": """\
code,year,change_type,old_code,new_code,partial,share_bp,source
GC1,2020,更名,6.301E+05,630100,0,,民政部
GC2,2020,更名,630100,630100,也许,,民政部
""",
    "units.csv": """\
code,name,kind,division,parent
GU1,甲,NR_AUTHORITY,630000,GU2
GU2,乙,NR_AUTHORITY,630000,GU1
""",
    "measures.csv": """\
code,dimension,numerator,denominator
立方米,体积,1.5,1
""",
    "funds.csv": """\
code,name,category,line,colour
GF1,资金,CENTRAL,OTHER,red
""",
    "fund_years.csv": """\
fund,budget_year,budget
GF1,2024,100
""",
    "indicators.csv": """\
code,name,名称,kind,measure
GI1,指标,指标,QUANTITY,公顷
""",
    "projects.csv": """\
code,name,status,line,division,total_investment_wan
GP1,项目,FUNDED,OTHER,630100,约550
GP2,项目,FUNDED,OTHER,630100,"1,23"
GP3,项目,FUNDED,OTHER,630100
GP4,项目,FUNDED,OTHER,630100,550万元
GP5,项目,FUNDED,OTHER,630100,3.6E+04
""",
    "source_lines.csv": """\
project,fund,budget_year,source,planned_yuan
GP1,GF1,2024,CENTRAL,-5
GP3,GF1,2024,CENTRAL,50%
""",
    "allocations.csv": """\
code,fund,budget_year,parent,grantor,recipient,source,kind,amount_yuan
GA1,F1,2024,,630000,630100,CENTRAL,RECALL,100
GA2,F1,2024,A2,630000,630100,CENTRAL,RECALL,999999999999
GA3,F1,2024,A2,630100,630000,CENTRAL,REGULAR,0
GA4,F1,2024,A2,630100,630122,CENTRAL,REGULAR,0.001
""",
    "payments.csv": """\
code,project,fund,budget_year,source,paid_on,amount_yuan
GPAY1,P1,F1,1024,CENTRAL,2024-01-01,1
""",
    "pay_plans.csv": """\
project,period,cumulative_bp
P1,2026Q5,100
""",
    "reserve_entries.csv": """\
project,from_on
P1,2024-01-01
""",
    "project_changes.csv": b"code,project,field,effective_on,required_level\n\xff\xff\x81,P1,SCALE,2024-01-01,CITY\n",
    "targets.csv": """\
code,indicator,division,measure,value
GT1,I1,630100,米,1
GT2,I1,630100,公顷,1.0000001
G T3,I1,630100,公顷,1
""",
    "progress.csv": """\
target,period,value,reported_on
T1,2024Q3,1,2024-10-01
T1,2024Q4,"1,2025-01-01
""",
    "filings.csv": """\
project;period;state
P1;2024Q3;OPEN
""",
}
EXPECTED = [
    ("notes.csv", None, None, "unknown-file"),
    ("documents.csv", None, None, "row-count"),
    ("documents.csv", 2, "kind", "unknown-word"),
    ("documents.csv", 3, "issued_on", "impossible-date"),
    ("documents.csv", 4, "issued_on", "date-serial"),
    ("documents.csv", 6, "code", "duplicate-row"),
    ("documents.csv", 8, "code", "conflicting-rows"),
    ("documents.csv", 9, "title", "missing-cell"),
    ("divisions.csv", 2, "code", "division-code-length"),
    ("divisions.csv", 3, "admin_parent", "unknown-reference"),
    ("divisions.csv", 4, "valid_to", "dates-descend"),
    ("divisions.csv", 5, "code", "tree-division-orphan"),
    ("division_changes.csv", 2, "old_code", "code-as-number"),
    ("division_changes.csv", 3, "partial", "not-a-flag"),
    ("units.csv", 2, "parent", "cycle"),
    ("measures.csv", None, None, "digest"),
    ("measures.csv", 2, "numerator", "not-whole"),
    ("funds.csv", 1, "colour", "unknown-column"),
    ("fund_years.csv", 1, "budget", "no-unit"),
    ("indicators.csv", 1, "名称", "duplicate-header"),
    ("projects.csv", 2, "total_investment_wan", "approximate"),
    ("projects.csv", 3, "total_investment_wan", "thousands"),
    ("projects.csv", 4, None, "ragged-row"),
    ("projects.csv", 5, "total_investment_wan", "unit-in-cell"),
    ("projects.csv", 6, "total_investment_wan", "scientific"),
    ("source_lines.csv", 2, "planned_yuan", "negative"),
    ("source_lines.csv", 3, "planned_yuan", "percent-sign"),
    ("allocations.csv", 2, "parent", "recall-without-parent"),
    ("allocations.csv", 3, "amount_yuan", "recall-too-large"),
    ("allocations.csv", 4, "amount_yuan", "not-positive"),
    ("allocations.csv", 5, "amount_yuan", "finer-than-fen"),
    ("payments.csv", 2, "budget_year", "out-of-bounds"),
    ("pay_plans.csv", 2, "period", "not-a-quarter"),
    ("reserve_entries.csv", 1, "status", "missing-column"),
    ("project_changes.csv", None, None, "encoding"),
    ("targets.csv", 2, "measure", "dimension"),
    ("targets.csv", 3, "value", "too-many-decimals"),
    ("targets.csv", 4, "code", "code-characters"),
    ("progress.csv", 3, None, "bad-quotes"),
    ("filings.csv", None, None, "delimiter"),
]


def place(fault: ImportFault) -> tuple[str, int | None, str | None, str]:
    return fault.file, fault.row, fault.column, fault.slug


async def test_forty_faults_give_forty_messages(database: Database, good, folder, dump) -> None:
    assert (await import_bundle(database, folder(good), actor="test")).errors == ()
    before = await dump(database)
    garbage = {"manifest.toml": good["manifest.toml"] + LIST_OF_FILES, **GARBAGE}
    report = await import_bundle(database, folder(garbage), actor="test")
    assert Counter(map(place, report.errors)) == Counter(EXPECTED)
    assert report.error_count == 40
    assert len({fault.slug for fault in report.errors}) == 40
    assert (report.tables, report.revision_id) == ({}, None)
    assert await dump(database) == before


async def test_every_message_says_what_to_do_in_both_languages(sqlite_database: Database, good, folder) -> None:
    garbage = {"manifest.toml": good["manifest.toml"] + LIST_OF_FILES, **GARBAGE}
    report = await import_bundle(sqlite_database, folder(garbage), actor="test")
    for fault in report.errors:
        texts = (fault.message_zh, fault.message_en, fault.remedy_zh, fault.remedy_en)
        assert all(texts), fault
        assert fault.line("zh").startswith(fault.place)


async def test_the_first_messages_are_printed_and_all_are_counted(sqlite_database: Database, good, folder) -> None:
    rows = "".join(f"M{number},面积,约{number},1\n" for number in range(60))
    files = {"manifest.toml": good["manifest.toml"], "measures.csv": f"code,dimension,numerator,denominator\n{rows}"}
    report = await import_bundle(sqlite_database, folder(files), actor="test")
    assert report.error_count == 60
    text = report.text(limit=2)
    assert (
        text.splitlines()[0]
        == "measures.csv:2 numerator [约0]  不是确切数值 → 只填数字；“约”“近”“余”等写入备注或文字列"
    )
    assert text.splitlines()[2:] == ["……另有58处", "共60处错误，未写入任何数据"]
    assert report.text(limit=0, language="en") == "… and 60 more\n60 faults; nothing was written"
