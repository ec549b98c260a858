"""The server in the foreground: the port taken first, so that a taken one is told at once and in words."""

import socket
from contextlib import closing
from dataclasses import replace

import click
import uvicorn

from server.asgi import create_app
from server.cli.common import CannotRun
from server.settings import Settings

GRACEFUL_SECONDS = 20


def take_port(host: str, port: int) -> socket.socket:
    """A bound socket nobody can connect to yet; raises CannotRun when the address is not to be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    taken = socket.socket(family, socket.SOCK_STREAM)
    try:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind((host, port))
    except OSError as error:
        taken.close()
        raise CannotRun(
            f"无法监听 cannot listen on {host} port {port}: {error.strerror or error}; "
            "换一个端口 choose another with --port"
        ) from error
    return taken


class AnnouncedServer(uvicorn.Server):
    """Says that it is there once it answers."""

    def __init__(self, config: uvicorn.Config, greeting: str) -> None:
        super().__init__(config)
        self._greeting = greeting

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then greet."""
        await super().startup(sockets)
        if self.started:
            click.echo(self._greeting)


def serve_forever(settings: Settings, listener: socket.socket, more: str = "") -> None:
    """Serve on a socket taken before until told to stop."""
    settings = replace(settings, port=listener.getsockname()[1])
    config = uvicorn.Config(
        create_app(settings),
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACEFUL_SECONDS,
    )
    greeting = f"Fundwatch 正在运行 is running: {settings.origin}  (Ctrl+C 停止 stops)\n{more}"
    with closing(listener):
        try:
            AnnouncedServer(config, greeting).run(sockets=[listener])
        except KeyboardInterrupt:
            click.echo("已停止 stopped")
