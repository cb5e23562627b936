"""Who am I, the organisation, tokens."""

from typing import Any

from django.contrib.auth import authenticate
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from knox.models import AuthToken
from rest_framework import serializers, status
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from core import audit, clock, selectors
from core.errors import DomainError
from core.http import View
from core.middleware import viewer_of
from core.models import Organisation


class WrongCredentials(DomainError):
    """401: no such person, or not this password; which of the two is not said."""

    status = 401
    default_code = "wrong_credentials"
    default_message = _("The user name or the password is wrong.")


class TokenIn(serializers.Serializer[Any]):
    """Credentials."""

    username = serializers.CharField(max_length=150)
    password = serializers.CharField(max_length=1000, trim_whitespace=False)


class TokenOut(serializers.Serializer[Any]):
    """A token, shown only once; it is good for 16 hours."""

    token = serializers.CharField()
    expiry = serializers.DateTimeField()


class TokenView(View):
    """Get or give back a token."""

    commands = False

    def get_permissions(self) -> list[Any]:
        """Anybody may ask for a token; only its holder may give it back."""
        return [AllowAny()] if self.request.method == "POST" else [*super().get_permissions()]

    def get_authenticators(self) -> list[Any]:
        """Asking for a token takes no earlier identity, and so no CSRF token."""
        return [] if self.request and self.request.method == "POST" else super().get_authenticators()

    @extend_schema(request=TokenIn, responses={200: TokenOut}, auth=[])
    def post(self, request: Request) -> Response:
        """Exchange a user name and password for a token."""
        given = TokenIn(data=request.data)
        given.is_valid(raise_exception=True)
        user = authenticate(request._request, **given.validated_data)
        if user is None:
            raise WrongCredentials
        AuthToken.objects.filter(user=user, expiry__lt=clock.now()).delete()
        row, token = AuthToken.objects.create(user)
        request.user = user
        audit.record_view(viewer_of(request, channel="api"), "token.created")
        return Response({"token": token, "expiry": row.expiry})

    @extend_schema(request=None, responses={204: None})
    def delete(self, request: Request) -> Response:
        """Give back the token that this request bears."""
        if request.auth is not None:
            request.auth.delete()
            audit.record_view(self.viewer, "token.returned")
        return Response(status=status.HTTP_204_NO_CONTENT)


class OrganisationOut(serializers.ModelSerializer[Organisation]):
    """A node of the tree."""

    class Meta:
        model = Organisation
        fields = ("id", "code", "kind", "name", "parent", "time_zone")


class OrganisationsView(View):
    """The part of the tree that one may see."""

    @extend_schema(responses=OrganisationOut(many=True))
    def get(self, request: Request) -> Response:  # noqa: ARG002
        """List the nodes where this person has any right, parents before children."""
        return Response(OrganisationOut(selectors.organisations(self.viewer), many=True).data)
