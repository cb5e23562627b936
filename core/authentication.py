"""How an API request says who it is: the browser's session (with its CSRF token), or a token."""

from django.http import HttpRequest
from knox.auth import TokenAuthentication as KnoxTokenAuthentication
from rest_framework import authentication


class SessionAuthentication(authentication.SessionAuthentication):
    """The browser's session; an answer of 401, not 403, to whoever has none."""

    def authenticate_header(self, request: HttpRequest) -> str:  # noqa: ARG002 - the framework's signature
        """Make the framework answer 401."""
        return "Session"


class TokenAuthentication(KnoxTokenAuthentication):
    """`Authorization: Token …`; only the hash of a token is stored."""
