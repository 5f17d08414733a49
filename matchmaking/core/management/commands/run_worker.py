"""The name by which deployments before 0.2 start the worker."""

from matchmaking.core.management.commands.worker import Command

__all__ = ["Command"]
