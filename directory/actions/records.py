"""Offers, needs, products, establishments and credentials: saved, opened, closed, removed."""

import datetime
from collections.abc import Collection, Mapping
from typing import Any, ClassVar

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from directory import signals
from directory.actions.base import CompanyAction
from directory.models import Company, Credential, Establishment, Need, NeedState, Offer, Product
from directory.translation import updated_status
from directory.versions import mark_changed
from matchmaking.core.actions import InvalidTransition
from matchmaking.core.fault_points import reached


class SaveRecord(CompanyAction):
    """Create or change a thing of a company. It is published at once; credentials count as self-declared.

    Subclasses set ``model``, ``fields`` (all that a member may write), ``pairs`` (bilingual fields) and ``limit``.
    """

    model: ClassVar[type[models.Model]]
    fields: ClassVar[frozenset[str]]
    pairs: ClassVar[tuple[str, ...]] = ()
    limit = 100

    def __init__(
        self,
        actor: Any,
        company: Company,
        values: Mapping[str, Any],
        record: Any = None,
        *,
        confirmed: Collection[str] = (),
    ) -> None:
        super().__init__(actor, company)
        self.values = {name: value for name, value in values.items() if name in self.fields}
        self.record = record
        self.confirmed = confirmed
        self.created = record is None

    def lock(self) -> None:
        """Hold the company and the record; a record of another company does not exist here."""
        super().lock()
        manager: Any = self.model._default_manager
        if self.record is None:
            self.record = self.model(company=self.company)
        else:
            self.record = manager.select_for_update().get(pk=self.record.pk, company=self.company)

    def check(self) -> None:
        """Keep the number of records within what a person can oversee."""
        manager: Any = self.model._default_manager
        if self.created and manager.filter(company=self.company).count() >= self.limit:
            message = _("A company can keep %(limit)s of these. Remove one first.") % {"limit": self.limit}
            raise InvalidTransition(message)

    def perform(self) -> Any:
        """Return the saved record."""
        before = {pair: self._texts(pair) for pair in self.pairs}
        for name, value in self.values.items():
            setattr(self.record, name, value)
        for pair in self.pairs:
            self.record.translation_status = updated_status(
                self.record.translation_status, pair, before[pair], self._texts(pair), confirmed=pair in self.confirmed
            )
        self.record.save()
        self.publish()
        return self.record

    def publish(self) -> None:
        """Keep the text as a revision and make it the live one; publishing marks the company as changed."""
        revision = self.record.save_revision(user=self.actor, clean=False)
        revision.publish(user=self.actor, skip_permission_checks=True)
        self.record.refresh_from_db()

    def target(self) -> models.Model:
        """Name the record."""
        return self.record

    def audit_data(self) -> dict[str, Any]:
        """Name the fields, not their content."""
        return {"created": self.created, "fields": sorted(self.values)}

    def _texts(self, pair: str) -> tuple[str, str]:
        return getattr(self.record, f"{pair}_zh"), getattr(self.record, f"{pair}_en")


class RemoveRecord(CompanyAction):
    """Delete a thing of a company."""

    model: ClassVar[type[models.Model]]

    def __init__(self, actor: Any, company: Company, record: Any) -> None:
        super().__init__(actor, company)
        self.record = record
        self.record_pk = record.pk

    def lock(self) -> None:
        """Hold the company and the record."""
        super().lock()
        manager: Any = self.model._default_manager
        self.record = manager.select_for_update().get(pk=self.record.pk, company=self.company)

    def perform(self) -> None:
        """Delete the row; its deletion marks the company as changed."""
        self.record.delete()

    def audit_data(self) -> dict[str, Any]:
        """Name what is gone."""
        return {"model": self.model._meta.label_lower, "id": self.record_pk}


class SaveOffer(SaveRecord):
    """Save an offer."""

    name = "offer.save"
    model = Offer
    limit = 60
    fields = frozenset((
        "service_type", "title_zh", "title_en", "text_zh", "text_en", "markets", "languages", "deal_size", "capacity",
        "lead_days",
    ))


class RemoveOffer(RemoveRecord):
    """Remove an offer."""

    name = "offer.remove"
    model = Offer


class SaveProduct(SaveRecord):
    """Save a product."""

    name = "product.save"
    model = Product
    limit = 300
    pairs = ("name", "text")
    fields = frozenset((
        "category", "hs6", "name_zh", "name_en", "text_zh", "text_en", "pack", "minimum_order", "price_band",
        "incoterm", "shelf_life_days", "temperature", "harvest_months", "origin_mark", "establishment", "markets",
    ))

    def check(self) -> None:
        """An establishment must be the company's own."""
        super().check()
        establishment = self.values.get("establishment")
        if establishment is not None and establishment.company_id != self.company.pk:
            raise InvalidTransition(_("This establishment belongs to another company."))


class RemoveProduct(RemoveRecord):
    """Remove a product."""

    name = "product.remove"
    model = Product


class SaveEstablishment(SaveRecord):
    """Save a farm, factory or cold store."""

    name = "establishment.save"
    model = Establishment
    limit = 60
    fields = frozenset(("kind", "name_zh", "name_en", "registration", "place"))

    def publish(self) -> None:
        """Establishments have no drafts."""
        mark_changed(self.company.pk)


class SaveNeed(SaveRecord):
    """Save a need; its state stays what it was."""

    name = "need.save"
    model = Need
    pairs = ("title", "text")
    fields = frozenset((
        "service_types", "product_categories", "title_zh", "title_en", "text_zh", "text_en", "markets", "languages",
        "required_credentials", "budget", "answer_by_date", "confidentiality",
    ))


class NeedTransition(CompanyAction):
    """A need moves from one state to another."""

    sources: ClassVar[tuple[str, ...]]

    def __init__(self, actor: Any, need: Need, state: str) -> None:
        super().__init__(actor, need.company)
        self.need, self.state = need, state

    def lock(self) -> None:
        """Hold the company and the need."""
        super().lock()
        self.need = Need.objects.select_for_update().get(pk=self.need.pk, company=self.company)

    def check(self) -> None:
        """The need must be where this begins."""
        if self.need.state not in self.sources:
            raise InvalidTransition(_("The need is already in another state. Please look again."))

    def perform(self) -> Need:
        """Return the need in its new state."""
        self.need.state = self.state
        self.need.save(update_fields=["state", "updated_at"])
        mark_changed(self.company.pk)
        return self.need

    def target(self) -> models.Model:
        """Name the need."""
        return self.need

    def audit_data(self) -> dict[str, Any]:
        """Name the state."""
        return {"state": self.state}


class OpenNeed(NeedTransition):
    """Let a need be matched and, unless it is private, be seen."""

    name = "need.open"
    sources = (NeedState.DRAFT, NeedState.CLOSED, NeedState.EXPIRED, NeedState.FULFILLED)

    def __init__(self, actor: Any, need: Need) -> None:
        super().__init__(actor, need, NeedState.OPEN)

    def check(self) -> None:
        """What is matched must say what it is, and until when."""
        super().check()
        if not (self.need.title_zh or self.need.title_en):
            raise InvalidTransition(_("Give the need a title first."))
        if not (self.need.service_types.exists() or self.need.product_categories.exists()):
            raise InvalidTransition(_("Choose at least one service or one product category."))
        if self.need.answer_by_date and self.need.answer_by_date < timezone.localdate():
            raise InvalidTransition(_("The answer-by day has passed. Set a new one first."))

    def after_commit(self) -> None:
        """Tell the rooms above."""
        signals.need_opened.send(Need, need=self.need, actor=self.actor)


class CloseNeed(NeedTransition):
    """End a need: ``fulfilled`` or ``closed``."""

    name = "need.close"
    sources = (NeedState.OPEN, NeedState.DRAFT)

    def __init__(self, actor: Any, need: Need, *, fulfilled: bool = False) -> None:
        super().__init__(actor, need, NeedState.FULFILLED if fulfilled else NeedState.CLOSED)

    def after_commit(self) -> None:
        """Tell the rooms above."""
        signals.need_closed.send(Need, need=self.need, actor=self.actor)


class SaveCredential(SaveRecord):
    """Save a credential. A changed claim ends its old checks: a badge never outlives what was checked."""

    name = "credential.save"
    model = Credential
    limit = 60
    fields = frozenset((
        "scheme", "issuer", "number", "scope_zh", "scope_en", "valid_from_date", "valid_until_date", "markets",
        "evidence",
    ))
    _claimed = ("scheme_id", "issuer", "number", "valid_until_date")

    def perform(self) -> Credential:
        """Save, and drop the file that a new one replaces."""
        old_file = self.record.evidence.name if self.record.pk else ""
        before = [getattr(self.record, name) for name in self._claimed]
        credential: Credential = super().perform()
        reached("W3")
        if not self.created and before != [getattr(credential, name) for name in self._claimed]:
            credential.checks.filter(valid_until_date=None).update(valid_until_date=_yesterday())
            credential.checks.filter(valid_until_date__gte=timezone.localdate()).update(valid_until_date=_yesterday())
        if old_file and old_file != credential.evidence.name:
            transaction.on_commit(lambda: credential.evidence.storage.delete(old_file))
        return credential


def _yesterday() -> datetime.date:
    return timezone.localdate() - datetime.timedelta(days=1)


class RemoveCredential(RemoveRecord):
    """Remove a credential and its file."""

    name = "credential.remove"
    model = Credential

    def perform(self) -> None:
        """Delete the row, and the file once that is durable."""
        evidence = self.record.evidence
        if name := evidence.name:
            transaction.on_commit(lambda: evidence.storage.delete(name))
        super().perform()
