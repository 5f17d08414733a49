"""A score → reasons that add up to it, in codes and words.

Reasons shown to a seeker are made of the seeker's own data and of public fields of the candidate: a private need of the
candidate never gets here, since only the rows of ``Block.public_asks`` stand for the candidate.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from .analysis import Analysis, Explained
from .breakdown import explain
from .bridge import TextBridge
from .eligibility import closed_gates
from .features import Ask, Block, Give, field_weights, size_fit, wanted
from .profiles import Direction, Kind, Need, Profile, Reason
from .reciprocity import forward_share
from .scoring import text_strength
from .sectors import SectorMap
from .text import STOP_EN, has_han

WORDS_SHOWN = 5
# True of nearly every company, so no reason for any.
_EVERYBODY_SAYS = """
co ltd inc corp llc plc pte sdn bhd tbk pt limited company companies corporation incorporated group holding
holdings public private business firm enterprise engaged engages operate operates provide provides offers
product products including include includes various related based well name known founded headquartered
subsidiaries subsidiary together primarily addition sells
公司 有限 有限公司 股份 股份有限公司 集团 企业 产品 提供 主要 从事
"""
SAYS_NOTHING = STOP_EN | frozenset(_EVERYBODY_SAYS.split())


@dataclass(frozen=True)
class Side:
    """One direction of a pair: a query (row ``ask_row`` of ``asking``) and the firm of ``giving`` that may answer."""

    asking: Block
    ask_row: int
    giving: Block
    firm: int
    direction: Direction

    @property
    def ask(self) -> Ask:
        """The query."""
        return self.asking.asks[self.ask_row]

    @property
    def asker(self) -> Profile:
        """Who asks."""
        return self.asking.profiles[self.ask.firm]

    @property
    def giver(self) -> Profile:
        """Who may answer."""
        return self.giving.profiles[self.firm]

    @property
    def give_rows(self) -> range:
        """Rows of the documents of the giver."""
        first = self.giving.first_give
        last = first[self.firm + 1] if self.firm + 1 < len(first) else len(self.giving.gives)
        return range(int(first[self.firm]), int(last))


def share_of(forward: Side, reverse: Side) -> float:
    """The share of the seeker's direction in the score of a pair."""
    return float(forward_share(forward.ask.need is not None, reverse.ask.need is not None))


class Explainer:
    """Takes the scores of pairs apart. ``surfaces`` maps an English stem to a word that people write."""

    def __init__(self, bridge: TextBridge, sectors: SectorMap, surfaces: Mapping[str, str]) -> None:
        self.bridge = bridge
        self.sectors = sectors
        self.surfaces = surfaces

    def reasons(self, forward: Side, reverse: Side) -> list[Reason]:
        """All reasons of a pair, largest contribution first; conflicts and what is missing follow with 0."""
        share = share_of(forward, reverse)
        found = [*self._side(forward, share), *self._side(reverse, 1 - share)]
        found += _own_changes(forward)
        return sorted(found, key=lambda r: (-r.contribution, r.kind != "conflict", r.direction, r.field))

    def one_way(self, side: Side) -> list[Reason]:
        """The reasons of a score that knows one direction only, largest first."""
        return sorted(self._side(side, 1.0), key=lambda r: (-r.contribution, r.field))

    def _side(self, side: Side, share: float) -> list[Reason]:
        need = side.ask.need
        closed = (
            []
            if need is None
            else [gate for gate in closed_gates(side.asker, side.giver, need, cross_border=False) if gate.fixable]
        )
        if closed:
            return [_reason(side, "missing", gate.gate, gate.codes, ()) for gate in closed]
        weights = field_weights(need, bool(side.asker.sectors), side.asking.weights)
        reasons = []
        for name, weight in weights.items():
            if name == "text":
                reasons.append(self._text(side, weight * share))
            elif name == "sector":
                reasons.append(self._sector(side, weight * share))
            elif name == "deal_size":
                reasons.append(_size(side, weight * share))
            else:
                reasons.append(_codes(side, name, weight * share))
        return [reason for reason in reasons if reason is not None]

    def _text(self, side: Side, weight: float) -> Reason | None:
        query = side.asking.prepared(side.ask_row, self.bridge)
        documents = side.giving.documents
        found = [(explain(self.bridge, query, documents, row, 3 * WORDS_SHOWN), row) for row in side.give_rows]
        best, row = max(found, key=lambda f: f[0].total)
        words, bare, has_encoder = side.ask.analysis.length, side.ask.bare, self.bridge.has_encoder
        strength = float(text_strength(np.array(best.total), words, query.topic_share, bare, has_encoder=has_encoder))
        if strength <= 0:
            return None
        give = side.giving.gives[row]
        asked, met = self._words(best, side.ask, give)
        return _reason(side, "fits", "text", asked, met, weight * strength, give.offer.key if give.offer else None)

    def _words(self, explained: Explained, ask: Ask, give: Give) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Words of the query that count, and those of the document that meet them; what says nothing is left out."""
        pairs = [(self.word(s.yours, ask.analysis), self.word(s.theirs, give.analysis)) for s in explained.shared]
        telling = [p for p in pairs if not any(w in SAYS_NOTHING or w.isdigit() or len(w) == 1 for w in p)]
        telling = telling[:WORDS_SHOWN]
        return tuple(dict.fromkeys(a for a, _ in telling)), tuple(dict.fromkeys(b for _, b in telling))

    def word(self, term: str, analysis: Analysis) -> str:
        """A word that a reader knows for a term: Chinese as it is, an English stem by a word of the text itself."""
        if has_han(term) or term in analysis.latin:
            return term
        own = [word for word in analysis.latin if word.startswith(term[:-1]) and len(word) >= len(term)]
        return min(own, key=lambda w: (len(w), w)) if own else self.surfaces.get(term, term)

    def _sector(self, side: Side, weight: float) -> Reason | None:
        nearness, ours, theirs = self.sectors.fit(side.asker.sectors, side.giver.sectors)
        if not nearness:
            return None
        return _reason(side, "fits", "sector", (ours,), (theirs,), weight * nearness)


def _codes(side: Side, name: str, weight: float) -> Reason:
    asked = wanted(side.ask.need)[name] if side.ask.need is not None else frozenset()
    offered = side.giving.given[side.firm][name]
    common = asked & offered
    if not offered:
        return _reason(side, "missing", name, tuple(sorted(asked)), ())
    if not common:
        return _reason(side, "conflict", name, tuple(sorted(asked)), tuple(sorted(offered)))
    value = 1.0 if name == "language" else len(common) / len(asked)
    codes = tuple(sorted(common))
    return _reason(side, "fits", name, codes, codes, weight * value, _offer_with(side.giver, name, common))


def _offer_with(giver: Profile, name: str, codes: frozenset[str]) -> str | None:
    held = {"service": "service_types", "category": "categories", "market": "markets", "language": "languages"}[name]
    counts = [(len(codes & getattr(offer, held)), offer.key) for offer in giver.open_offers()]
    best = max(counts, key=lambda c: c[0], default=(0, ""))
    return best[1] if best[0] else None


def _size(side: Side, weight: float) -> Reason:
    budget = side.ask.need.budget if side.ask.need is not None else None
    if budget is None:
        raise ValueError("a size is explained for a need that states a budget only")
    sized = [offer for offer in side.giver.open_offers() if offer.deal_size is not None]
    if not sized:
        return _reason(side, "missing", "deal_size", (str(budget),), ())
    nearest = min(sized, key=lambda o: abs(budget - (o.deal_size or 0)))
    fit = size_fit(budget, [nearest.deal_size or 0])
    kind: Kind = "fits" if abs(budget - (nearest.deal_size or 0)) <= 1 else "conflict"
    return _reason(side, kind, "deal_size", (str(budget),), (str(nearest.deal_size),), weight * fit, nearest.key)


def _own_changes(forward: Side) -> list[Reason]:
    """What the seeker could add to its own profile to be matched by more than its text."""
    changes = []
    if forward.ask.need is None and not forward.asker.needs:
        changes.append(Reason("change", "need"))
    if not forward.asker.offers:
        changes.append(Reason("change", "offer"))
    if forward.ask.need is None and not forward.asker.sectors:
        changes.append(Reason("change", "sector"))
    return changes


def _reason(
    side: Side,
    kind: Kind,
    field: str,
    asked: tuple[str, ...],
    offered: tuple[str, ...],
    contribution: float = 0.0,
    offer_key: str | None = None,
) -> Reason:
    need: Need | None = side.ask.need
    # "Yours" is always the seeker's: in the reverse direction the candidate asks and the seeker gives.
    yours, theirs = (asked, offered) if side.direction == "forward" else (offered, asked)
    return Reason(
        kind=kind,
        field=field,
        yours=yours,
        theirs=theirs,
        contribution=float(contribution),
        direction=side.direction,
        need_key=need.key if need else None,
        offer_key=offer_key,
    )
