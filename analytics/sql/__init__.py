"""Queries that are easier read as SQL: one file each, its statements named by `-- name: …`."""

from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent


@cache
def text(name: str) -> str:
    """The whole of `<name>.sql`."""
    return (_FOLDER / f"{name}.sql").read_text(encoding="utf-8")


@cache
def statements(name: str) -> dict[str, str]:
    """The statements of `<name>.sql`, by their names, in the order of the file."""
    found: dict[str, list[str]] = {}
    current: list[str] = []
    for line in text(name).splitlines():
        if line.startswith("-- name: "):
            current = found.setdefault(line.removeprefix("-- name: ").strip(), [])
        elif not line.startswith("--"):
            current.append(line)
    return {key: "\n".join(lines).strip().rstrip(";") for key, lines in found.items()}
