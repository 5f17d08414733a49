"""Trained recommenders on disk: written aside, moved into place, read back, switched by one row."""

import errno
import hashlib
import json
import logging
import os
import shutil
import tempfile
from itertools import count
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from matchmaking.core import outbox
from matchmaking.core.fault_points import reached
from matchmaking.engine import persistence
from matchmaking.engine.recommender import MatchRecommender
from matchmaking.engine.weights import PRESENT, Weights
from matchmaking.matches.encoders import product_encoder
from matchmaking.matches.models import ModelVersion

logger = logging.getLogger(__name__)

KEPT_MODELS = 3
ABANDONED_AFTER_SECONDS = 3600


def store_model(recommender: MatchRecommender, figures: dict[str, Any]) -> ModelVersion:
    """Write a fitted recommender to ``RECOMMENDER_DIR/<fingerprint>`` and make it the active one.

    A kill at any moment leaves the previous model in use: the folder gets its name only when it is complete and
    on disk, and the row switches afterwards. No folder that a row may point to is ever changed or moved. Raises OSError
    where it cannot be written, ArtefactError where it cannot be read back.
    """
    root = Path(settings.RECOMMENDER_DIR)
    root.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=".writing-", dir=root))
    try:
        persistence.save(recommender, scratch)
        directory = _place(scratch, root, recommender.fingerprint_)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    reached("K9")
    version = switch(directory, figures)
    reached("K10")
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
    """Load one model with its field weights; None, and a line in the log, where it is not whole.

    Every byte is read once after the files came to be, were copied or changed, by whichever process is first; the
    others map the files and compare what is cheap to compare.
    """
    folder, encoder = Path(settings.RECOMMENDER_DIR) / version.directory, product_encoder()
    try:
        weights = weights_from(version.weights)
        persistence.ensure(folder)
        recommender = persistence.load(folder, encoder)
    except ValueError as error:
        logger.error("model %s cannot be used: %s", version, error)
        return None
    if recommender.fingerprint_ != _learned(version.directory):
        logger.error("model %s cannot be used: its folder holds another model", version)
        return None
    recommender.weights = weights
    return recommender


def _place(source: Path, root: Path, fingerprint: str) -> str:
    """Move a folder to a name that is free, or leave the same model where it already is; returns the name.

    A folder of that name that is damaged, or was learned with other parameters, stays: ``<fingerprint>-2`` is next.
    """
    for number in count(1):
        name = fingerprint if number == 1 else f"{fingerprint}-{number}"
        if _is_copy(source, root / name):
            return name
        try:
            source.rename(root / name)
        except OSError as error:
            if error.errno not in (errno.EEXIST, errno.ENOTEMPTY, errno.ENOTDIR):
                raise
            continue
        break
    handle = os.open(root, os.O_RDONLY)
    try:
        # The rename itself must be on disk before a row points to it.
        os.fsync(handle)
    finally:
        os.close(handle)
    return name


def _is_copy(source: Path, target: Path) -> bool:
    """Whether a whole model with the same manifest is there."""
    try:
        persistence.ensure(target)
        return (target / persistence.MANIFEST).read_bytes() == (source / persistence.MANIFEST).read_bytes()
    except (persistence.ArtefactError, OSError):
        return False


def _learned(directory: str) -> str:
    """The fingerprint of the model in a folder."""
    return directory.partition("-")[0]


def version_name(directory: str, weights: dict[str, Any]) -> str:
    """The fingerprint of a model with field weights; that of the model itself where it has its own weights."""
    learned = _learned(directory)
    if not weights:
        return learned
    return hashlib.sha256(f"{learned} {json.dumps(weights, sort_keys=True)}".encode()).hexdigest()


def weights_from(stored: dict[str, Any]) -> Weights:
    """Field weights as a version stores them; none stored: the present ones. Raises ValueError for anything else."""
    try:
        return Weights(**stored) if stored else PRESENT
    except TypeError as error:
        raise ValueError(f"{stored!r} are no field weights") from error


def switch(directory: str, figures: dict[str, Any], weights: dict[str, Any] | None = None) -> ModelVersion:
    """Make one model, with these field weights, the active one and wake the marks that waited for it.

    ``weights`` None keeps those in use: what people taught outlives a training. Raises ArtefactError, and changes
    nothing, where the model is not whole.
    """
    persistence.ensure(Path(settings.RECOMMENDER_DIR) / directory)
    with transaction.atomic():
        return _switch(directory, figures, weights)


def _switch(directory: str, figures: dict[str, Any], weights: dict[str, Any] | None) -> ModelVersion:
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
    kept |= set(ModelVersion.objects.exclude(vicinity="").values_list("vicinity", flat=True))
    for folder in root.iterdir():
        if folder.name.startswith("."):
            done = timezone.now().timestamp() - folder.stat().st_mtime > ABANDONED_AFTER_SECONDS
        else:
            done = folder.name not in kept
        if folder.is_dir() and done:
            shutil.rmtree(folder, ignore_errors=True)
