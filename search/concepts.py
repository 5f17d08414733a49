"""A query taken apart: what it asks for, and by which wordings each of these things may be found."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Term:
    """Tokens that follow each other in a text; with ``prefix`` the (only) token is the beginning of one."""

    tokens: tuple[str, ...]
    prefix: bool = False


@dataclass(frozen=True)
class Alternative:
    """One wording of a concept: all its terms must be found. ``text`` is the wording as people read it."""

    text: str
    terms: tuple[Term, ...]


@dataclass(frozen=True)
class Concept:
    """One thing a query asks for: any of its alternatives will do; the first is the reader's own wording."""

    alternatives: tuple[Alternative, ...]

    @property
    def own(self) -> str:
        """The reader's own wording."""
        return self.alternatives[0].text

    @property
    def added(self) -> tuple[str, ...]:
        """Translations and synonyms that are looked for too."""
        return tuple(alternative.text for alternative in self.alternatives[1:] if alternative.text != self.own)


@dataclass(frozen=True)
class AnalysedQuery:
    """A query ready for any engine.

    ``blank`` asks for everything; no concepts without ``blank`` finds nothing.
    """

    concepts: tuple[Concept, ...] = ()
    whole: Alternative | None = None
    blank: bool = True
