"""Answers and dispositions over HTTP."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.http import View
from incidents.questions import services
from incidents.questions.models import Disposition
from incidents.questions.selectors import answer_out


class AnswerIn(serializers.Serializer[Any]):
    """An answer, and the version of the one that it is built on; 0 where there is none. Null takes it back."""

    question = serializers.CharField(max_length=40)
    value = serializers.JSONField(allow_null=True)
    version = serializers.IntegerField(min_value=0, max_value=2**31 - 1)


class AnswerOut(serializers.Serializer[Any]):
    """An answer, who gave it and when."""

    question = serializers.CharField()
    value = serializers.JSONField(allow_null=True)
    version = serializers.IntegerField()
    by = serializers.CharField()
    at = serializers.DateTimeField()


class DispositionOut(serializers.ModelSerializer[Disposition]):
    """A way in which incidents end; `types` empty: for all kinds."""

    names = serializers.DictField(child=serializers.CharField())
    types = serializers.SerializerMethodField()

    class Meta:
        model = Disposition
        fields = ("code", "name", "names", "types")

    def get_types(self, row: Disposition) -> list[str]:
        """Codes of the kinds that it is for."""
        return [kind.code for kind in row.types.all()]


class AnswersView(View):
    """Questions of an incident."""

    @extend_schema(operation_id="incidents_answer", request=AnswerIn, responses=AnswerOut)
    def post(self, request: Request, pk: int) -> Response:
        """Answer a question. 409 `stale_answer` where somebody else has meanwhile; its state says who, what and when."""
        given = AnswerIn(data=request.data)
        given.is_valid(raise_exception=True)
        values = given.validated_data
        row = services.answer_question(
            incident_id=pk, code=values["question"], value=values["value"], version=values["version"], by=self.viewer
        )
        return Response(answer_out(row))


class DispositionsView(View):
    """Dispositions."""

    @extend_schema(operation_id="dispositions_list", responses=DispositionOut(many=True))
    def get(self, request: Request) -> Response:  # noqa: ARG002
        """List the ways in which incidents end, in order."""
        rows = Disposition.objects.filter(is_active=True).prefetch_related("types")
        return Response(DispositionOut(rows, many=True).data)
