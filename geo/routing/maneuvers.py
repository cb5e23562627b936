"""The steps of a way in words. Our own, because the router speaks no Serbian."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

# Valhalla's numbers for kinds of maneuver: our kind, instruction with and without a street.
KINDS: dict[int, tuple[str, str, str]] = {
    **dict.fromkeys((1, 2, 3), ("start", gettext_noop("Start on %(street)s"), gettext_noop("Start"))),
    **dict.fromkeys((4, 5, 6), ("arrive", gettext_noop("Arrive at %(street)s"), gettext_noop("You have arrived"))),
    7: ("becomes", gettext_noop("The road becomes %(street)s"), gettext_noop("Continue")),
    8: ("continue", gettext_noop("Continue on %(street)s"), gettext_noop("Continue")),
    9: ("slight_right", gettext_noop("Bear right onto %(street)s"), gettext_noop("Bear right")),
    10: ("right", gettext_noop("Turn right onto %(street)s"), gettext_noop("Turn right")),
    11: ("sharp_right", gettext_noop("Turn sharp right onto %(street)s"), gettext_noop("Turn sharp right")),
    **dict.fromkeys((12, 13), ("u_turn", gettext_noop("Turn around on %(street)s"), gettext_noop("Turn around"))),
    14: ("sharp_left", gettext_noop("Turn sharp left onto %(street)s"), gettext_noop("Turn sharp left")),
    15: ("left", gettext_noop("Turn left onto %(street)s"), gettext_noop("Turn left")),
    16: ("slight_left", gettext_noop("Bear left onto %(street)s"), gettext_noop("Bear left")),
    17: ("ramp_straight", gettext_noop("Take the ramp to %(street)s"), gettext_noop("Take the ramp")),
    **dict.fromkeys((18, 20), ("exit_right", gettext_noop("Exit right to %(street)s"), gettext_noop("Exit right"))),
    **dict.fromkeys((19, 21), ("exit_left", gettext_noop("Exit left to %(street)s"), gettext_noop("Exit left"))),
    22: ("straight", gettext_noop("Keep straight on %(street)s"), gettext_noop("Keep straight")),
    23: ("keep_right", gettext_noop("Keep right on %(street)s"), gettext_noop("Keep right")),
    24: ("keep_left", gettext_noop("Keep left on %(street)s"), gettext_noop("Keep left")),
    **dict.fromkeys((25, 37, 38), ("merge", gettext_noop("Merge onto %(street)s"), gettext_noop("Merge"))),
    26: (
        "roundabout",
        gettext_noop("At the roundabout, take exit %(exit)s onto %(street)s"),
        gettext_noop("At the roundabout, take exit %(exit)s"),
    ),
    27: (
        "leave_roundabout",
        gettext_noop("Leave the roundabout onto %(street)s"),
        gettext_noop("Leave the roundabout"),
    ),
    28: ("ferry", gettext_noop("Take the ferry %(street)s"), gettext_noop("Take the ferry")),
}
OTHER = ("continue", gettext_noop("Continue on %(street)s"), gettext_noop("Continue"))


def describe(number: int, street: str, exit_number: int | None) -> tuple[str, str]:
    """Our kind of a maneuver, and its instruction in the active language."""
    kind, with_street, without = KINDS.get(number, OTHER)
    words = {"street": street, "exit": exit_number or 1}
    return kind, _(with_street if street else without) % words
