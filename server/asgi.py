"""The application: routes and the life of its services."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from prometheus_client import CollectorRegistry
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Route

from db.engine import Database
from server.armour import Armour
from server.graphql_http import Api
from server.metrics import Metrics
from server.pages import Pages
from server.services import Services
from server.settings import Settings

COMPRESS_ABOVE_BYTES = 1_000


def create_app(settings: Settings) -> Starlette:
    """The application over the database the settings name; migrated already, or `/readyz` says no."""
    database = Database(settings.database_url)
    return app_over(Services.of(database), settings)


def app_over(services: Services, settings: Settings) -> Starlette:
    """The application over given services."""
    metrics = Metrics(CollectorRegistry())
    api = metrics.timed(Api(services, max_body_bytes=settings.max_body_bytes))
    pages = Pages(services.database, metrics.registry, origin=settings.origin)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        _ = services.law.judge  # compiling the rules takes a moment nobody should wait for in a request
        yield
        await services.database.close()

    app = Starlette(
        lifespan=lifespan,
        middleware=[
            Middleware(Armour),
            Middleware(GZipMiddleware, minimum_size=COMPRESS_ABOVE_BYTES, compresslevel=1),
        ],
        routes=[
            Route("/graphql", api),
            Route("/livez", pages.live),
            Route("/readyz", pages.ready),
            Route("/metrics", pages.metrics),
            Route("/", pages.welcome),
        ],
    )
    app.router.redirect_slashes = False  # a redirect would repeat whatever Host header came with the request
    return app
