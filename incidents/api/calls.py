"""Calls over HTTP."""

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from core import audit
from core.change import change
from core.http import Pages, View
from core.rules import Permission
from incidents import selectors, services
from incidents.api.incidents import page_of, source_of
from incidents.api.inputs import AmlIn, CallIn, CallPart
from incidents.api.outputs import AmlOut, CallOut
from incidents.entering.services import end_entry


class CallsView(View):
    """Calls."""

    @extend_schema(operation_id="calls_list", responses=page_of("CallPage", CallOut))
    def get(self, request: Request) -> Response:
        """Calls with their callers' data, newest first. Looking at them leaves an audit row."""
        self.viewer.require_anywhere(Permission.CALL_VIEW)
        pages = Pages()
        rows = selectors.calls(self.viewer).select_related("taken_by")
        found = pages.paginate_queryset(rows, request, view=self) or []
        audit.record_view(self.viewer, "call.listed", detail={"found": [call.pk for call in found]})
        return pages.get_paginated_response(CallOut(found, many=True).data)

    @extend_schema(operation_id="calls_create", request=CallIn, responses={201: CallOut})
    def post(self, request: Request) -> Response:
        """Take a call, of its own or as one more report of `incident`."""
        given = CallIn(data=request.data)
        given.is_valid(raise_exception=True)
        values = given.validated_data
        if values.get("place"):
            values["text"] = "\n".join(part for part in (values["place"], values.get("text")) if part)
        with change(by=self.viewer):
            call = services.take_call(
                data=CallPart.data_of(values),
                by=self.viewer,
                incident_id=values.get("incident"),
                organisation_id=values.get("organisation"),
                source=source_of(self),
            )
            if entry_id := values.get("entry"):
                end_entry(entry_id=entry_id, incident=call.incident, attached=True, by=self.viewer)
        return Response(CallOut(call).data, status=status.HTTP_201_CREATED)


class AmlView(View):
    """Where a caller's phone says that it is."""

    commands = False

    @extend_schema(operation_id="aml_read", request=AmlIn, responses=AmlOut)
    def post(self, request: Request) -> Response:
        """Read an AML message; nothing is kept."""
        self.viewer.require_anywhere(Permission.INCIDENT_EDIT)
        given = AmlIn(data=request.data)
        given.is_valid(raise_exception=True)
        fix = given.validated_data["message"]
        return Response(
            {
                "location": None if fix.lon is None else [fix.lon, fix.lat],
                "accuracy_m": fix.accuracy_m,
                "confidence": fix.confidence,
                "method": fix.method,
                "at": fix.at,
            }
        )
