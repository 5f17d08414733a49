"""``manage.py seed_site``: home page and editorial pages in both languages; safe to repeat."""

import os
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from directory.seeding import seed_site


class Command(BaseCommand):
    """Create what the site needs before its first visitor; pages that exist are left as their editors wrote them."""

    help = "Create the home page and the editorial pages in Chinese and English; safe to repeat."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--superuser", metavar="EMAIL", help="also create this administrator, password in DJANGO_SUPERUSER_PASSWORD"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        report = seed_site()
        if options["superuser"]:
            self._create_superuser(options["superuser"])
        if options["verbosity"] > 0:
            self.stdout.write(f"site: {len(report.created)} pages created, {len(report.removed)} removed")

    @transaction.atomic
    def _create_superuser(self, email: str) -> None:
        users = get_user_model()._default_manager
        if users.filter(email__iexact=email).exists():
            return
        password = os.environ.get("DJANGO_SUPERUSER_PASSWORD", "")
        if not password:
            raise CommandError("Set DJANGO_SUPERUSER_PASSWORD for the new administrator.")
        user = users.create_superuser(email=email, password=password)
        EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
