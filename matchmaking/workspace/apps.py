from django.apps import AppConfig


class WorkspaceConfig(AppConfig):
    """A member's home, composed from the rooms below; no models."""

    name = "matchmaking.workspace"
    label = "workspace"

    def ready(self) -> None:
        """Write the mails about a company's own affairs."""
        from matchmaking.core import outbox
        from matchmaking.workspace.notices import send_notices

        outbox.register_handler("notify", send_notices, singly=True)
