"""Complete copies of an index: one is searched while another is filled; and the space that its vectors lie in."""

import re
from dataclasses import dataclass
from enum import StrEnum

GENERATION_NAME = re.compile(r"[a-z0-9_]{1,40}")


class EngineUnavailableError(Exception):
    """The engine cannot answer now: not reachable, too slow, or without a live generation."""


class State(StrEnum):
    """Life of a generation: filled, then searched, then kept current for a way back until it is dropped."""

    BUILDING = "building"
    LIVE = "live"
    RETIRED = "retired"


@dataclass(frozen=True)
class Space:
    """The space of an index's vectors: the name of what made them, and their length; no name for no vectors."""

    name: str = ""
    dimensions: int = 0

    @property
    def mark(self) -> str:
        """What a fingerprint carries of it."""
        return f"~{self.slug}" if self.name else ""

    @property
    def slug(self) -> str:
        """The name in lower-case letters, digits and ``_``."""
        return slug(self.name)


NO_SPACE = Space()


def slug(space: str) -> str:
    """The name of a space as a field of an index is called."""
    return re.sub(r"[^a-z0-9]+", "_", space.lower()).strip("_")[:60]


@dataclass(frozen=True)
class Generation:
    """One complete copy of the index. ``schema_hash`` changes when the documents' shape or analysis does."""

    name: str
    state: State
    schema_hash: str
