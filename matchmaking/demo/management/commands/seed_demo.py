"""``manage.py seed_demo``: the fictional directory that a newcomer meets."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from alliances.models import Alliance
from matchmaking.demo.bulk import MissingTerms
from matchmaking.demo.seeding import delete, is_seeded, seed


class Command(BaseCommand):
    """Write the demonstration directory once, or delete exactly that."""

    help = "Seed the fictional demonstration directory; --delete removes it and nothing else."

    def add_arguments(self, parser: CommandParser) -> None:
        """One switch."""
        parser.add_argument("--delete", action="store_true", help="remove all demonstration rows and people")

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuse outside demonstrations; never double."""
        if not settings.YUXIN_DEMO:
            raise CommandError("YUXIN_DEMO is off: this site takes no demonstration data.")
        show = options["verbosity"] > 0
        if options["delete"]:
            self._say(f"deleted {delete(show_progress=show)} companies", show)
        elif is_seeded():
            self._say("the demonstration directory is here already; nothing was changed", show)
        else:
            self._seed(show)

    def _seed(self, show: bool) -> None:
        if not Alliance.objects.exists():
            raise CommandError("Run load_taxonomy and load_alliances first.")
        try:
            counts = seed(show_progress=show)
        except MissingTerms as error:
            raise CommandError(f"The vocabulary lacks {error}. Run load_taxonomy first.") from error
        self._say(", ".join(f"{count} {label}" for label, count in counts.items()), show)

    def _say(self, text: str, show: bool) -> None:
        if show:
            self.stdout.write(text)
