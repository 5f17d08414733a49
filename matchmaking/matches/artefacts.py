"""Trained recommenders on disk: written aside, moved into place, switched by one row, checked at every load."""

import hashlib
import json
import logging
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from matchmaking.core import outbox
from matchmaking.engine import persistence
from matchmaking.engine.features import PRESENT, Weights
from matchmaking.engine.recommender import MatchRecommender
from matchmaking.matches.encoders import product_encoder
from matchmaking.matches.models import ModelVersion

logger = logging.getLogger(__name__)

KEPT_MODELS = 3
ABANDONED_AFTER_SECONDS = 3600


def store_model(recommender: MatchRecommender, figures: dict[str, Any]) -> ModelVersion:
    """Write a fitted recommender to ``RECOMMENDER_DIR/<fingerprint>`` and make it the active one.

    A kill at any moment leaves the previous model in use: the folder gets its name only when it is complete and
    on disk, and the row switches afterwards.
    """
    root = Path(settings.RECOMMENDER_DIR)
    root.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=".writing-", dir=root))
    try:
        persistence.save(recommender, scratch)
        _replace(scratch, root / recommender.fingerprint_)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    version = switch(recommender.fingerprint_, figures)
    _drop_old_folders(root)
    return version


def load_model() -> tuple[ModelVersion, MatchRecommender] | None:
    """Load the active model, or the newest earlier one that is whole; None where nothing usable was trained."""
    for version in ModelVersion.objects.order_by("-active", "-activated_at"):
        recommender = load_version(version)
        if recommender is not None:
            return version, recommender
    return None


def load_version(version: ModelVersion) -> MatchRecommender | None:
    """Load one model with its field weights; None, and a line in the log, where it is not whole."""
    encoder = product_encoder()
    try:
        weights = weights_from(version.weights)
        recommender = persistence.load(Path(settings.RECOMMENDER_DIR) / version.directory, encoder)
    except ValueError as error:
        logger.error("model %s cannot be used: %s", version, error)
        return None
    if recommender.fingerprint_ != version.directory:
        logger.error("model %s cannot be used: its folder holds another model", version)
        return None
    recommender.weights = weights
    return recommender


def _replace(source: Path, target: Path) -> None:
    """Move a folder into place; an older folder of the same name steps aside first."""
    aside = target.with_name(f".old-{target.name}")
    shutil.rmtree(aside, ignore_errors=True)
    if target.exists():
        target.rename(aside)
    source.rename(target)
    shutil.rmtree(aside, ignore_errors=True)
    handle = os.open(target.parent, os.O_RDONLY)
    try:
        # The rename itself must be on disk before a row points to it.
        os.fsync(handle)
    finally:
        os.close(handle)


def version_name(directory: str, weights: dict[str, Any]) -> str:
    """The fingerprint of a model with field weights; that of the model itself where it has its own weights."""
    if not weights:
        return directory
    return hashlib.sha256(f"{directory} {json.dumps(weights, sort_keys=True)}".encode()).hexdigest()


def weights_from(stored: dict[str, Any]) -> Weights:
    """Field weights as a version stores them; none stored: the present ones. Raises ValueError for anything else."""
    try:
        return Weights(**stored) if stored else PRESENT
    except TypeError as error:
        raise ValueError(f"{stored!r} are no field weights") from error


@transaction.atomic
def switch(directory: str, figures: dict[str, Any], weights: dict[str, Any] | None = None) -> ModelVersion:
    """Make one model, with these field weights, the active one and wake the marks that waited for it.

    ``weights`` None keeps those in use: what people taught outlives a training.
    """
    if weights is None:
        weights = ModelVersion.objects.filter(active=True).values_list("weights", flat=True).first() or {}
    fingerprint = version_name(directory, weights)
    ModelVersion.objects.filter(active=True).exclude(fingerprint=fingerprint).update(active=False)
    version, _ = ModelVersion.objects.update_or_create(
        fingerprint=fingerprint,
        defaults={
            "directory": directory,
            "weights": weights,
            "active": True,
            "figures": figures,
            "activated_at": timezone.now(),
        },
    )
    outbox.wake("match")
    return version


def _drop_old_folders(root: Path) -> None:
    """Keep the newest models for the way back; remove the older ones and what a kill left half-written."""
    newest = ModelVersion.objects.order_by("-active", "-activated_at").values_list("directory", flat=True)
    kept = set(list(dict.fromkeys(newest))[:KEPT_MODELS])
    for folder in root.iterdir():
        if folder.name.startswith("."):
            done = timezone.now().timestamp() - folder.stat().st_mtime > ABANDONED_AFTER_SECONDS
        else:
            done = folder.name not in kept
        if folder.is_dir() and done:
            shutil.rmtree(folder, ignore_errors=True)
