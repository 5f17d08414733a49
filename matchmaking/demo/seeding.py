"""Bring the demonstration directory into being, or remove exactly what was brought."""

from collections.abc import Callable

from django.db import transaction

from directory.models import Company
from directory.versions import mark_changed
from matchmaking.core.progress import progress
from matchmaking.demo.accounts import create_people, demo_users, link_people
from matchmaking.demo.bulk import Links, Terms
from matchmaking.demo.decisions import seed_decisions
from matchmaking.demo.introductions import seed_introductions
from matchmaking.demo.parts import seed_parts
from matchmaking.demo.profiles import seed_companies
from matchmaking.demo.review import seed_reviews
from matchmaking.demo.stage import Stage


def is_seeded() -> bool:
    """Say whether any demonstration row is here."""
    return Company.objects.filter(is_demo=True).exists()


def seed(*, show_progress: bool = True) -> dict[str, int]:
    """Write everything in one transaction and return how many rows of each kind; raises ``MissingTerms``."""
    stage = Stage(Terms(), Links())
    steps: list[Callable[[Stage], None]] = [
        seed_companies, create_people, link_people, seed_parts, seed_decisions, seed_introductions, seed_reviews,
        mark_all,
    ]
    with transaction.atomic():
        for step in progress(steps, "demonstration", show=show_progress):
            step(stage)
    return stage.counts


def mark_all(stage: Stage) -> None:
    """Leave dirty marks, so that a search index and matches that exist already learn of the companies."""
    for company in stage.companies.values():
        mark_changed(company.pk)


@transaction.atomic
def delete(*, show_progress: bool = True) -> int:
    """Remove the demonstration companies with all that hangs on them, and their people; return the companies."""
    companies = list(Company.objects.filter(is_demo=True))
    for company in progress(companies, "deleting", show=show_progress):
        company.delete()
    demo_users().delete()
    return len(companies)
