"""The data files of the demonstration directory, read as they are written.

A pair is ``[zh, en]``, either may be empty. Days count from the day of seeding, negative ones lie in the past.
"""

import tomllib
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"
Entry = dict[str, Any]


def companies() -> list[Entry]:
    """Return every company entry in a stable order, with the defaults of its file filled in."""
    entries: list[Entry] = []
    for path in sorted((DATA / "companies").glob("*.toml")):
        book = _read(path)
        entries += [{"country": "CN", **book.get("defaults", {}), **entry} for entry in book["company"]]
    return entries


def people() -> Entry:
    """Return ``password``, the list ``person`` and the ``names`` that contact persons are made of."""
    return _read(DATA / "people.toml")


def alliance_decisions() -> Entry:
    """Return the lists ``membership``, ``verdict`` and ``no_list``."""
    return _read(DATA / "alliances.toml")


def introductions() -> list[Entry]:
    """Return the introductions, oldest facts first within each."""
    return list(_read(DATA / "introductions.toml")["introduction"])


def words(text: str) -> list[str]:
    """Split a field that holds several codes."""
    return text.split()


def _read(path: Path) -> Entry:
    with path.open("rb") as file:
        return tomllib.load(file)
