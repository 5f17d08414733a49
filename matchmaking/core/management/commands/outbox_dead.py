"""``manage.py outbox_dead``: list what the worker gave up, and give it another life."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from matchmaking.core.dead_letters import dead_letters, requeue


class Command(BaseCommand):
    """Exit codes: 0 there is none, or they were put back; 1 there are some."""

    help = "List dead letters with their reasons; --requeue gives them (all, or those numbered) another life."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which, and what to do."""
        parser.add_argument("numbers", nargs="*", type=int, help="Numbers of dead letters; none: all.")
        parser.add_argument("--requeue", action="store_true", help="Put them back on the queue.")
        parser.add_argument("--json", action="store_true", help="Print JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        """List, put back."""
        chosen = dead_letters().filter(pk__in=options["numbers"]) if options["numbers"] else dead_letters()
        listed = [
            {"number": one.pk, "topic": one.topic, "entity": f"{one.entity}:{one.entity_id}", "attempts": one.attempts,
             "reason": one.last_error, "since": one.dead_at.isoformat() if one.dead_at else ""}
            for one in chosen
        ]  # fmt: skip
        put_back = requeue(options["numbers"] or None) if options["requeue"] else 0
        if options["json"]:
            self.stdout.write(json.dumps({"dead": listed, "requeued": put_back}))
        else:
            for one in listed:
                self.stdout.write("{number}  {topic} {entity}  {attempts}×  {reason}  {since}".format(**one))
            self.stdout.write(f"{len(listed)} dead, {put_back} put back")
        if len(listed) > put_back:
            raise SystemExit(1)
