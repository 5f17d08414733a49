"""What a model learned as named arrays, and back: the same objects over the same arrays, nothing computed or copied."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from .bridge import TextBridge
from .columns import GRAM_BUCKETS
from .glossing import GlossTable
from .lexicon import Lexicon
from .sectors import SectorMap
from .segmentation import REACH_BUCKETS
from .topics import Topics
from .vocabulary import Vocabulary
from .word_tables import Texts, Wordings, WordTable

if TYPE_CHECKING:
    from .recommender import MatchRecommender

Arrays = Mapping[str, NDArray[Any]]


def arrays_of(model: "MatchRecommender") -> dict[str, NDArray[Any]]:
    """All that a fitted model learned."""
    return {
        **bridge_arrays(model.bridge_),
        **_named("sectors", Texts.of(model.sectors_.sectors)),
        "nearness": model.sectors_.nearness,
        **_named("surface_stems", model.surfaces_.words),
        **_named("surface_words", model.surfaces_.wordings),
    }


def bridge_arrays(bridge: TextBridge) -> dict[str, NDArray[Any]]:
    """All that a fitted bridge learned."""
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
        "topic_axes": bridge.topics_.axes,
        "topic_idf": bridge.topics_.rarity,
        "background": bridge.background_,
    }


def restore(model: "MatchRecommender", arrays: Arrays) -> None:
    """Give a model what another one learned.

    Raises KeyError, ValueError, IndexError or TypeError for arrays that do not fit together.
    """
    model.bridge_ = _bridge(arrays)
    model.bridge_.encoder = model.encoder
    model.sectors_ = SectorMap(list(Texts(**_of("sectors", arrays))), arrays["nearness"])
    model.surfaces_ = Wordings(WordTable(**_of("surface_stems", arrays)), Texts(**_of("surface_words", arrays)))


def _bridge(arrays: Arrays) -> TextBridge:
    heads, stems = WordTable(**_of("heads", arrays)), WordTable(**_of("stems", arrays))
    bridge = TextBridge()
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
    bridge.topics_ = Topics(rarity=arrays["topic_idf"], axes=arrays["topic_axes"])
    bridge.background_ = arrays["background"]
    _check(arrays, bridge)
    return bridge


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
