"""Who is at the other end of a socket: a browser's session from our own page, or the bearer of a token.

A browser sends its cookies with any socket that any page opens, so a session counts only with an `Origin` that is this
very host or is trusted (`CSRF_TRUSTED_ORIGINS`). A token is sent by programs on purpose and needs no origin.
"""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, get_user
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest
from django.http.cookie import parse_cookie
from rest_framework.exceptions import AuthenticationFailed

from core.authentication import TokenAuthentication
from core.models import User
from core.origins import is_own_origin
from dispatch.rights import Credential
from dispatch.threads import in_database

type Scope = MutableMapping[str, Any]
type Receive = Callable[[], Awaitable[Any]]
type Send = Callable[[Any], Awaitable[None]]
type Application = Callable[[Scope, Receive, Send], Awaitable[None]]


def identified(app: Application) -> Application:
    """Wrap `app`: `scope["credential"]` says who is there, None for nobody; a wrong origin gets no socket at all."""

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        token = _token(headers.get("authorization", ""))
        if token is None and not is_own_origin(headers.get("origin"), headers.get("host", ""), scope.get("scheme", "")):
            await receive()
            await send({"type": "websocket.close", "code": 4403})  # before accept: the server answers 403
            return
        scope["address"] = scope["client"][0] if scope.get("client") else None
        if token is not None:
            scope["credential"] = await in_database(bearer_of, token)
        else:
            cookies = parse_cookie(headers.get("cookie", ""))
            scope["credential"] = await in_database(owner_of, cookies.get(settings.SESSION_COOKIE_NAME, ""))
        await app(scope, receive, send)

    return wrapped


def _token(header: str) -> str | None:
    prefix, _, token = header.partition(" ")
    return token.strip() if prefix.lower() == "token" else None


def bearer_of(token: str) -> Credential | None:
    """Who bears this token, or None. Two queries."""
    try:
        user, row = TokenAuthentication().authenticate_credentials(token.encode())
    except AuthenticationFailed:
        return None
    return Credential(user_id=user.pk, token=row.digest)


def owner_of(session_key: str) -> Credential | None:
    """Whose session this is, or None when it has ended. Two queries."""
    if not session_key:
        return None
    request = HttpRequest()
    request.session = SessionStore(session_key)
    user = get_user(request)
    if not isinstance(user, User):
        return None
    return Credential(user_id=user.pk, session=session_key, password_hash=request.session.get(HASH_SESSION_KEY, ""))
