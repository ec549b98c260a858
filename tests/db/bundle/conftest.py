"""A small bundle with every table in it, ways to put one on disk, and a look at everything a database holds."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from sqlalchemy import text

from db.base import Base
from db.engine import Database

MANIFEST = """\
format = 1
name = "sample"
title = "样例"
title_en = "Sample"
provenance = "DEMO"
source = "written for the tests"
"""
GOOD = {
    "manifest.toml": MANIFEST,
    "documents.csv": """\
code,number,title,kind,issued_on,issuer,url,confidence,note
D1,财资环〔2024〕1号,下达通知,下达文件,2024-01-05,财政部,,未公开,
D2,青财〔2024〕2号,转下达通知,ISSUE_NOTICE,2024/2/5,青海省财政厅,,NOT_PUBLISHED,"两行
备注"
""",
    "divisions.csv": """\
code,name,type_name,level,admin_parent,fund_parent,separately_planned,valid_from,valid_to,node_from
100000,中华人民共和国,国家,NATION,,,0,,,
630000,青海省,省,PROVINCE,100000,,0,,,
630100,西宁市,地级市,CITY,630000,,0,,,
630122,湟中县,县,COUNTY,630100,,0,1949-10-01,2020-06-01,1949-10-01
630122,湟中县旧,县,COUNTY,630000,,0,2020-06-01,2020-07-01,1949-10-01
210000,辽宁省,省,PROVINCE,100000,,0,,,
210200,大连市,地级市,CITY,210000,100000,1,,,
X66000,新疆生产建设兵团,兵团,PROVINCE,100000,,0,,,
""",
    "division_changes.csv": """\
code,year,effective_on,change_type,old_code,old_name,new_code,new_name,partial,share_bp,document_number,source,note
C1,2020,2020-07-01,撤县设区,630122,湟中县,630106,湟中区,否,10000,国函〔2019〕103号,民政部,
""",
    "units.csv": """\
code,name,kind,division,parent,lines
U2,西宁市自然资源局,自然资源主管部门,630100,U1,FINANCE;地质灾害防治
U1,青海省自然资源厅,NR_AUTHORITY,630000,,
""",
    "measures.csv": """\
code,dimension,numerator,denominator
公顷,面积,1,1
亩,面积,1,15
米,长度,1,1
""",
    "funds.csv": """\
code,name,name_en,category,local_tier,line,project_code,emergency,document
F1,重点生态保护修复治理资金,,CENTRAL,,ECOLOGICAL_RESTORATION,Z135060009003,0,D1
""",
    "fund_years.csv": """\
资金,预算年度,预算（亿元）,管理办法,文件
F1,2024,150.5,财资环〔2024〕6号,D1
""",
    "indicators.csv": """\
code,name,kind,direction,measure,over_time,over_space
I1,修复治理面积,数量指标,GE,公顷,SUM,SUM
I2,公众满意度,SATISFACTION,QUAL,,NONE,NONE
""",
    "projects.csv": """\
code,name,status,line,category,work_type,division,owner_unit,planned_start,planned_end,total_investment_wan,document
P1,湟水流域修复,在建,ECOLOGICAL_RESTORATION,CENTRAL,水土,630122,U2,2020-06-15,2026年12月31日,"12,345.678901",D2
P2,大连海岸修复,FUNDED,ECOLOGICAL_RESTORATION,,,210200,,20240101,,１２３．５,
""",
    "project_divisions.csv": """\
project,division
P1,630100
""",
    "source_lines.csv": """\
project,fund,budget_year,source,planned_wan,document
P1,F1,2024,CENTRAL,5000,D1
P1,F1,2024,省级财政,100.01,
""",
    "allocations.csv": """\
code,fund,budget_year,parent,grantor,recipient,recipient_unit,project,source,kind,tranche,amount_yi,issued_on,document
A2,F1,2024,A1,630000,630100,U2,,CENTRAL,REGULAR,,2.36,2024-02-05,D2
A1,F1,2024,,100000,630000,,,CENTRAL,提前下达,1,3.6,2024-01-05,D1
A3,F1,2024,A2,630000,630100,,,CENTRAL,RECALL,1,0.36,2024-03-05,
""",
    "payments.csv": """\
code,project,fund,budget_year,source,kind,paid_on,amount_yuan,payee,voucher_number,document
PAY1,P1,F1,2024,CENTRAL,,2024-03-15,"1,234.50",施工单位,V1,
PAY2,P1,F1,2024,CENTRAL,退款,2024-04-15,34.5,施工单位,V2,
""",
    "pay_plans.csv": """\
project,period,cumulative_bp
P1,2024Q1,2500
P1,2024年第二季度,5000
""",
    "reserve_entries.csv": """\
project,from_on,status,document
P1,2023-01-01,ADMITTED,
""",
    "project_changes.csv": """\
code,project,field,old_value,new_value,effective_on,required_level,approved_on,approver_level,document
CH1,P1,SCALE,100公顷,90公顷,2024-05-01,PROVINCE,2024-04-20,省级,D2
""",
    "targets.csv": """\
code,indicator,fund,budget_year,division,project,parent,allocation,measure,value,value_text,weight,due_on
T1,I1,F1,2024,630100,P1,T0,A2,亩,"1,000.5",,20,2026-12-31
T0,I1,F1,2024,630000,,,A1,,550,,,
T2,I2,,,630100,P1,,,,,明显提高,,
""",
    "progress.csv": """\
target,period,value,reported_on
T1,2024Q1,10.25,2024-04-10
""",
    "filings.csv": """\
project,period,unit,kind,state,submitted_at,returned_count,reason,paid_period_wan,paid_cumulative_wan,correction_document
P1,2024Q1,U2,,PROVINCE_REVIEWED,2024-04-14T23:59:59,0,,0.1234,0.1234,
P1,2024Q2,U2,,已提交,2024-07-14T23:59:59Z,,,-0.0034,0.12,D2
""",
}
Files = Mapping[str, str | bytes]


@pytest.fixture
def good() -> dict[str, str | bytes]:
    return dict(GOOD)


@pytest.fixture
def folder(tmp_path: Path) -> Callable[[Files], Path]:
    """Puts files into a new folder."""

    def put(files: Files) -> Path:
        made = tmp_path / f"bundle-{len(list(tmp_path.glob('bundle-*')))}"
        made.mkdir()
        for name, content in files.items():
            data = content.encode() if isinstance(content, str) else content
            (made / name).write_bytes(data)
        return made

    return put


@pytest.fixture
def dump() -> Callable[[Database], object]:
    """Every row of every table, as text."""

    async def read(database: Database) -> dict[str, list[str]]:
        held: dict[str, list[str]] = {}
        async with database.read() as session:
            for name in sorted(Base.metadata.tables):
                rows = await session.execute(text(f"select * from {name} order by id"))
                held[name] = [repr(tuple(row)) for row in rows]
        return held

    return read
