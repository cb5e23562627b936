"""Writes of alarms from positions: the rules are evaluated from the rows, every few seconds, by whoever is alive.

One at a time, held by an advisory lock; one statement a kind of rule (`patrols.watch.sql`). An alarm is raised once for a
spell in which something is wrong, ends by itself when it is so no more, or is taken by a person with a word.
"""

from collections import defaultdict
from collections.abc import Container, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.contrib.gis.geos import Point
from django.db import connection
from django.utils.translation import gettext as _

from core import clock
from core.access import Viewer
from core.change import Change, change
from core.errors import Conflict, Invalid
from core.live import Event
from core.models import Organisation
from patrols.models import LatestPosition
from patrols.watch import events, selectors, sql
from patrols.watch.cards import watch_alarm_cards
from patrols.watch.models import WatchAlarm, WatchRule, WatchState
from patrols.watch.rules import COARSEST_M, End, Kind

_STATEMENTS = {
    Kind.ENTER: sql.PLACES,
    Kind.LEAVE: sql.PLACES,
    Kind.SECTOR: sql.PLACES,
    Kind.STILL: sql.STILL,
    Kind.SILENT: sql.SILENT,
    Kind.COVERAGE: sql.COVERAGE,
}


def evaluate_watch_rules() -> int:
    """See what every rule sees now, raise what is new and end what is over; return how many alarms changed.

    Two queries where there is nothing to watch, else a dozen, whatever the number of units, and some for each alarm that
    changes. Does nothing while another process does it.
    """
    if not (WatchRule.objects.filter(active=True).exists() or WatchAlarm.objects.filter(ended_at=None).exists()):
        return 0
    with change(by=Viewer.system("watch")) as c, connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext('patrols_watch'))")
        if not cursor.fetchone()[0]:
            return 0
        rules = list(WatchRule.objects.filter(active=True).select_related("organisation").order_by("pk"))
        opens = {rule.pk: period.start for rule in rules if (period := rule.window().at(c.now)) is not None}
        kinds: dict[str, list[WatchRule]] = defaultdict(list)
        for rule in rules:
            if rule.pk in opens:
                kinds[_STATEMENTS[Kind(rule.kind)]].append(rule)
        parents = _parents()
        watched = [rule for rule in rules if rule.pk in opens]
        cursor.execute(sql.GONE, _parameters(watched, opens, parents, c.now))
        for statement, concerned in kinds.items():
            cursor.execute(statement, _parameters(concerned, opens, parents, c.now))
        ended = _end_what_is_over(c, set(opens), {rule.pk for rule in rules})
        cursor.execute(sql.RIPE, {"now": c.now})
        return ended + _raise(c, [pk for (pk,) in cursor.fetchall()])


def take_watch_alarm(*, alarm_id: int, words: str, by: Viewer) -> WatchAlarm:
    """Take an alarm with a word on what was found or done; it is raised anew only when it has been right in between.

    One that nobody is in an area comes back after another such time. Raises NotFound, Forbidden; Invalid without words;
    Conflict with how it ended where it stands no more.
    """
    if not words.strip():
        raise Invalid(_("Say what was found or done."), code="no_text", field="text")
    with change(by=by) as c:
        alarm = selectors.access_watch_alarm_to_take(by, alarm_id)
        found = _end(c, alarm, End.TAKEN, words=words.strip(), taken_by_id=by.user_id, taken_by_name=by.name)
        if not found:
            words = _("This alarm stands no more.")
            raise Conflict(words, code="alarm_ended", state=selectors.watch_alarm_state(alarm_id))
    return alarm


# --- parts --------------------------------------------------------------------------------------------------------


def _parents() -> Mapping[int, int | None]:
    """Each node's parent. One query."""
    return dict(Organisation.objects.without_tree_fields().order_by().values_list("pk", "parent_id"))


def _above(node: int | None, parents: Mapping[int, int | None]) -> list[int]:
    """A node and those above it."""
    found = []
    while node is not None:
        found.append(node)
        node = parents[node]
    return found


def _parameters(
    rules: Sequence[WatchRule], opens: Mapping[int, datetime], parents: Mapping[int, int | None], now: datetime
) -> dict[str, Any]:
    """What the statements are asked with."""
    above = {node: _above(node, parents) for node in parents}
    scope = [(rule.pk, node) for rule in rules for node in parents if rule.organisation_id in above[node]]
    lines = [(node, upper) for node, uppers in above.items() for upper in uppers]
    return {
        "rules": [rule.pk for rule in rules],
        "opens": [opens[rule.pk] for rule in rules],
        "scope_rules": [rule for rule, _node in scope],
        "scope_nodes": [node for _rule, node in scope],
        "nodes": [node for node, _upper in lines],
        "above": [upper for _node, upper in lines],
        "coarsest": COARSEST_M,
        "now": now,
    }


def _end_what_is_over(c: Change, opened: Container[int | None], active: Container[int | None]) -> int:
    """End the alarms of spells that are over or watched no more; let an area's alarm that was taken come again."""
    healed = WatchState.objects.filter(alarm__isnull=False, wrong=False)
    over = list(WatchAlarm.objects.filter(pk__in=healed.values("alarm"), ended_at=None).select_related("unit"))
    healed.update(alarm=None)
    for state in WatchState.objects.filter(alarm__ended_by=End.TAKEN, unit=None).select_related("alarm", "rule"):
        if (
            state.alarm
            and state.alarm.ended_at
            and (c.now - state.alarm.ended_at).total_seconds() >= state.rule.after_s
        ):
            WatchState.objects.filter(pk=state.pk).update(alarm=None)
    kept = WatchState.objects.filter(alarm__isnull=False).values("alarm")
    lost = WatchAlarm.objects.filter(ended_at=None).exclude(pk__in=[one.pk for one in over]).exclude(pk__in=kept)
    ended = [_end(c, alarm, End.CLEARED) for alarm in over]
    for alarm in lost.select_related("unit").order_by("pk"):
        is_cleared, is_active = alarm.rule_id in opened, alarm.rule_id in active
        ended.append(_end(c, alarm, End.CLEARED if is_cleared else End.WINDOW if is_active else End.RULE))
    return sum(ended)


def _raise(c: Change, state_ids: Sequence[int]) -> int:
    """Raise the alarms of these states. Three queries and two for each alarm."""
    states = WatchState.objects.filter(pk__in=state_ids).select_related("rule__area", "unit").order_by("pk")
    places = LatestPosition.objects.in_bulk([state.unit_id for state in states if state.unit_id is not None])
    for state in states:
        board_id = state.rule.board_id or (state.unit.board_id if state.unit else None)
        if board_id is None:  # the database holds that a rule of an area has one
            continue
        alarm = WatchAlarm.objects.create(
            rule=state.rule,
            kind=state.rule.kind,
            name=state.rule.name,
            area_name=_area_name(state),
            board_id=board_id,
            organisation_id=state.unit.organisation_id if state.unit else state.rule.organisation_id,
            unit=state.unit,
            point=_place(state, places),
            since=state.since,
            raised_at=c.now,
        )
        WatchState.objects.filter(pk=state.pk).update(alarm=alarm)
        _tell(c, alarm, events.WatchAlarmRaised, at=state.since)
    return len(states)


def _area_name(state: WatchState) -> str:
    if state.rule.area is not None:
        return state.rule.area.name
    return state.unit.sector if state.unit and state.rule.kind == Kind.SECTOR else ""


def _place(state: WatchState, places: Mapping[int, LatestPosition]) -> Point | None:
    """Where the unit was last seen, or a spot in the area."""
    if state.unit_id is None:
        spot = state.rule.area.geometry.point_on_surface if state.rule.area else None
        return spot if isinstance(spot, Point) else None
    latest = places.get(state.unit_id)
    return latest.point if latest else None


def _end(c: Change, alarm: WatchAlarm, why: End, **taken: Any) -> bool:
    """End an alarm, unless it has ended; tell whether this did."""
    open_one = WatchAlarm.objects.filter(pk=alarm.pk, ended_at=None)
    if not open_one.update(ended_at=c.now, ended_by=why, **taken):
        return False
    alarm.refresh_from_db(fields=["ended_at", "ended_by", "taken_by", "taken_by_name", "words"])
    _tell(c, alarm, events.WatchAlarmEnded, at=c.now, ended_by=why.value, words=alarm.words)
    return True


def _tell(c: Change, alarm: WatchAlarm, kind: type[Any], *, at: datetime, **data: object) -> None:
    """Audit what happened to the alarm, and let its board show it."""
    call_sign = alarm.unit.call_sign if alarm.unit else None
    about = {"watch": alarm.kind, "name": alarm.name, "unit": alarm.unit_id, "call_sign": call_sign, **data}
    verb = kind.kind().removeprefix("WatchAlarm").lower()
    c.audit(f"watch_alarm.{verb}", alarm, organisation=alarm.organisation_id, detail=about)
    alarm_id, stands = alarm.pk, alarm.ended_at is None

    def make() -> Event:
        event: Event = kind(
            at=min(at, clock.now()),
            alarm=alarm_id,
            upserts={"watch_alarms": watch_alarm_cards([alarm_id])} if stands else {},
            removes={} if stands else {"watch_alarms": [alarm_id]},
            **about,
        )
        return event

    c.emit(alarm.board_id, make)
