"""Histories of other systems, read as a mapping says: `mapping` → `reader` → `rows` → `load`. See `docs/mapping.md`."""
