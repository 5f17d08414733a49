# ruff: noqa: T201
"""What loading a model costs a worker, in time and in memory of its own, beside pickle and joblib of the same arrays.

    python -m benchmarks.artefact [--profiles 400] [--rounds 7]

Every figure of loading is the median of fresh processes, in turn. Memory is what is private to the process
(Private_Clean and Private_Dirty of /proc/self/smaps_rollup) after loading less before, while another process holds the
same model, as other workers would. Words are looked up in the mapped tables and, for comparison, in dicts.
"""

import argparse
import gc
import json
import logging
import pickle
import random
import subprocess
import sys
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import joblib
import numpy as np

from benchmarks.goals import Goals, in_turn
from benchmarks.match_speed import made_up
from matchmaking.engine import mapped, persistence
from matchmaking.engine.bridge import TextBridge
from matchmaking.engine.encoding.encoder import Vectors, unit_rows
from matchmaking.engine.recommender import MatchRecommender

KINDS = ("mapped", "pickle", "joblib")
MEBIBYTE = 2**20


class Letters:
    """Stands in for an encoder that reads English only: the artefact holds glosses and a background, as in use."""

    name, dimensions, multilingual = "letters", 384, False

    def encode(self, texts: Sequence[str], progress: object = None) -> Vectors:
        """Counts of characters."""
        out = np.full((len(texts), self.dimensions), 0.01, np.float32)
        for row, text in enumerate(texts):
            np.add.at(out[row], [ord(letter) % self.dimensions for letter in text], 1)
        return unit_rows(out)


def private() -> int:
    """Bytes that this process shares with no other."""
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) * 1024


def load(kind: str, folder: Path) -> object:
    """A whole recommender from its folder, or the bare arrays from one file."""
    if kind == "mapped":
        persistence.ensure(folder)
        return persistence.load(folder, Letters())
    if kind == "pickle":
        return pickle.loads((folder.parent / kind).read_bytes())
    return joblib.load(folder.parent / kind)


def measure(kind: str, folder: Path, profiles: int) -> dict[str, float]:
    """Load in this process: milliseconds, bytes; for a recommender also the bytes of one that holds profiles."""
    gc.collect()
    before, started = private(), time.perf_counter()
    held = load(kind, folder)
    took = (time.perf_counter() - started) * 1e3
    figures = {"ms": took, "idle": private() - before}
    if isinstance(held, MatchRecommender):
        firms = made_up(profiles)
        held.populate(firms)
        for firm in firms[:50]:
            held.recommend(firm.key)
        figures["busy"] = private() - before
    return figures


def in_fresh_process(kind: str, folder: Path, profiles: int) -> dict[str, float]:
    """``measure``, elsewhere."""
    command = [sys.executable, "-m", "benchmarks.artefact", "--measure", kind, str(folder), str(profiles)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def loading(folder: Path, options: argparse.Namespace, goals: Goals) -> None:
    """Time and memory of all three kinds."""
    rounds = [{kind: in_fresh_process(kind, folder, options.profiles) for kind in KINDS} for _ in range(options.rounds)]

    def middle(kind: str, name: str) -> float:
        return float(np.median([one[kind][name] for one in rounds]))

    goals.at_most("load", middle("mapped", "ms"), 10, "ms")
    goals.at_most("private memory after loading", middle("mapped", "idle") / MEBIBYTE, 2, "MiB")
    for kind in KINDS[1:]:
        goals.note(f"the same arrays with {kind}, load", f"{middle(kind, 'ms'):.1f} ms")
        goals.note(f"the same arrays with {kind}, private memory", f"{middle(kind, 'idle') / MEBIBYTE:.1f} MiB")
    goals.at_most("load / pickle", middle("mapped", "ms") / middle("pickle", "ms"), 1)
    busy = f"{middle('mapped', 'busy') / MEBIBYTE:.1f} MiB"
    goals.note(f"private memory with {options.profiles} profiles and 50 lists made", busy)


def in_dicts(bridge: TextBridge) -> TextBridge:
    """The same bridge, its words in dicts; what is kept of recent answers is all of them."""
    for vocabulary in (bridge.features_, bridge.words_, bridge.lexicon_.head_index, bridge.lexicon_.stem_index):
        dict.update(vocabulary._recent, {word: column for column, word in enumerate(vocabulary)})
    return bridge


def made_up_texts(bridge: TextBridge, number: int) -> list[str]:
    """Texts of eighty words, half Chinese, of the lexicon: few words often, most words hardly ever."""
    chance = random.Random(0)
    heads, stems = (chance.sample(list(words), len(words)) for words in (bridge.lexicon_.heads, bridge.lexicon_.stems))

    def drawn(words: list[str]) -> list[str]:
        return [words[min(int(chance.paretovariate(0.6)), len(words)) - 1] for _ in range(40)]

    return ["".join(drawn(heads)) + " " + " ".join(drawn(stems)) for _ in range(number)]


def work(bridge: TextBridge, texts: list[str]) -> None:
    """Analyse texts that were never seen, and score some against all."""
    bridge.lexicon_._segments.clear()
    analyses = [bridge.analyse(text) for text in texts]
    bridge.admit(analyses)
    bridge.scores(bridge.queries(analyses[:20]), bridge.documents(analyses))


def speed(folder: Path, goals: Goals) -> None:
    """Analysis and scoring with mapped words against dicts."""
    logging.getLogger(persistence.__name__).setLevel(logging.ERROR)  # words alone are wanted here
    packed = persistence.load(folder).bridge_
    texts = made_up_texts(packed, 300)
    unpacked = in_dicts(persistence.load(folder).bridge_)
    times = in_turn({"packed": partial(work, packed, texts), "dicts": partial(work, unpacked, texts)}, 9)
    goals.at_most("analysing and scoring / the same with words in dicts", times["packed"] / times["dicts"], 1.1)


def main() -> None:
    """Print every figure beside its goal."""
    if sys.argv[1:2] == ["--measure"]:
        print(json.dumps(measure(sys.argv[2], Path(sys.argv[3]), int(sys.argv[4]))))
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--profiles", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    goals, firms = Goals(), made_up(options.profiles)
    with TemporaryDirectory() as kept:
        model = MatchRecommender(encoder=Letters()).fit(firms)
        folder = persistence.save(model, Path(kept) / "model")
        arrays = {name: np.array(array) for name, array in mapped.read(folder)[0].items()}
        (Path(kept) / "pickle").write_bytes(pickle.dumps(arrays, protocol=5))
        joblib.dump(arrays, Path(kept) / "joblib")
        size = sum(array.nbytes for array in arrays.values())
        goals.note("the artefact", f"{size / MEBIBYTE:.1f} MiB in {len(arrays)} arrays")
        other = mapped.read(folder)[0]  # what another worker holds
        sum(float(array.sum()) for array in other.values())
        loading(folder, options, goals)
        took = in_turn({"verify": partial(mapped.verify, folder)}, 3)["verify"]
        goals.note("every byte read and compared, per 400 MiB", f"{took * 400 * MEBIBYTE / size:.2f} s")
        speed(folder, goals)
        loaded = persistence.load(folder, Letters()).populate(firms)
        alike = all(loaded.recommend(firm.key) == model.recommend(firm.key) for firm in firms[:50])
        goals.at_least("lists of the loaded model are those of the fitted one", float(alike), 1)
    goals.close()


if __name__ == "__main__":
    main()
