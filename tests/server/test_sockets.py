"""The endpoint behind a real server and a real socket: chunked bodies, one connection for many requests."""

import asyncio
import json
import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import httpx
import pytest
import uvicorn

from db.engine import Database
from server.asgi import app_over
from server.services import Services
from server.settings import Settings

MOST = 100_000
TYPENAME = {"query": "{ __typename }"}
ANSWER = {"data": {"__typename": "Query"}}


@asynccontextmanager
async def running(database: Database, built: Services) -> AsyncIterator[int]:
    """The port of the application behind uvicorn; the server ends with the block."""
    listener = socket.create_server(("127.0.0.1", 0))
    app = app_over(replace(built, database=database), Settings(database.url, max_body_bytes=MOST))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", server_header=False))
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started:
        assert not serving.done(), "the server ended before it began"
        await asyncio.sleep(0.01)
    try:
        yield listener.getsockname()[1]
    finally:
        server.should_exit = True
        await serving
        listener.close()


@pytest.fixture
async def port(sqlite_database: Database, national_services: Services) -> AsyncIterator[int]:
    async with running(sqlite_database, national_services) as port:
        yield port


@pytest.fixture
async def http(port: int) -> AsyncIterator[httpx.AsyncClient]:
    limits = httpx.Limits(max_connections=1)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", limits=limits, trust_env=False) as http:
        yield http


async def in_pieces(body: bytes, size: int) -> AsyncIterator[bytes]:
    for start in range(0, len(body), size):
        yield body[start : start + size]


def statuses(text: bytes) -> list[int]:
    """Of every answer on a connection."""
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3}) ", text)]


async def test_chunked_body_is_read(http: httpx.AsyncClient) -> None:
    body = json.dumps(TYPENAME).encode()

    answer = await http.post("/graphql", content=in_pieces(body, 3), headers={"content-type": "application/json"})

    assert (answer.status_code, answer.json()) == (200, ANSWER)
    assert "server" not in answer.headers


async def test_chunked_body_without_end_is_cut_off(http: httpx.AsyncClient) -> None:
    body = in_pieces(b" " * (MOST + 1), 1_000)

    answer = await http.post("/graphql", content=body, headers={"content-type": "application/json"})

    assert (answer.status_code, answer.headers["connection"]) == (413, "close")
    assert answer.json()["errors"][0]["extensions"]["code"] == "PAYLOAD_TOO_LARGE"


async def test_large_body_is_refused_before_it_is_sent(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(
        b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000000000\r\n\r\n"
    )

    answer = await reader.read()  # to the end: the server hangs up
    writer.close()

    assert statuses(answer) == [413]


async def test_one_connection_serves_after_refusals(port: int) -> None:
    ask = json.dumps(TYPENAME).encode()
    requests = [
        b"GET /graphql?query=%7B__typename%7D HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello",
        b"GET /graphql?query=mutation%7BsignOut%7Bok%7D%7D HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nConnection: close\r\n"
        b"Content-Length: %d\r\n\r\n%s" % (len(ask), ask),
    ]
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"".join(requests))

    answer = await reader.read()
    writer.close()

    assert statuses(answer) == [200, 415, 405, 200]


async def test_caller_who_hangs_up_costs_no_error(port: int, caplog: pytest.LogCaptureFixture) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{")
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    async with httpx.AsyncClient(trust_env=False) as http:
        answer = await http.post(f"http://127.0.0.1:{port}/graphql", json=TYPENAME)

    assert answer.json() == ANSWER
    assert caplog.text == ""


async def test_head_of_the_page_has_no_body(http: httpx.AsyncClient) -> None:
    answer = await http.head("/")

    assert (answer.status_code, answer.content) == (200, b"")
