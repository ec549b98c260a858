"""What the process measures of itself."""

import time

from prometheus_client import CollectorRegistry, Counter, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HUNG_UP = 499
"""Counted where the caller was gone before there was an answer; proxies write it the same way."""
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Metrics:
    """Requests counted and timed by status; one path, so no label can grow without bound."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.registry = registry
        self._requests = Counter(
            "fundwatch_graphql_requests", "GraphQL requests by status", ["status"], registry=registry
        )
        self._seconds = Histogram(
            "fundwatch_graphql_seconds", "Time to answer a GraphQL request", buckets=BUCKETS, registry=registry
        )

    def timed(self, app: ASGIApp) -> "Timed":
        """An application whose answers are counted."""
        return Timed(app, self)

    def answered(self, status: int, seconds: float) -> None:
        """Take one answer in."""
        self._requests.labels(str(status)).inc()
        self._seconds.observe(seconds)


class Timed:
    """Counts what passes through."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, and take the time until the last byte."""
        started, status = time.perf_counter(), HUNG_UP

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except BaseException:
            status = 500
            raise
        finally:
            self._metrics.answered(status, time.perf_counter() - started)
