import hashlib

import pytest

from matchmaking.engine.encoding.encoder import EncoderError
from matchmaking.engine.encoding.files import sum_of


def test_the_sum_of_a_file_is_checked(tmp_path):
    path = tmp_path / "weights"
    path.write_bytes(b"right")
    right = hashlib.sha256(b"right").hexdigest()
    assert sum_of(path, right) == right
    path.write_bytes(b"wrong")
    with pytest.raises(EncoderError, match="sha256"):
        sum_of(path, right)
