# ruff: noqa: T201
"""Print the quality of the text pipeline on every set of a data folder, beside the character baseline.

    python benchmarks/match_quality.py DATA [SET …]

A set named ``gtax`` is scored on both of its splits after learning from its ``train`` pairs; every other set is scored
as a whole, without learning, and the other way round where its queries and documents differ in language.
"""

import argparse
import sys
from collections.abc import Collection, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from matchmaking.engine.evaluation import character_baseline, evaluate
from matchmaking.engine.folders import Folder, load_folder
from matchmaking.engine.lexicon import Lexicon
from matchmaking.engine.text import has_han


def runs(folder: Folder, path: Path) -> Iterator[tuple[str | None, bool, list[Path]]]:
    """(split, reversed, folders to learn from) of every run of a set."""
    splits = sorted(set(folder.splits.values()))
    learns = [path] if any(pair[3] == "train" for pair in folder.pairs) else []
    bilingual = _mostly_chinese(folder.queries.values()) != _mostly_chinese(folder.documents.values())
    for split in splits if len(splits) > 1 else [None]:
        for reverse in (False, True) if bilingual and not folder.reranking else (False,):
            yield split, reverse, learns


def _mostly_chinese(texts: Collection[str]) -> bool:
    return 2 * sum(map(has_han, texts)) > len(texts)


def main() -> None:
    """Print one line per run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("sets", nargs="*")
    options = parser.parse_args()
    names = options.sets or sorted(p.parent.name for p in options.data.glob("*/qrels.tsv"))
    lexicon = Lexicon.from_dictionary()
    print(f"{'set':<12}{'split':<9}{'asks':<9}{'queries':>8}{'nDCG@10':>9}{'R@1':>7}{'R@10':>7}{'chars':>7}{'s':>7}")
    for name in names:
        folder = load_folder(options.data / name)
        for split, reverse, learns in runs(folder, options.data / name):
            asked = folder.reversed() if reverse else folder
            report, _ = evaluate(asked, split=split, train=learns, lexicon=lexicon)
            floor = character_baseline(asked, split=split)["ndcg@10"]
            print(
                f"{name:<12}{split or 'all':<9}{'docs' if reverse else 'queries':<9}{report['queries']:>8}"
                f"{report['ndcg@10']:>9.3f}{report['recall@1']:>7.3f}{report['recall@10']:>7.3f}{floor:>7.3f}"
                f"{report['seconds']:>7.1f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
