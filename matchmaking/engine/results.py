"""Pairs → the recommendations that are handed out: reasons, the band of each, better bands first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from .explain import Explainer, Side, share_of
from .pairing import Found
from .profiles import Need, Reason, Recommendation
from .reciprocity import balance
from .scoring import BAND_ORDER, band_of


@dataclass(frozen=True)
class Results:
    """How pairs are told: who explains them, and the mean that their scores are."""

    explainer: Explainer
    mean: str

    def in_bands(self, pairs: Iterable[Found]) -> list[Recommendation]:
        """Recommendations of pairs, better bands first, within a band in the order given."""
        return sorted((self.of(pair) for pair in pairs), key=lambda r: BAND_ORDER[r.band])  # stable

    def of(self, pair: Found) -> Recommendation:
        """The recommendation of a pair; its reasons add up to its score, whatever the mean."""
        forward = Side(pair.asking, pair.ask, pair.giving, pair.candidate, "forward")
        reverse = Side(pair.giving, pair.back, pair.asking, pair.seeker, "reverse")
        reasons = self.explainer.reasons(forward, reverse)
        need, back_need = forward.ask.need, reverse.ask.need
        share = share_of(forward, reverse)
        met = directions(reasons, share=share)
        stated = {"seeker": need is not None, "candidate": back_need is not None}
        factor = balance(self.mean, met["forward"], met["reverse"], **stated)
        scaled = [replace(r, contribution=r.contribution * factor) for r in reasons] if factor != 1 else reasons
        return recommendation(forward.asker.key, forward.giver.key, scaled, need, back_need, share=share, factor=factor)

    def of_peer(self, pair: Found) -> Recommendation:
        """The recommendation of one company as like another: one direction only."""
        side = Side(pair.asking, 0, pair.giving, pair.candidate, "forward")
        return recommendation(side.asker.key, side.giver.key, self.explainer.one_way(side), None, share=1.0)


def recommendation(
    seeker: str,
    candidate: str,
    reasons: Sequence[Reason],
    need: Need | None,
    back_need: Need | None = None,
    *,
    share: float,
    factor: float = 1.0,
) -> Recommendation:
    """Sum up the reasons. ``share`` is that of the seeker's direction, ``factor`` the balance of the pair, by which the
    reasons' contributions are scaled.

    ``forward`` and ``reverse`` of the result are the scores of the two directions themselves, unscaled.
    """
    parts: dict[str, float] = {}
    for reason in reasons:
        if reason.contribution:
            parts[reason.field] = parts.get(reason.field, 0.0) + reason.contribution
    met = directions(reasons, share=share, factor=factor)
    stated = [direction for direction, wish in (("forward", need), ("reverse", back_need)) if wish is not None]
    best = max(stated, key=met.__getitem__, default=None)
    conflict = any(r.kind == "conflict" and r.direction == (best or "forward") for r in reasons)
    score = sum(parts.values())
    return Recommendation(
        seeker=seeker,
        candidate=candidate,
        score=score,
        band=band_of(score, met[best] if best else 0.0, conflict=conflict),
        need_key=need.key if need else None,
        parts=parts,
        reasons=tuple(reasons),
        forward=met["forward"],
        reverse=met["reverse"],
    )


def directions(reasons: Sequence[Reason], *, share: float, factor: float = 1.0) -> dict[str, float]:
    """The scores of the two directions, from the contributions of their reasons."""
    shares = {"forward": share * factor, "reverse": (1 - share) * factor}
    return {
        direction: sum(r.contribution for r in reasons if r.direction == direction) / share if share else 0.0
        for direction, share in shares.items()
    }
