from django.apps import AppConfig


class WorkspaceConfig(AppConfig):
    """A member's home, composed from the rooms below; no models."""

    name = "matchmaking.workspace"
    label = "workspace"
