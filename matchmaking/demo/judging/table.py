"""The report as a table to read in a terminal."""

from collections.abc import Iterator, Sequence
from typing import Any

HEAD = ("system", "lists of", "lists", "nDCG@10", "to ours", "95 %", "recall@10", "coverage", "Gini", "novelty")
WIDTHS = (30, 9, 7, 9, 9, 17, 11, 10, 7, 9)
KINDS = {"all": "all", "need": "needs", "firm": "firms", "product": "products"}


def lines(report: dict[str, Any]) -> Iterator[str]:
    """One line per system and kind of list; what was judged above, what was left out below."""
    judged = report["judged"]
    yield f"{judged['pairs']} judged pairs in {sum(judged['lists'].values())} lists, model {report['model'][:12]}"
    if report["language"] == "own":
        yield "every company speaks the language of its own side alone"
    if judged["closed"]:
        yield f"{judged['closed']} of the pairs can be shown by no system: a gate keeps the candidate out"
    yield ""
    yield _line(HEAD)
    for kind, label in KINDS.items():
        for system in report["systems"]:
            if kind in system["kinds"]:
                yield _line(_cells(system["name"], label, system["kinds"][kind]))
    for skipped in report["skipped"]:
        yield f"not measured: {skipped['name']} ({skipped['reason']})"


def _cells(name: str, kind: str, found: dict[str, Any]) -> Sequence[str]:
    mean, low, high = (found.get("difference") or {}).get("ndcg@10") or (None, None, None)
    between = f"{low:+.3f} … {high:+.3f}" if low is not None else ""
    measures = [_number(found[measure]) for measure in ("recall@10", "coverage", "gini")]
    difference = "" if mean is None else f"{mean:+.3f}"
    return [name, kind, str(found["lists"]), _number(found["ndcg@10"]), difference, between, *measures,
            f"{found['novelty']:.2f}"]  # fmt: skip


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _line(cells: Sequence[str]) -> str:
    first, *rest = zip(cells, WIDTHS, strict=True)
    return first[0].ljust(first[1]) + "".join(cell.rjust(width) for cell, width in rest)
