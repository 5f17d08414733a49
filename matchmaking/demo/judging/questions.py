"""Judged pairs of the demonstration → questions to the recommender about the directory as it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from directory.models import Company
from matchmaking.demo.judging.directory import Directory
from matchmaking.demo.judging.keys import Keys
from matchmaking.engine.baselines import eligible
from matchmaking.engine.judging import Judgement
from matchmaking.engine.profiles import Need, Profile
from matchmaking.matches.targets import Target, targets_of


@dataclass(frozen=True)
class Question:
    """One list to judge: what is asked, the judgements by the engine's key of a company, and whom no gate keeps out.

    What people decided about pairs (no-lists, verdicts, wishes) is not ranking and plays no part.
    """

    seeker: str
    kind: str
    item: int | None
    target: Target
    judged: Mapping[str, Judgement]
    candidates: Sequence[Profile]

    @property
    def need(self) -> Need | None:
        """The need that is asked for, where the list is about one."""
        return need_of(self.target)

    @property
    def grades(self) -> dict[str, int]:
        """Grade by the engine's key of a company."""
        return {key: one.grade for key, one in self.judged.items()}

    @property
    def closed(self) -> list[Judgement]:
        """Judgements about companies that a gate keeps out of this list, so that no system can show them."""
        possible = {profile.key for profile in self.candidates}
        return [one for key, one in self.judged.items() if key not in possible]


def need_of(target: Target) -> Need | None:
    """The need behind a list."""
    return next((need for need in target.profile.needs if need.key == target.need_key), None)


def questions(judgements: Sequence[Judgement], keys: Keys, directory: Directory) -> list[Question]:
    """Questions in the order of the file.

    Raises ValueError that begins with the line, for an unknown company or item and for one that has no list.
    """
    grouped: dict[tuple[str, str, int | None], list[Judgement]] = {}
    for one in judgements:
        grouped.setdefault(one.asked, []).append(one)
    found = []
    for (seeker, kind, item), some in grouped.items():
        target = _target(some[0], keys, directory.own)
        judged = {str(_company(keys, one, one.candidate).pk): one for one in some}
        possible = eligible(target.profile, need_of(target), directory.live.held.values())
        found.append(Question(seeker, kind, item, target, judged, possible))
    return found


def _target(one: Judgement, keys: Keys, profiles: Mapping[int, Profile]) -> Target:
    profile = profiles.get(_company(keys, one, one.seeker).pk)
    if profile is None:
        raise ValueError(f"line {one.line}: {one.seeker} is not published, so it has no lists")
    wanted = _rows(one, keys)
    for target in targets_of(profile):
        if (target.need_id, target.product_id) == wanted:
            return target
    raise ValueError(f"line {one.line}: {one.kind} {one.item} of {one.seeker} is not open, so it has no list")


def _rows(one: Judgement, keys: Keys) -> tuple[int | None, int | None]:
    """Row numbers of the need and of the product that a judgement is about."""
    if one.item is None:
        return None, None
    try:
        number = keys.item(one.seeker, one.kind, one.item).pk
    except LookupError as error:
        raise ValueError(f"line {one.line}: {error}") from error
    return (number, None) if one.kind == "need" else (None, number)


def _company(keys: Keys, one: Judgement, key: str) -> Company:
    try:
        return keys.company(key)
    except LookupError as error:
        raise ValueError(f"line {one.line}: {error}") from error
