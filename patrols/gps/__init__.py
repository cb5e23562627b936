"""Positions: decoded, gathered for some milliseconds, and written together before they are acknowledged."""
