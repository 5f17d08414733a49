"""Figures of the evaluation commands → tables of the model card, between markers; all other text stays as it is.

A table stands between its marker and ``<!-- end -->``: ``<!-- table: matches -->`` for whole pairs
(``evaluate_matches``), ``<!-- table: matches in one language -->`` for the same with ``--own-language``, ``<!-- table:
texts -->`` for the text pipeline (``evaluate_recommender``).
"""

from collections.abc import Iterable, Sequence
from typing import Any

Report = dict[str, Any]
END = "<!-- end -->"
MATCHES_HEAD = ("system", "lists of", "lists", "nDCG@10", "to ours (95 %)", "recall@10", "coverage", "Gini", "novelty")
TEXTS_HEAD = ("set", "learns from", "queries", "documents", "nDCG@10", "R@1", "R@10")
KINDS = {"all": "all kinds", "need": "needs", "firm": "firms", "product": "products"}
TEXTS_FIGURES = ("ndcg@10", "recall@1", "recall@10")
TEXTS_KEYS = frozenset({"set", "split", "reverse", "learns", "queries", "documents", *TEXTS_FIGURES})


class CardError(ValueError):
    """The card has no such marker, or a report is not one of ours."""


def table_name(report: object) -> str:
    """The table that a report belongs to. Raises CardError for what no command of ours printed."""
    if isinstance(report, dict) and report.get("report") == "evaluate_matches":
        return "matches in one language" if report.get("language") == "own" else "matches"
    if isinstance(report, dict) and report.keys() >= TEXTS_KEYS:
        return "texts"
    raise CardError("neither a report of evaluate_matches nor one of evaluate_recommender")


def rewrite(card: str, reports: Sequence[Report]) -> str:
    """The card with the tables of these reports in place of the old ones. Raises CardError; then nothing is changed."""
    tables: dict[str, list[Report]] = {}
    for report in reports:
        tables.setdefault(table_name(report), []).append(report)
    for name, some in tables.items():
        try:
            lines = _texts(some) if name == "texts" else _matches(some)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise CardError(f"a report for the table {name} is not complete ({error})") from error
        card = _replace(card, name, "\n".join(lines))
    return card


def _replace(card: str, name: str, content: str) -> str:
    start = f"<!-- table: {name} -->"
    if card.count(start) != 1:
        raise CardError(f"the card must have the marker {start} once, not {card.count(start)} times")
    before, after = card.split(start)
    old, found, rest = after.partition(END)
    if not found or "<!-- table:" in old:
        raise CardError(f"the marker {start} is not followed by {END}")
    return f"{before}{start}\n{content}\n{END}{rest}"


def _matches(reports: Sequence[Report]) -> list[str]:
    if len(reports) > 1:
        raise ValueError("one run of evaluate_matches fills it, not more")
    report = reports[0]
    judged = report["judged"]
    lists = ", ".join(f"{count} of {KINDS[kind]}" for kind, count in judged["lists"].items())
    told = f"{judged['pairs']:,} judged pairs (sha256 `{judged['sha256'][:12]}`) in lists: {lists}; "
    rows = [
        _cells(system["name"], label, system["kinds"][kind])
        for kind, label in KINDS.items()
        for system in report["systems"]
        if kind in system["kinds"]
    ]
    skipped = [f"\nNot measured: {one['name']} ({one['reason']})." for one in report["skipped"]]
    return [f"{told}model `{report['model'][:12]}`.", "", *_table(MATCHES_HEAD, 2, rows), *skipped]


def _cells(name: str, kind: str, found: Report) -> Sequence[str]:
    compared = (found.get("difference") or {}).get("ndcg@10")
    difference = "{} ({} to {})".format(*map(_signed, compared)) if compared else "–"
    measures = [_share(found[key]) for key in ("recall@10", "coverage", "gini")]
    return [
        name,
        kind,
        f"{found['lists']:,}",
        _share(found["ndcg@10"]),
        difference,
        *measures,
        f"{found['novelty']:.2f}",
    ]


def _texts(reports: Iterable[Report]) -> list[str]:
    return _table(TEXTS_HEAD, 2, [_text_cells(report) for report in reports])


def _text_cells(report: Report) -> Sequence[str]:
    split = f", split `{report['split']}`" if report["split"] else ""
    name = f"{report['set']}{split}{', `--reverse`' if report['reverse'] else ''}"
    learns = ", ".join(report["learns"]) or "–"
    counts = [f"{report[key]:,}" for key in ("queries", "documents")]
    return [name, learns, *counts, *(_share(report[key]) for key in TEXTS_FIGURES)]


def _table(head: Sequence[str], words: int, rows: Iterable[Sequence[str]]) -> list[str]:
    """A table whose first columns are words; the others are figures, to the right."""
    rule = ["---" if column < words else "---:" for column in range(len(head))]
    return [f"| {' | '.join(cells)} |" for cells in (head, rule, *rows)]


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}".removeprefix("0")


def _signed(value: float) -> str:
    if round(value, 3) == 0:
        return ".000"
    return f"{'+' if value > 0 else '−'}{_share(abs(value))}"
