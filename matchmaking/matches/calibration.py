"""Field weights learned from what people said, put into use together with the model, and the way back."""

from dataclasses import asdict, dataclass
from typing import Any

from directory.models import Confidentiality
from matchmaking.engine import calibration
from matchmaking.engine.calibration import Comparison, Labelled
from matchmaking.engine.persistence import ArtefactError
from matchmaking.engine.weights import Weights
from matchmaking.matches.artefacts import load_version, switch, weights_from
from matchmaking.matches.live import forget, live_recommender
from matchmaking.matches.models import Feedback, ModelVersion
from matchmaking.matches.night import refresh_everything


class NothingToReturnTo(ValueError):
    """No earlier model that is whole, or none of that name."""


@dataclass(frozen=True)
class Learned:
    """What the labels teach, against the weights in use."""

    labels: int
    judges: int
    fitting: int
    before: Weights
    weights: Weights
    comparison: Comparison

    def figures(self) -> dict[str, Any]:
        """Numbers for people and for the model version."""
        measures = {name: round(value, 4) for name, value in asdict(self.comparison).items()}
        counts = {"labels": self.labels, "judges": self.judges, "fitting": self.fitting}
        return {**counts, **measures, "better": self.comparison.better}


def labels() -> list[Labelled]:
    """Every label, without those about a need that has become private since."""
    rows = Feedback.objects.exclude(need__confidentiality=Confidentiality.PRIVATE)
    return [Labelled(parts, fits, judge) for parts, fits, judge in rows.values_list("parts", "label", "judge")]


def learn() -> Learned:
    """Learn weights from all labels and compare them with those in use. Raises CalibrationError."""
    known = labels()
    weights = calibration.calibrate(known)
    active = ModelVersion.objects.filter(active=True).first()
    before = weights_from(active.weights if active else {})
    fitting, judges = sum(one.fits for one in known), len({one.judge for one in known})
    return Learned(len(known), judges, fitting, before, weights, calibration.compare(known, before))


def put_into_use(learned: Learned, *, show_progress: bool = False) -> ModelVersion:
    """Make the active model go on with the learned weights, and refresh all lists. Raises NothingToReturnTo."""
    active = ModelVersion.objects.filter(active=True).first()
    if active is None:
        raise NothingToReturnTo("no model yet: run manage.py train_recommender first")
    figures = {**active.figures, "calibration": learned.figures()}
    return _in_use(active.directory, figures, asdict(learned.weights), show_progress=show_progress)


def roll_back(fingerprint: str = "", *, show_progress: bool = False) -> ModelVersion:
    """Make the model and the weights that were in use before, or those of that fingerprint, the active ones again.

    ``fingerprint`` may be its beginning. Refreshes all lists. Raises NothingToReturnTo.
    """
    version = _earlier(fingerprint)
    return _in_use(version.directory, version.figures, version.weights, show_progress=show_progress)


def _earlier(fingerprint: str) -> ModelVersion:
    others = ModelVersion.objects.filter(active=False, fingerprint__startswith=fingerprint).order_by("-activated_at")
    if fingerprint and len(others) > 1:
        raise NothingToReturnTo(f"{fingerprint} is the beginning of {len(others)} models; give more of it")
    whole = next((one for one in others if load_version(one) is not None), None)
    if whole is None:
        raise NothingToReturnTo(
            f"{fingerprint}: no earlier model of that name is whole" if fingerprint else "no earlier model is whole"
        )
    return whole


def _in_use(directory: str, figures: dict[str, Any], weights: dict[str, Any], *, show_progress: bool) -> ModelVersion:
    try:
        version = switch(directory, figures, weights)
    except ArtefactError as error:
        raise NothingToReturnTo(str(error)) from error
    forget()
    live = live_recommender()
    if live is not None:
        refresh_everything(live, show_progress=show_progress)
    return version
