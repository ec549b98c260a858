"""The pages beside the endpoint: the welcome page, health and metrics."""

import asyncio
from pathlib import Path

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from db.engine import Database
from db.migrate import head_ok

READY_WITHIN_SECONDS = 5
_WELCOME = Path(__file__).with_name("welcome.html").read_text(encoding="utf-8")


class Pages:
    """What is answered without GraphQL; `origin` is the address the examples on the welcome page name."""

    def __init__(self, database: Database, registry: CollectorRegistry, *, origin: str) -> None:
        self._database = database
        self._registry = registry
        self._welcome = _WELCOME.replace("{origin}", origin)

    async def welcome(self, _request: Request) -> Response:
        """What a newcomer does first."""
        return HTMLResponse(self._welcome)

    async def live(self, _request: Request) -> Response:
        """The process answers."""
        return PlainTextResponse("ok")

    async def ready(self, _request: Request) -> Response:
        """Ready when the database answers in time and has this release's layout; no details for outsiders."""
        try:
            async with asyncio.timeout(READY_WITHIN_SECONDS):
                ready = await _answers(self._database)
        except (SQLAlchemyError, OSError):
            ready = False
        return PlainTextResponse("ok" if ready else "not ready", 200 if ready else 503)

    async def metrics(self, _request: Request) -> Response:
        """In Prometheus's text format."""
        return Response(generate_latest(self._registry), media_type=CONTENT_TYPE_LATEST)


async def _answers(database: Database) -> bool:
    async with database.engine.connect() as connection:
        await connection.execute(text("select 1"))
    return await head_ok(database)
