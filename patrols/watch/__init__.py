"""Alarms from positions: rules are rows, evaluated from the rows, raised once, cleared by themselves or taken."""
