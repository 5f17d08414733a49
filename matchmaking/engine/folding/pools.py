"""The first of two stages: for each firm of a directory those that may be among its best, by short vectors alone.

A firm asks several things, and a pair counts by the best ask of each side. Since the two directions add up, the best
pair of asks is the best of either: one row per ask, its need vector beside what its firm gives, and of all rows of a
pair of firms the best. Rows of the seekers' side hold their own asks, private ones too; those of the other side only
what others may hear of.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise, product

import numpy as np
from numpy.typing import NDArray

from ..dense.backends import THREADS, Backend
from ..dense.gates import Conditions, gate_columns
from ..dense.lists import Lists
from ..dense.matching import NO_PAIRS, reciprocal_top_k
from ..dense.sides import side
from ..eligibility import held_codes, is_full, required_codes
from ..features import Block
from ..reciprocity import FORWARD_SHARE
from .fold import Folding
from .svd import Floats

Firms = NDArray[np.intp]
# No row of a side may be longer than 1; this much shorter, rounding does not matter.
_ROOM = 1.001


@dataclass(frozen=True)
class _Rows:
    """Rows of one side, sorted by firm: whose each is, what it asks for, and what it requires."""

    firms: Firms
    needs: Floats
    requires: list[frozenset[str]]


def pools(
    block: Block, folding: Folding, places: int, *, cross_border: bool = True, backend: Backend = THREADS
) -> Iterator[tuple[int, Firms]]:
    """Of each firm of a block the ``places`` firms that suit it best by short vectors: (firm, ascending firms).

    Gates are kept: pairs that ``pair_mask`` closes are in no pool, and needs are met by nobody who lacks what they
    require. Memory: as the dense match.
    """
    seeking = _rows(block, folding, block.own_asks(), FORWARD_SHARE)
    shown = np.array([p.visible and not is_full(p, for_need=False) for p in block.profiles], dtype=bool)
    public = block.public_asks()
    met = _rows(block, folding, public[shown[block.ask_firm[public]]], 1 - FORWARD_SHARE)
    offers = folding.firms(block)
    # Whoever takes no more answers no stated need; what it asks for itself still counts.
    offers[[is_full(p, for_need=True) for p in block.profiles]] = 0
    offers = _shortened(offers, _longest(offers))
    longest = max(_longest(seeking.needs), _longest(met.needs))
    conditions = [_conditions(block, rows, cross_border=cross_border) for rows in (seeking, met)]
    gates = gate_columns(*conditions)
    left, right = (
        side(_shortened(rows.needs, longest), offers[rows.firms], wants=wants, lacks=lacks)
        for rows, (wants, lacks) in zip((seeking, met), gates, strict=True)
    )
    shut = _shut(block, seeking.firms, met.firms, cross_border=cross_border)
    lists = reciprocal_top_k(left, right, places, shut=shut, backend=backend).left
    starts = np.searchsorted(seeking.firms, np.arange(len(block) + 1))
    for firm, (start, stop) in enumerate(pairwise(starts.tolist())):
        yield firm, _merged(lists, start, stop, met.firms, places)


def _rows(block: Block, folding: Folding, asks: NDArray[np.intp], share: float) -> _Rows:
    """Rows of some asks, and a silent one for each firm that requires something with every ask of it.

    Whoever cannot answer an ask scores 0 in its direction, and may still be suited by the other.
    """
    firms, needs = block.ask_firm[asks], folding.asks(block, asks) * np.float32(share)
    requires = [required_codes(block.asks[row]) for row in asks]
    open_ = {int(firm) for firm, codes in zip(firms, requires, strict=True) if not codes}
    silent = np.array(sorted(set(firms.tolist()) - open_), np.intp)
    firms = np.concatenate([firms, silent])
    needs = np.vstack([needs, np.zeros((len(silent), needs.shape[1]), np.float32)])
    requires += [frozenset()] * len(silent)
    order = np.argsort(firms, kind="stable")
    return _Rows(firms[order], needs[order], [requires[i] for i in order])


def _conditions(block: Block, rows: _Rows, *, cross_border: bool) -> Conditions:
    here = [frozenset({f"country:{p.country}"}) for p in block.profiles]
    held = [held_codes(p) | country for p, country in zip(block.profiles, here, strict=True)]
    refuses = here if cross_border else [frozenset[str]()] * len(block)
    return Conditions(rows.requires, [refuses[f] for f in rows.firms], [held[f] for f in rows.firms])


def _shut(block: Block, seekers: Firms, candidates: Firms, *, cross_border: bool) -> NDArray[np.intp]:
    """Rows that must not meet: of one group, on a no-list of either, or of one firm."""
    groups: dict[str, list[int]] = defaultdict(list)
    for firm, profile in enumerate(block.profiles):
        if profile.group is not None:
            groups[profile.group].append(firm)
    pairs = {pair for members in groups.values() for pair in product(members, members)}
    refused = {(i, block.index[key]) for i, p in enumerate(block.profiles) for key in p.no_list if key in block.index}
    pairs |= refused | {(other, firm) for firm, other in refused}
    if not cross_border:
        pairs |= {(firm, firm) for firm in range(len(block))}
    ours, theirs = (np.searchsorted(side, np.arange(len(block) + 1)).tolist() for side in (seekers, candidates))
    found = [
        pair for a, b in sorted(pairs) for pair in product(range(ours[a], ours[a + 1]), range(theirs[b], theirs[b + 1]))
    ]
    return np.array(found, np.intp) if found else NO_PAIRS


def _merged(lists: Lists, start: int, stop: int, firms: Firms, places: int) -> Firms:
    """The best firms of the lists of some rows, each once."""
    ids, scores = lists.ids[start:stop].ravel(), lists.scores[start:stop].ravel()
    order = np.argsort(-scores[ids >= 0], kind="stable")
    found = firms[ids[ids >= 0][order]]
    _, first = np.unique(found, return_index=True)
    return np.sort(found[np.sort(first)[:places]])


def _longest(rows: Floats) -> float:
    return float(np.sqrt(np.einsum("ij,ij->i", rows, rows).max(initial=0)))


def _shortened(rows: Floats, longest: float) -> Floats:
    return rows / np.float32(longest * _ROOM) if longest else rows
