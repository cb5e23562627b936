"""Calls being taken, over HTTP."""

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from core import audit
from core.http import View
from incidents.entering import services
from incidents.entering.serializers import EntryIn, EntryOut, FieldsIn


class EntriesView(View):
    """Calls being taken."""

    @extend_schema(operation_id="entries_create", request=EntryIn, responses={201: EntryOut})
    def post(self, request: Request) -> Response:
        """Begin to take a call at a centre; others there see at once that it is being taken, and by whom."""
        given = EntryIn(data=request.data)
        given.is_valid(raise_exception=True)
        values = given.validated_data
        entry = services.begin_entry(
            board_id=values["board"],
            fields=values.get("fields", {}),
            begun_at=values.get("begun_at"),
            by=self.viewer,
        )
        return Response(EntryOut(entry).data, status=status.HTTP_201_CREATED)


class EntryView(View):
    """One call being taken."""

    @extend_schema(operation_id="entries_retrieve", responses=EntryOut)
    def get(self, request: Request, entry_id: int) -> Response:  # noqa: ARG002
        """Read all its fields, who wrote each and when. Looking leaves an audit row."""
        entry = services.access_entry(self.viewer, entry_id)
        audit.record_view(self.viewer, "entry.viewed", entry, organisation=entry.organisation_id)
        return Response(EntryOut(entry).data)

    @extend_schema(operation_id="entries_update", request=FieldsIn, responses=EntryOut)
    def patch(self, request: Request, entry_id: int) -> Response:
        """Save fields. 409 `stale_field` where somebody else changed one since: its state has both values, who and when."""
        given = FieldsIn(data=request.data)
        given.is_valid(raise_exception=True)
        fields = {name: (one["value"], one["version"]) for name, one in given.validated_data["fields"].items()}
        return Response(EntryOut(services.save_fields(entry_id=entry_id, fields=fields, by=self.viewer)).data)


class DropEntryView(View):
    """No incident comes of it."""

    @extend_schema(operation_id="entries_drop", request=None, responses=EntryOut)
    def post(self, request: Request, entry_id: int) -> Response:  # noqa: ARG002
        """Drop it: no incident is opened."""
        return Response(EntryOut(services.end_entry(entry_id=entry_id, by=self.viewer)).data)
