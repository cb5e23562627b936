"""The shift as its people and devices play it: clients of the public API. Nothing here touches the database."""

from simulation.shift.play import Options, play

__all__ = ["Options", "play"]
