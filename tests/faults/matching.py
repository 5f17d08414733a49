"""The parts of a campaign on matches: firms that change and withdraw, workers that recompute, trainers, and a reader."""

import random
import time
from collections import Counter
from pathlib import Path

from django.conf import settings
from django.db import transaction

from directory.models import Company, Visibility
from directory.versions import mark_changed
from matchmaking.core import outbox
from matchmaking.core.fault_points import reached
from matchmaking.core.models import OutboxEntry
from matchmaking.matches.renewal import renew
from matchmaking.matches.selectors import matches_for
from tests.factories import CompanyFactory, NeedFactory, OfferFactory, TermFactory
from tests.faults import ledger

WORDS = {"污水": {"wastewat": 1.0}, "设计": {"design": 1.0}, "专利": {"patent": 1.0}, "工程": {"engin": 1.0}}
TRADES = (("污水处理设计", "Wastewater design"), ("专利申请", "Patent filing"), ("工程监理", "Engineering supervision"))
SIDE = 6


def directory():
    """Firms on both sides of the border, each with a need or an offer, and a first model."""
    terms = [TermFactory(code=f"trade-{n}", label_zh=zh, label_en=en) for n, (zh, en) in enumerate(TRADES)]
    for number in range(SIDE):
        term = terms[number % len(terms)]
        seeker = CompanyFactory(summary_zh=f"需要{term.label_zh}。", summary_en=f"Looks for {term.label_en}.")
        need = NeedFactory(company=seeker, title_zh=term.label_zh, title_en=term.label_en)
        need.service_types.set([term])
        provider = CompanyFactory(singapore=True, summary_zh=f"{term.label_zh}。", summary_en=f"{term.label_en}.")
        OfferFactory(company=provider, service_type=term, title_zh=term.label_zh, title_en=term.label_en)
    renew()
    OutboxEntry.objects.all().delete()
    return list(Company.objects.order_by("pk").values_list("pk", flat=True))


def change(number, text):
    """One change of what a firm says of itself."""
    with transaction.atomic():
        Company.objects.filter(pk=number).update(summary_en=text)
        mark_changed(number)


def work_once():
    """One batch."""
    outbox.drain(f"once:{time.monotonic_ns()}", topics=["match"])


def work_for_ever(name):
    """A worker of matches."""
    turn = 0
    while True:
        turn += 1
        if not outbox.drain(f"{name}:{turn}", topics=["match"]):
            time.sleep(0.02)


def renew_for_ever():
    """A trainer."""
    while True:
        renew()
        time.sleep(0.5)


def change_for_ever(firms, seed):
    """A web process that changes, withdraws and publishes."""
    chance = random.Random(seed)
    while True:
        number, act = chance.choice(firms), chance.choices(("rename", "withdraw", "publish"), (5, 2, 4))[0]
        text = f"{chance.choice(TRADES)[1]} and {chance.choice(TRADES)[1]}, {chance.randint(0, 999)}."
        values = {
            "rename": {"summary_en": text}, "withdraw": {"visibility": Visibility.WITHDRAWN},
            "publish": {"visibility": Visibility.LIVE, "live": True},
        }[act]  # fmt: skip
        ledger.note("will", number, act, text)
        with transaction.atomic():
            Company.objects.filter(pk=number).update(**values)
            version = mark_changed(number)
            OutboxEntry.objects.filter(topic="doc").delete()
            reached("W1")
        reached("W2")
        ledger.note("did", number, act, text, version)
        time.sleep(0.05 + chance.random() * 0.2)


def read(firms, seed):
    """A reader: who was withdrawn before the list was asked for, and is afterwards, is not in it."""
    chance, truth, seen = random.Random(seed), ledger.Reader(), Counter(lists=0, shown_after_withdrawal=0)
    while not (Path(settings.FAULT_DIR) / "stop").exists():
        truth.follow()
        hidden = set(truth.hidden)
        served = matches_for(Company.objects.get(pk=chance.choice(firms)))
        truth.follow()
        both = {side for match in served.matches for side in (match.candidate_id, match.seeker_id)}
        seen["lists"] += 1
        seen["shown_after_withdrawal"] += len(both & hidden & truth.hidden)
        time.sleep(0.03)
    return dict(seen)
