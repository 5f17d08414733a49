"""Addresses of companies: short, Latin, readable when pasted into a chat, unique for ever."""

import re
import secrets

from pypinyin import lazy_pinyin

from directory.models import Company
from directory.names import core_name
from matchmaking.engine.text import query_words

MAX_LENGTH = 60
_NOT_SLUG = re.compile(r"[^a-z0-9]")


def slug_for(company: Company) -> str:
    """Return a slug for a company that has none yet; the caller saves it.

    Names in order of preference: English short, English legal, then the Chinese ones in pinyin, without their
    legal forms. Unused at the time of the call; the unique constraint has the last word.
    """
    names = (company.short_name_en, company.legal_name_en, company.short_name_zh, company.legal_name_zh)
    stem = next((slug for slug in map(slugify_name, names) if slug), "company")
    return free_slug(stem, taken_slugs(stem))


def slugify_name(name: str) -> str:
    """Return the name without its legal form in ``a-z0-9-``, Chinese as pinyin, at most 60 characters."""
    words = query_words(core_name(name))
    latin = (_NOT_SLUG.sub("", "".join(lazy_pinyin(word))) for word in words)
    slug = "-".join(word for word in latin if word)
    if len(slug) <= MAX_LENGTH:
        return slug
    head = slug[: MAX_LENGTH + 1].rpartition("-")[0]
    return head or slug[:MAX_LENGTH]


def taken_slugs(stem: str) -> set[str]:
    """All slugs in use that begin with the stem."""
    return set(Company.objects.filter(slug__startswith=stem).values_list("slug", flat=True))


def free_slug(stem: str, taken: set[str]) -> str:
    """Return the stem, or the stem with the first free number from 2 on."""
    if stem not in taken:
        return stem
    for number in range(2, 1000):
        if (slug := f"{stem}-{number}") not in taken:
            return slug
    return f"{stem}-{secrets.token_hex(4)}"
