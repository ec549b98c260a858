"""Who a request comes from: its bearer token, looked up once."""

from starlette.requests import HTTPConnection

from resolvers.context import Context
from resolvers.sessions import principal_of
from server.services import Services

SCHEME = "bearer"


async def context_of(connection: HTTPConnection, services: Services) -> Context:
    """The context of a request; without a live token nobody is signed in and reads are refused."""
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    token = token.strip()
    if scheme.lower() != SCHEME or not token:
        return services.context()
    principal = await principal_of(services.database, token)
    return services.context(principal, token if principal else None)
