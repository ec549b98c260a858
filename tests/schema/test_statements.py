"""No query per row at any depth: ten rows and a hundred cost the same number of statements."""

from contextlib import contextmanager

import pytest
from sqlalchemy import event

EVERYTHING_OF_A_PROJECT = """query($first: Int!) { projects(first: $first) { nodes {
  id name division { name path parent { name } rollup { received paid } } otherDivisions { name }
  ownerUnit { name division { name } } funding { source planned arrived paid }
  funds { name years { budgetYear } } sourceLines { planned fund { name } }
  allocations { amount flow { issued retained } fund { name } grantor { name } parent { amount parts { amount } }
    project { name } targets { code } document { title } recipientUnit { name } }
  payments { amount } changes { field } reserve { status } document { title }
  targets { indicator { name unit } completion progress(last: 2) { value period { code } }
    parent { code } parts { code completion } project { name } fund { name } division { name } document { title } }
  filings(last: 2) { period { code } daysLate deadline { due reasons { label } } unit { name } project { name } }
  findings { messageZh rule { titleZh parameters { value division { name } } } subject { ... on Project { name } }
    responsibleUnit { name } evidence { source { title } } division { name } }
} } }"""
KINDS = 4
"""Longer lists may hold kinds of rows that shorter ones do not: a statement each, not one a row."""
OTHERS = {
    "allocations": """query($first: Int!) { allocations(first: $first) { nodes { code fund { name } grantor { name }
      recipient { path } recipientUnit { name } project { name targets { completion } } flow { issued recalled }
      parent { code fund { name } } parts { code flow { retained } } targets { code } document { title } } } }""",
    "targets": """query($first: Int!) { targets(first: $first) { nodes { code completion indicator { name unit }
      progress { value } division { name } project { name } fund { name } parent { code } parts { code } } } }""",
    "filings": """query($first: Int!) { filings(first: $first) { nodes { daysLate deadline { due } period { code }
      project { name division { name } funding { paid } } division { name } unit { name } } } }""",
    "units": "query($first: Int!) { units(first: $first) { nodes { name division { path parent { name } } } } }",
    "divisions": """query($first: Int!) { divisions(first: $first) { nodes { name path parent { name }
      rollup { received paid targetCompletion projectCount findings { red } } } } }""",
    "findings": """query($first: Int!) { findings(first: $first) { nodes { state rule { code parameters { value } }
      division { path } subject { __typename ... on Project { name targets { completion } }
      ... on Filing { project { name } } ... on Allocation { fund { name } } ... on Target { indicator { name } } }
      evidence { source { documentNo } } responsibleUnit { name } } } }""",
    "cube": """query($first: Int!) { rollup(by: [COUNTY, FUND, BUDGET_YEAR], first: $first) {
      rows { keys { label value } planned received paid targetCompletion } totals { paid }
      scope { hiddenChildren } } }""",
}


@contextmanager
def counted(database):
    seen = []

    def note(connection, cursor, statement, *_):
        if not statement.startswith("begin"):  # SQLite's transactions are statements too
            seen.append(statement)

    engine = database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


async def statements(client, document, **variables):
    """Those of a second asking: the first reads the map of divisions for the process."""
    await client.ask(document, variables)
    with counted(client.database) as seen:
        await client.ask(document, variables)
    return seen


async def test_the_slice_of_hundred_projects_costs_what_ten_cost(client, document):
    few, many = [
        await statements(client, document("slice").replace("first: 1000", f"first: {first}"), under="100000")
        for first in (10, 80)
    ]
    assert len(few) == len(many) < 25


async def test_everything_about_hundred_projects_costs_what_ten_cost(client):
    few, many = [await statements(client, EVERYTHING_OF_A_PROJECT, first=first) for first in (20, 80)]
    assert len(many) <= len(few) + KINDS
    assert len(few) < 45


async def test_drilling_into_many_children_costs_what_few_cost(client, document):
    few, many = [
        await statements(client, document("drill"), code=code, years=[2024, 2025]) for code in ("460000", "510000")
    ]
    assert len(few) == len(many) < 25


async def test_findings_of_the_nation_cost_what_ten_cost(client, document):
    few, many = [
        await statements(client, document("findings").replace("first: 100", f"first: {first}")) for first in (20, 60)
    ]
    assert len(many) <= len(few) + KINDS
    assert len(few) < 12


@pytest.mark.parametrize("name", OTHERS)
async def test_longer_lists_cost_no_more_statements(client, name):
    few, many = [await statements(client, OTHERS[name], first=first) for first in (40, 160)]
    assert len(many) <= len(few) + KINDS
    assert len(few) < 22


async def test_a_feed_of_changes_is_one_statement(client, document):
    few, many = [
        await statements(client, document("changes").replace("first: 1000", f"first: {first}"), under="510000")
        for first in (10, 1000)
    ]
    assert len(few) == len(many)


async def test_what_is_not_asked_for_is_not_computed(client):
    one = await statements(client, '{ division(code: "510000") { rollup { projectCount } } }')
    more = await statements(client, '{ division(code: "510000") { rollup { projectCount paid } } }')
    assert len(more) == len(one) + 1


async def test_how_much_is_unreviewed_is_counted_only_when_asked(client):
    document = "{{ rollup(by: [PROVINCE]) {{ totals {{ paid }} scope {{ lines {} }} }} }}"
    plain = await statements(client, document.format(""))
    asked = await statements(client, document.format("unreviewedShare"))
    assert len(asked) == len(plain) + 1
