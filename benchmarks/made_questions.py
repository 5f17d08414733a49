"""What people may type into the search of a made-up directory, drawn by seeded chance."""

import random
from collections.abc import Callable
from typing import Any

from matchmaking.demo import content

PLACES = (("新加坡", "Singapore"), ("重庆", "Chongqing"), ("出口", "export"), ("供应商", "supplier"))
CHOSEN = (("place", "SG"), ("place", "CN"), ("sector", "food"), ("language", "en"), ("market", "SG"))


def questions(count: int, seed: int = 1) -> list[Any]:
    """Questions about companies: labels, words of offers, labels with a place, names; a third with chosen facets."""
    from search.forms import Question

    chance, makers = random.Random(seed), _makers()
    made = []
    for number in range(count):
        facets: dict[str, tuple[str, ...]] = {}
        if number % 3 == 0:
            for group, value in chance.sample(CHOSEN, chance.choice((1, 1, 2))):
                facets[group] = (*facets.get(group, ()), value)
        made.append(Question("company", chance.choice(makers)(chance), facets))
    return made


def typed(count: int, seed: int = 2) -> list[str]:
    """What stands in the box while somebody types: the first one to eight letters."""
    chance, makers = random.Random(seed), _makers()
    return [chance.choice(makers)(chance)[: chance.randint(1, 8)] for _ in range(count)]


def _makers() -> list[Callable[[random.Random], str]]:
    from directory.models import Company, Term, TermKind

    kinds = (TermKind.SERVICE_TYPE, TermKind.PRODUCT_CATEGORY, TermKind.SECTOR)
    labels = list(Term.objects.filter(kind__in=kinds).order_by("pk").values_list("label_zh", "label_en"))
    titles = [offer["title"] for firm in content.companies() for offer in firm.get("offers", [])]
    names = list(Company.objects.visible().order_by("pk").values_list("legal_name_zh", "legal_name_en")[:1000])

    def label(chance: random.Random) -> str:
        return str(chance.choice(chance.choice(labels)))

    def words(chance: random.Random) -> str:
        zh, en = chance.choice(titles)
        return chance.choice((zh[:4], " ".join(en.split()[:2])))

    def placed(chance: random.Random) -> str:
        language = chance.randrange(2)
        return f"{chance.choice(PLACES)[language]} {chance.choice(labels)[language]}"

    def name(chance: random.Random) -> str:
        return str(chance.choice(chance.choice(names)))

    return [label, label, words, placed, name]
