"""Short vectors of a large directory on disk, a folder per night: written aside, moved into place, named by one row."""

import logging
import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from matchmaking.engine import mapped
from matchmaking.engine.folding.fold import Folding
from matchmaking.engine.folding.quick import QuickTexts
from matchmaking.engine.folding.vicinity import Vicinity
from matchmaking.engine.recommender import MatchRecommender
from matchmaking.matches.models import ModelVersion

logger = logging.getLogger(__name__)


def quick_texts(engine: MatchRecommender) -> QuickTexts:
    """Reads texts for the first stage; sentence vectors are kept where the encoder keeps its own."""
    return QuickTexts(engine.bridge_, folder=Path(settings.RECOMMENDER_ENCODINGS))


def write_vicinity(name: str, folding: Folding, vectors: dict[str, NDArray[Any]], versions: dict[int, int]) -> str:
    """Write what a night found into a folder that is complete once it has its name; returns that name."""
    root = Path(settings.RECOMMENDER_DIR)
    scratch = Path(tempfile.mkdtemp(prefix=".writing-", dir=root))
    try:
        found = {
            **folding.arrays(),
            **vectors,
            "companies": np.array(list(versions)),
            "versions": np.array(list(versions.values())),
        }
        mapped.write(scratch, found, {"fingerprint": name})
        scratch.rename(root / name)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return name


def load_vicinity(model: ModelVersion, engine: MatchRecommender) -> tuple[Vicinity, dict[int, int]] | None:
    """Map the short vectors of the last night, with the versions of the companies they are of; None without any."""
    if not model.vicinity:
        return None
    try:
        arrays, _ = mapped.read(Path(settings.RECOMMENDER_DIR) / model.vicinity)
        texts = quick_texts(engine)
        folding = Folding(engine.bridge_, engine.sectors_, words=texts.words).restore(arrays)
        vicinity = Vicinity(folding, texts, arrays)
    except (ValueError, KeyError) as error:
        logger.error("the vectors of %s cannot be used: %s", model, error)
        return None
    return vicinity, dict(zip(arrays["companies"].tolist(), arrays["versions"].tolist(), strict=True))


def drop_old_vicinities() -> None:
    """Remove the folders of former nights; a process that has one mapped keeps it until it looks again."""
    kept = set(ModelVersion.objects.exclude(vicinity="").values_list("vicinity", flat=True))
    for folder in Path(settings.RECOMMENDER_DIR).glob("night-*"):
        if folder.name not in kept:
            shutil.rmtree(folder, ignore_errors=True)
