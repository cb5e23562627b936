"""How somebody has arranged the console: panels, layers of the map, sounds. A taste, not an operational record."""

from typing import Any

from rest_framework import serializers

from core import clock
from core.access import Viewer
from core.errors import Forbidden
from dispatch.models import ConsoleLayout

MOST = 16
NAME = r"^[a-z][a-z_]{0,19}$"


class PanelIn(serializers.Serializer[Any]):
    """One panel, in its place from left to right."""

    name = serializers.RegexField(NAME)
    share = serializers.FloatField(min_value=1, max_value=100, help_text="How wide, relative to the others")
    hidden = serializers.BooleanField()


class LayoutOut(serializers.Serializer[Any]):
    """How the console is arranged; names that a console does not know mean nothing to it."""

    panels = PanelIn(many=True)
    layers = serializers.DictField(child=serializers.BooleanField(), help_text="Layers of the map: shown or not")
    muted = serializers.ListField(child=serializers.RegexField(NAME), max_length=MOST, help_text="Sounds that are off")

    def validate_layers(self, layers: dict[str, bool]) -> dict[str, bool]:
        """A few names, no more."""
        if len(layers) > MOST or any(len(name) > 20 for name in layers):  # noqa: PLR2004 - as in NAME
            raise serializers.ValidationError(code="too_many", detail="too many layers")
        return layers

    def validate_panels(self, panels: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Each panel once, and no more than there could be."""
        if len(panels) > MOST or len({panel["name"] for panel in panels}) < len(panels):
            raise serializers.ValidationError(code="twice", detail="a panel stands there twice")
        return panels


def layout_of(viewer: Viewer) -> dict[str, Any]:
    """How the viewer left the console; empty for somebody new. One query."""
    kept = ConsoleLayout.objects.filter(user__pk=viewer.user_id or 0).values_list("layout", flat=True).first()
    return {"panels": [], "layers": {}, "muted": []} | (kept or {})


def keep_layout(*, layout: dict[str, Any], by: Viewer) -> dict[str, Any]:
    """Keep how the console is arranged; the last window to say so wins."""
    if by.user_id is None:
        raise Forbidden  # a timer has no console
    ConsoleLayout.objects.update_or_create(user_id=by.user_id, defaults={"layout": layout, "changed_at": clock.now()})
    return layout_of(by)
