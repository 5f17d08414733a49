"""What people said about pairs → field weights: a ridge logistic regression that starts from the present weights.

The model is ``logit(fits) = a + b·score + Σ γ_f·met_f``. ``score`` is the pair's score in the present weights,
``met_f`` how fully a field was met. With γ = 0 the present weights are right; the ridge pulls γ there, so weights move
as far as the evidence outweighs it (:data:`RIDGE`). A field worth γ_f more moves its weight by γ_f / :data:`SLOPE`; the
moved weights are projected to those that sum to 1 and stay within :data:`LEAST_SHARE` and :data:`MOST_SHARE` of the
present.

Bound on one judge. The objective is strongly convex with modulus ``RIDGE``; the labels of one judge weigh at most
``LABELS_PER_JUDGE`` together, and no row's gradient is longer than :data:`LONGEST_ROW`. So with or without one judge γ
differs by at most ``LABELS_PER_JUDGE × LONGEST_ROW / RIDGE`` (Chaudhuri, Monteleoni & Sarwate 2011, "Differentially
Private Empirical Risk Minimization"), and, a projection bringing no two points further apart, no weight by
more than :data:`MOST_INFLUENCE`. A bound, not noise: the labels stay exact, their effect is small.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss, roc_auc_score
from sklearn.model_selection import GroupKFold

from .weights import FIELDS, PRESENT, Weights

LEAST_LABELS = 200
LEAST_JUDGES = 20
LABELS_PER_JUDGE = 4.0
RIDGE = 20.0
# Log-odds that one whole point of score is taken to be worth.
SLOPE = 10.0
LEAST_SHARE, MOST_SHARE = 0.25, 3.0
# Intercept 1, score within ±1, each field within ±1/2.
LONGEST_ROW = math.sqrt(2 + len(FIELDS) / 4)
MOST_INFLUENCE = LABELS_PER_JUDGE * LONGEST_ROW / RIDGE / SLOPE
FOLDS = 5
# Learned weights are worth their risk only if judges they never saw are foretold better by this much.
LOSS_MARGIN = 0.01  # of the present log-loss
AUC_MARGIN = 0.005


class CalibrationError(ValueError):
    """Labels that no weights can be learned from: too few, of one kind, or broken."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A pair that somebody judged.

    ``parts``: field → share of the score in the present weights, 0 for a field that was asked for and not met; a field
    that nobody asked for is absent. ``judge`` names whose judgement it is.
    """

    parts: Mapping[str, float]
    fits: bool
    judge: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """How well present and learned weights foretell judges that neither saw."""

    present_loss: float
    learned_loss: float
    present_auc: float
    learned_auc: float

    @property
    def better(self) -> bool:
        """Whether the learned weights are better by the stated margins, in both measures."""
        less = self.learned_loss <= self.present_loss * (1 - LOSS_MARGIN)
        return less and self.learned_auc >= self.present_auc + AUC_MARGIN


def check(labels: Sequence[Labelled]) -> None:
    """Raise CalibrationError unless weights may be learned from these labels."""
    for number, one in enumerate(labels, start=1):
        for name, part in one.parts.items():
            if name not in FIELDS:
                raise CalibrationError(f"label {number}: {name!r} is no field of a score")
            if not (math.isfinite(part) and part >= 0):
                raise CalibrationError(f"label {number}: the part {name!r} is {part}, not a share of a score")
    if len(labels) < LEAST_LABELS:
        raise CalibrationError(f"{len(labels)} labels; at least {LEAST_LABELS} are needed")
    judges = len({one.judge for one in labels})
    if judges < LEAST_JUDGES:
        raise CalibrationError(f"labels of {judges} judges; at least {LEAST_JUDGES} are needed")
    _check_kinds(labels)


def calibrate(labels: Sequence[Labelled]) -> Weights:
    """The weights that these labels teach. Raises CalibrationError."""
    check(labels)
    return _learn(labels)


def compare(labels: Sequence[Labelled], present: Weights = PRESENT) -> Comparison:
    """Cross-validate against the weights in use, a judge's labels always on one side. Raises CalibrationError."""
    check(labels)
    fits = np.array([one.fits for one in labels])
    foretold = np.zeros((2, len(labels)))
    for train, test in GroupKFold(FOLDS).split(fits, groups=[one.judge for one in labels]):
        known, unseen = [labels[i] for i in train], [labels[i] for i in test]
        for row, weights in enumerate((present, _learn(known))):
            foretold[row, test] = _foretell(known, unseen, weights)
    share = _shares(labels)
    losses = [float(log_loss(fits, row, sample_weight=share)) for row in foretold]
    areas = [float(roc_auc_score(fits, row, sample_weight=share)) for row in foretold]
    return Comparison(losses[0], losses[1], areas[0], areas[1])


def restated(parts: Mapping[str, float], old: Weights, new: Weights) -> dict[str, float]:
    """The parts of a pair had ``new`` been in force instead of ``old``; unmet fields that were asked for must be there.

    Exact for one direction; a pair of a stated need and an affinity is taken by the need.
    """
    stated = any(name not in PRESENT.affinity for name in parts)
    before, after = (old.need, new.need) if stated else (old.affinity, new.affinity)
    asked = [name for name in parts if name in before]
    scale = sum(before[name] for name in asked) / sum(after[name] for name in asked) if asked else 1.0
    return {
        name: part * scale * after[name] / before[name]
        if name in before
        else part * new.affinity[name] / old.affinity[name]
        for name, part in parts.items()
    }


def rescored(parts: Mapping[str, float], weights: Weights) -> float:
    """The score of a pair from its parts in the present weights, had ``weights`` been in force; see restated."""
    return sum(restated(parts, PRESENT, weights).values())


def project(point: NDArray[np.float64], low: NDArray[np.float64], high: NDArray[np.float64]) -> NDArray[np.float64]:
    """The nearest point within ``low`` and ``high`` whose entries sum to 1 (``sum(low) <= 1 <= sum(high)``)."""
    left, right = float(np.min(low - point)), float(np.max(high - point))
    for _ in range(100):
        shift = (left + right) / 2
        over = np.clip(point + shift, low, high).sum() > 1
        left, right = (left, shift) if over else (shift, right)
    return np.clip(point + (left + right) / 2, low, high)


def _learn(labels: Sequence[Labelled]) -> Weights:
    _check_kinds(labels)
    model = LogisticRegression(C=1 / RIDGE, fit_intercept=False, solver="newton-cholesky", tol=1e-8, max_iter=200)
    model.fit(_rows(labels), [one.fits for one in labels], sample_weight=_shares(labels))
    worth = dict(zip(FIELDS, model.coef_[0, 2:].tolist(), strict=True))
    return Weights(_moved(PRESENT.need, worth), _moved(PRESENT.affinity, worth))


def _moved(present: Mapping[str, float], worth: Mapping[str, float]) -> dict[str, float]:
    weights = np.array(list(present.values()))
    moves = np.array([worth[name] / SLOPE for name in present])
    found = project(weights + moves, LEAST_SHARE * weights, np.minimum(MOST_SHARE * weights, 1.0))
    return dict(zip(present, found.tolist(), strict=True))


def _rows(labels: Sequence[Labelled]) -> NDArray[np.float64]:
    """(labels, 2 + fields): intercept, score, and how fully each field is met; 0 stands in the middle of each."""
    rows = np.zeros((len(labels), 2 + len(FIELDS)))
    rows[:, 0] = 1
    for row, one in zip(rows, labels, strict=True):
        row[1] = 2 * min(sum(one.parts.values()), 1.0) - 1
        for name, part in one.parts.items():
            full = max(PRESENT.need.get(name, 0.0), PRESENT.affinity.get(name, 0.0))
            row[2 + FIELDS.index(name)] = min(part / full, 1.0) - 0.5
    return rows


def _shares(labels: Sequence[Labelled]) -> NDArray[np.float64]:
    """What each label weighs: 1, less where its judge gave more than LABELS_PER_JUDGE."""
    given = Counter(one.judge for one in labels)
    return np.array([min(1.0, LABELS_PER_JUDGE / given[one.judge]) for one in labels])


def _foretell(known: Sequence[Labelled], unseen: Sequence[Labelled], weights: Weights) -> NDArray[np.float64]:
    """Probability that the unseen pairs fit, by their score alone on a scale that the known pairs set."""
    scores = np.array([[rescored(one.parts, weights)] for one in (*known, *unseen)])
    scale = LogisticRegression(C=1e3).fit(
        scores[: len(known)], [one.fits for one in known], sample_weight=_shares(known)
    )
    return np.asarray(scale.predict_proba(scores[len(known) :])[:, 1])


def _check_kinds(labels: Sequence[Labelled]) -> None:
    if len({one.fits for one in labels}) < 2:
        kind = "fits" if labels and labels[0].fits else "does not fit"
        raise CalibrationError(f"every label says “{kind}”; both kinds are needed")
