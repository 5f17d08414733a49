"""Reasons of a pair → the recommendation that is handed out."""

from collections.abc import Sequence

from .profiles import Need, Reason, Recommendation
from .scoring import band_of


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
