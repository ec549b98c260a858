"""What a process holds for all its requests: the database, the law, the map and the schema."""

from dataclasses import dataclass

import strawberry

from db.atlas import AtlasStore
from db.engine import Database
from resolvers.context import Context
from resolvers.deadlines import Deadlines
from resolvers.principal import Principal
from rules.law import Law
from schema.root import build_schema


@dataclass(frozen=True, slots=True)
class Services:
    """Built once, shared by all requests."""

    database: Database
    law: Law
    deadlines: Deadlines
    atlases: AtlasStore
    schema: strawberry.Schema

    @classmethod
    def of(cls, database: Database) -> "Services":
        """The national law over a database."""
        law = Law.national()
        return cls(database, law, Deadlines(law), AtlasStore(), build_schema())

    def context(self, principal: Principal | None = None, token: str | None = None) -> Context:
        """A request's context."""
        return Context(
            database=self.database,
            law=self.law,
            deadlines=self.deadlines,
            atlases=self.atlases,
            principal=principal,
            token=token,
        )
