"""Names of the choices in the API's schema, as lists that it can compare with what fields offer."""

from collections.abc import Iterable
from enum import StrEnum

import dispatch.rules
import incidents.border.rules
import incidents.rules
import patrols.planning.rules
import patrols.rules
from analytics.measures import KEYS
from patrols.models import Unit


def _pairs(values: Iterable[StrEnum]) -> list[tuple[str, str]]:
    return [(value.value, value.value) for value in values]


UNIT_STATUS = _pairs(patrols.rules.Status)
INCIDENT_STATUS = _pairs(incidents.rules.Status)
ASSIGNMENT_STATUS = _pairs(dispatch.rules.Status)
SOURCE = _pairs(incidents.rules.Source)
UNIT_KIND = [(value, value) for value in Unit.Kind.values]
TASK_KIND = _pairs(patrols.planning.rules.TaskKind)
PLAN_STATE = _pairs(patrols.planning.rules.State)
BORDER_KIND = _pairs(incidents.border.rules.Kind)
REPORT_GROUPING = [(key, key) for key in sorted(KEYS)]
