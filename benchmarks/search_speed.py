# ruff: noqa: T201
"""How fast the site's search answers beside a bare query written by hand on the same engine, and how that grows.

    python -m benchmarks.search_speed [--firms 50000] [--engine fts5|elasticsearch] [--kept FOLDER] [--growth]

Elasticsearch is the server at ELASTICSEARCH_URL. The site's search is ``search.queries.answer`` and what the page
prints of each result: 20 of them with marks, counts of all facets, each row with its facts read from the database.
``--kept`` keeps database and index for the next run (with ``--growth`` in a folder for each size). Both are timed in
turn, question by question, after one round that warms up. With meaning the bare query is timed twice: as it encodes
the question, once and as it stands, and as it is given the vector that the site made.
"""

import argparse
import json
import math
import os
import subprocess
import sys
import time
from itertools import pairwise
from statistics import median
from typing import Any
from unittest.mock import patch

from benchmarks.goals import Goals
from benchmarks.made_rows import own_site

SIZES = (5_000, 50_000, 200_000)
KINDS = ("words", "bare", "both", "bare both", "bare ready", "read", "suggest")
Figures = dict[str, float]


def timed(work: Any) -> float:
    """Milliseconds of one call."""
    started = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - started)


def p95(figures: list[float]) -> float:
    """What 95 of 100 stay below."""
    return sorted(figures)[int(0.95 * (len(figures) - 1))]


def measure(engine: Any, meaning: Any, asked: int, rounds: int) -> Figures:
    """All figures of one site, in milliseconds."""
    from django.contrib.auth.models import AnonymousUser

    from benchmarks.bare_search import BareElasticsearch, BareFts5
    from benchmarks.made_questions import questions, typed
    from matchmaking.matches.encoders import product_encoder
    from search.asking import ask
    from search.expansion import expansion
    from search.queries import answer
    from search.suggesting import suggested

    bare: Any = BareFts5(engine) if engine.name == "fts5" else BareElasticsearch(engine)
    user, times = AnonymousUser(), {name: [] for name in KINDS}
    prefixes, encoder = typed(asked), product_encoder().encoder  # type: ignore[attr-defined]
    for turn in range(rounds + 1):
        now: dict[str, list[float]] = {name: [] for name in times}
        for question, prefix in zip(questions(asked), prefixes, strict=True):
            with patch("search.queries.reader", lambda: None):
                now["words"].append(timed(lambda q=question: found(answer, q, user)))
            with patch("search.queries.reader", lambda: meaning.reader):
                now["both"].append(timed(lambda q=question: found(answer, q, user)))
            known = ask(question.text, expansion(), meaning.reader)
            now["bare"].append(timed(lambda q=question, k=known: bare(k.text, q.facets)))
            if known.read:
                vector = known.read.meaning.vector
                now["bare ready"].append(timed(lambda q=question, k=known, v=vector: bare(k.text, q.facets, v)))
                now["bare both"].append(
                    timed(lambda q=question, k=known: bare(k.text, q.facets, encoder.encode([q.text])[0]))
                )
            now["read"].append(timed(lambda q=question: ask(q.text, None, meaning.reader)))
            now["suggest"].append(timed(lambda p=prefix: suggested(p)))
        for name, figures in now.items() if turn else ():
            times[name] += figures
    return {
        f"{name} {at}": round(figure(values), 2)
        for name, values in times.items() for at, figure in (("p50", median), ("p95", p95))
    }  # fmt: skip


def found(answer: Any, question: Any, user: Any) -> int:
    """Answer a question down to the cards of its results. Another engine's answer is none: raises ``SystemExit``."""
    from search.hits import as_hit

    answered = answer(question, user)
    if answered.reduced:
        raise SystemExit("the server did not answer within its time")
    return len([as_hit(one) for one in answered.found])


def told(name: str, firms: int, figures: Figures, goals: Goals) -> None:
    """Print the figures of one site beside their goals."""
    print(f"{name}, {firms:,} firms; milliseconds, half of all below / 95 of 100 below")
    for kind, what in (
        ("words", "site, by words alone"), ("bare", "bare query, the same words"),
        ("both", "site, words and meaning"), ("bare both", "bare query that encodes the question, nearest vectors"),
        ("bare ready", "the same with the vector given"),
        ("read", "(of it: reading the query, encoder and all)"), ("suggest", "suggestions"),
    ):  # fmt: skip
        goals.note(f"{name}: {what}", f"{figures[f'{kind} p50']:.1f} / {figures[f'{kind} p95']:.1f}")
    for kind, what in (("words", "by words"), ("both", "by words and meaning")):
        rival = "bare" if kind == "words" else "bare both"
        goals.at_most(f"{name}: site / bare query, {what}, p95", figures[f"{kind} p95"] / figures[f"{rival} p95"], 1.5)
    ratio = figures["both p95"] / figures["bare ready p95"]
    goals.note(f"{name}: site / bare query that is given the vector, p95", f"{ratio:.2f}")
    goals.at_most(f"{name}: suggestions, p95", figures["suggest p95"], 30, "ms")


def grown(options: argparse.Namespace, goals: Goals) -> None:
    """The same for every size, each in a process of its own, and the exponents from size to size."""
    found: dict[int, Figures] = {}
    for firms in SIZES:
        kept = ["--kept", f"{options.kept}-{firms}"] if options.kept else []
        command = [sys.executable, "-m", "benchmarks.search_speed", "--json", "--firms", str(firms), *kept]
        command += ["--engine", options.engine, "--asked", str(options.asked), "--rounds", str(options.rounds)]
        found[firms] = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
        goals.note(f"{options.engine}: {firms:,} firms, words / both / suggestions, p95", " / ".join(
            f"{found[firms][f'{kind} p95']:.0f}" for kind in ("words", "both", "suggest")))  # fmt: skip
    for before, after in pairwise(SIZES):
        for kind, what in (("words", "by words"), ("both", "by words and meaning"), ("suggest", "suggestions")):
            for at in ("p50", "p95"):
                exponent = math.log(found[after][f"{kind} {at}"] / found[before][f"{kind} {at}"], after / before)
                name = f"{options.engine}: {what}, {at}, exponent from {before:,} to {after:,} firms"
                goals.at_most(name, exponent, 1, "")


def main() -> None:
    """Print every figure beside its goal."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--firms", type=int, default=50_000)
    parser.add_argument("--distinct", type=int, default=5_000, help="Firms whose texts differ; the rest are copies.")
    parser.add_argument("--engine", choices=("fts5", "elasticsearch"), default="fts5")
    parser.add_argument("--asked", type=int, default=150)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--kept", default="")
    parser.add_argument("--growth", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    goals = Goals()
    if options.growth:
        grown(options, goals)
        goals.close()
    server = os.environ["ELASTICSEARCH_URL"] if options.engine == "elasticsearch" else ""
    with own_site(server, options.kept) as site:
        from benchmarks.made_index import prepared
        from search.index import single_engines

        [engine] = [one for one in single_engines() if one.name == options.engine]
        meaning = prepared(site, engine, options.firms, options.distinct)
        figures = measure(engine, meaning, options.asked, options.rounds)
        if options.json:
            print(json.dumps(figures))
        else:
            told(engine.name, options.firms, figures, goals)
    goals.close()


if __name__ == "__main__":
    main()
