"""The sentence encoder that this installation matches with."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from matchmaking.engine.encoding.cache import EncodingCache
from matchmaking.engine.encoding.choice import encoder_for
from matchmaking.engine.encoding.encoder import Encoder


def product_encoder() -> Encoder:
    """Return the encoder of the settings, remembering on disk what it encoded. Raises EncoderError."""
    return _remembering(settings.RECOMMENDER_ENCODER, settings.RECOMMENDER_ENCODINGS)


@lru_cache(maxsize=2)
def _remembering(choice: str, folder: Path) -> Encoder:
    encoder = encoder_for(choice)
    return EncodingCache(folder, encoder) if encoder.dimensions else encoder
