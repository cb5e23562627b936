"""Officer safety: alarms from the press to their resolution. See `docs/officer-safety.md`."""
