"""What the steps of seeding hand to each other."""

import datetime
import random
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from directory.models import Company, Need, Product
from matchmaking.demo.bulk import Links, Terms
from matchmaking.demo.content import Entry, companies
from matchmaking.users.models import User

SEED = 2021


@dataclass
class Stage:
    """Entries of the data files and the rows made of them so far, by the key of the company."""

    terms: Terms
    links: Links
    entries: dict[str, Entry] = field(default_factory=lambda: {entry["key"]: entry for entry in companies()})
    companies: dict[str, Company] = field(default_factory=dict)
    owners: dict[str, User] = field(default_factory=dict)
    staff: dict[tuple[str, str], User] = field(default_factory=dict)
    needs: dict[str, list[Need]] = field(default_factory=dict)
    products: dict[str, list[Product]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    # Same data, same directory: chance decides only dates and contact names, from one seed.
    chance: random.Random = field(default_factory=lambda: random.Random(SEED))
    now: datetime.datetime = field(default_factory=timezone.now)

    @property
    def today(self) -> datetime.date:
        """The day from which all days of the data files count."""
        return timezone.localdate(self.now)

    def day(self, days: int) -> datetime.date:
        """Return the date so many days from today."""
        return self.today + datetime.timedelta(days=days)

    def moment(self, days_ago: float) -> datetime.datetime:
        """Return the time so many days ago."""
        return self.now - datetime.timedelta(days=days_ago)

    def published(self, days_ago: int) -> dict[str, Any]:
        """Return the columns of a record that has been live for some days."""
        then = self.moment(days_ago)
        return {
            "live": True, "has_unpublished_changes": False, "first_published_at": then, "last_published_at": then,
        }


UNPUBLISHED: dict[str, Any] = {"live": False, "has_unpublished_changes": True}
