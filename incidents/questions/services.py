"""Questions are answered, one by one; an answer may raise the priority."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from core.access import Viewer
from core.change import Change, change
from core.errors import Conflict, Invalid
from incidents.events import QuestionAnswered
from incidents.models import Incident, PriorityChange
from incidents.questions.models import Answer, Question
from incidents.questions.rules import fits, priority_for
from incidents.questions.selectors import answer_out
from incidents.rules import OPEN, Source
from incidents.selectors import lock_incident, state_of
from incidents.services.quiet import add_timeline_quietly, save, tell


def answer_question(
    *, incident_id: int, code: str, value: Any, version: int, by: Viewer, source: str = Source.CONSOLE
) -> Answer:
    """Answer a question of the incident's kind, built on `version` of the answer (0: none yet). None takes it back.

    The same answer is no change. Locks the incident. Raises NotFound, Forbidden, Invalid; Conflict with both values, who
    and when where somebody else answered meanwhile, and when the incident has ended.
    """
    with change(by=by) as c:
        incident = lock_incident(by, incident_id)
        if incident.status not in OPEN:
            raise Conflict(_("The incident has ended."), code="incident_ended", state=state_of(incident))
        question = _question(incident, code, value)
        found = Answer.objects.filter(incident=incident, question=question).first()
        if found is not None and found.value == value:
            return found
        if version != (found.version if found else 0):
            raise Conflict(
                _("Somebody else has answered this in the meantime."),
                code="stale_answer",
                field=code,
                state={"yours": value, "answer": found and answer_out(found)},
            )
        return _write(c, question, found, incident=incident, value=value, source=source)


def answer_all_quietly(*, incident: Incident, answers: Mapping[str, Any], by: Viewer, source: str) -> None:
    """Answer what was asked while the call was taken, in the change that opens the incident. Raises Invalid."""
    with change(by=by) as c:
        for code, value in answers.items():
            if value is not None:
                _write(c, _question(incident, code, value), None, incident=incident, value=value, source=source)


def _question(incident: Incident, code: str, value: Any) -> Question:
    question = Question.objects.filter(type_id=incident.type_id, code=code, is_active=True).first()
    if question is None:
        raise Invalid(_("This is not asked about this kind of incident."), code="unknown_question", field=code)
    if not fits(question.kind, value, choices=[one.get("code", "") for one in question.choices]):
        raise Invalid(_("This does not answer the question."), code="invalid_answer", field=code)
    return question


def _write(
    c: Change, question: Question, found: Answer | None, *, incident: Incident, value: Any, source: str
) -> Answer:
    was = found.value if found else None
    row = found or Answer(incident=incident, question=question, version=0)
    row.value, row.version = value, row.version + 1
    row.answered_at, row.answered_by_id, row.answered_by_name = c.now, c.by.user_id, c.by.name
    row.save()
    data = {"question": question.code, "type": incident.type.code, "value": value, "was": was}
    entry = add_timeline_quietly(
        incident_id=incident.pk, kind="question_answered", by=c.by, occurred_at=c.now, source=source, data=data
    )
    _raise(c, incident, question, value, source)
    c.audit("incident.answered", incident, organisation=incident.organisation_id, detail={"question": question.code})
    tell(c, QuestionAnswered, [incident], at=c.now, incident=incident.pk, question=question.code, entry=entry.pk)
    return row


def _raise(c: Change, incident: Incident, question: Question, value: Any, source: str) -> None:
    """Regrade where the answer asks for it; never down: that is for people."""
    priority = priority_for(question.raises, value)
    if priority is None or priority >= incident.priority:
        return
    was = incident.priority
    save(incident, priority=priority, highest_priority=min(incident.highest_priority, priority))
    reason = f"{question.text} {value}"[:200]
    PriorityChange.objects.create(
        incident=incident,
        priority=priority,
        reason=reason,
        occurred_at=c.now,
        recorded_at=c.now,
        source=source,
        by_id=c.by.user_id,
    )
    data = {"was": was, "priority": priority, "question": question.code, "type": incident.type.code}
    add_timeline_quietly(
        incident_id=incident.pk, kind="priority_set", by=c.by, occurred_at=c.now, source=source, data=data
    )
    c.audit("incident.regraded", incident, organisation=incident.organisation_id, detail=data)
