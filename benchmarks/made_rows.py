"""A made-up directory as rows of a database of its own, for benchmarks of what reads rows."""

import io
import os
import tempfile
import uuid
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from itertools import islice
from pathlib import Path
from typing import Any

BATCH = 1000


@contextmanager
def own_site(elasticsearch: str = "", kept: str = "") -> Iterator[Path]:
    """A site in a folder of its own, with empty tables and the vocabulary: call before anything of Django is used.

    ``kept``: a folder that stays, with its indices, for another run to find them filled.
    """
    with nullcontext(kept) if kept else tempfile.TemporaryDirectory(prefix="yuxin-bench-") as folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        os.environ |= {
            "YUXIN_VAR": folder, "DJANGO_SETTINGS_MODULE": "matchmaking.settings.dev", "LOG_LEVEL": "ERROR",
            "DATABASE_URL": f"sqlite:///{folder}/yuxin.sqlite3", "ELASTICSEARCH_URL": elasticsearch,
            "SEARCH_INDEX_PREFIX": f"bench-{zlib.crc32(folder.encode()):08x}",
        }  # fmt: skip
        import django

        django.setup()
        from django.core.management import call_command

        from search.index import single_engines

        for command in ("migrate", "createcachetable", "load_taxonomy"):
            call_command(command, verbosity=0, stdout=io.StringIO())
        try:
            yield Path(folder)
        finally:
            for engine in () if kept else single_engines():
                if hasattr(engine, "destroy"):
                    engine.destroy()


def fill(count: int, distinct: int = 10_000) -> None:
    """Write so many companies with their offers, products and needs; no marks, so no worker has anything to do.

    So many are ``distinct``; the others are copies of these that differ by name.
    """
    from benchmarks.made_directory import made_directory
    from matchmaking.demo.bulk import Terms
    from matchmaking.engine.lexicon import Lexicon

    profiles, terms = iter(made_directory(min(count, distinct), Lexicon.from_dictionary())), Terms()
    while batch := list(islice(profiles, BATCH)):
        _write(batch, terms)
    multiply(count)


def multiply(count: int) -> None:
    """Copy companies with all that hangs on them, under names of their own, until there are so many."""
    from django.db import connection, transaction
    from django.db.models import Max

    from directory.models import Company, Need, Offer, Product

    base = Company.objects.count()
    shifts = {model: model._default_manager.aggregate(most=Max("pk"))["most"] or 0 for model in (
        Company, Offer, Product, Need)}  # fmt: skip
    with transaction.atomic(), connection.cursor() as cursor:
        for turn in range(1, -(-count // base)):
            last = shifts[Company] if (turn + 1) * base <= count else shifts[Company] - (turn + 1) * base + count
            for model in shifts:
                for statement in _copies(model, turn, shifts, last):
                    cursor.execute(statement)


def _copies(model: Any, turn: int, shifts: dict[Any, int], last: int) -> Iterator[str]:
    """Statements that copy the rows of one model, and its links to terms, of companies up to ``last``."""
    from directory.models import Company

    shift, owner = turn * shifts[model], "id" if model is Company else "company_id"
    changed = {
        "id": f"id + {shift}", "company_id": f"company_id + {turn * shifts[Company]}", "slug": f"slug || '-{turn}'",
        "legal_name_zh": f"legal_name_zh || '{turn}部'", "legal_name_en": f"legal_name_en || ' {turn}'",
    }  # fmt: skip
    columns, table = [field.column for field in model._meta.concrete_fields], model._meta.db_table
    values = ", ".join(changed.get(column, column) for column in columns)
    taken = f"id <= {shifts[model]} AND {owner} <= {last}"
    yield f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM {table} WHERE {taken}"
    for field in model._meta.many_to_many:
        if field.remote_field.through._meta.auto_created:
            links, own, other = field.m2m_db_table(), field.m2m_column_name(), field.m2m_reverse_name()
            chosen = (
                f"SELECT {own} + {shift}, {other} FROM {links} WHERE {own} IN (SELECT id FROM {table} WHERE {taken})"
            )
            yield f"INSERT INTO {links} ({own}, {other}) {chosen}"


def _write(profiles: list[Any], terms: Any) -> None:
    from django.db import transaction

    from directory.models import Company, Need, Offer, Product, TermKind
    from matchmaking.demo.bulk import Links

    links = Links()
    companies = [_company(profile) for profile in profiles]
    rows: list[Any] = []
    for company, profile in zip(companies, profiles, strict=True):
        links.add(company, "sectors", [terms.one(TermKind.SECTOR, code) for code in sorted(profile.sectors)])
        links.add(company, "languages", [terms.one(TermKind.LANGUAGE, code) for code in sorted(profile.languages)])
        for offer in profile.offers:
            rows.append(_offer(company, offer, terms))
        for need in profile.needs:
            row = Need(company=company, state="open", live=True, **_texts(need))
            row.confidentiality = "private" if need.private else "public"
            links.add(row, "service_types", [terms.one(TermKind.SERVICE_TYPE, code) for code in need.service_types])
            rows.append(row)
    with transaction.atomic():
        Company.objects.bulk_create(companies)
        for model in (Offer, Product, Need):
            model._default_manager.bulk_create([row for row in rows if type(row) is model])
        links.write()


def _company(profile: Any) -> Any:
    from directory.models import Company

    shown = {"visibility": "live", "live": True} if profile.visible else {"visibility": "draft", "live": False}
    return Company(
        slug=profile.key, country=profile.country, legal_name_zh=profile.name.zh, legal_name_en=profile.name.en,
        description_zh=profile.summary.zh, description_en=profile.summary.en, **shown,
    )  # fmt: skip


def _offer(company: Any, offer: Any, terms: Any) -> Any:
    from directory.models import Offer, Product, TermKind

    if offer.categories:
        narrowest = max(offer.categories, key=len)
        names = {name.replace("title", "name"): text for name, text in _texts(offer).items()}
        return Product(company=company, category=terms.one(TermKind.PRODUCT_CATEGORY, narrowest), live=True, **names)
    narrowest = max(offer.service_types, key=len)
    return Offer(company=company, service_type=terms.one(TermKind.SERVICE_TYPE, narrowest), live=True, **_texts(offer))


def _texts(item: Any) -> dict[str, str]:
    return {
        "title_zh": item.title.zh, "title_en": item.title.en, "text_zh": item.text.zh, "text_en": item.text.en,
    }  # fmt: skip


@contextmanager
def bare_engine(like: Any) -> Iterator[Any]:
    """Another engine of the same kind with one empty generation, gone afterwards."""
    from search.engines.fts5 import Fts5Engine

    with tempfile.TemporaryDirectory(prefix="yuxin-bench-") as folder:
        if like.name == "fts5":
            engine: Any = Fts5Engine(Path(folder) / "bare.sqlite3")
        else:
            from search.engines.elasticsearch import ElasticsearchEngine

            engine = ElasticsearchEngine(os.environ["ELASTICSEARCH_URL"], prefix=f"bare-{uuid.uuid4().hex[:8]}")
        engine.ensure()
        yield engine
        if like.name != "fts5":
            engine.destroy()
        engine.close()
