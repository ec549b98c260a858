"""Settings of the process: where the database is and where to listen; layers below get values as arguments."""

from dataclasses import dataclass
from pathlib import Path

DATABASE_FILE = "fundwatch.sqlite3"
DEFAULT_DATA = Path("data")
DEFAULT_PORT = 8000
HOST = "127.0.0.1"
MAX_BODY_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class Settings:
    """What a server needs to know."""

    database_url: str
    host: str = HOST
    port: int = DEFAULT_PORT
    max_body_bytes: int = MAX_BODY_BYTES

    @property
    def origin(self) -> str:
        """Where this machine reaches the server."""
        host = {"0.0.0.0": HOST, "::": "[::1]"}.get(self.host, self.host)  # noqa: S104 - told apart, not bound
        return f"http://{f'[{host}]' if ':' in host and not host.startswith('[') else host}:{self.port}"


def sqlite_url(folder: Path) -> str:
    """The embedded database of a data folder."""
    return f"sqlite:///{(folder / DATABASE_FILE).resolve()}"
