"""Errands of people and workers that are killed at a label and done again: imports, removals, evidence, mails, burials.

An errand is prepared, begun by a process that dies, looked at, done by another process, and looked at again.
"""

import random
import string
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any, ClassVar

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from directory import sweeping
from directory.actions import RemoveMember, SaveCredential
from directory.importing import apply_import, check_file
from directory.models import Company, CompanyMember, Credential, ImportRun, Term
from directory.storage import EVIDENCE, private_storage
from matchmaking.core import outbox
from matchmaking.core.models import OutboxEntry
from matchmaking.users.models import User
from tests.factories import CompanyMemberFactory, IntroductionFactory, TermFactory

ROWS = 8


class Errand:
    """``labels``: where it is killed, and how often each is passed at most. What is handed over are numbers and texts."""

    labels: ClassVar[dict[str, int]]
    # Whether a worker does it, who must wait for the lease of the one before.
    leased = False

    def prepare(self, seed) -> Any:
        """Write what the errand needs; returns how to find it."""

    def act(self, given):
        """Do it, or what is left of it."""

    def half_done(self, given):
        """What is neither fully in nor fully out after a kill."""
        return 0

    def wrong(self, given, killed):
        """What is not as it should be in the end."""
        return 0


@dataclass(frozen=True)
class Listing:
    """A list of new firms, by their names."""

    names: tuple[str, ...]

    def file(self):
        """The list as a file."""
        file = BytesIO(("Company name,Country\n" + "".join(f"{name},SG\n" for name in self.names)).encode())
        file.name = "list.csv"
        return file


class ImportList(Errand):
    """W4: killed at row k of an import, W1 and W2 at its end; the same file is brought in again."""

    labels: ClassVar = {"W4": ROWS, "W1": 1, "W2": 1}

    def prepare(self, seed):
        chance = random.Random(seed)
        return Listing(tuple("".join(chance.choices(string.ascii_lowercase, k=12)).title() for _ in range(ROWS)))

    def act(self, given):
        apply_import(check_file(given.file()), None)

    def half_done(self, given):
        return int(self._rows(given).count() not in (0, ROWS))

    def wrong(self, given, killed):
        rows = list(self._rows(given).values_list("pk", flat=True))
        runs = ImportRun.objects.filter(companies__in=rows).distinct().values_list("created_count", flat=True)
        marked = set(OutboxEntry.objects.filter(topic="doc", entity_id__in=rows).values_list("entity_id", flat=True))
        return int(len(rows) != ROWS) + int(list(runs) != [ROWS]) + len(set(rows) - marked)

    def _rows(self, given):
        return Company.objects.filter(legal_name_en__in=given.names)


class Removal(Errand):
    """W5: a member is removed, with the invitations that rest on that member."""

    labels: ClassVar = {"W5": 1, "W1": 1, "W2": 1}

    def prepare(self, seed):
        owner = CompanyMemberFactory()
        gone = CompanyMemberFactory(company=owner.company)
        owner.company.invitations.create(
            email="new@example.org", role="editor", invited_by=gone.user, token_hash=str(seed)
        )
        return owner.user_id, gone.pk, owner.company_id

    def act(self, given):
        user, gone, _ = given
        member = CompanyMember.objects.filter(pk=gone).first()
        if member:
            RemoveMember(User.objects.get(pk=user), member).run()

    def _state(self, given):
        _, gone, company = given
        open_ones = Company.objects.get(pk=company).invitations.filter(revoked_at=None).count()
        return CompanyMember.objects.filter(pk=gone).count(), open_ones

    def half_done(self, given):
        return int(self._state(given) not in ((1, 1), (0, 0)))

    def wrong(self, given, killed):
        return int(self._state(given) != (0, 0))


class Evidence(Errand):
    """W3: the file is stored, its row is not; afterwards files and rows go together."""

    labels: ClassVar = {"W3": 1, "W1": 1, "W2": 1}

    def prepare(self, seed):
        owner = CompanyMemberFactory()
        return owner.user_id, owner.company_id, TermFactory(scheme=True, code=f"scheme-{seed}").pk

    def act(self, given):
        user, company, scheme = given
        if Credential.objects.filter(company_id=company).exists():
            return
        values = {
            "scheme": Term.objects.get(pk=scheme),
            "evidence": SimpleUploadedFile("proof.pdf", b"%PDF-1.4 proof"),
        }
        SaveCredential(User.objects.get(pk=user), Company.objects.get(pk=company), values).run()

    def wrong(self, given, killed):
        sweeping.KEPT = timedelta(seconds=-1)
        sweeping.sweep_evidence()
        known = set(Credential.objects.exclude(evidence="").values_list("evidence", flat=True))
        there = {f"{EVIDENCE}/{name}" for name in private_storage().listdir(EVIDENCE)[1]}
        return len(known ^ there) + int(Credential.objects.filter(company_id=given[1]).count() != 1)


class Mail(Errand):
    """K7: a mail was accepted and its mark is still there: one more mail for each kill at most, and none missing."""

    labels: ClassVar = {"K1": 1, "K7": 3, "K3": 3, "K5": 3}
    leased = True

    def prepare(self, seed):
        told = []
        for _ in range(3):
            row = IntroductionFactory()
            told.append(CompanyMemberFactory(company=row.receiver).user.email)
            with transaction.atomic():
                outbox.mark("notify", "introduction_requested", row.pk)
        return told

    def act(self, given):
        outbox.drain_all(f"mail:{random.random()}", topics=["notify"])

    def wrong(self, given, killed):
        sent = [path.read_text() for path in Path(settings.EMAIL_FILE_PATH).glob("*.log")]
        counts = [sum(text.count(f"To: {email}\n") for text in sent) for email in given]
        return sum(count == 0 for count in counts) + max(0, sum(counts) - 3 - killed)


class Burial(Errand):
    """K6: an entry that can never be done is being given up; it ends as one dead letter, the others are done."""

    labels: ClassVar = {"K1": 1, "K6": 1, "K3": 2, "K5": 2}
    leased = True

    def prepare(self, seed):
        with transaction.atomic():
            for number in range(3):
                outbox.mark(f"probe{seed}", "thing", number)
        return f"probe{seed}"

    def act(self, given):
        def handle(entries):
            if any(entry.entity_id == 1 for entry in entries):
                raise outbox.Permanent("never")

        outbox.register_handler(given, handle)
        outbox.drain_all(f"burial:{random.random()}", topics=[given])

    def wrong(self, given, killed):
        left = OutboxEntry.objects.filter(topic=given).values_list("entity_id", "dead_at")
        return int([(number, at is None) for number, at in left] != [(1, False)])
