"""Welfare timers: who has not been heard of for too long, and whom that concerns. See `docs/officer-safety.md`."""
