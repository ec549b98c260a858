"""Commands that tell the law, without any database: rules, workflows and deadlines."""

from pathlib import Path

import pytest

from rules.law import Law

DOCS = Path(__file__).parents[3] / "docs"
LUNAR = "        04-15 壮族三月三 → 04-16 壮族三月三调休放假 → 04-17 周末 → 04-18 壮族三月三调休上班"


async def test_every_rule_has_a_line(fundwatch) -> None:
    done = await fundwatch("rules")

    *lines, total = done.output.splitlines()
    assert [line.split()[0] for line in lines] == list(Law.national().rules)
    assert total == f"{len(lines)} rules"
    assert "CS-02-01  阻断  中央支持专项应含中央资金" in done.output


@pytest.mark.parametrize(("command", "page"), [("rules", "rules.md"), ("workflows", "workflows.md")])
async def test_markdown_is_the_committed_page(command: str, page: str, fundwatch) -> None:
    done = await fundwatch(command, "--markdown")

    assert done.output == (DOCS / page).read_text(encoding="utf-8")


async def test_every_workflow_is_listed(fundwatch) -> None:
    done = await fundwatch("workflows")

    heads = [line for line in done.output.splitlines() if not line.startswith("  ")]
    assert heads != []
    assert [head for head in heads if len(head.split("  ")) != 3] == []


@pytest.mark.parametrize(
    ("division", "first"),
    [
        ("100000", "2021Q1  2021-04-15 周四"),
        ("510104", "2021Q1  2021-04-15 周四"),
        ("450000", "2021Q1  2021-04-18 周日"),
        ("450103", "2021Q1  2021-04-18 周日"),
        ("X66000", "2021Q1  2021-04-15 周四"),
        ("Z500001", "2021Q1  2021-04-15 周四"),
        ("469005", "2021Q1  2021-04-15 周四"),
    ],
    ids=["nation", "county", "Guangxi", "county of Guangxi", "XPCC", "zone", "county below a province"],
)
async def test_deadlines_follow_the_calendar_of_the_province(division: str, first: str, fundwatch) -> None:
    done = await fundwatch("deadlines", "--year", 2021, "--division", division)

    lines = done.output.splitlines()
    assert (done.exit_code, lines[0]) == (0, first)
    assert (LUNAR in lines) == division.startswith("45")
    assert lines[-2:] == ["2021Q4  2022-01-17 周一", "        01-15 周末 → 01-16 周末 → 01-17 工作日"]


async def test_nation_is_meant_where_no_division_is_named(fundwatch) -> None:
    done = await fundwatch("deadlines", "--year", 2022)

    assert done.output.splitlines()[1] == "2022Q2  2022-07-15 周五"
    assert "2023Q1  2023-04-17 周一" in (await fundwatch("deadlines", "--year", 2023)).output


async def test_year_without_holiday_notice_is_provisional(fundwatch) -> None:
    done = await fundwatch("deadlines", "--year", 2027)

    assert done.exit_code == 0
    quarters = [line for line in done.output.splitlines() if line.startswith("2027Q")]
    assert [line.split("  ", 2)[2] for line in quarters] == ["(暂定 provisional: 节假日安排未公布)"] * 4


async def test_quarters_before_the_regulation_have_no_deadline(fundwatch) -> None:
    done = await fundwatch("deadlines", "--year", 1990)

    assert done.exit_code == 2
    assert done.output == (
        "Error: 1990Q1 的填报期限早于规程施行, 无法计算; "
        "1990Q1 lies before the regulation came into force; ask for a later quarter\n"
    )


@pytest.mark.parametrize("year", ["0", "9999", "soon"])
async def test_year_that_is_none_is_refused(year: str, fundwatch) -> None:
    done = await fundwatch("deadlines", "--year", year)

    assert done.exit_code == 2
    assert "Invalid value for '--year'" in done.output


async def test_division_that_is_none_is_refused(fundwatch) -> None:
    done = await fundwatch("deadlines", "--year", 2021, "--division", "999999")

    assert done.exit_code == 2
    assert done.output.startswith("Error: 999999 is not a division of the packaged registry; give a six-digit code")
