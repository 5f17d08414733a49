"""Tables of the kernel: the audit chain and the outbox of dirty marks."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditEvent(models.Model):
    """One change of state, written in the transaction of the change and never altered afterwards."""

    at = models.DateTimeField(_("time"), db_index=True)
    # Plain numbers, not foreign keys: deleting a person or a firm must not touch the chain.
    actor_id = models.BigIntegerField(null=True, db_index=True)
    action = models.CharField(_("action"), max_length=80, db_index=True)
    target_type = models.CharField(max_length=80)
    target_id = models.CharField(max_length=40)
    company_id = models.BigIntegerField(null=True, db_index=True)
    alliance_id = models.BigIntegerField(null=True, db_index=True)
    data = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["target_type", "target_id"])]
        verbose_name = _("audit event")
        verbose_name_plural = _("audit events")

    def __str__(self) -> str:
        return f"{self.action} {self.target_type}:{self.target_id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert only; an existing event cannot be changed."""
        if self.pk:
            raise TypeError("Audit events are append-only.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refuse: the chain is append-only."""
        raise TypeError("Audit events are append-only.")


class JobSlot(models.Model):
    """A stretch of time for which a regular job has been put on the outbox: only one of many workers does so."""

    job = models.CharField(max_length=40)
    slot = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "slot"], name="job_slot_unique")]
        verbose_name = _("slot of a regular job")
        verbose_name_plural = _("slots of regular jobs")

    def __str__(self) -> str:
        return f"{self.job} {self.slot}"


class OutboxEntry(models.Model):
    """A dirty mark: "this entity changed, bring the derived things into step". Carries no payload.

    The worker reads the *current* state, so order and duplicates do not matter. A claimed entry is leased;
    a worker that dies loses its lease and the entry is taken again.
    """

    topic = models.CharField(max_length=20)
    entity = models.CharField(max_length=40)
    entity_id = models.BigIntegerField()
    version = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    available_at = models.DateTimeField(db_index=True)
    lease_owner = models.CharField(max_length=60, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True)
    dead_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["topic", "entity", "entity_id"])]
        verbose_name = _("outbox entry")
        verbose_name_plural = _("outbox entries")

    def __str__(self) -> str:
        return f"{self.topic} {self.entity}:{self.entity_id}"
