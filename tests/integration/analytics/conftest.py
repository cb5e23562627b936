"""Histories told in few words."""

from datetime import UTC, datetime, timedelta

import pytest

from analytics import selectors
from analytics.services import import_calls
from core.access import Viewer
from dispatch.rules import BROKEN_OFF
from incidents.models import Incident
from patrols.models import Unit
from tests import factories

CALL = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)


class Teller:
    """Tells histories into the database: times are seconds after the call, or instants."""

    def __init__(self, board) -> None:
        self.board = board
        self.kind = factories.IncidentTypeFactory()

    def incident(self, *sent, received=CALL, status="closed", **fields) -> Incident:
        """An incident and its units: (call sign, status, {stage: time})."""
        incident = factories.IncidentFactory(
            board=self.board,
            type=self.kind,
            received_at=received,
            created_at=received,
            status=status,
            **({"closed_at": received + timedelta(hours=1)} if status == "closed" else {}) | fields,
        )
        for call_sign, how, stages in sent:
            self.assign(incident, call_sign, how, **stages)
        return incident

    def assign(self, incident, call_sign, status="cleared", **stages):
        unit = Unit.objects.filter(call_sign=call_sign).first() or factories.UnitFactory(
            board=self.board, call_sign=call_sign
        )
        times = {
            f"{stage}_at": incident.received_at + timedelta(seconds=time) if isinstance(time, int | float) else time
            for stage, time in stages.items()
        }
        ended = {"ended_at": incident.received_at + timedelta(hours=1)} if status in {"cleared", *BROKEN_OFF} else {}
        return factories.AssignmentFactory(
            incident=incident, unit=unit, status=status, **({"dispatched_at": None} | times | ended)
        )

    def measure(self, **question):
        asked = {"organisation_id": self.board.organisation_id, "min_cases": 1} | question
        now = asked.pop("now", CALL + timedelta(days=1))
        return selectors.response_times(Viewer.system("test"), selectors.Question(**asked), now=now)


@pytest.fixture
def tell(board) -> Teller:
    return Teller(board)


@pytest.fixture
def load(directorate, board, tmp_path):
    """Import a text (or bytes) as a mapping says, and return the account of its rows."""

    def run(text, mapping):
        path = tmp_path / "feed"
        path.write_bytes(text.encode("utf-8") if isinstance(text, str) else text)
        return import_calls(path=path, mapping_source=mapping, organisation=directorate, by=Viewer.system("import"))

    return run
