"""What the API's schema says of every operation alike: who asks, the key of a command, the shape of errors."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import inline_serializer
from rest_framework import serializers

ERROR = {
    "type": "object",
    "required": ["code", "message", "field", "state", "errors"],
    "properties": {
        "code": {"type": "string", "description": "Stable; for programs."},
        "message": {"type": "string", "description": "For people, in the language of the request."},
        "field": {"type": "string", "nullable": True, "description": "The field it is about."},
        "state": {
            "type": "object",
            "nullable": True,
            "additionalProperties": {},
            "description": "How things stand now.",
        },
        "errors": {
            "type": "array",
            "description": "All fields that are wrong, where there are several.",
            "items": {
                "type": "object",
                "required": ["code", "message", "field"],
                "properties": {
                    "code": {"type": "string"},
                    "message": {"type": "string"},
                    "field": {"type": "string", "nullable": True},
                },
            },
        },
    },
}

KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "schema": {"type": "string", "maxLength": 80},
    "description": "Made by the sender; a repeat does nothing and gets the first answer.",
}

COMMANDS = ("post", "put", "patch", "delete")


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Tokens."""

    target_class = "core.authentication.TokenAuthentication"
    name = "token"
    priority = 1

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:  # noqa: ARG002
        """How it is sent."""
        return {"type": "apiKey", "in": "header", "name": "Authorization", "description": "`Token …`"}


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The browser's session."""

    target_class = "core.authentication.SessionAuthentication"
    name = "session"
    priority = 1

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:  # noqa: ARG002
        """How it is sent."""
        return {"type": "apiKey", "in": "cookie", "name": "patrulja_session"}


def add_what_is_common(result: dict[str, Any], **_kwargs: Any) -> dict[str, Any]:
    """Give every operation the one shape of errors, and every command its key."""
    result.setdefault("components", {}).setdefault("schemas", {})["Error"] = ERROR
    answer = {
        "description": "Refused, in the one shape of errors.",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
    }
    for operations in result["paths"].values():
        for method, operation in operations.items():
            operation["responses"].setdefault("4XX", answer)
            if method in COMMANDS and operation.get("operationId") != "schema_retrieve":
                operation.setdefault("parameters", []).append(KEY)
    return result


def page_of(name: str, item: type[serializers.Serializer[Any]]) -> serializers.Serializer[Any]:
    """The schema of one page of a list, as `core.http.Pages` gives it."""
    return inline_serializer(
        name,
        {
            "next": serializers.URLField(allow_null=True),
            "previous": serializers.URLField(allow_null=True),
            "results": item(many=True),
        },
    )
