# ruff: noqa: T201
"""Time the recommender on made-up profiles and set it against scikit-learn's brute-force neighbours in the same run.

    python benchmarks/match_speed.py [--profiles 2000]

Quote the ratio, not the seconds: both run on the same machine in the same minute. The neighbours get dense vectors of
128 dimensions for free; the recommender starts from text, both languages, gates, both directions and reasons.
"""

import argparse
import random
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from sklearn.neighbors import NearestNeighbors

from matchmaking.engine.profiles import Need, Offer, Profile, Text
from matchmaking.engine.recommender import MatchRecommender

SERVICES = {
    "cold-chain": ("冷链物流仓储", "cold chain logistics and frozen warehouse"),
    "customs": ("报关和进口许可证", "customs declaration and import permits"),
    "finance": ("贸易融资和信用证", "trade finance and letters of credit"),
    "trademark": ("商标注册代理", "trademark registration agent"),
    "design": ("建筑工程设计", "architectural and engineering design"),
    "condiments": ("火锅底料和调味品", "hotpot soup base and condiments"),
    "seafood": ("冷冻海鲜水产品", "frozen seafood and aquatic products"),
    "machinery": ("机械设备制造", "manufacture of machinery and equipment"),
}
WORDS_EN = [
    "quality",
    "customers",
    "regional",
    "service",
    "partner",
    "experienced",
    "projects",
    "supply",
    "international",
    "network",
    "team",
    "market",
]
WORDS_ZH = ["质量", "客户", "区域", "服务", "合作", "经验", "项目", "供应", "国际", "网络", "团队", "市场"]


def made_up(number: int, seed: int = 0) -> list[Profile]:
    """Fictional companies: half Chinese, half Singaporean, each with an offer, every second one with a need."""
    chance = random.Random(seed)
    return [_company(i, chance) for i in range(number)]


def _company(i: int, chance: random.Random) -> Profile:
    gives, wants = chance.choice(list(SERVICES)), chance.choice(list(SERVICES))
    chinese, english = "，".join(chance.choices(WORDS_ZH, k=25)), " ".join(chance.choices(WORDS_EN, k=40))
    zh, en = SERVICES[gives]
    country = "CN" if i % 2 else "SG"
    summary = Text(f"{zh}，{chinese}", "") if country == "CN" else Text("", f"{en} {english}")
    offer = Offer(f"o{i}", frozenset({gives}), title=Text(zh, en), markets=frozenset({"SG"}), deal_size=i % 6)
    need = Need(f"n{i}", frozenset({wants}), title=Text(*SERVICES[wants]), budget=chance.randrange(6))
    return Profile(
        f"c{i:06d}",
        country,
        Text(f"公司{i}", f"Company {i}"),
        summary,
        frozenset({gives}),
        frozenset({"zh", "en"}),
        offers=(offer,),
        needs=(need,) if i % 4 < 2 else (),
    )


def timed(label: str, work: Callable[[], Any]) -> tuple[float, Any]:
    """Run, print and return (seconds, result)."""
    started = time.perf_counter()
    result = work()
    seconds = time.perf_counter() - started
    print(f"{label:<46}{seconds:9.3f} s", flush=True)
    return seconds, result


def main() -> None:
    """Print times, the ratio and the peak memory."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--profiles", type=int, default=2000)
    options = parser.parse_args()
    profiles = made_up(options.profiles)
    _, model = timed("fit, dictionary included", lambda: MatchRecommender().fit(profiles))
    every, lists = timed("recommend_all, 20 places, with reasons", lambda: model.recommend_all(20))
    vectors = np.random.default_rng(0).standard_normal((options.profiles, 128)).astype(np.float32)
    brute, _ = timed(
        "scikit-learn NearestNeighbors, brute, 20 places",
        lambda: NearestNeighbors(n_neighbors=20, algorithm="brute").fit(vectors).kneighbors(vectors),
    )
    timed("one list, with reasons", lambda: model.recommend(profiles[0].key))
    changed = made_up(1, seed=1)[0]

    def change() -> None:
        model.update(changed)
        model.recommend(changed.key)
        model.recommend_to(changed.key)

    timed("one changed profile, both directions", change)
    print(f"{'recommend_all / brute force':<46}{every / brute:9.1f} x")
    print(f"{'seconds per list':<46}{every / max(len(lists), 1):9.5f} s")
    print(f"{'peak memory':<46}{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20:9.2f} GiB")


if __name__ == "__main__":
    main()
