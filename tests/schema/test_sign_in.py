"""Who gets in, and what those see who do not: nothing, on every root field there is."""

from datetime import UTC, datetime, timedelta

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLUnionType,
    build_schema,
    get_named_type,
    is_required_argument,
    is_required_input_field,
)
from sqlalchemy import func, select

from db.models import Account, Revision, Token
from resolvers.sessions import digest
from schema.root import build_schema as build

OPEN_TO_ALL = {"signIn"}
SAMPLES = {"Int": "2024", "String": '"x"', "ID": '"510000"', "Boolean": "true", "Date": '"2026-10-31"'}
SIGN_IN = """mutation($name: String!, $password: String!) { signIn(name: $name, password: $password) {
  __typename ... on SignedIn { token expiresAt viewer { name role maxFirst division { code } } }
  ... on SignInRefused { code message messageEn path }
} }"""
ME = "{ me { name } }"


def sample(kind):
    """Something a type accepts, as GraphQL writes it."""
    if isinstance(kind, GraphQLNonNull):
        return sample(kind.of_type)
    if isinstance(kind, GraphQLList):
        return f"[{sample(kind.of_type)}]"
    if isinstance(kind, GraphQLEnumType):
        return next(iter(kind.values))
    if isinstance(kind, GraphQLInputObjectType):
        fields = {name: field for name, field in kind.fields.items() if is_required_input_field(field)}
        return "{" + ", ".join(f"{name}: {sample(field.type)}" for name, field in fields.items()) + "}"
    return SAMPLES[kind.name]


def operation(kind, name, field):
    arguments = [f"{n}: {sample(a.type)}" for n, a in field.args.items() if is_required_argument(a)]
    given = f"({', '.join(arguments)})" if arguments else ""
    composite = isinstance(get_named_type(field.type), GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType)
    return f"{kind} {{ {name}{given} {'{ __typename }' if composite else ''} }}"


def root_fields():
    schema = build_schema(build().as_str())
    return {
        name: operation(kind, name, field)
        for kind, root in (("query", schema.query_type), ("mutation", schema.mutation_type))
        for name, field in root.fields.items()
    }


ROOT = root_fields()


def test_every_root_field_is_asked():
    assert len(ROOT) > 30
    assert {"me", "node", "projects", "checkRules", "signOut", "applyDivisionChange"} <= set(ROOT)


@pytest.mark.parametrize("name", sorted(set(ROOT) - OPEN_TO_ALL))
async def test_nothing_without_a_live_token(client, name):
    ended = await dead_tokens(client)
    for token in (None, "wrong", "", *ended):
        answer = await client.post(ROOT[name], token=token)
        assert not any((answer.get("data") or {}).values()), (name, token)
        assert [error["extensions"]["code"] for error in answer["errors"]] == ["UNAUTHENTICATED"], (name, token)


async def dead_tokens(client):
    """One expired, one revoked, one of an account that was switched off; made once for each database."""
    tokens = client.tokens
    if "expired" not in tokens:
        now = datetime.now(UTC)
        async with client.database.write(actor="test", action="tokens") as work:
            account_id = await work.session.scalar(select(Account.id).where(Account.name == "ministry"))
            off = await work.session.scalar(select(Account).where(Account.name == "659001"))
            off.active = False
            for name, owner, until, revoked in (
                ("expired", account_id, now - timedelta(seconds=1), None),
                ("revoked", account_id, now + timedelta(hours=1), now),
                ("switched off", off.id, now + timedelta(hours=1), None),
            ):
                tokens[name] = f"token-{name}-{client.database.dialect}"
                work.session.add(
                    Token(
                        token_hash=digest(tokens[name]),
                        account_id=owner,
                        created_at=now,
                        expires_at=until,
                        revoked_at=revoked,
                    )
                )
    return [tokens[name] for name in ("expired", "revoked", "switched off")]


async def test_the_right_password_opens_and_signing_out_closes(own_client, demo_password):
    answer = await own_client.post(SIGN_IN, {"name": "510100", "password": demo_password}, token=None)
    found = answer["data"]["signIn"]
    assert found["viewer"] == {"name": "510100", "role": "CITY", "maxFirst": 100, "division": {"code": "510100"}}
    assert datetime.fromisoformat(found["expiresAt"]) > datetime.now(UTC)
    token = found["token"]
    assert (await own_client.post(ME, token=token))["data"] == {"me": {"name": "510100"}}
    out = await own_client.post("mutation { signOut { ok } }", token=token)
    assert out["data"] == {"signOut": {"ok": True}}
    again = await own_client.post(ME, token=token)
    assert again["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    async with own_client.database.read() as session:
        hashes = (await session.scalars(select(Token.token_hash))).all()
    assert digest(token) in hashes
    assert token not in hashes


async def test_a_refusal_does_not_say_what_was_wrong(own_client, demo_password):
    async with own_client.database.write(actor="test", action="accounts") as work:
        for name, changed in (("510104", {"active": False}), ("510105", {"password_hash": None})):
            account = await work.session.scalar(select(Account).where(Account.name == name))
            for field, value in changed.items():
                setattr(account, field, value)
    before = await issued(own_client.database)
    answers = [
        await own_client.post(SIGN_IN, {"name": name, "password": password}, token=None)
        for name, password in (
            ("ministry", "wrong"),
            ("nobody", demo_password),
            ("510104", demo_password),
            ("510105", demo_password),
            ("510105", ""),
            ("", ""),
            ("ministry", demo_password * 1_000),
            ("ministry' or 1=1 --", demo_password),
        )
    ]
    assert answers == [answers[0]] * len(answers)
    refused = answers[0]["data"]["signIn"]
    assert (refused["__typename"], refused["code"]) == ("SignInRefused", "SIGN_IN_REFUSED")
    assert refused["path"] == ["name", "password"]
    assert await issued(own_client.database) == before


async def issued(database):
    """How many tokens there are, and how many revisions."""
    async with database.read() as session:
        return [await session.scalar(select(func.count()).select_from(model)) for model in (Token, Revision)]


async def test_the_scheme_of_a_token_is_bearer_in_any_case(client):
    token = await client.token("ministry")
    for header, found in ((f"bearer {token}", "ministry"), (f"BEARER  {token}", "ministry"), (f"Basic {token}", None)):
        answer = (await client.http.post("/graphql", json={"query": ME}, headers={"authorization": header})).json()
        assert (answer.get("data") or {}).get("me") == (found and {"name": found}), header
