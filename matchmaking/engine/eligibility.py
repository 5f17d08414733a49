"""Hard gates before any score. A gated pair never appears in a list; a gate that can be opened is named as missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from .features import Ask, code_columns
from .profiles import Need, Profile

Gate = Literal["self", "border", "visibility", "group", "no_list", "capacity", "alliance", "credential"]
FIXABLE: frozenset[Gate] = frozenset({"capacity", "alliance", "credential"})


@dataclass(frozen=True, slots=True)
class Closed:
    """One gate that is closed for a pair, and the codes that would open it."""

    gate: Gate
    codes: tuple[str, ...] = ()

    @property
    def fixable(self) -> bool:
        """Whether somebody could do something about it."""
        return self.gate in FIXABLE


def closed_gates(
    seeker: Profile, candidate: Profile, need: Need | None = None, *, cross_border: bool = True
) -> list[Closed]:
    """Every gate that keeps the candidate from the seeker (for one need, if given); empty where the pair is eligible.

    A no-list of either side closes the pair; callers must never show that gate to anyone.
    """
    gates = [
        (seeker.key == candidate.key, Closed("self")),
        (cross_border and seeker.country == candidate.country, Closed("border")),
        (not candidate.visible, Closed("visibility")),
        (seeker.group is not None and seeker.group == candidate.group, Closed("group")),
        (candidate.key in seeker.no_list or seeker.key in candidate.no_list, Closed("no_list")),
        (is_full(candidate, for_need=need is not None), Closed("capacity")),
    ]
    if need is not None:
        lacking = tuple(sorted(need.required_credentials - candidate.credentials))
        gates += [
            (
                need.alliance is not None and need.alliance not in candidate.alliances,
                Closed("alliance", (need.alliance or "",)),
            ),
            (bool(lacking), Closed("credential", lacking)),
        ]
    return [gate for closed, gate in gates if closed]


def capacity_of(profile: Profile) -> int | None:
    """Requests a company can still take: the sum over its open offers, None where one of them states no limit."""
    stated = [offer.capacity for offer in profile.open_offers()]
    return sum(c for c in stated if c is not None) if stated and None not in stated else None


def is_full(candidate: Profile, *, for_need: bool) -> bool:
    """Whether a company takes no more: for a stated need, or as a company at all."""
    # A company whose offers are all taken still buys: without a need in question its own public needs keep it in.
    return bool(candidate.offers) and not candidate.open_offers() and (for_need or not candidate.public_needs())


def pair_mask(seekers: Sequence[Profile], candidates: Sequence[Profile], *, cross_border: bool) -> NDArray[np.bool_]:
    """Eligibility of whole companies, bool (seekers, candidates); ``closed_gates`` without need, vectorised."""
    mask = np.ones((len(seekers), len(candidates)), dtype=bool)
    shown = [c.visible and not is_full(c, for_need=False) for c in candidates]
    mask &= np.array(shown, dtype=bool)[None, :]
    if cross_border:
        here, there = (np.array([p.country for p in side], dtype=str) for side in (seekers, candidates))
        mask &= here[:, None] != there[None, :]
    groups: dict[str, list[int]] = {}
    places = {candidate.key: j for j, candidate in enumerate(candidates)}
    for j, candidate in enumerate(candidates):
        if candidate.group is not None:
            groups.setdefault(candidate.group, []).append(j)
    rows = {seeker.key: i for i, seeker in enumerate(seekers)}
    for i, seeker in enumerate(seekers):
        shut = [places[key] for key in (*seeker.no_list, seeker.key) if key in places]
        mask[i, shut + (groups.get(seeker.group, []) if seeker.group is not None else [])] = False
    for j, candidate in enumerate(candidates):
        mask[[rows[key] for key in candidate.no_list if key in rows], j] = False
    return mask


def need_mask(asks: Sequence[Ask], candidates: Sequence[Profile]) -> NDArray[np.bool_]:
    """Whether a candidate may answer a query at all, bool (queries, candidates): capacity, alliance, credentials."""
    mask = np.ones((len(asks), len(candidates)), dtype=bool)
    full = np.array([is_full(p, for_need=True) for p in candidates], dtype=bool)
    stated = np.array([ask.need is not None for ask in asks], dtype=bool)
    mask[np.ix_(stated, full)] = False
    required = [required_codes(ask) for ask in asks]
    columns = {code: i for i, code in enumerate(sorted(frozenset[str]().union(*required)))}
    if columns:
        held = code_columns([held_codes(p) for p in candidates], columns)
        counts = np.array([len(codes) for codes in required])
        mask &= (code_columns(required, columns) @ held.T).toarray() >= counts[:, None]
    return mask


def required_codes(ask: Ask) -> frozenset[str]:
    """What a query requires of whoever answers it: credentials and an alliance."""
    if ask.need is None:
        return frozenset()
    alliance = {f"alliance:{ask.need.alliance}"} if ask.need.alliance is not None else set()
    return frozenset({f"credential:{c}" for c in ask.need.required_credentials} | alliance)


def held_codes(profile: Profile) -> frozenset[str]:
    """What a company holds of all that queries may require."""
    return frozenset({f"credential:{c}" for c in profile.credentials} | {f"alliance:{a}" for a in profile.alliances})
