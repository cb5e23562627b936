"""What happened to alarms from positions."""

from dataclasses import dataclass

from core.live import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchAlarmRaised(Event):
    """What a rule watches for has been so for long enough; `at` is when it began."""

    alarm: int
    watch: str
    name: str
    unit: int | None
    call_sign: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchAlarmEnded(Event):
    """It is so no more, the rule holds no more, or somebody took the alarm with a word."""

    alarm: int
    watch: str
    name: str
    unit: int | None
    call_sign: str | None
    ended_by: str
    words: str = ""
