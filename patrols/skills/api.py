"""Skills over HTTP."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.http import View
from patrols.skills.models import Skill


class SkillOut(serializers.ModelSerializer[Skill]):
    """What a code is called: `names` by language, else `name` (English)."""

    names = serializers.DictField(child=serializers.CharField())

    class Meta:
        model = Skill
        fields = ("code", "name", "names")


class SkillsView(View):
    """Skills."""

    @extend_schema(operation_id="skills_list", responses=SkillOut(many=True))
    def get(self, request: Request) -> Response:  # noqa: ARG002
        """List the skills that have a name, by code."""
        return Response(SkillOut(Skill.objects.all(), many=True).data)
