"""Rows that are written once for a module or a package."""

from contextlib import contextmanager

from django.db import transaction


@contextmanager
def lasting(blocker):
    """One transaction around many tests, undone at their end; what each of them writes is undone before the next."""
    with blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)
