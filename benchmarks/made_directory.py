"""A large made-up directory: the demonstration companies taken apart, their words varied, and put together anew.

Everything comes from seeded chance, so that every machine makes the same companies.
"""

import csv
import random
from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import rjieba

from matchmaking.demo import content
from matchmaking.engine.lexicon import Lexicon
from matchmaking.engine.profiles import Need, Offer, Profile, Text

TAXONOMY = Path(__file__).resolve().parents[1] / "directory" / "data" / "taxonomy"
Entry = dict[str, Any]
Words = Sequence[tuple[str, str]]

# Each word of a text is left out this often, and each text gets up to so many pairs of words of the dictionary.
LEFT_OUT = 0.12
NEW_WORDS = 3


def made_directory(count: int, lexicon: Lexicon, seed: int = 0) -> list[Profile]:
    """Companies, most with needs; one need in twenty private, one company in thirty of a group, some with no-lists."""
    chance, words = random.Random(seed), clear_words(lexicon)
    books: dict[str, list[Entry]] = defaultdict(list)
    for entry in content.companies():
        books["CN" if entry["country"] == "CN" else "abroad"].append(entry)
    makers = [books["CN"], books["abroad"]]
    return [_company(i, makers[i % 2], chance, words) for i in range(count)]


def made_texts(count: int, lexicon: Lexicon, size: int = 1600, seed: int = 0) -> list[str]:
    """Bilingual texts of about ``size`` bytes, as long as a profile with its offers."""
    chance, words, sentences = random.Random(seed), clear_words(lexicon), _sentences()
    return [_long_text(size, sentences, chance, words) for _ in range(count)]


def clear_words(lexicon: Lexicon) -> Words:
    """Words of the dictionary of two to four characters that mostly mean one thing: (Chinese, English stem)."""
    table, found = lexicon.table, []
    for row, head in enumerate(lexicon.heads):
        start, stop = table.indptr[row : row + 2]
        if 2 <= len(head) <= 4 and stop > start and (shares := table.data[start:stop]).max() > 0.4:
            found.append((head, lexicon.stems[table.indices[start + shares.argmax()]]))
    return found


def _long_text(size: int, sentences: Words, chance: random.Random, words: Words) -> str:
    chinese, english, length = [], [], 0
    while length < size:
        text = varied(Text(*chance.choice(sentences)), chance, words)
        length += len(text.joined().encode())
        chinese.append(text.zh)
        english.append(text.en)
    return "\n".join(chinese + english)


@cache
def _sentences() -> Words:
    entries = content.companies()
    items = [item for e in entries for kind in ("offers", "needs", "products") for item in e.get(kind, [])]
    pairs = [holder[name] for holder in [*entries, *items] for name in ("summary", "about", "text") if name in holder]
    return [(zh, en) for zh, en in pairs if zh and en]


def varied(text: Text, chance: random.Random, words: Words) -> Text:
    """The text with some words left out and a few of the dictionary put in, the same ones in both languages."""
    new = [words[int(len(words) * chance.random() ** 2)] for _ in range(chance.randint(0, NEW_WORDS))]
    chinese = [w for w in rjieba.cut(text.zh) if chance.random() > LEFT_OUT] + [zh for zh, _ in new if text.zh]
    english = [w for w in text.en.split() if chance.random() > LEFT_OUT] + [en for _, en in new if text.en]
    return Text("".join(chinese), " ".join(english))


def _company(i: int, book: list[Entry], chance: random.Random, words: Words) -> Profile:
    base = chance.choice(book)
    kin = [e for e in book if e["sectors"].split(".")[0] == base["sectors"].split(".")[0]]
    languages = frozenset(base["langs"].split())
    offers = [item for e in (base, chance.choice(kin)) for item in e.get("offers", []) if chance.random() < 0.7]
    products = [item for e in (base, chance.choice(kin)) for item in e.get("products", []) if chance.random() < 0.7]
    needs = [n for e in (base, chance.choice(book)) for n in e.get("needs", []) if chance.random() < 0.45]
    about = [Text(*base[name]) for name in ("summary", "about") if name in base]
    held = [c if isinstance(c, str) else c[0] for c in base.get("credentials", []) if chance.random() < 0.8]
    return Profile(
        key=f"m{i:06d}",
        country=base["country"],
        name=Text(f"{base['short'][0]}{i}号", f"{base['short'][1]} {i}"),
        summary=_joined([varied(text, chance, words) for text in about]),
        sectors=frozenset(base["sectors"].split()),
        languages=languages,
        place=base["at"].split()[0],
        group=f"group-{chance.randrange(40)}" if chance.random() < 1 / 30 else None,
        offers=(
            *(_offer(f"{i}-o{j}", item, languages, chance, words) for j, item in enumerate(offers)),
            *(_product(f"{i}-p{j}", item, chance, words) for j, item in enumerate(products)),
        ),
        needs=tuple(_need(f"{i}-n{j}", item, languages, chance, words) for j, item in enumerate(needs)),
        credentials=frozenset(short.split()[0] for short in held),
        alliances=frozenset({base["alliance"]} if "alliance" in base else ()),
        no_list=frozenset({f"m{chance.randrange(1000):06d}"} if chance.random() < 0.05 else ()),
        visible=chance.random() > 0.01,
        size=base["size"],
    )


def _offer(key: str, item: Entry, languages: frozenset[str], chance: random.Random, words: Words) -> Offer:
    return Offer(
        key,
        service_types=_with_broader("service_types", item["type"]),
        title=Text(*item["title"]),
        text=varied(Text(*item["text"]), chance, words),
        markets=_with_members(item["for"]),
        languages=languages,
        deal_size=item["size"],
        capacity=item["open"],
    )


def _product(key: str, item: Entry, chance: random.Random, words: Words) -> Offer:
    return Offer(
        key,
        categories=_with_broader("product_categories", item["of"]),
        title=Text(*item["name"]),
        text=varied(Text(*item["text"]), chance, words),
        markets=_with_members(item["to"]),
        deal_size=item["price"],
    )


def _need(key: str, item: Entry, languages: frozenset[str], chance: random.Random, words: Words) -> Need:
    return Need(
        key,
        service_types=frozenset(item.get("services", "").split()),
        categories=frozenset(item.get("goods", "").split()),
        title=Text(*item["title"]),
        text=varied(Text(*item["text"]), chance, words),
        markets=frozenset(item["in"].split()),
        languages=languages,
        budget=item["budget"],
        required_credentials=frozenset(item.get("require", "").split()),
        private=chance.random() < 0.05,
    )


def _joined(texts: Sequence[Text]) -> Text:
    return Text("\n".join(t.zh for t in texts if t.zh), "\n".join(t.en for t in texts if t.en))


@cache
def _terms(kind: str) -> dict[str, dict[str, str]]:
    with (TAXONOMY / f"{kind}.csv").open(encoding="utf-8-sig", newline="") as stream:
        return {row["code"]: row for row in csv.DictReader(stream)}


@cache
def _with_broader(kind: str, code: str) -> frozenset[str]:
    found, terms = set(), _terms(kind)
    while code and code not in found:
        found.add(code)
        code = terms[code]["parent"]
    return frozenset(found)


@cache
def _with_members(codes: str) -> frozenset[str]:
    wanted = set(codes.split())
    terms = _terms("markets").values()
    return frozenset(wanted | {t["code"] for t in terms if wanted & {t["parent"], *t["groups"].split("|")}})
