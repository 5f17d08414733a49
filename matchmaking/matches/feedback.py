"""What people said about pairs that were shown to them, kept as labels beside the score parts of that moment.

A pair that stood in no list is not recorded: nothing was scored, so nothing was judged. Nor is anything about a private
need, about a no-list or about whom a company wants to meet: field weights serve everybody, and such a choice is its
owner's alone.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import F, Q

from alliances.models import Verdict, VerdictKind
from directory.models import Confidentiality, Need, Product
from matchmaking.engine.calibration import restated
from matchmaking.engine.weights import FIELDS, PRESENT
from matchmaking.matches.artefacts import weights_from
from matchmaking.matches.models import Feedback, FeedbackSource, Match

# Verdicts are for many reasons; these speak of how well two companies fit.
ABOUT_FIT = frozenset({"pin.track-record", "pin.specialist", "pin.met-in-person", "suppress.wrong-match"})


def record(
    source: FeedbackSource,
    source_id: int,
    pairs: Iterable[tuple[int, int]],
    *,
    judge: str,
    fits: bool,
    need: Need | None = None,
    product: Product | None = None,
) -> Feedback | None:
    """Keep one label; None where there is nothing to learn from.

    ``pairs`` are (seeker, candidate) in the order in which their lists are asked for the pair. A later word of the same
    source replaces the label and keeps the parts.
    """
    if need is not None and need.confidentiality == Confidentiality.PRIVATE:
        return None
    known = Feedback.objects.filter(source=source, source_id=source_id).first()
    if known is not None:
        known.label = fits
        known.save(update_fields=["label"])
        return known
    shown = next(filter(None, (_shown(*pair, need, product) for pair in pairs)), None)
    if shown is None:
        return None
    row: dict[str, Any] = {"judge": judge, "parts": parts_of(shown), "label": fits}
    row |= {"seeker_id": shown.seeker_id, "candidate_id": shown.candidate_id, "need_id": shown.need_id}
    return Feedback.objects.update_or_create(source=source, source_id=source_id, defaults=row)[0]


def record_verdict(sender: Any, *, verdict: Verdict, **_: Any) -> None:
    """Receiver of ``verdict_given``: a pin for its fit says yes, a suppression as a wrong match no."""
    if verdict.reason in ABOUT_FIT:
        low, high = verdict.company_low_id, verdict.company_high_id
        record(
            FeedbackSource.VERDICT,
            verdict.pk,
            [(low, high), (high, low)],
            judge=f"alliance:{verdict.alliance_id}",
            fits=verdict.kind == VerdictKind.PIN,
        )


def parts_of(match: Match) -> dict[str, float]:
    """Parts of a stored match in the engine's own weights; 0 for each field that was asked for and not met."""
    asked = {row["field"]: 0.0 for row in (*match.conflicts, *match.missing) if row["field"] in FIELDS}
    return restated({**asked, **match.parts}, weights_from(match.match_list.model.weights), PRESENT)


def _shown(seeker: int, candidate: int, need: Need | None, product: Product | None) -> Match | None:
    """The place of a pair in the list of the need or product, or else in the company's own."""
    rows = Match.objects.filter(seeker_id=seeker, candidate_id=candidate).select_related("match_list__model")
    about = Q(need=None, product=None)
    if need is not None:
        about |= Q(need=need)
    elif product is not None:
        about |= Q(product=product)
    return rows.filter(about).order_by(F("need").asc(nulls_last=True), F("product").asc(nulls_last=True)).first()
