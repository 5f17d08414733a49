"""``manage.py calibrate_recommender``: learn field weights from what people said about their matches."""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from matchmaking.engine.calibration import CalibrationError
from matchmaking.matches.calibration import Learned, NothingToReturnTo, learn, put_into_use


class Command(BaseCommand):
    """Evaluate always; change something with --activate alone, and only if the learned weights are better."""

    help = "Learn field weights from feedback, compare them with those in use, and with --activate use the better ones."

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--dry-run", action="store_true", help="evaluate and print only (the default)")
        what.add_argument("--activate", action="store_true", help="use the learned weights if they are better")
        parser.add_argument("--json", action="store_true", help="print a summary as one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        model = None
        try:
            learned = learn()
            if options["activate"] and learned.comparison.better:
                show = options["verbosity"] > 0 and not options["json"]
                model = put_into_use(learned, show_progress=show).fingerprint
        except (CalibrationError, NothingToReturnTo) as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            weights = {"before": asdict(learned.before), "weights": asdict(learned.weights)}
            self.stdout.write(json.dumps({**learned.figures(), **weights, "activated": model}))
        elif options["verbosity"] > 0:
            self._print(learned, model)

    def _print(self, learned: Learned, model: str | None) -> None:
        found = learned.comparison
        self.stdout.write(f"{learned.labels} labels of {learned.judges} judges, {learned.fitting} of them say “fits”")
        self.stdout.write(f"log-loss {found.present_loss:.4f} → {found.learned_loss:.4f}")
        self.stdout.write(f"AUC      {found.present_auc:.4f} → {found.learned_auc:.4f}")
        for family in ("need", "affinity"):
            before, after = getattr(learned.before, family), getattr(learned.weights, family)
            for name in before:
                self.stdout.write(f"{family:>9} {name:<10} {before[name]:.3f} → {after[name]:.3f}")
        unused = "better; --activate puts them into use" if found.better else "not better: nothing changed"
        self.stdout.write(f"in use: model {model[:12]}" if model else unused)
