"""One command from an empty folder to a living site: prepare what is missing, then run web server and worker."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

# Rooms above the kernel are prepared by the names of their commands, so that the kernel imports none of them.
PREPARATION = (
    ("Terms", "load_taxonomy", "directory.Term"),
    ("Alliances", "load_alliances", "alliances.Alliance"),
    ("Editorial pages", "seed_site", "directory.EditorialPage"),
)
MINIMUM_FREE_BYTES = 500 * 1024 * 1024


class Command(BaseCommand):
    help = "Prepare the site on first use, then run web server and worker until Ctrl-C."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--prepare-only", action="store_true", help="Prepare everything, start nothing.")

    def handle(self, *args: Any, **options: Any) -> None:
        port = options["port"]
        self._check_disk()
        if not options["prepare_only"]:
            self._check_port(port)
        self._prepare()
        if not options["prepare_only"]:
            self._run(port)

    def _check_disk(self) -> None:
        free = shutil.disk_usage(settings.VAR_DIR).free
        if free < MINIMUM_FREE_BYTES:
            raise CommandError(f"Only {free // 1024**2} MB free in {settings.VAR_DIR}; Yuxin needs about 500 MB.")

    def _check_port(self, port: int) -> None:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except (OSError, OverflowError) as error:
                raise CommandError(f"Port {port} cannot be used ({error}). Try: make run PORT={port + 1}") from error

    def _prepare(self) -> None:
        """Bring the database, the vocabulary, the demonstration directory, the model and the index into being."""
        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
        for label, command, model in PREPARATION:
            if not apps.get_model(model).objects.exists():
                self.stdout.write(f"• {label}")
                call_command(command)
        if settings.YUXIN_DEMO and not apps.get_model("directory.Company").objects.exists():
            self.stdout.write("• Demonstration directory")
            call_command("seed_demo")
        if not apps.get_model("matches.ModelVersion").objects.filter(active=True).exists():
            self.stdout.write("• Training the recommender")
            call_command("train_recommender")
            self.stdout.write("• Matching")
            call_command("refresh_matches")
        self.stdout.write("• Search index")
        call_command("search_rebuild", "--if-missing")

    def _run(self, port: int) -> None:
        # Mails carry the address under which the site is really reached.
        environment = {"BASE_URL": f"http://127.0.0.1:{port}", **os.environ, "PYTHONUNBUFFERED": "1"}
        web = [
            sys.executable, "-m", "gunicorn", "matchmaking.wsgi", "--bind", f"127.0.0.1:{port}",
            "--worker-class", "gthread", "--workers", "1", "--threads", "8", "--log-level", "warning",
        ]
        worker = [sys.executable, "manage.py", "worker"]
        children = [
            subprocess.Popen(command, env=environment, cwd=settings.BASE_DIR, start_new_session=True)
            for command in (web, worker)
        ]
        # Also where the parent shell told its background jobs to ignore Ctrl-C.
        for stop in (signal.SIGTERM, signal.SIGINT):
            signal.signal(stop, signal.default_int_handler)
        try:
            self._wait_for_web(port, children[0])
            self._greet(port)
            while all(child.poll() is None for child in children):
                time.sleep(0.5)
            raise CommandError("The web server or the worker ended by itself; see the lines above.")
        except KeyboardInterrupt:
            self.stdout.write("\nStopping …")
        finally:
            for child in children:
                if child.poll() is None:
                    child.terminate()
            for child in children:
                try:
                    child.wait(timeout=10)
                except subprocess.TimeoutExpired:
                    child.kill()

    def _wait_for_web(self, port: int, web: "subprocess.Popen[bytes]") -> None:
        for _ in range(150):
            if web.poll() is not None:
                raise CommandError("The web server did not start; see the lines above.")
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
            time.sleep(0.2)

    def _greet(self, port: int) -> None:
        lines = ["", f"Yuxin is running:  http://127.0.0.1:{port}/zh-hans/   http://127.0.0.1:{port}/en/"]
        if settings.YUXIN_DEMO:
            lines += ["", "Demonstration log-ins:"]
            lines += [f"  {email:<34} {password:<22} {role}" for email, password, role in self._demo_accounts()]
        lines += ["", "Ctrl-C stops everything."]
        self.stdout.write("\n".join(lines))

    def _demo_accounts(self) -> list[tuple[str, str, str]]:
        """Return (e-mail, password, role) of the demonstration people, as the demo room lists them."""
        return list(getattr(apps.get_app_config("demo"), "accounts", []))
