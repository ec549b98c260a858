"""The application: routes and the life of its services."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from db.engine import Database
from db.migrate import head_ok
from server.graphql_http import Api
from server.metrics import Metrics
from server.services import Services
from server.settings import Settings

COMPRESS_ABOVE_BYTES = 1_000
_PAGE = """<!doctype html>
<html lang="zh"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Fundwatch 自然资源资金监测监管系统</title>
<style>body{font:16px/1.7 system-ui,sans-serif;max-width:46rem;margin:3rem auto;padding:0 1rem}
code{background:#f2f2f2;padding:.1em .3em}</style>
<h1>Fundwatch 自然资源资金监测监管系统</h1>
<p>这里是接口服务。控制台与在线查询工具尚未提供。 This is the API; a console will follow.</p>
<ul>
<li><code>POST /graphql</code> 查询接口, 请求头 <code>Authorization: Bearer 令牌</code></li>
<li><code>/livez</code> <code>/readyz</code> 健康检查 health</li>
<li><code>/metrics</code> 运行指标 metrics</li>
</ul>
<p>取得令牌 for a token: <code>fundwatch token --user ministry</code>,
或调用 <code>signIn</code>。</p>
</html>"""


def create_app(settings: Settings) -> Starlette:
    """The application over the database the settings name; migrated already, or `/readyz` says no."""
    database = Database(settings.database_url)
    return app_over(Services.of(database), settings)


def app_over(services: Services, settings: Settings) -> Starlette:
    """The application over given services."""
    metrics = Metrics(CollectorRegistry())
    api = metrics.timed(Api(services, max_body_bytes=settings.max_body_bytes))

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        _ = services.law.judge  # compiling the rules takes a moment nobody should wait for in a request
        yield
        await services.database.close()

    async def ready(_request: Request) -> Response:
        return await _ready(services.database)

    async def exposition(_request: Request) -> Response:
        return Response(generate_latest(metrics.registry), media_type=CONTENT_TYPE_LATEST)

    return Starlette(
        lifespan=lifespan,
        middleware=[Middleware(GZipMiddleware, minimum_size=COMPRESS_ABOVE_BYTES, compresslevel=1)],
        routes=[
            Route("/graphql", api),
            Route("/livez", _live),
            Route("/readyz", ready),
            Route("/metrics", exposition),
            Route("/", _page),
        ],
    )


async def _live(_request: Request) -> Response:
    return PlainTextResponse("ok")


async def _page(_request: Request) -> Response:
    return HTMLResponse(_PAGE)


async def _ready(database: Database) -> Response:
    """Ready when the database answers and has this release's layout; no details for outsiders."""
    try:
        async with database.engine.connect() as connection:
            await connection.execute(text("select 1"))
        ready = await head_ok(database)
    except (SQLAlchemyError, OSError):
        ready = False
    return PlainTextResponse("ok" if ready else "not ready", 200 if ready else 503)
