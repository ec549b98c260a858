"""The whole schema, put together once."""

import strawberry
from graphql import GraphQLError
from strawberry.extensions import MaxTokensLimiter, ParserCache, ValidationCache
from strawberry.schema.config import StrawberryConfig
from strawberry.types import ExecutionContext

from schema import enums
from schema.describe import both
from schema.errors import Errors
from schema.limits import Limits
from schema.mutations.division_changes import DivisionChangeMutation
from schema.mutations.publications import PublicationMutation
from schema.mutations.sessions import SessionMutation
from schema.operation import OneOperation
from schema.plain_text import PlainText
from schema.queries.division_changes import DivisionChangeQuery
from schema.queries.law import LawQuery
from schema.queries.money import MoneyQuery
from schema.queries.places import PlaceQuery
from schema.queries.rollups import RollupQuery
from schema.scalars import SCALARS
from schema.types.document import Document
from schema.types.finding import Finding
from schema.types.unit import Unit

assert enums.TITLES
DOCUMENTS_CACHED = 1_000
MOST_TOKENS = 4_000
"""Cut off while parsing, so that what the caches keep stays small; the caps on an operation are tighter."""


@strawberry.type(description=both("查询", "reads"))
class Query(PlaceQuery, RollupQuery, MoneyQuery, LawQuery, DivisionChangeQuery):
    """Reads."""


class Schema(strawberry.Schema):
    """Our schema."""

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """Nothing: refusals and typing errors are the caller's business, and `Errors` logs what is ours."""


@strawberry.type(description=both("写入", "writes"))
class Mutation(SessionMutation, PublicationMutation, DivisionChangeMutation):
    """Writes."""


def build_schema() -> strawberry.Schema:
    """The schema with its limits, caches and error manners."""
    return Schema(
        query=Query,
        mutation=Mutation,
        types=[Document, Finding, Unit],
        config=StrawberryConfig(scalar_map=SCALARS, relay_max_results=1_000, disable_field_suggestions=True),
        extensions=[
            Errors,
            lambda: MaxTokensLimiter(max_token_count=MOST_TOKENS),
            lambda: ParserCache(maxsize=DOCUMENTS_CACHED),
            Limits,
            OneOperation,
            PlainText,
            lambda: ValidationCache(maxsize=DOCUMENTS_CACHED),
        ],
    )
