"""``manage.py recommend SLUG``: one list with the parts of each score and its reasons."""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import override

from directory.models import Company
from matchmaking.engine.advice import Advice
from matchmaking.engine.encoding.encoder import EncoderError
from matchmaking.engine.profiles import Profile, Recommendation
from matchmaking.matches.features import own_profiles
from matchmaking.matches.fields import advised
from matchmaking.matches.keys import key_id
from matchmaking.matches.live import LiveRecommender, live_recommender
from matchmaking.matches.match_rows import Computed, build_match
from matchmaking.matches.models import LIST_LENGTH, Match, MatchList
from matchmaking.matches.nearby import candidates_of
from matchmaking.matches.rules import PairRules
from matchmaking.matches.summaries import excluded_lines, nothing_found
from matchmaking.matches.targets import Target, count_excluded, targets_of
from matchmaking.matches.wording import Wording


class Command(BaseCommand):
    """Compute one list from the directory as it is now and print it; stores nothing."""

    help = "Print recommendations for a company, one of its needs or one of its products."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="address of the company, as in its page's URL")
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--need", type=int, metavar="N", help="number of an open need of this company")
        which.add_argument("--product", type=int, metavar="N", help="number of a product of this company")
        parser.add_argument("--k", type=int, default=10, help="how many (default 10)")
        parser.add_argument("--language", choices=("zh-hans", "en"), default="zh-hans", help="language of the reasons")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self._recommend(options)
        except EncoderError as error:
            raise CommandError(str(error)) from error

    def _recommend(self, options: dict[str, Any]) -> None:
        live = live_recommender()
        if live is None:
            raise CommandError("no model yet: run manage.py train_recommender first")
        company = Company.objects.filter(slug=options["slug"]).first()
        if company is None:
            raise CommandError(f"no company with the address {options['slug']!r}")
        profile = own_profiles([company.pk]).get(company.pk)
        if profile is None:
            raise CommandError(f"{options['slug']} is not published, so nobody is matched with it")
        target = self._target(profile, options)
        advises = target.of_company and not live.is_large
        if live.is_large:
            live = candidates_of(live, [target])
        found = self._list(live, target, max(1, options["k"]))
        with override(options["language"]):
            advice = live.advisor.advise(target.profile) if advises else []
            why = [] if found else _why_empty(live, target)
            self._print(company, self._rows(live, company, target, found), advice, why, options)

    def _target(self, profile: Profile, options: dict[str, Any]) -> Target:
        for target in targets_of(profile):
            if (target.need_id, target.product_id) == (options["need"], options["product"]):
                return target
        what = f"open need {options['need']}" if options["need"] is not None else f"product {options['product']}"
        raise CommandError(f"{options['slug']} has no {what}")

    def _list(self, live: LiveRecommender, target: Target, k: int) -> list[Recommendation]:
        rules = PairRules.of(target.company_id)
        return rules.apply(target, target.ask(live.engine, max(k, LIST_LENGTH) + len(rules.refused)), live, k)[0]

    def _rows(
        self, live: LiveRecommender, company: Company, target: Target, found: list[Recommendation]
    ) -> list[Match]:
        unsaved = MatchList(company=company, need_id=target.need_id, product_id=target.product_id)
        pinned = frozenset(PairRules.of(company.pk).pinned)
        computed = Computed(target, found, {}, pinned)
        companies = Company.objects.in_bulk([key_id(one.candidate) for one in found])
        rows = []
        for rank, one in enumerate(found, start=1):
            row = build_match(unsaved, one, rank, computed, live.versions)
            row.seeker, row.candidate = company, companies[row.candidate_id]
            rows.append(row)
        return rows

    def _print(
        self, company: Company, rows: list[Match], advice: list[Advice], why: list[str], options: dict[str, Any]
    ) -> None:
        wording = Wording(rows)
        entries = [self._entry(row, wording) for row in rows]
        if options["json"]:
            head: dict[str, Any] = {"company": company.slug, "need": options["need"], "product": options["product"]}
            head |= {"advice": [asdict(one) for one in advice], "why_empty": why}
            self.stdout.write(json.dumps({**head, "matches": entries}, ensure_ascii=False))
            return
        self.stdout.write(company.name)
        for line in why:
            self.stdout.write(f"  – {line}")
        for change in advised([asdict(one) for one in advice]):
            self.stdout.write(f"  + {change.text}")
        for entry in entries:
            parts = ", ".join(f"{name} {share:.3f}" for name, share in entry["parts"].items())
            self.stdout.write(f"{entry['rank']:>3}. {entry['name']} ({entry['slug']}) · {entry['band_label']}")
            self.stdout.write(f"     {entry['score']:.3f} = {parts}")
            for line in (*entry["reasons"], *entry["conflicts"], *entry["missing"], *entry["changes"]):
                self.stdout.write(f"     - {line}")

    def _entry(self, row: Match, wording: Wording) -> dict[str, Any]:
        return {
            "rank": row.rank,
            "slug": row.candidate.slug,
            "name": row.candidate.name,
            "country": row.candidate.country,
            "score": round(row.score, 6),
            "band": row.band,
            "band_label": str(row.get_band_display()),
            "pinned": row.pinned,
            "parts": {name: round(share, 6) for name, share in row.parts.items()},
            "reasons": wording.sentences(row, "reasons"),
            "conflicts": wording.sentences(row, "conflicts"),
            "missing": wording.sentences(row, "missing"),
            "changes": [one.text for one in wording.changes(row)],
        }


def _why_empty(live: LiveRecommender, target: Target) -> list[str]:
    """What the page of an empty list says too: whom which rule kept out, and the next step."""
    excluded = count_excluded(target, list(live.held.values()))
    return [*excluded_lines(excluded), nothing_found(excluded)]
