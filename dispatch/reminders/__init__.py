"""Reminders: what the desk must not forget, about an incident, a unit or neither, at a time."""
