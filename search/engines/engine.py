"""What every search engine can do; the embedded one and Elasticsearch are made alike by one contract."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence

from search.engines.base import (
    NO_SPACE,
    Generation,
    Indexed,
    Kind,
    Meaning,
    Ranked,
    SearchDocument,
    SearchQuery,
    SearchResult,
    Space,
    State,
    Suggestion,
    WriteResult,
)


class SearchEngine(ABC):
    """A search engine.

    All methods may raise ``EngineUnavailableError``, except ``write``, which asks for a retry.
    """

    name: str

    @abstractmethod
    def ping(self) -> bool:
        """Whether the engine answers and has a live generation; never raises."""

    @abstractmethod
    def create(self, generation: str, space: Space = NO_SPACE) -> None:
        """Make an empty generation that takes writes, and vectors of a space, from now on.

        Nothing happens if it exists.

        Names are lower-case letters, digits and ``_``; else ``ValueError``.
        """

    @abstractmethod
    def switch(self, generation: str) -> None:
        """Search this generation from now on, in one step; the one before is retired but keeps taking writes.

        Raises ``LookupError`` for an unknown generation.
        """

    @abstractmethod
    def drop(self, generation: str) -> None:
        """Delete a generation; ``ValueError`` if it is live; nothing happens if there is none."""

    @abstractmethod
    def generations(self) -> tuple[Generation, ...]:
        """All generations, by name."""

    def targets(self) -> frozenset[str]:
        """Marks of the generations there are now: ask before reading what is to be written, and hand to ``write``."""
        return frozenset(f"{self.name}:{generation.name}" for generation in self.generations())

    @abstractmethod
    def write(
        self, documents: Iterable[SearchDocument], *, seen: frozenset[str] | None = None, only: str | None = None
    ) -> WriteResult:
        """Write documents to every generation, or to ``only`` one.

        A document never replaces a newer version, an equal one it does. With ``seen``, documents are to be retried
        where a generation has come since: a worker that was held up must not bring what it read before into one that
        never knew the tombstone. ``only`` is for filling a generation that was there before anything was read for it.
        """

    @abstractmethod
    def search(self, query: SearchQuery) -> SearchResult:
        """Answer a query from the live generation."""

    @abstractmethod
    def ranked(self, query: SearchQuery, size: int) -> tuple[Ranked, ...]:
        """The first ``size`` documents by words, whatever facets are chosen; none for a query without words."""

    @abstractmethod
    def nearest(self, query: SearchQuery, meaning: Meaning, size: int) -> tuple[Ranked, ...]:
        """The ``size`` documents whose vectors are nearest to a meaning, of those that pass owners and filters.

        None where the live generation has no vectors of that space.
        """

    def rankings(
        self, query: SearchQuery, meaning: Meaning, size: int
    ) -> tuple[tuple[Ranked, ...], tuple[Ranked, ...]]:
        """What ``ranked`` and ``nearest`` say; an engine across a network asks for both at once."""
        return self.ranked(query, size), self.nearest(query, meaning, size)

    @abstractmethod
    def suggest(self, kind: Kind, typed: str, size: int = 8) -> tuple[Suggestion, ...]:
        """Visible records with a name, a word of it or its pinyin beginning with what was typed."""

    @abstractmethod
    def near_words(self, kind: Kind, words: Sequence[str]) -> dict[str, dict[str, int]]:
        """For each word, words of names and offers that are spelt nearly like it → visible documents that hold them.

        By the rules of ``search.engines.spelling``, the likeliest first; none for kinds whose documents have owners.
        """

    @abstractmethod
    def refresh(self) -> None:
        """Make all writes so far visible to searches."""

    @abstractmethod
    def count(self, kind: Kind, generation: str | None = None) -> int:
        """Visible documents of a kind, in the live generation or the one named."""

    @abstractmethod
    def iterate(self, kind: Kind, generation: str | None = None) -> Iterator[Indexed]:
        """Everything indexed of a kind, tombstones too, in the order of ids as text."""

    @abstractmethod
    def purge(self, kind: Kind, ids: Iterable[str]) -> None:
        """Forget tombstones for good.

        Visible documents stay. For ids whose tombstone no writer can be behind of.
        """

    @abstractmethod
    def close(self) -> None:
        """Give connections back."""

    def ensure(self) -> None:
        """Make a first live generation if there is none."""
        if not any(generation.state is State.LIVE for generation in self.generations()):
            self.create("first")
            self.switch("first")
