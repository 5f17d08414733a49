"""Introductions in every state, with consents and messages."""

import datetime

from django.utils import timezone

from matchmaking.demo import content
from matchmaking.demo.content import Entry
from matchmaking.demo.stage import Stage
from matchmaking.introductions.models import ContactConsent, Introduction, IntroductionMessage
from matchmaking.introductions.working_days import ANSWER_WORKING_DAYS, add_working_days

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def seed_introductions(stage: Stage) -> None:
    """Write introductions, then give them their past."""
    entries = content.introductions()
    rows = [_introduction(stage, entry) for entry in entries]
    Introduction.objects.bulk_create(rows)
    consents: list[ContactConsent] = []
    messages: list[tuple[IntroductionMessage, datetime.datetime]] = []
    for entry, row in zip(entries, rows, strict=True):
        consents += _consents(stage, entry, row)
        messages += _messages(stage, entry, row)
        row.created_at = stage.moment(entry["days"])
        row.updated_at = stage.moment(_last_day(entry))
    ContactConsent.objects.bulk_create(consents)
    IntroductionMessage.objects.bulk_create([message for message, _at in messages])
    for message, at in messages:
        message.created_at = at
    IntroductionMessage.objects.bulk_update([message for message, _at in messages], ["created_at"])
    Introduction.objects.bulk_update(rows, ["created_at", "updated_at"])
    stage.counts["introductions"] = len(rows)


def _introduction(stage: Stage, entry: Entry) -> Introduction:
    asking, asked = entry["from"], entry["to"]
    begun = timezone.localdate(stage.moment(entry["days"]))
    answered = "answered" in entry
    return Introduction(
        reference="YX-" + "".join(stage.chance.choice(ALPHABET) for _position in range(8)),
        requester=stage.companies[asking], receiver=stage.companies[asked], state=entry["state"],
        need=stage.needs[asking][entry["need"]] if "need" in entry else None,
        product=stage.products[asking][entry["product"]] if "product" in entry else None,
        reason=entry["reason"], decision_code=entry.get("code", ""), decision_note=entry.get("note", ""),
        requested_by=stage.owners[asking], answered_by=stage.owners[asked] if answered else None,
        answered_at=stage.moment(entry["answered"]) if answered else None,
        due_date=add_working_days(begun, ANSWER_WORKING_DAYS),
    )


def _consents(stage: Stage, entry: Entry, row: Introduction) -> list[ContactConsent]:
    """The asking side consents when it asks, the other side only when it accepts."""
    sides = [entry["from"]]
    if row.contacts_open:
        sides.append(entry["to"])
    return [
        ContactConsent(
            introduction=row, company=stage.companies[key], fields=entry["consent"], given_by=stage.owners[key]
        )
        for key in sides
    ]


def _last_day(entry: Entry) -> int:
    """How many days ago something last happened."""
    days: list[int] = [entry["days"]]
    if "answered" in entry:
        days.append(entry["answered"])
    days += [int(day) for _side, day, _text in entry.get("messages", [])]
    return min(days)


def _messages(stage: Stage, entry: Entry, row: Introduction) -> list[tuple[IntroductionMessage, datetime.datetime]]:
    made = []
    for place, (side, days, text) in enumerate(entry.get("messages", [])):
        key = entry[side]
        message = IntroductionMessage(
            introduction=row, company=stage.companies[key], author=stage.owners[key], text=text
        )
        # On the day of the answer the answer comes first.
        made.append((message, stage.moment(max(days - 0.1 - place / 100, 0))))
    return made
