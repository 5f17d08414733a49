"""Which encoder a setting means."""

from functools import lru_cache
from pathlib import Path

from .encoder import Encoder, NoEncoder
from .english import EnglishEncoder, english_folder
from .multilingual import OnnxEncoder


def encoder_for(choice: str) -> Encoder:
    """Return the encoder of a setting: ``auto`` (the English one where installed), ``none``, or an ONNX folder.

    Raises EncoderError where a folder is named and cannot be used, or where the installed weights are not the known
    ones.
    """
    if choice == "none":
        return NoEncoder()
    if choice != "auto":
        return OnnxEncoder(Path(choice))
    folder = english_folder()
    return NoEncoder() if folder is None else _english(folder)


@lru_cache(maxsize=1)
def _english(folder: Path) -> EnglishEncoder:
    return EnglishEncoder(folder)
