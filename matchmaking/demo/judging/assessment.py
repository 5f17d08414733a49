"""All systems asked all judged questions: the report, and the rows of what each of them showed."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from matchmaking.core.progress import progress
from matchmaking.demo.judging.directory import Directory
from matchmaking.demo.judging.keys import Keys
from matchmaking.demo.judging.more_like_this import Unreachable, more_like_this
from matchmaking.demo.judging.questions import Question, questions
from matchmaking.demo.judging.systems import OURS, systems
from matchmaking.engine.baselines import asked_text
from matchmaking.engine.judging import KINDS, MEASURED, Answer, figures, read_judgements
from matchmaking.matches.keys import key_id
from matchmaking.matches.live import LiveRecommender

REPORT = "evaluate_matches"
MORE_LIKE_THIS = "Elasticsearch more_like_this"
Lists = list[Sequence[str] | None]


@dataclass(frozen=True)
class Assessment:
    """What was asked, and what each system showed: the first ten by engine key, or None."""

    judged: Path
    model: str
    language: str
    keys: Keys
    questions: list[Question]
    shown: dict[str, Lists]
    skipped: dict[str, str]

    def report(self) -> dict[str, Any]:
        """All figures, without anything that differs from run to run."""
        kinds = Counter(one.kind for one in self.questions)
        judged = {
            "file": self.judged.name,
            "sha256": hashlib.sha256(self.judged.read_bytes()).hexdigest(),
            "pairs": sum(len(one.judged) for one in self.questions),
            "closed": sum(len(one.closed) for one in self.questions),
            "lists": {kind: kinds[kind] for kind in KINDS if kinds[kind]},
        }
        rated = [{"name": name, "kinds": self._figures(name)} for name in self.shown]
        skipped = [{"name": name, "reason": reason} for name, reason in self.skipped.items()]
        head = {"report": REPORT, "language": self.language, "model": self.model}
        return {**head, "judged": judged, "systems": rated, "skipped": skipped}

    def rows(self) -> Iterator[tuple[str, str, str, str, str, str, str]]:
        """(system, seeker, kind, item, candidate, rank, grade) of everything shown."""
        for name, lists in self.shown.items():
            for asked, ranked in zip(self.questions, lists, strict=True):
                item = "" if asked.item is None else str(asked.item)
                for rank, key in enumerate(ranked or (), start=1):
                    grade = asked.grades.get(key, 0)
                    yield name, asked.seeker, asked.kind, item, self.keys.name(key_id(key)), str(rank), str(grade)

    def _figures(self, name: str) -> dict[str, dict[str, object]]:
        answers, ours = self._answers(name, name), self._answers(OURS, name)
        found = figures(answers, None if name == OURS else ours)
        if len(answers) < len(self.questions):
            # A mean over all kinds of list says nothing where one kind is all there is.
            del found["all"]
        return found

    def _answers(self, name: str, answered_by: str) -> list[Answer]:
        """The answers of a system to those questions that another one answers too."""
        return [
            Answer(asked.seeker, asked.kind, asked.grades, frozenset(one.key for one in asked.candidates), ranked or ())
            for asked, ranked, other in zip(self.questions, self.shown[name], self.shown[answered_by], strict=True)
            if other is not None
        ]


def assess(judged: Path, *, own_language: bool = False, show_progress: bool = True) -> Assessment:
    """Ask every system every question of a judged file about the demonstration directory (see ``Directory``).

    Raises LookupError where there is no demonstration, and what ``read_judgements`` and ``questions`` raise.
    """
    judgements, keys = read_judgements(judged), Keys()
    if not len(keys):
        raise LookupError("there is no demonstration directory here: run manage.py seed_demo first")
    directory = Directory.read()
    if own_language:
        directory = directory.in_own_language()
    live = directory.live
    asked = questions(judgements, keys, directory)
    shown: dict[str, Lists] = {}
    for system in progress(systems(directory), "evaluate", show=show_progress):
        shown[system.name] = [_first(system.rank(one)) for one in asked]
    skipped = {}
    try:
        shown[MORE_LIKE_THIS] = _more_like_this(live, asked)
    except Unreachable as error:
        skipped[MORE_LIKE_THIS] = str(error)
    language = "own" if own_language else "both"
    return Assessment(judged, live.model.fingerprint, language, keys, asked, shown, skipped)


def _more_like_this(live: LiveRecommender, asked: Sequence[Question]) -> Lists:
    if not settings.ELASTICSEARCH_URL:
        raise Unreachable("ELASTICSEARCH_URL is not set")
    profiles = list(live.held.values())
    with more_like_this(settings.ELASTICSEARCH_URL, settings.SEARCH_INDEX_PREFIX, profiles) as find:
        ranked = [find(asked_text(one.target.profile, one.need)) for one in asked]
    possible = [{profile.key for profile in one.candidates} for one in asked]
    return [_first([key for key in row if key in some]) for row, some in zip(ranked, possible, strict=True)]


def _first(ranked: Sequence[str] | None) -> Sequence[str] | None:
    return None if ranked is None else ranked[:MEASURED]
