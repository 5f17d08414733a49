"""``manage.py evaluate_parity``: does a company get the same matches in whichever language it is described?"""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from matchmaking.engine.parity import Compared, compare, figures
from matchmaking.engine.renditions import is_bilingual
from matchmaking.matches.training import Material, fit, read


class Command(BaseCommand):
    """Rewrite every bilingual company of the directory in one language, and compare the lists; writes nothing."""

    help = "Compare the matches of companies described in Chinese alone, in English alone, and in both by turns."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--unseen",
            action="store_true",
            help="learn from half of the companies and ask about the other half, then the other way round",
        )
        parser.add_argument("--json", action="store_true", help="print the figures as one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        material = read()
        if not any(map(is_bilingual, material.profiles)):
            raise CommandError("no company says everything in both languages; try seed_demo first")
        compared = self._compare(material, halves=2 if options["unseen"] else 1)
        report = figures(compared)
        if options["json"]:
            self.stdout.write(json.dumps(report, ensure_ascii=False))
            return
        for pair, kinds in report.items():
            for kind, row in kinds.items():
                figures_of_row = "  ".join(f"{name} {value}" for name, value in row.items())
                self.stdout.write(f"{pair:>8}  {kind:<21}  {figures_of_row}")

    def _compare(self, material: Material, *, halves: int) -> list[Compared]:
        found: list[Compared] = []
        for half in range(halves):
            taught = [p for i, p in enumerate(material.profiles) if halves == 1 or i % halves != half]
            asked = [p for p in material.profiles[half::halves] if is_bilingual(p)]
            recommender = fit(Material(taught, material.pairs)).populate(material.profiles)
            found += compare(recommender, asked)
        return found
