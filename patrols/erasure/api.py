"""What a crew's device asks and says without anybody being signed in: whether to erase, and that it has."""

from typing import Any

from django.contrib.auth import get_user, logout
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from core.http import View
from patrols.erasure.services import LONGEST_KEY, SHORTEST_KEY, Done, confirm_erasures, waiting_orders

BIGGEST_ID = 2**63 - 1


class DoneIn(serializers.Serializer[Any]):
    """An order that was carried out, and how many entries of the person were kept because they are not sent."""

    order = serializers.IntegerField(min_value=1, max_value=BIGGEST_ID)
    left = serializers.IntegerField(min_value=0, max_value=1_000_000)


class FieldContactIn(serializers.Serializer[Any]):
    """The key that the device made for itself, and what it has erased."""

    device = serializers.CharField(min_length=SHORTEST_KEY, max_length=LONGEST_KEY)
    done = serializers.ListField(child=DoneIn(), required=False, default=list, max_length=100)


class ErasureOut(serializers.Serializer[Any]):
    """An order to erase what is kept of a person; `unsent`: also what is not sent."""

    id = serializers.IntegerField()
    user = serializers.IntegerField(source="use.user_id")
    unsent = serializers.BooleanField(source="with_unsent")


class FieldContactOut(serializers.Serializer[Any]):
    """What the device shall erase."""

    orders = ErasureOut(many=True)


class FieldContactView(View):
    """A device calls. Its key is its proof: a lost phone erases what it holds long after its session has ended."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    commands = False

    @extend_schema(request=FieldContactIn, responses=FieldContactOut)
    def post(self, request: Request) -> Response:
        """Say what was erased, and hear what is to be. Who is signed in and was to be erased is signed out."""
        given = FieldContactIn(data=request.data)
        given.is_valid(raise_exception=True)
        wanted = given.validated_data
        done = confirm_erasures(key=wanted["device"], done=[Done(**one) for one in wanted["done"]])
        page = request._request
        if get_user(page).pk in {order.use.user_id for order in done}:
            logout(page)
        return Response(FieldContactOut({"orders": waiting_orders(key=wanted["device"])}).data)
