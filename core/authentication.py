"""How an API request says who it is: the browser's session (with its CSRF token), or a token."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from knox.auth import TokenAuthentication as KnoxTokenAuthentication
from knox.models import AuthToken
from rest_framework import authentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from core import clock


class SessionAuthentication(authentication.SessionAuthentication):
    """The browser's session; an answer of 401, not 403, to whoever has none."""

    def authenticate_header(self, request: HttpRequest) -> str:  # noqa: ARG002 - the framework's signature
        """Make the framework answer 401."""
        return "Session"


class TokenAuthentication(KnoxTokenAuthentication):
    """`Authorization: Token …`; only the hash of a token is stored."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        """Who the token is for; 401 also for bytes that are no text, over which the framework stumbles."""
        try:
            known: tuple[Any, Any] | None = super().authenticate(request)
        except UnicodeDecodeError as error:
            raise AuthenticationFailed(_("Invalid token.")) from error
        return known

    def _cleanup_token(self, auth_token: AuthToken) -> bool:
        """Whether it has expired. The framework looks at every token of the person each time; we when one is tried."""
        if auth_token.expiry is None or auth_token.expiry >= clock.now():
            return False
        expired: bool = super()._cleanup_token(auth_token)
        return expired
