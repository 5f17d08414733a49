"""Two moments of a profile laid side by side, as rows of ``{% diff %}``."""

from collections.abc import Mapping

from django.db.models import Field
from django.utils.translation import gettext as _

from alliances.models import Membership
from alliances.profile import PARTS, Fact, profile_facts, text_under_review
from directory.models import Company
from matchmaking.core.bilingual import reader_suffix
from matchmaking.core.components import Difference

# What the recommender reads: a change here changes who is proposed to whom.
FEEDS_MATCHING = frozenset(
    {
        "country",
        "languages",
        "sectors",
        "summary_zh",
        "summary_en",
        "description_zh",
        "description_en",
        "group_name",
        "service_type",
        "title_zh",
        "title_en",
        "text_zh",
        "text_en",
        "markets",
        "capacity",
        "lead_days",
        "category",
        "hs6",
        "name_zh",
        "name_en",
        "scheme",
        "valid_until_date",
    }
)


def changed_since_approval(membership: Membership) -> list[Difference]:
    """Return the fields that differ from what was last approved here; everything, for a first application."""
    return differences(membership.approved_profile, profile_facts(text_under_review(membership.company)))


def changed_since_publication(company: Company) -> list[Difference]:
    """Return the fields in which the newest draft differs from the published profile."""
    published = profile_facts(company) if company.live else {}
    return differences(published, profile_facts(company.get_latest_revision_as_object()))


def differences(before: Mapping[str, Fact], after: Mapping[str, Fact]) -> list[Difference]:
    """Return one row per field whose fact differs, in the order of the profile."""
    keys = sorted({*before, *after}, key=_position)
    titles = _titles(before) | _titles(after)
    return [
        _row(key, before.get(key, {}), after.get(key, {}), titles)
        for key in keys
        if before.get(key) != after.get(key)
    ]


def _position(key: str) -> tuple[int, int, int]:
    part, pk, name = key.split(".")
    names = PARTS[part][1]
    return list(PARTS).index(part), int(pk), names.index(name) if name in names else len(names)


def _row(key: str, before: Fact, after: Fact, titles: Mapping[str, str]) -> Difference:
    part, pk, name = key.split(".")
    label = _label(part, name)
    whose = titles.get(f"{part}.{pk}", "")
    label = f"{whose} · {label}" if whose else label
    language = {"zh": "zh-Hans", "en": "en"}.get(name[-2:] if name[-3:-2] == "_" else "", "")
    tag = _("feeds matching") if name in FEEDS_MATCHING else ""
    return Difference(label[:1].upper() + label[1:], _text(before), _text(after), language, tag)


def _label(part: str, name: str) -> str:
    field = PARTS[part][0]._meta.get_field(name)
    return str(field.verbose_name) if isinstance(field, Field) else name


def _text(fact: Fact) -> str:
    return fact.get("text") or fact.get(reader_suffix(), "")


def _titles(facts: Mapping[str, Fact]) -> dict[str, str]:
    """Name each offer, product and credential: by its title in the reader's language, else by the other one."""
    titles: dict[str, str] = {}
    suffix = reader_suffix()
    other = "zh" if suffix == "en" else "en"
    for language in (other, suffix):
        for name in (f"title_{language}", f"name_{language}", "scheme"):
            for key, fact in facts.items():
                head, _dot, tail = key.rpartition(".")
                if tail == name and not key.startswith("company.") and _text(fact):
                    titles[head] = _text(fact)
    return titles
