"""Encodings kept on disk by the content they were made from, so that only unseen texts are encoded again.

A folder per encoder holds segments of two files: ``*.rows.npy``, vectors as float16, and ``*.keys.npy``, the hash of
each text beside the checksum of its row. Both are written aside and renamed, the keys last, so an interrupted run
loses at most the chunk it was at. A row that does not fit its checksum, or is no number, counts as never seen.
"""

import hashlib
import os
import tempfile
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .encoder import Encoder, Progress, Vectors, encoded, unit_rows

CHUNK = 1024  # texts encoded between two writes
MANY_SEGMENTS = 32
KEY = np.dtype([("text", "S32"), ("sum", "<u4")])
Rows = NDArray[np.float16]


class EncodingCache:
    """Encodings of one encoder in a folder; several processes may use the folder at once.

    Parameters
    ----------
    folder : Path
        Made when missing. Holds nothing that cannot be encoded again, so it may be deleted at any time.
    encoder : Encoder
        What encodes the texts not found. Another encoder, or other weights, never meets these segments.
    chunk : int
        Texts encoded between two writes.
    """

    def __init__(self, folder: Path, encoder: Encoder, chunk: int = CHUNK) -> None:
        self.encoder = encoder
        self.name = encoder.name
        self.dimensions = encoder.dimensions
        self.multilingual = encoder.multilingual
        self._folder = folder / encoder.name
        self._chunk = chunk
        self._read: set[str] = set()
        self._places: dict[bytes, tuple[Rows, int, int]] = {}

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Encode texts as the encoder does, float32 (texts, dimensions), to the precision of float16.

        The same text gets the same bits whether it was found or encoded now. ``progress(done, unseen)`` is called after
        each chunk. Raises OSError where the folder cannot be written and EncoderError for vectors that are none; the
        chunks before that are kept.
        """
        if not self.encoder.dimensions:
            return self.encoder.encode(texts)
        out = np.zeros((len(texts), self.encoder.dimensions), np.float32)
        wanted: dict[bytes, list[int]] = {}
        for place, text in enumerate(texts):
            if text.strip():
                wanted.setdefault(_key(text), []).append(place)
        unseen = [key for key, places in wanted.items() if not self._found(key, places, out)]
        if unseen:  # another process may have encoded them since the folder was last looked at
            self._folder.mkdir(parents=True, exist_ok=True)
            self._read_segments()
            unseen = [key for key in unseen if not self._found(key, wanted[key], out)]
        for start in range(0, len(unseen), self._chunk):
            keys = unseen[start : start + self._chunk]
            self._add(keys, [texts[wanted[key][0]] for key in keys])
            for key in keys:
                self._found(key, wanted[key], out)
            if progress:
                progress(start + len(keys), len(unseen))
        return unit_rows(out)

    def compact(self, least: int = 2) -> None:
        """Merge the segments, of which every small change leaves one, into one; damaged rows are dropped.

        Does nothing where there are fewer than ``least``. Memory: all rows once. Raises OSError as ``encode``.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        self._read_segments()
        old = [name for name in self._read if (self._folder / f"{name}.keys.npy").exists()]
        if len(old) < least:
            return
        sound = [key for key, (rows, row, total) in self._places.items() if zlib.crc32(rows[row]) == total]
        kept = ""
        if sound:
            kept = self._write(sound, np.stack([self._places[key][0][self._places[key][1]] for key in sound]))
        for name in set(old) - {kept}:
            (self._folder / f"{name}.keys.npy").unlink(missing_ok=True)
            (self._folder / f"{name}.rows.npy").unlink(missing_ok=True)

    def _found(self, key: bytes, places: list[int], out: Vectors) -> bool:
        rows, row, total = self._places.get(key, (None, 0, 0))
        if rows is None or zlib.crc32(rows[row]) != total or not np.isfinite(rows[row]).all():
            return False
        out[places] = rows[row]
        return True

    def _read_segments(self) -> None:
        for path in sorted(self._folder.glob("*.keys.npy")):
            name = path.name.removesuffix(".keys.npy")
            if name not in self._read:
                self._read.add(name)
                self._read_segment(path, self._folder / f"{name}.rows.npy")

    def _read_segment(self, keys_path: Path, rows_path: Path) -> None:
        try:
            keys = np.load(keys_path, allow_pickle=False)
            # As a plain array: making a memmap of every row read costs more than reading it.
            rows = np.load(rows_path, mmap_mode="r", allow_pickle=False).view(np.ndarray)
        except (OSError, ValueError, EOFError, SyntaxError):
            return  # truncated, edited or gone: its texts are encoded again
        if keys.dtype != KEY or rows.dtype != np.float16 or rows.shape != (len(keys), self.encoder.dimensions):
            return
        totals = keys["sum"].tolist()
        self._places.update((key, (rows, row, totals[row])) for row, key in enumerate(keys["text"].tolist()))

    def _add(self, keys: list[bytes], texts: list[str]) -> None:
        rows = encoded(self.encoder, texts).astype(np.float16)
        name = self._write(keys, rows)
        self._read.add(name)
        self._places.update((key, (rows, row, zlib.crc32(rows[row]))) for row, key in enumerate(keys))

    def _write(self, keys: list[bytes], rows: Rows) -> str:
        sums = [zlib.crc32(row) for row in rows]
        table = np.array(list(zip(keys, sums, strict=True)), KEY)
        name = hashlib.sha256(table.tobytes()).hexdigest()[:32]
        _save(self._folder / f"{name}.rows.npy", rows)
        _save(self._folder / f"{name}.keys.npy", table)
        return name


def _key(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32].encode()


def _save(path: Path, array: NDArray[np.generic]) -> None:
    """Write an array aside, let it reach the disk, and only then give it its name."""
    handle, aside = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            np.save(file, array, allow_pickle=False)
            file.flush()
            os.fsync(file.fileno())
        Path(aside).replace(path)
    except BaseException:
        Path(aside).unlink(missing_ok=True)
        raise
