"""What may go wrong in the domain. Mapped once to HTTP, in `core.http`.

A `code` is stable and for programs; a message is for people, in their language.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

type Message = str | Promise


class DomainError(Exception):
    """Something a user asked for cannot be done; `status` is the HTTP status it becomes."""

    status = 400
    default_code = "invalid"
    default_message: Message = _("The request cannot be carried out.")

    def __init__(
        self,
        message: Message | None = None,
        *,
        code: str | None = None,
        field: str | None = None,
        state: Mapping[str, Any] | None = None,
    ) -> None:
        self.message = message or self.default_message
        self.code = code or self.default_code
        self.field = field
        self.state = state
        super().__init__(self.code)


class Invalid(DomainError):
    """400: a field is missing or malformed."""


class Forbidden(DomainError):
    """403: the person may see the thing, and may not do this to it."""

    status = 403
    default_code = "forbidden"
    default_message = _("You do not have the right to do this.")


class NotFound(DomainError):
    """404: there is no such thing, or it is not for this person to know of."""

    status = 404
    default_code = "not_found"
    default_message = _("There is no such record.")


class Conflict(DomainError):
    """409: somebody was there first; `state` is how things stand now."""

    status = 409
    default_code = "conflict"
    default_message = _("The state has changed in the meantime.")


class TooOld(DomainError):
    """410: what is asked for is no longer kept."""

    status = 410
    default_code = "too_old"
    default_message = _("These events are no longer kept; take a snapshot.")


class Unprocessable(DomainError):
    """422: well formed, and it makes no sense here."""

    status = 422
    default_code = "unprocessable"
    default_message = _("This makes no sense in the present state.")
