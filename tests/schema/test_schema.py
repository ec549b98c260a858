"""The schema people read: everything described in both languages, exported as it is, and no larger than it may be."""

import re
from pathlib import Path

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    build_schema,
    is_introspection_type,
    is_specified_scalar_type,
    parse,
)

from schema.limits import CAPS, HUGE, measure
from schema.root import build_schema as build

ROOT = Path(__file__).parents[2]
CHINESE = re.compile("[\u4e00-\u9fff]")
ENGLISH = re.compile("[A-Za-z]{2}")
EXPORTED = (ROOT / "schema" / "schema.graphql").read_text(encoding="utf-8")


def described(schema):
    """Every description there must be, by where it stands."""
    for name, kind in schema.type_map.items():
        if is_introspection_type(kind) or is_specified_scalar_type(kind):
            continue
        yield name, kind.description
        if isinstance(kind, GraphQLEnumType):
            yield from ((f"{name}.{value}", each.description) for value, each in kind.values.items())
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
            for field_name, field in kind.fields.items():
                yield f"{name}.{field_name}", field.description
                for argument_name, argument in getattr(field, "args", {}).items():
                    yield f"{name}.{field_name}({argument_name})", argument.description


def test_everything_is_described_in_both_languages():
    found = dict(described(build_schema(EXPORTED)))
    assert len(found) > 700
    wrong = []
    for where, text in found.items():
        chinese, slash, english = (text or "").replace("\n", " ").partition(" / ")
        if not (slash and CHINESE.search(chinese) and ENGLISH.search(english)):
            wrong.append(f"{where}: {text}")
    assert wrong == []


def test_a_missing_half_would_be_seen():
    schema = build_schema('"""只有中文"""\ntype Query { "both 两种 / both" a: Int  b: Int }')
    assert dict(described(schema)) == {"Query": "只有中文", "Query.a": "both 两种 / both", "Query.b": None}


def test_the_export_is_the_schema():
    assert build().as_str().rstrip("\n") + "\n" == EXPORTED


def spreads(levels):
    """A document of a few lines that stands for two to the power of its levels."""
    parts = [f"fragment f{i} on Query {{ ...f{i + 1} ...f{i + 1} }}" for i in range(levels)]
    return "\n".join(["query { ...f0 }", *parts, f"fragment f{levels} on Query {{ me {{ name }} }}"])


def test_exponential_spreads_are_measured_in_one_walk(monkeypatch):
    walked = []
    real = type(measure.__globals__["_Walk"]({})).measure

    def counting(self, selections):
        walked.append(selections)
        return real(self, selections)

    monkeypatch.setattr(measure.__globals__["_Walk"], "measure", counting)
    size = measure(parse(spreads(40)))
    assert size.selected == HUGE
    assert len(walked) <= 2 * 42


async def test_exponential_spreads_are_refused(client):
    for levels in (40, 200):
        assert await client.refused(spreads(levels)) == "QUERY_TOO_LARGE"
    await client.ask(spreads(7))


def nested(depth):
    """`division` and so many children within each other."""
    return '{ division(code: "510000") { ' + "children { " * (depth - 2) + "code" + " }" * depth


def aliased(count):
    return "{ " + " ".join(f"a{i}: me {{ name }}" for i in range(count)) + " }"


def repeated(count):
    return "{ " + "me { name } " * count + "}"


def selected(count):
    """One field of five hundred names cannot be had: fragments on one type repeat instead, each a field more."""
    rows = " ".join(f"... on Query {{ me {{ {' '.join(['name'] * 10)} }} }}" for _ in range(count // 11))
    return f"{{ {rows} }}"


@pytest.mark.parametrize(
    ("make", "cap", "fits"),
    [(nested, "depth", CAPS.depth), (aliased, "aliases", CAPS.aliases), (repeated, "repeats", CAPS.repeats)],
)
async def test_caps_hold_on_both_sides(client, make, cap, fits):
    await client.ask(make(fits), user="469006" if cap == "depth" else "ministry")
    answer = await client.post(make(fits + 1), token=await client.token("ministry"))
    (error,) = answer["errors"]
    assert error["extensions"]["code"] == "QUERY_TOO_LARGE"
    assert f"{cap} is {fits + 1}, the cap is {fits}" in error["extensions"]["messageEn"]


async def test_too_much_text_is_refused_promptly(client):
    for document in (
        selected(CAPS.selected * 2),
        "{" * 50_000,
        '{ node(id: "x", a: ' + "[" * 50_000 + ") { id } }",
        "query(" + "$a: Int " * 20_000 + ") { me { name } }",
    ):
        answer = await client.post(document, token=await client.token("ministry"))
        assert "data" not in answer
        codes = {error["extensions"]["code"] for error in answer["errors"]}
        assert codes <= {"QUERY_TOO_LARGE", "SYNTAX_ERROR", "INVALID_OPERATION"}, answer


async def test_cycles_of_fragments_are_refused(client):
    document = "{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }"
    assert await client.refused(document) == "INVALID_OPERATION"


async def test_of_several_operations_one_must_be_named(client):
    document = "query A { me { name } } query B { me { role } }"
    assert await client.refused(document) == "OPERATION_UNCLEAR"
    assert await client.refused(document, operationName="C") == "OPERATION_UNCLEAR"
    assert await client.ask(document, operationName="A") == {"me": {"name": "ministry"}}
    assert await client.ask(document, operationName="B") == {"me": {"role": "MINISTRY"}}
    assert await client.refused("fragment F on Query { me { name } }") == "OPERATION_UNCLEAR"


async def test_nothing_is_suggested(client):
    for document, words in (
        ("{ projetcs { totalCount } }", "projects"),
        ("{ me { nam } }", "name"),
        ("{ projects(wher: {}) { totalCount } }", "where"),
        ("{ rollup(by: [PROVINC]) { totalRows } }", "PROVINCE"),
        ("{ projects(where: {unde: 1}) { totalCount } }", "under"),
        ("{ ... on Quer { me { name } } }", "Query"),
    ):
        answer = await client.post(document, token=await client.token("ministry"))
        assert "data" not in answer
        said = str(answer["errors"])
        assert "Did you mean" not in said
        assert f"'{words}'" not in said


async def test_an_unexpected_error_shows_only_a_number(client, monkeypatch, caplog):
    secret = "the password of the database is hunter2"

    async def broken(*_, **__):
        raise RuntimeError(secret)

    monkeypatch.setattr("schema.queries.money.project_use.projects", broken)
    answer = await client.post("{ projects { totalCount } }", token=await client.token("ministry"))
    assert "data" not in answer or answer["data"] is None
    (error,) = answer["errors"]
    number = re.fullmatch("系统内部错误, 编号 ([0-9a-f]{8}), 请联系运维", error["message"])[1]
    assert error["extensions"] == {
        "code": "INTERNAL",
        "messageEn": f"internal error {number}; tell the operators this number",
    }
    assert "hunter2" not in str(answer)
    (record,) = [record for record in caplog.records if number in record.getMessage()]
    assert secret in str(record.exc_info[1])


async def test_arguments_that_no_database_can_take_are_refused_by_name(client):
    for document in (
        '{ projects(where: {nameContains: "a\\u0000b"}) { totalCount } }',
        '{ project(code: "a\\u0000b") { name } }',
        '{ fund(code: "\\u0000") { name } }',
        '{ allocations(where: {funds: ["\\u0000"]}) { totalCount } }',
    ):
        assert await client.refused(document) == "BAD_REQUEST", document
    for day in ("0001-01-01", "1999-12-31", "2000-01-01", "2099-12-31", "9999-12-31"):
        for document in (
            f'{{ filingProgress(under: "510000", period: "2024Q1", by: CITY, asOf: "{day}") {{ expected }} }}',
            f'{{ projects(first: 5, asOf: "{day}") {{ nodes {{ filings {{ daysLate }} }} }} }}',
            f'{{ rollup(by: [PROVINCE], asOf: "{day}") {{ totals {{ received timeProgress }} }} }}',
            f'{{ division(code: "510000", hierarchyAsOf: "{day}") {{ name }} }}',
            f'{{ rollup(by: [PROVINCE], hierarchyAsOf: "{day}") {{ totals {{ received }} }} }}',
            f'{{ checkRules(scope: {{under: "510104"}}, asOf: "{day}") {{ release }} }}',
        ):
            answer = await client.post(document, token=await client.token("ministry"))
            codes = {error["extensions"]["code"] for error in answer.get("errors", ())}
            assert codes <= {"BAD_REQUEST", "OUT_OF_SCOPE"}, (document, answer)
