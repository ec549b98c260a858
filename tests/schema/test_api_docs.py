"""The page about the API tells what the code does: its documents, codes and limits."""

import re
from pathlib import Path

import pytest
from graphql import parse, validate

from resolvers.principal import BULK_FIRST, PLAIN_FIRST
from resolvers.refusal import Refusal
from resolvers.sessions import SCRIPT_TOKEN_LIFE, TOKEN_LIFE
from schema.limits import CAPS
from schema.root import MOST_TOKENS, build_schema
from server.settings import MAX_BODY_BYTES

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```graphql\n(.*?)```", PAGE, re.DOTALL)
DOCUMENTS = sorted((Path(__file__).parent / "documents").glob("*.graphql"))


@pytest.mark.parametrize("file", DOCUMENTS, ids=lambda file: file.stem)
def test_the_contracts_documents_are_on_the_page(file):
    text = file.read_text(encoding="utf-8")
    assert text.endswith("}\n")
    assert any(text in block for block in BLOCKS)


def test_all_documents_of_the_page_fit_the_schema():
    schema = build_schema()._schema
    assert len(BLOCKS) == 7
    for block in BLOCKS:
        assert validate(schema, parse(block)) == []


def codes_raised():
    """Every code in the sources, by the ways there are to say one."""
    stated = re.compile(r'(?:^\s+code = |"code": |^CODE = )"([A-Z_]{4,})"', re.MULTILINE)
    sources = [p for layer in ("resolvers", "schema", "server") for p in (ROOT / layer).rglob("*.py")]
    return {code for source in sources for code in stated.findall(source.read_text(encoding="utf-8"))}


def test_every_code_is_explained_and_none_besides():
    told = PAGE[PAGE.index("| Code | Meaning |") : PAGE.index("## HTTP")]
    rows = [line.split("|")[1] for line in told.splitlines()[2:] if line.startswith("|")]
    named = {code for row in rows for code in re.findall(r"`([A-Z_]+)`", row)}
    assert named == codes_raised() - {Refusal.code}


def test_limits_are_those_of_the_code():
    rows = dict(re.findall(r"^\| ([a-z][^|]+?) \| ([\d,]+) \|$", PAGE, re.MULTILINE))
    assert {name: int(number.replace(",", "")) for name, number in rows.items()} == {
        "depth": CAPS.depth,
        "fields, every use of a fragment counted": CAPS.selected,
        "aliases": CAPS.aliases,
        "one name in one selection set": CAPS.repeats,
        "tokens": MOST_TOKENS,
        "bytes of the body": MAX_BODY_BYTES,
    }
    assert f"1 to {BULK_FIRST:,} for the ministry" in PAGE
    assert f"1 to {PLAIN_FIRST} for others" in PAGE
    assert (TOKEN_LIFE.total_seconds() / 3600, SCRIPT_TOKEN_LIFE.days) == (12, 30)
    assert f"above {MAX_BODY_BYTES:,} bytes" in PAGE
