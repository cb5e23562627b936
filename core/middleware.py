"""What every request carries: its language, its number, and (lazily) the rights of who asks."""

import uuid
from collections.abc import Callable
from typing import cast

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.functional import SimpleLazyObject

from core.access import Viewer
from core.errors import Forbidden
from core.models import User

type Handler = Callable[[HttpRequest], HttpResponse]


class PersonRequest(HttpRequest):
    """A request of somebody who is signed in, as pages get it from these middlewares."""

    id: str
    user: User
    viewer: Viewer


class LanguageMiddleware:
    """Chooses the language: the person's own (kept in a cookie since sign-in), else what the browser asks for."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the chosen language."""
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        if chosen not in dict(settings.LANGUAGES):
            chosen = translation.get_language_from_request(request)
        with translation.override(chosen):
            request.LANGUAGE_CODE = chosen
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", chosen)
            return response


class ViewerMiddleware:
    """Gives each request an id, and `request.viewer`, read at first use: two queries."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, and say the request's id."""
        named = cast("PersonRequest", request)
        named.id = uuid.uuid4().hex
        named.viewer = cast("Viewer", SimpleLazyObject(lambda: viewer_of(request, channel="web")))
        response = self.get_response(request)
        response.headers["X-Request-Id"] = named.id
        return response


def viewer_of(request: HttpRequest, *, channel: str) -> Viewer:
    """The viewer behind an authenticated request. Two queries."""
    if isinstance(request.user, AnonymousUser):
        raise Forbidden
    return Viewer.of(
        request.user,
        channel=channel,
        address=request.META.get("REMOTE_ADDR") or None,
        request_id=getattr(request, "id", ""),
    )
