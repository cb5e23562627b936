"""The one shape of errors, the one way of commands, and pages of lists."""

import hashlib
import json
import logging
import re
from collections.abc import Callable
from typing import Any, ClassVar, cast

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.utils import DataError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from rest_framework import exceptions, status
from rest_framework.exceptions import APIException
from rest_framework.pagination import CursorPagination
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView, set_rollback

from core import clock
from core.access import Viewer
from core.errors import DomainError, Invalid, Unprocessable
from core.middleware import viewer_of
from core.models import LONGEST_KEY, Command, User

log = logging.getLogger(__name__)

_ROW = re.compile(r"\d{1,19}", re.ASCII)


class Pages(CursorPagination):
    """Pages that stay right while rows are added: newest first, by id."""

    ordering = "-id"
    page_size_query_param = "limit"
    max_page_size = 1000

    def decode_cursor(self, request: Request) -> Any:
        """Where the page begins; a position that is not the number of a row is refused as a cursor that is not ours."""
        cursor = super().decode_cursor(request)
        if cursor is not None and cursor.position is not None and not _ROW.fullmatch(str(cursor.position)):
            raise exceptions.NotFound(self.invalid_cursor_message)
        return cursor


def body(
    code: str, message: str, *, field: str | None = None, state: Any = None, errors: list[dict[str, Any]] | None = None
) -> dict[str, Any]:
    """The body of every error."""
    return {"code": code, "message": message, "field": field, "state": state, "errors": errors or []}


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Turn what went wrong into the one shape; what nobody foresaw stays a 500 without a word of its inside."""
    del context
    set_rollback()
    if isinstance(error, DomainError | exceptions.ValidationError):
        return refusal(error)
    if isinstance(error, APIException):
        challenge = getattr(error, "auth_header", None)
        headers = {"WWW-Authenticate": challenge} if challenge else None
        code = error.get_codes()
        return Response(
            body(code if isinstance(code, str) else error.default_code, str(error.detail)),
            status=error.status_code,
            headers=headers,
        )
    if isinstance(error, OverflowError | DataError):
        log.warning("Beyond what can be reckoned with: %s", error)
        message = _("A number or a time lies beyond what can be reckoned with.")
        return Response(body("out_of_range", message), status=422)
    if isinstance(error, OperationalError):
        log.error("The database is out of reach: %s", error)
        message = _("The database is out of reach for a moment; nothing was changed. Try again.")
        return Response(body("database_unavailable", message), status=503, headers={"Retry-After": "1"})
    return _plain(error)


def refusal(error: DomainError | exceptions.ValidationError) -> Response:
    """The answer to a request that was understood and is refused."""
    if isinstance(error, DomainError):
        return Response(body(error.code, str(error.message), field=error.field, state=error.state), status=error.status)
    errors = _flat(error.get_full_details())
    first = errors[0]
    return Response(body(first["code"], first["message"], field=first["field"], errors=errors), status=400)


def _plain(error: Exception) -> Response | None:
    """Django's own refusals, in our shape."""
    if isinstance(error, Http404):
        return Response(body("not_found", _("There is no such record.")), status=404)
    if isinstance(error, PermissionDenied):
        return Response(body("forbidden", _("You do not have the right to do this.")), status=403)
    return None


def _flat(details: Any, path: str = "") -> list[dict[str, Any]]:
    """Flatten the framework's nested details to a list of {code, message, field}, field as a dotted path."""
    if isinstance(details, dict) and set(details) == {"message", "code"}:
        return [{"code": details["code"], "message": _utf8(details["message"]), "field": _utf8(path) or None}]
    pairs = details.items() if isinstance(details, dict) else ((path and "", item) for item in details)
    flat: list[dict[str, Any]] = []
    for name, inner in pairs:
        step = "" if name in ("", "non_field_errors") else str(name)
        flat += _flat(inner, ".".join(part for part in (path, step) if part))
    return flat or [{"code": "invalid", "message": _("The request cannot be carried out."), "field": path or None}]


def _utf8(text: object) -> str:
    """`text` without the lone surrogates that JSON lets in and UTF-8 does not let out."""
    return str(text).encode("utf-8", "replace").decode()


def locked_out(request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
    """Answer somebody who failed to sign in too often."""
    message = _("Too many failed attempts. Wait ten minutes, or ask an administrator.")
    if request.path.startswith("/api/"):
        return JsonResponse(body("locked_out", message), status=status.HTTP_429_TOO_MANY_REQUESTS)
    return HttpResponse(message, status=status.HTTP_429_TOO_MANY_REQUESTS, content_type="text/plain; charset=utf-8")


class View(APIView):
    """Base of API views: `self.viewer`, and commands that a repeated `Idempotency-Key` does not do twice.

    A device that several people use says for whom it asks (`X-Person`, the number of the person): 401 for anybody else.

    Handlers of POST, PUT, PATCH and DELETE run in one transaction with the record of their answer.
    """

    commands: ClassVar[bool] = True

    @property
    def viewer(self) -> Viewer:
        """Who asks, with their rights; read once a request."""
        if not hasattr(self, "_viewer"):
            self._viewer = viewer_of(self.request, channel="api" if self.request.auth else "web")
        return self._viewer

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Wrap the handler of a command once it is known who asks."""
        super().initial(request, *args, **kwargs)
        meant = request.headers.get("X-Person", "")
        if meant and meant != str(request.user.pk):
            raise exceptions.AuthenticationFailed(_("Somebody else is signed in here."), code="other_person")
        key = request.headers.get("Idempotency-Key", "")
        if key and self.commands and request.method in ("POST", "PUT", "PATCH", "DELETE"):
            name = request.method.lower()
            setattr(self, name, _once(getattr(self, name), request, key))


def _once(handler: Callable[..., Response], request: Request, key: str) -> Callable[..., Response]:
    """Wrap `handler` so that the first answer to `key` is kept, in the transaction of the change, and given again.

    A concurrent repeat waits on the unique key until the first is committed. A refusal of the domain (4xx) is an
    answer too: it is kept, and what the handler had done is rolled back.
    """
    if len(key) > LONGEST_KEY:
        raise Invalid(_("The idempotency key is too long."), field="Idempotency-Key")
    fingerprint = hashlib.sha256(
        b"\0".join(((request.method or "").encode(), request.get_full_path().encode(), request._request.body))
    ).hexdigest()

    def run(*args: Any, **kwargs: Any) -> Response:
        with transaction.atomic():
            command, is_new = _claim(cast("User", request.user).pk, key, fingerprint)
            if not is_new:
                return _again(command, fingerprint)
            try:
                with transaction.atomic():
                    response = handler(*args, **kwargs)
            except (DomainError, exceptions.ValidationError) as error:
                response = refusal(error)
            command.status, command.body = response.status_code, json.loads(JSONRenderer().render(response.data))
            Command.objects.filter(pk=command.pk).update(status=command.status, body=command.body)
            return response

    return run


def _claim(user_id: int, key: str, fingerprint: str) -> tuple[Command, bool]:
    """The command of this key, and whether it is new. One query, two for a repeat; waits for a concurrent first."""
    command = Command(user_id=user_id, key=key, fingerprint=fingerprint, at=clock.now())
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_command (user_id, key, fingerprint, at) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT (user_id, key) DO NOTHING RETURNING id",
            [user_id, key, fingerprint, command.at],
        )
        made = cursor.fetchone()
    if made is None:
        return Command.objects.get(user_id=user_id, key=key), False
    command.pk = made[0]
    return command, True


def _again(command: Command, fingerprint: str) -> Response:
    """Give the first answer again."""
    if command.fingerprint != fingerprint:
        raise Unprocessable(
            _("This idempotency key was used for another command."), code="key_reused", field="Idempotency-Key"
        )
    return Response(command.body, status=command.status, headers={"Idempotency-Replayed": "true"})
