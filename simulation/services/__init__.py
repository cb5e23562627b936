"""Writes of the simulation: the demo put into the database."""

from simulation.services.load import Outcome, load_demo

__all__ = ["Outcome", "load_demo"]
