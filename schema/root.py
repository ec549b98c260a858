"""The whole schema, put together once."""

import strawberry
from strawberry.extensions import ParserCache, ValidationCache
from strawberry.schema.config import StrawberryConfig

from schema import enums
from schema.describe import both
from schema.errors import Errors
from schema.limits import Limits
from schema.mutations import Mutation
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


@strawberry.type(description=both("查询", "reads"))
class Query(PlaceQuery, RollupQuery, MoneyQuery, LawQuery):
    """Reads."""


def build_schema() -> strawberry.Schema:
    """The schema with its limits, caches and error manners."""
    return strawberry.Schema(
        query=Query,
        mutation=Mutation,
        types=[Document, Finding, Unit],
        config=StrawberryConfig(scalar_map=SCALARS, relay_max_results=1_000, disable_field_suggestions=True),
        extensions=[
            Errors,
            lambda: ParserCache(maxsize=DOCUMENTS_CACHED),
            Limits,
            lambda: ValidationCache(maxsize=DOCUMENTS_CACHED),
        ],
    )
