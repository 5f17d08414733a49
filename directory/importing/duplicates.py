"""Is this firm there already? By number, by name without its legal form, and by likeness within a block."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from rapidfuzz import fuzz, process

from directory.importing.rows import Row
from directory.models import Company, MemberRole
from directory.names import name_key

LIKENESS = 90.0
BLOCK = 4  # names that differ within their first four letters are not compared
NAME_FIELDS = ("legal_name_zh", "legal_name_en", "short_name_zh", "short_name_en")


@dataclass(frozen=True, slots=True)
class Known:
    """A firm that is there: a company (``pk``) or an earlier line of the same list (``line``)."""

    name: str
    pk: int | None = None
    slug: str = ""
    line: int | None = None
    claimed: bool = False


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Why a row is taken for a firm that is there: ``reason`` is ``number``, ``name`` or ``similar``."""

    reason: str
    known: Known

    @property
    def certain(self) -> bool:
        """A likeness is only a hint for people; number and name decide."""
        return self.reason != "similar"


@dataclass(slots=True)
class Register:
    """All firms known so far, under every key by which they can be met again."""

    numbers: dict[tuple[str, str], Known] = field(default_factory=dict)
    names: dict[tuple[str, str], Known] = field(default_factory=dict)
    blocks: dict[tuple[str, str], dict[str, Known]] = field(default_factory=dict)

    def add(self, known: Known, country: str, scheme: str, number: str, names: Iterable[str]) -> None:
        """Enter a firm; the first one keeps a key."""
        if number:
            self.numbers.setdefault((scheme, number), known)
        for key in filter(None, map(name_key, names)):
            self.names.setdefault((country, key), known)
            self.blocks.setdefault((country, key[:BLOCK]), {}).setdefault(key, known)

    def find(self, row: Row) -> Duplicate | None:
        """Return what the row repeats, the surest reason first."""
        values = row.values
        country = str(values.get("country", ""))
        if known := self.numbers.get((str(values.get("scheme", "")), str(values.get("number", "")))):
            return Duplicate("number", known)
        keys = [key for key in (name_key(str(values.get(name, ""))) for name in NAME_FIELDS[:2]) if key]
        for key in keys:
            if known := self.names.get((country, key)):
                return Duplicate("name", known)
        for key in keys:
            block = self.blocks.get((country, key[:BLOCK]), {})
            # "Plant No. 2" is not a slip of the pen for "Plant No. 1".
            same_digits = [other for other in block if _digits(other) == _digits(key)]
            best = process.extractOne(key, same_digits, scorer=fuzz.ratio, score_cutoff=LIKENESS)
            if best:
                return Duplicate("similar", block[best[0]])
        return None

    def add_row(self, row: Row) -> None:
        """Enter a line of the list, so that later lines meet it."""
        values = row.values
        names = [str(values.get(name, "")) for name in NAME_FIELDS]
        self.add(
            Known(row.name, line=row.line), str(values.get("country", "")), str(values.get("scheme", "")),
            str(values.get("number", "") or ""), names,
        )  # fmt: skip


def _digits(key: str) -> str:
    return "".join(character for character in key if character.isdigit())


def known_companies() -> Register:
    """Return the register of all companies, hidden ones included: a draft is there, too."""
    claimed = set(Company.objects.filter(members__role=MemberRole.OWNER).values_list("pk", flat=True))
    register = Register()
    rows = Company.objects.order_by("pk").values_list("pk", "slug", "country", "scheme", "number", *NAME_FIELDS)
    for pk, slug, country, scheme, number, *names in rows.iterator(chunk_size=2000):
        name = next(filter(None, names), slug)
        register.add(Known(name, pk, slug, None, pk in claimed), country, scheme, number or "", names)
    return register
