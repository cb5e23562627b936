"""The shapes of messages over HTTP."""

from typing import Any

from rest_framework import serializers

from patrols.messages.models import LONGEST_TEXT, Message

BIGGEST_ID = 2**63 - 1
MOST_AT_ONCE = 500


def _ids() -> serializers.ListField:
    number = serializers.IntegerField(min_value=1, max_value=BIGGEST_ID)
    return serializers.ListField(child=number, required=False, default=list, max_length=MOST_AT_ONCE)


class MessageIn(serializers.Serializer[Any]):
    """A message: to `units`, or all on an `incident`, or all of a `board`; from a crew to its centre with none of these.

    A crew may name the `unit` on which it wrote: refused (409) when they ride on another by the time it comes.
    """

    text = serializers.CharField(max_length=LONGEST_TEXT)
    units = _ids()
    incident = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=1, max_value=BIGGEST_ID
    )
    board = serializers.IntegerField(required=False, allow_null=True, default=None, min_value=1, max_value=BIGGEST_ID)
    unit = serializers.IntegerField(required=False, allow_null=True, default=None, min_value=1, max_value=BIGGEST_ID)
    occurred_at = serializers.DateTimeField(required=False, allow_null=True, default=None)


class ReceiptsIn(serializers.Serializer[Any]):
    """Messages that came to the device, and those that were opened."""

    delivered = _ids()
    read = _ids()
    occurred_at = serializers.DateTimeField(required=False, allow_null=True, default=None)


class MessageFilter(serializers.Serializer[Any]):
    """Which messages: of a board, of a unit, of an incident."""

    board = serializers.IntegerField(required=False, min_value=1, max_value=BIGGEST_ID)
    unit = serializers.IntegerField(required=False, min_value=1, max_value=BIGGEST_ID)
    incident = serializers.IntegerField(required=False, min_value=1, max_value=BIGGEST_ID)


class AddresseeOut(serializers.Serializer[Any]):
    """A unit that a message is for."""

    unit = serializers.IntegerField()
    call_sign = serializers.CharField()


class WriterOut(serializers.Serializer[Any]):
    """Who wrote."""

    id = serializers.IntegerField(allow_null=True)
    name = serializers.CharField()


class ReceiptOut(serializers.Serializer[Any]):
    """Who has it since when, and has read it when; `call_sign` of the unit on which they rode."""

    user = serializers.IntegerField(allow_null=True)
    name = serializers.CharField()
    call_sign = serializers.CharField(allow_null=True)
    delivered_at = serializers.DateTimeField()
    read_at = serializers.DateTimeField(allow_null=True)


class MessageOut(serializers.Serializer[Any]):
    """A message. `from_unit` is null where the centre wrote; `at` is when it was written."""

    id = serializers.IntegerField()
    board = serializers.IntegerField()
    from_unit = serializers.IntegerField(allow_null=True)
    call_sign = serializers.CharField(allow_null=True)
    to = serializers.ChoiceField(choices=Message.To.values)
    units = AddresseeOut(many=True)
    incident = serializers.IntegerField(allow_null=True)
    text = serializers.CharField()
    by = WriterOut()
    at = serializers.DateTimeField()
    recorded_at = serializers.DateTimeField()
    receipts = ReceiptOut(many=True)
