from django.apps import AppConfig


class MatchesConfig(AppConfig):
    """Derived recommendations: rebuildable from facts and model, never edited by hand."""

    name = "matchmaking.matches"
    label = "matches"

    def ready(self) -> None:
        """Listen to changes of companies."""
        from matchmaking.core import outbox
        from matchmaking.matches.receivers import refresh_changed

        outbox.register_handler("match", refresh_changed, slow=True)
