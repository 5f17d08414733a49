"""Judged pairs of companies: read from a file, and held against the lists that several systems give.

The file is tab-separated UTF-8 with the header ``seeker kind item candidate grade``: a company, what it asks for (one
of its needs, one of its products, or partners of the firm as such), the zero-based number of that need or product
(empty for the firm), a candidate, and a grade from 1 (worth a look) to 3 (just right). Who is not listed has grade 0.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .measures import coverage, exposure, found_at_k, gini, ndcg_at_k, novelty, paired_difference

HEADER = ("seeker", "kind", "item", "candidate", "grade")
KINDS = ("need", "firm", "product")
GRADES = (1, 2, 3)
MEASURED = 10
# A candidate of this grade or better is one that a list must not miss.
GOOD = 2


@dataclass(frozen=True, slots=True)
class Judgement:
    """One line of the file. ``item`` is None for the firm as such."""

    line: int
    seeker: str
    kind: str
    item: int | None
    candidate: str
    grade: int

    @property
    def asked(self) -> tuple[str, str, int | None]:
        """What the judgement is about; judgements that share it are one question."""
        return self.seeker, self.kind, self.item


@dataclass(frozen=True)
class Answer:
    """The list that a system gave to one question, the grades of that question, and who could have stood there."""

    seeker: str
    kind: str
    grades: Mapping[str, int]
    eligible: frozenset[str]
    ranked: Sequence[str]

    @property
    def ndcg(self) -> float:
        """nDCG of the first ten, with linear gains of the grade, over all that were judged."""
        return ndcg_at_k(self.ranked, self.grades, MEASURED)

    @property
    def recall(self) -> float | None:
        """Share of the good candidates among the first ten; None where none was judged good."""
        return found_at_k(self.ranked, self.grades, MEASURED, GOOD)


def read_judgements(path: Path) -> list[Judgement]:
    """Read the file in its order. Raises OSError, UnicodeDecodeError, and ValueError that begins with the line."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = [line.rstrip("\r\n").split("\t") for line in lines]
    if not rows or tuple(rows[0]) != HEADER:
        raise ValueError(f"line 1: the header must be {' '.join(HEADER)}, separated by tabs")
    found = [_judgement(number, cells) for number, cells in enumerate(rows[1:], 2) if cells != [""]]
    if not found:
        raise ValueError("line 2: nothing is judged")
    first: dict[tuple[object, ...], int] = {}
    for one in found:
        before = first.setdefault((*one.asked, one.candidate), one.line)
        if before != one.line:
            raise ValueError(f"line {one.line}: {one.candidate} was judged for the same question in line {before}")
    return found


def _judgement(line: int, cells: Sequence[str]) -> Judgement:
    if len(cells) != len(HEADER):
        raise ValueError(f"line {line}: {len(cells)} columns, {len(HEADER)} expected")
    seeker, kind, item, candidate, grade = cells
    if kind not in KINDS:
        raise ValueError(f"line {line}: {kind!r} is no kind of list; there are {', '.join(KINDS)}")
    if kind == "firm" and item:
        raise ValueError(f"line {line}: the list of a firm has no item, but {item!r} is given")
    number = None if kind == "firm" else _number(line, "item", item)
    graded = _number(line, "grade", grade)
    if graded not in GRADES:
        raise ValueError(f"line {line}: grade {graded} is not one of {', '.join(map(str, GRADES))}")
    return Judgement(line, seeker, kind, number, candidate, graded)


def _number(line: int, name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise ValueError(f"line {line}: {name} {text!r} is not a number")
    return int(text)


def figures(answers: Sequence[Answer], ours: Sequence[Answer] | None = None) -> dict[str, dict[str, object]]:
    """Measures by kind of list, and of all: keys ``all`` and those of :data:`KINDS` that were asked.

    ``ours`` are the answers to compare with, question by question in the same order; with them each kind has a
    ``difference`` of nDCG and recall: (mean, low, high) of a bootstrap by seeker.
    """
    parts = {"all": answers, **{kind: [one for one in answers if one.kind == kind] for kind in KINDS}}
    found: dict[str, dict[str, object]] = {}
    for kind, some in parts.items():
        if some:
            found[kind] = _summary(some)
            if ours is not None:
                base = [one for one in ours if kind in ("all", one.kind)]
                found[kind]["difference"] = {
                    "ndcg@10": _difference(some, base, lambda one: one.ndcg),
                    "recall@10": _difference(some, base, lambda one: one.recall),
                }
    return found


def _summary(answers: Sequence[Answer]) -> dict[str, object]:
    lists = [one.ranked for one in answers]
    eligible = frozenset[str]().union(*(one.eligible for one in answers))
    shown = exposure(lists, MEASURED)
    return {
        "lists": len(answers),
        "ndcg@10": _mean(one.ndcg for one in answers),
        "recall@10": _mean(_known(one.recall for one in answers)),
        "coverage": _rounded(coverage(lists, eligible, MEASURED)),
        "gini": _rounded(gini([shown[key] for key in eligible])),
        "novelty": _rounded(novelty(lists, MEASURED)),
    }


def _difference(
    theirs: Sequence[Answer], ours: Sequence[Answer], measure: Callable[[Answer], float | None]
) -> list[float] | None:
    both = [(measure(one), measure(base), one.seeker) for one, base in zip(theirs, ours, strict=True)]
    known = [(one - base, seeker) for one, base, seeker in both if one is not None and base is not None]
    if not known:
        return None
    found = paired_difference([by for by, _ in known], [seeker for _, seeker in known])
    return [_rounded(value) for value in (found.mean, found.low, found.high)]


def _known(values: Iterable[float | None]) -> Iterator[float]:
    return (value for value in values if value is not None)


def _mean(values: Iterable[float]) -> float | None:
    found = list(values)
    return _rounded(sum(found) / len(found)) if found else None


def _rounded(value: float) -> float:
    # Sums in another order differ in the last digits; four are more than a reader needs.
    return round(value, 4) + 0.0
