"""A shift played through the public API: demo, training, load."""

from django.apps import AppConfig


class SimulationConfig(AppConfig):
    """`simulation`."""

    name = "simulation"
    verbose_name = "Simulation"
