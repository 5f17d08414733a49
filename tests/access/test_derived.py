"""What is derived from secret fields, or sent out: indexes, matches, mails, audit trail, outbox, logs, sitemaps."""

import json
import logging

import pytest
from django.core import mail
from django.core.serializers.json import DjangoJSONEncoder
from wagtail.models import ModelLogEntry

from directory.actions import InviteMember, SaveNeed
from matchmaking.core import outbox
from matchmaking.core.models import AuditEvent, OutboxEntry
from matchmaking.introductions import actions
from matchmaking.matches.models import Match, MatchList
from search.index import single_engines
from tests.access.driving import forbidden_canaries, undone
from tests.access.world import CANARY, MARKER

pytestmark = pytest.mark.django_db


def dump(rows):
    return json.dumps(list(rows), cls=DjangoJSONEncoder, ensure_ascii=False).lower()


def test_the_search_index_holds_public_words_and_no_secret(world, settings):
    """Read as raw bytes, so that no column, no term list and no old page of the file is left out."""
    engine = single_engines()[0]
    engine.refresh() if hasattr(engine, "refresh") else None
    raw = b"".join(path.read_bytes() for path in settings.SEARCH_FTS5_PATH.parent.glob("search.sqlite3*"))
    text = raw.decode("utf-8", "ignore").lower()
    assert MARKER in text, "the index was not read"
    assert set(CANARY.findall(text)) == set()


def test_matches_hold_codes_and_public_words_only(world):
    """Reasons, parts, conflicts, missing facts and changes of every match row."""
    assert Match.objects.filter(seeker=world.x.company, need=world.x.private_need).exists() or Match.objects.exists()
    text = dump(Match.objects.values()) + dump(MatchList.objects.values())
    assert set(CANARY.findall(text)) == set()


def test_what_people_do_leaves_no_secret_in_trail_outbox_mail_or_log(world, caplog):
    """The secret words travel through actions; trail, marks, mails and logs name them nowhere."""
    x = world.x
    with undone(), caplog.at_level(logging.DEBUG):
        mail.outbox.clear()
        text = {"title_en": "kanariprivateneedx", "text_en": "kanariprivateneedx", "confidentiality": "private"}
        fields = {name: [] for name in ("service_types", "product_categories", "markets", "languages")}
        need = SaveNeed(x.owner, x.company, {**fields, "required_credentials": [], **text}, None).run()
        assert need.title_en == "kanariprivateneedx"
        InviteMember(x.owner, x.company, "kanariinvitedx@example.org", "viewer").run()
        person = world.people["owner_y"]
        actions.SendMessage(person, x.introduction, text="kanarimessagex").run()
        actions.AcceptIntroduction(x.owner, x.waiting_in, consent=["name", "phone"]).run()
        marks = dump(OutboxEntry.objects.values())
        outbox.drain_all()
        trail = dump(AuditEvent.objects.values("action", "data", "target_type", "target_id"))
        log_entries = dump(ModelLogEntry.objects.values("label", "data"))
        mails = "\n".join(f"{one.subject}\n{one.body}\n{getattr(one, 'alternatives', '')}" for one in mail.outbox).lower()
    assert "introduction.accepted" in trail
    assert len(mail.outbox) >= 2, "nobody was told anything, or this test reads nothing"
    assert {word: set(CANARY.findall(text)) for word, text in (("marks", marks), ("trail", trail))} == {
        "marks": set(), "trail": set(),
    }  # fmt: skip
    assert set(CANARY.findall(mails)) == set()
    # Wagtail's log names what was edited; the platform reads it, and may read names of companies that wait.
    assert forbidden_canaries("platform", log_entries) == set()
    own = [record for record in caplog.records if not record.name.startswith(("django.db", "factory", "faker"))]
    assert set(CANARY.findall("\n".join(record.getMessage() for record in own).lower())) == set()


def test_the_trained_model_knows_no_secret_word(world, settings):
    """Vocabulary and parameters on disk, as raw bytes."""
    files = [path for path in settings.RECOMMENDER_DIR.rglob("*") if path.is_file()]
    assert files
    for path in files:
        assert not CANARY.findall(path.read_bytes().decode("utf-8", "ignore").lower()), path.name
