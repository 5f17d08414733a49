"""The first of two stages: for each firm of a directory those that may be among its best, by short vectors alone.

A firm asks several things, and a pair counts by the best ask of each side. Since the two directions add up, the best
pair of asks is the best of either: one row per ask, its need vector beside what its firm gives, and of all rows of a
pair of firms the best. Rows of the seekers' side hold their own asks, private ones too; those of the other side only
what others may hear of.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from numpy.typing import NDArray

from ..dense.backends import THREADS, Backend
from ..dense.gates import Conditions, gate_columns
from ..dense.joining import by_owner, join
from ..dense.lists import Lists, empty_lists
from ..dense.matching import NO_PAIRS, reciprocal_top_k
from ..dense.sides import Side, side
from ..features import Block
from ..reciprocity import forward_share
from .fold import Folding
from .shorts import Shorts
from .svd import Floats

Firms = NDArray[np.intp]
Codes = frozenset[str]
_NOTHING: Codes = frozenset()
# No row of a side may be longer than 1; this much shorter, rounding does not matter.
_ROOM = 1.001
# From this share of all firms on, a country is matched by itself.
LARGE_COUNTRY = 0.2


@dataclass(frozen=True)
class _Rows:
    """Rows of one side, sorted by firm: whose each is, what it asks for, whether it is stated, and what it requires;
    where its firm is and what that holds, as codes.
    """

    firms: Firms
    needs: Floats
    stated: NDArray[np.bool_]
    requires: list[Codes]
    homes: list[Codes]
    holds: list[Codes]

    def only(self, rows: NDArray[np.intp]) -> "_Rows":
        """Some of the rows."""
        codes = ([some[row] for row in rows.tolist()] for some in (self.requires, self.homes, self.holds))
        return _Rows(self.firms[rows], self.needs[rows], self.stated[rows], *codes)

    def conditions(self, *, cross_border: bool) -> Conditions:
        """What the rows insist on; across a border, that the other is somewhere else too."""
        return Conditions(self.requires, self.homes if cross_border else [_NOTHING] * len(self.homes), self.holds)


def pools(
    block: Block, folding: Folding, places: int, *, cross_border: bool = True, backend: Backend = THREADS
) -> Iterator[tuple[int, Firms]]:
    """Of each firm of a block the ``places`` firms that suit it best by short vectors: (firm, ascending firms).

    Gates are kept: pairs that ``pair_mask`` closes are in no pool, and needs are met by nobody who lacks what they
    require. Memory: as the dense match.
    """
    found = nearest(Shorts.of(block, folding), places, cross_border=cross_border, backend=backend)
    for firm, (ids, count) in enumerate(zip(found.ids, found.counts.tolist(), strict=True)):
        yield firm, np.sort(ids[:count]).astype(np.intp)


def nearest(shorts: Shorts, places: int, *, cross_border: bool = True, backend: Backend = THREADS) -> Lists:
    """Of each firm the ``places`` firms that suit it best by short vectors, best first, with these scores.

    A private ask counts in the list of its owner, so lists that others may read are made of shorts without any.
    """
    codes = _places_and_holdings(shorts)
    seeking = _rows(shorts, shorts.own, codes)
    shown = np.array([one.shown for one in shorts.gates], dtype=bool)
    met = _rows(shorts, shorts.public & shown[shorts.ask_firm], codes)
    far, longest = _longest(shorts.gives), max(_longest(seeking.needs), _longest(met.needs))
    gives = _shortened(shorts.gives, far)
    seeking, met = (replace(rows, needs=_shortened(rows.needs, longest)) for rows in (seeking, met))
    shut = _shut(shorts, seeking.firms, met.firms, cross_border=cross_border)
    lists = empty_lists(len(seeking.firms), places, -np.inf)
    for ours, theirs, border in _parts(shorts, seeking.firms, met.firms, cross_border=cross_border):
        # The share of each direction depends on whether either side states a wish, so who does is matched apart.
        for some in (theirs[met.stated[theirs]], theirs[~met.stated[theirs]]):
            left, right = _sides(gives, seeking.only(ours), met.only(some), cross_border=border)
            within = _within(shut, (ours, some), (len(seeking.firms), len(met.firms)))
            # Who would not make the list of all candidates looked at so far need not be found.
            reached = lists.complete_down_to[ours]
            found = reciprocal_top_k(
                left, right, places, shut=within, one_sided=True, at_least=reached, backend=backend
            ).left
            join(lists, ours, found, some)
    merged = by_owner(lists, seeking.firms, met.firms, len(shorts), places)
    scale = np.float32(far * longest * _ROOM**2)
    merged.scores[merged.ids >= 0] *= scale
    np.multiply(merged.complete_down_to, scale, out=merged.complete_down_to)
    return merged


def _sides(gives: Floats, seeking: _Rows, met: _Rows, *, cross_border: bool) -> tuple[Side, Side]:
    """Both sides of a match; ``met`` all state a wish, or none does. Directions are weighed on the seekers' side."""
    share = forward_share(seeking.stated, bool(met.stated.any()))[:, None]
    ours, theirs = gate_columns(*(rows.conditions(cross_border=cross_border) for rows in (seeking, met)))
    left = side(seeking.needs * share, gives[seeking.firms] * (1 - share), wants=ours[0], lacks=ours[1])
    return left, side(met.needs, gives[met.firms], wants=theirs[0], lacks=theirs[1])


def _parts(
    shorts: Shorts, seekers: Firms, candidates: Firms, *, cross_border: bool
) -> Iterator[tuple[Firms, Firms, bool]]:
    """Rows that are matched together, and whether the border has to be a gate there.

    A large country is matched with everybody else and needs no gate; small ones are matched together.
    """
    if not cross_border:
        yield np.arange(len(seekers)), np.arange(len(candidates)), False
        return
    countries = np.array([one.country for one in shorts.gates], dtype=str)
    ours, theirs = countries[seekers], countries[candidates]
    names, counts = np.unique(countries, return_counts=True)
    large = names[counts >= LARGE_COUNTRY * len(countries)]
    for name in large:
        yield np.flatnonzero(ours == name), np.flatnonzero(theirs != name), False
    rest = np.flatnonzero(~np.isin(ours, large))
    if len(rest):
        yield rest, np.arange(len(candidates)), True


def _within(shut: NDArray[np.intp], rows: tuple[Firms, Firms], sizes: tuple[int, int]) -> NDArray[np.intp]:
    """Pairs of rows that must not meet, as far as both are among ``rows``, by their places there."""
    places = []
    for some, size, of in zip(rows, sizes, shut.T, strict=True):
        place = np.full(size, -1, np.intp)
        place[some] = np.arange(len(some))
        places.append(place[of])
    found = np.column_stack(places)
    return found[(found >= 0).all(axis=1)]


def _rows(shorts: Shorts, asks: NDArray[np.bool_], firm_codes: tuple[list[Codes], list[Codes]]) -> _Rows:
    """Rows of some asks, and a silent one for each firm that requires something with every ask of it.

    Whoever cannot answer an ask scores 0 in its direction, and may still be suited by the other.
    """
    firms, needs = shorts.ask_firm[asks], shorts.needs[asks]
    requires = [shorts.requires[row] for row in np.flatnonzero(asks).tolist()]
    open_ = {firm for firm, codes in zip(firms.tolist(), requires, strict=True) if not codes}
    silent = np.array(sorted(set(firms.tolist()) - open_), np.intp)
    firms = np.concatenate([firms, silent])
    needs = np.vstack([needs, np.zeros((len(silent), needs.shape[1]), np.float32)])
    # Only a stated wish requires anything.
    stated = np.concatenate([shorts.stated[asks], np.ones(len(silent), dtype=bool)])
    requires += [frozenset()] * len(silent)
    order = np.argsort(firms, kind="stable")
    return _Rows(
        firms[order],
        needs[order],
        stated[order],
        [requires[i] for i in order.tolist()],
        *([codes[firm] for firm in firms[order].tolist()] for codes in firm_codes),
    )


def _places_and_holdings(shorts: Shorts) -> tuple[list[Codes], list[Codes]]:
    """Of each firm the code of where it is, and what it holds with it; equal ones are one object, quick to compare."""
    homes = {country: frozenset({f"country:{country}"}) for country in {one.country for one in shorts.gates}}
    holds = {(held, country): held | homes[country] for held, country in {(g.held, g.country) for g in shorts.gates}}
    return [homes[one.country] for one in shorts.gates], [holds[one.held, one.country] for one in shorts.gates]


def _shut(shorts: Shorts, seekers: Firms, candidates: Firms, *, cross_border: bool) -> NDArray[np.intp]:
    """Rows that must not meet: of one group, on a no-list of either, or of one firm."""
    groups: dict[str, list[int]] = defaultdict(list)
    for firm, one in enumerate(shorts.gates):
        if one.group is not None:
            groups[one.group].append(firm)
    pairs = {pair for members in groups.values() for pair in product(members, members)}
    index = {key: firm for firm, key in enumerate(shorts.keys)}
    refused = {(i, index[key]) for i, one in enumerate(shorts.gates) for key in one.no_list if key in index}
    pairs |= refused | {(other, firm) for firm, other in refused}
    if not cross_border:
        pairs |= {(firm, firm) for firm in range(len(shorts))}
    ours, theirs = (np.searchsorted(side, np.arange(len(shorts) + 1)).tolist() for side in (seekers, candidates))
    found = [
        pair for a, b in sorted(pairs) for pair in product(range(ours[a], ours[a + 1]), range(theirs[b], theirs[b + 1]))
    ]
    return np.array(found, np.intp) if found else NO_PAIRS


def _longest(rows: Floats) -> float:
    return float(np.sqrt(np.einsum("ij,ij->i", rows, rows).max(initial=0)))


def _shortened(rows: Floats, longest: float) -> Floats:
    return rows / np.float32(longest * _ROOM) if longest else rows
