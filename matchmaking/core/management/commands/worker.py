"""The worker: brings search, matches and mail into step with what people changed, and does what is due by the clock."""

import os
import signal
import socket
import threading
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections
from django.db.utils import OperationalError

from matchmaking.core import outbox, schedule


class Command(BaseCommand):
    """Quick queues in one thread, slow ones in another: a list that takes seconds to compute holds up no search."""

    help = (
        "Work off all queues of the outbox until stopped. Safe to run several times in parallel and to kill at any "
        "moment: a claimed entry returns to the queue when its lease ends."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="Work until nothing is due, then end.")
        parser.add_argument("--interval", type=float, default=0.5, help="Seconds to wait when nothing is due.")

    def handle(self, *args: Any, **options: Any) -> None:
        owner = f"{socket.gethostname()}:{os.getpid()}"
        if options["once"]:
            schedule.mark_due()
            self.stdout.write(f"{outbox.drain_all(owner)} entries")
            return
        self.options = options
        self.failure: Exception | None = None
        self.running = True
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        slow = threading.Thread(target=self._guarded, args=(f"{owner}:slow", outbox.slow_topics()))
        slow.start()
        self._guarded(owner, outbox.quick_topics())
        slow.join()
        if self.failure:
            raise self.failure

    def _stop(self, *args: Any) -> None:
        """Finish the batches in hand, then end."""
        self.running = False

    def _guarded(self, owner: str, topics: list[str]) -> None:
        """Work in one of two threads; what ends one ends both, so that no queue stands still unnoticed."""
        try:
            while self.running:
                if not self._drain(owner, topics):
                    time.sleep(self.options["interval"])
        except Exception as error:
            self.failure = error
        finally:
            self.running = False

    def _drain(self, owner: str, topics: list[str]) -> int:
        """Work one batch; a database that is away for a moment is waited for, not fatal."""
        try:
            schedule.mark_due()
            return outbox.drain(owner, topics=topics)
        except OperationalError as error:
            self.stderr.write(f"database not available, trying again: {error}")
            time.sleep(2)
            return 0
        finally:
            close_old_connections()
