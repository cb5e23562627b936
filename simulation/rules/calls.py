"""Who calls about what. The same seed gives the same calls in the same order."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from simulation.demo import Kind, Talk


@dataclass(frozen=True, slots=True)
class CallScript:
    """One call that will come: what it is about and who speaks; where is found when it comes."""

    kind: Kind
    text: str
    caller_name: str
    phone: str
    is_repeat: bool


class Callers:
    """An endless line of callers, drawn by the weights of the kinds."""

    def __init__(self, rng: Random, kinds: Sequence[Kind], talk: Talk) -> None:
        self._rng = rng
        self._kinds = [kind for kind in kinds if kind.weight > 0 and kind.stories]
        self._weights = [kind.weight for kind in self._kinds]
        self._talk = talk

    def next(self) -> CallScript:
        """The next caller. One in twelve reports what another has reported before."""
        rng = self._rng
        (kind,) = rng.choices(self._kinds, self._weights)
        return CallScript(
            kind=kind,
            text=rng.choice(kind.stories),
            caller_name=self._name(),
            phone=phone(rng),
            is_repeat=rng.random() < 1 / 12,
        )

    def _name(self) -> str:
        if self._rng.random() < 0.4:  # noqa: PLR2004 - the share of callers who do not say their name
            return self._rng.choice(self._talk.callers).capitalize()
        return f"{self._rng.choice(self._talk.given)} {self._rng.choice(self._talk.family)}"


def phone(rng: Random) -> str:
    """A number that nobody has: 064 000 and three digits."""
    return f"064 000 {rng.randrange(1000):03}"
