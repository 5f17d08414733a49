"""Ask to be introduced."""

import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from directory.models import Company, Need, NoListEntry, Product
from directory.permissions import CompanyPolicy
from matchmaking.core import outbox
from matchmaking.core.actions import Action, InvalidTransition
from matchmaking.introductions.actions.base import give_consent
from matchmaking.introductions.models import Introduction
from matchmaking.introductions.signals import introduction_changed
from matchmaking.introductions.working_days import ANSWER_WORKING_DAYS, add_working_days

# Against spam: a company may ask this often. New companies are still unknown to everybody.
REQUESTS_PER_DAY = 10
REQUESTS_PER_DAY_WHEN_NEW = 3
NEW_FOR = datetime.timedelta(days=7)


class RequestIntroduction(Action):
    """``requester`` asks ``receiver``, about its own need or product, with a reason and the contacts it would show."""

    name = "introduction.requested"

    def __init__(
        self,
        actor: Any,
        *,
        requester: Company,
        receiver: Company,
        reason: str,
        consent: list[str],
        need: Need | None = None,
        product: Product | None = None,
    ) -> None:
        super().__init__(actor)
        self.requester, self.receiver = requester, receiver
        self.reason, self.consent = reason, consent
        self.need, self.product = need, product
        self.introduction: Introduction | None = None

    def lock(self) -> None:
        # The requester's row is the lock of its daily limit: parallel requests count one another.
        self.requester = Company.objects.select_for_update().get(pk=self.requester.pk)

    def allowed(self) -> bool:
        own = all(thing is None or thing.company_id == self.requester.pk for thing in (self.need, self.product))
        return own and CompanyPolicy(self.actor, self.requester).may_edit

    def check(self) -> None:
        if not self.requester.is_visible:
            raise InvalidTransition(_("Publish your company profile first; then you can request introductions."))
        if self.receiver.pk == self.requester.pk:
            raise InvalidTransition(_("This is your own company."))
        if not self.receiver.is_visible or self._kept_apart():
            # One answer for every cause, so that nobody can infer another company's private list.
            raise InvalidTransition(_("This company does not take requests at the moment."))
        self._check_limits()

    def _kept_apart(self) -> bool:
        pair = (self.requester.pk, self.receiver.pk)
        return NoListEntry.objects.filter(company_id__in=pair, excluded_id__in=pair).exists()

    def _check_limits(self) -> None:
        now = timezone.now()
        is_new = now - self.requester.created_at < NEW_FOR
        limit = REQUESTS_PER_DAY_WHEN_NEW if is_new else REQUESTS_PER_DAY
        recent = Introduction.objects.filter(
            requester=self.requester, created_at__gt=now - datetime.timedelta(days=1)
        ).count()
        if recent >= limit:
            raise InvalidTransition(
                _("Your company has requested %(limit)d introductions in the last 24 hours, the most it can.")
                % {"limit": limit}
            )

    def perform(self) -> Introduction:
        try:
            with transaction.atomic():
                self.introduction = Introduction.objects.create(
                    requester=self.requester, receiver=self.receiver, need=self.need, product=self.product,
                    reason=self.reason, requested_by=self.actor,
                    due_date=add_working_days(timezone.localdate(), ANSWER_WORKING_DAYS),
                )
        except IntegrityError as error:
            raise InvalidTransition(_("You are already waiting for an answer of this company.")) from error
        give_consent(self.introduction, self.requester.pk, self.consent, self.actor)
        outbox.mark("notify", "introduction_requested", self.introduction.pk)
        return self.introduction

    def target(self) -> Introduction:
        assert self.introduction is not None
        return self.introduction

    def audit_data(self) -> dict[str, Any]:
        return {"to": "requested", "receiver": self.receiver.pk, "consent": sorted(self.consent)}

    def audit_scope(self) -> dict[str, int | None]:
        return {"company_id": self.requester.pk}

    def after_commit(self) -> None:
        introduction_changed.send(type(self), introduction=self.introduction, state="requested")
