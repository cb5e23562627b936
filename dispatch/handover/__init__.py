"""Handing an incident over to another operations centre: offered, then accepted, refused, timed out or withdrawn."""
